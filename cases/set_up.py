"""Setting up who is who: details, whose IRO, who is away and who covers, and who is around a child."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import importing, new_iro, people
from cases.importing import Problem
from cases.store.models import Absence, Allocation, Contact, Person, Phone, new_id

RELATIONS = ("carer", "social_worker", "parent", "school", "advocate", "other")
#: What may be changed in the form of a person, beside the name.
DETAILS = ("email", "phone", "date_of_birth", "language", "looked_after_since", "needs", "sibling_group")


class CannotDo(ValueError):
    """What was asked for is not possible; the message is a short name for why."""


def add(session: Session, typed: dict[str, str], now: datetime) -> tuple[Person | None, list[Problem]]:
    """A new person from a form, by the rules of an import."""
    row, problems = importing.check_one(session, typed)
    if not problems and people.by_ref(session, row["ref"]):
        problems = [Problem("it belongs to somebody else.", 1, "ref")]
    if problems:
        return None, problems
    return importing.save(session, [row], now).people[0], []


def change(session: Session, person: Person, typed: dict[str, str]) -> list[Problem]:
    """Take over what was typed; what was emptied is cleared. Returns what is wrong, and then nothing was changed."""
    row, problems = importing.check_one(session, typed | {"ref": person.ref, "kind": person.kind, "iro_ref": "", "next_review": ""})
    if problems:
        return problems
    person.name = row["name"]
    people.set_email(person, row["email"] or None)
    person.date_of_birth = row["date_of_birth"].isoformat() if row["date_of_birth"] else None
    person.language = row["language"] or "en"
    if person.kind == "child":
        person.needs = row["needs"] or None
        person.sibling_group = row["sibling_group"] or None
        person.looked_after_since = row["looked_after_since"]
    held = [phone.number for phone in numbers(session, person)]
    if (row["phone"] or None) != (held[0] if held else None):
        people.retire_phones(session, person)
        session.flush()
        if row["phone"]:
            people.add_phone(session, person, row["phone"])
    session.flush()
    return []


def numbers(session: Session, person: Person) -> list[Phone]:
    query = select(Phone).where(Phone.person_id == person.id, Phone.status != "old").order_by(Phone.created_at.desc())
    return list(session.scalars(query))


def siblings(session: Session, child: Person) -> list[Person]:
    """The child's brothers and sisters who are in Heard."""
    if not child.sibling_group:
        return []
    group = select(Person).where(Person.kind == "child", Person.sibling_group == child.sibling_group, Person.left_at.is_(None))
    return list(session.scalars(group.where(Person.id != child.id).order_by(Person.ref)))


def allocate(session: Session, child: Person, iro: Person, now: datetime, *, together: bool, apart_because: str = "") -> list[Person]:
    """Give the child this IRO, and with `together` their brothers and sisters too. Returns the children who changed.

    Raises CannotDo: 'iro' (it is no IRO who is here), 'siblings' (they have another IRO, and no reason is given).
    """
    if iro.kind != "iro" or iro.left_at is not None:
        raise CannotDo("iro")
    others = siblings(session, child)
    apart = [one for one in others if (held := people.iro_of(session, one.id)) is not None and held.id != iro.id]
    if apart and not together and not apart_because:
        raise CannotDo("siblings")
    moved = []
    for one in [child, *(others if together else [])]:
        held = people.iro_of(session, one.id)
        if held is None or held.id != iro.id:
            new_iro.allocate(session, one, iro, now)
            moved.append(one)
    if apart and not together:
        row = session.scalar(select(Allocation).where(Allocation.child_id == child.id, Allocation.until.is_(None)))
        row.apart_because = apart_because
        session.flush()
    return moved


def away(session: Session, iro: Person, cover: Person, starts: datetime, ends: datetime) -> Absence:
    """`cover` stands in for `iro`. Raises CannotDo: 'cover' (nobody who can), 'dates', 'overlap' (away then already)."""
    if iro.kind != "iro" or cover.kind != "iro" or cover.id == iro.id or cover.left_at is not None:
        raise CannotDo("cover")
    if ends <= starts:
        raise CannotDo("dates")
    overlapping = select(Absence.id).where(Absence.iro_id == iro.id, Absence.starts < ends, Absence.ends > starts)
    if session.scalar(overlapping.limit(1)):
        raise CannotDo("overlap")
    both = select(Absence.id).where(Absence.iro_id == cover.id, Absence.starts < ends, Absence.ends > starts)
    if session.scalar(both.limit(1)):
        raise CannotDo("cover-away")
    row = Absence(id=new_id(), iro_id=iro.id, cover_id=cover.id, starts=starts, ends=ends)
    session.add(row)
    session.flush()
    return row


def has_children(session: Session, iro: Person) -> bool:
    """True while somebody would have no IRO if this one left."""
    held = select(Allocation.id).join(Person, Person.id == Allocation.child_id)
    held = held.where(Allocation.iro_id == iro.id, Allocation.until.is_(None), Person.left_at.is_(None))
    return session.scalar(held.limit(1)) is not None


def add_contact(session: Session, child: Person, *, relation: str, name: str, phone: str, email: str, now: datetime) -> Contact:
    """Somebody around the child. Raises CannotDo: 'name', 'relation', 'phone'."""
    number = people.normalise_phone(phone) if phone else None
    if not name:
        raise CannotDo("name")
    if relation not in RELATIONS:
        raise CannotDo("relation")
    if phone and not number:
        raise CannotDo("phone")
    row = Contact(id=new_id(), child_id=child.id, relation=relation, name=name, phone=number, email=email or None, created_at=now)
    session.add(row)
    session.flush()
    return row
