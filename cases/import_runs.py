"""Imports from the staff pages: what a file would change, and taking it back afterwards.

Before a file is loaded, each person in it is written down as they are, under their own key, so that an import can be undone
as long as nobody has changed or used what it brought.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cases import importing, people, retention
from cases.store.models import (
    Absence,
    Allocation,
    Conversation,
    ImportChange,
    ImportRun,
    Inbound,
    Outgoing,
    Person,
    Phone,
    Review,
    new_id,
)

FIELDS = ("name", "email", "date_of_birth", "language", "needs", "sibling_group")


@dataclass(frozen=True)
class Row:
    """What a file would do to one person. changes: (column, as it is, as it would be)."""

    ref: str
    kind: str
    name: str
    new: bool
    changes: list[tuple[str, str, str]]


class CannotUndo(Exception):
    """`refs`: the people whom somebody has changed or used since."""

    def __init__(self, refs: list[str]):
        self.refs = refs
        super().__init__(", ".join(refs))


def preview(session: Session, parsed: list[dict]) -> list[Row]:
    """What loading the checked rows would change, row by row."""
    found = []
    for row in parsed:
        person = people.by_ref(session, row["ref"])
        changes = _changes(_cells(session, person), row) if person else []
        found.append(Row(row["ref"], row["kind"], row["name"], person is None, changes))
    return found


def siblings_apart(session: Session, parsed: list[dict]) -> list[str]:
    """The sibling groups that would have more than one IRO if the checked rows were loaded."""
    iros: dict[str, dict[str, str]] = {}  # group → child's ref → IRO's ref
    groups = {row["sibling_group"] for row in parsed if row["sibling_group"]}
    held = select(Person).where(Person.kind == "child", Person.sibling_group.in_(groups), Person.left_at.is_(None))
    for child in session.scalars(held):
        iro = people.iro_of(session, child.id)
        iros.setdefault(child.sibling_group, {})[child.ref] = iro.ref if iro else ""
    for row in parsed:
        if row["sibling_group"] and row["iro_ref"]:
            iros.setdefault(row["sibling_group"], {})[row["ref"]] = row["iro_ref"]
    return sorted(group for group, by_child in iros.items() if len({iro for iro in by_child.values() if iro}) > 1)


def load(session: Session, parsed: list[dict], by: Person, now: datetime) -> ImportRun:
    """Load rows that were checked in this transaction, and keep how everybody was."""
    held = {row["ref"]: people.by_ref(session, row["ref"]) for row in parsed}
    before = {ref: json.dumps(_state(session, person)) for ref, person in held.items() if person}
    loaded = importing.save(session, parsed, now)
    run = ImportRun(id=new_id(), by_id=by.id, at=now, added=loaded.added, updated=loaded.updated)
    session.add(run)
    session.flush()
    for person in loaded.people:
        session.add(
            ImportChange(
                import_id=run.id,
                person_id=person.id,
                owner=person.key_owner,
                before=before.get(person.ref),
                after=json.dumps(_state(session, person)),
            )
        )
    session.flush()
    return run


def undo(session: Session, run: ImportRun, by: Person, now: datetime) -> None:
    """Take an import back. Raises CannotUndo, and changes nothing, where somebody has changed or used a person since."""
    rows = session.scalars(select(ImportChange).where(ImportChange.import_id == run.id).order_by(ImportChange.id)).all()
    held = {row.person_id: session.get(Person, row.person_id) for row in rows}
    used = [
        held[row.person_id].ref if held[row.person_id] else row.person_id
        for row in rows
        if held[row.person_id] is None
        or _state(session, held[row.person_id]) != json.loads(row.after)
        or (row.before is None and _used(session, held[row.person_id]))
    ]
    if used:
        raise CannotUndo(used)
    for row in sorted(rows, key=lambda row: held[row.person_id].kind != "child"):  # children first: they point to their IROs
        person = held[row.person_id]
        if row.before is not None:
            _restore(session, person, json.loads(row.before), run.at)
        elif person.kind == "child":
            retention.erase(session, person)
        else:
            _remove(session, person)
    run.undone_at, run.undone_by = now, by.id


def _state(session: Session, person: Person) -> dict:
    """A person as JSON, so that two moments can be compared and the earlier one brought back."""
    iro = people.iro_of(session, person.id) if person.kind == "child" else None
    reviews = session.scalars(select(Review).where(Review.child_id == person.id, Review.status == "planned").order_by(Review.at)).all()
    phones = session.scalars(select(Phone).where(Phone.person_id == person.id, Phone.status != "old")).all()
    return {
        **{name: getattr(person, name) for name in FIELDS},
        "looked_after_since": person.looked_after_since.isoformat() if person.looked_after_since else None,
        "phones": sorted([phone.number, phone.status] for phone in phones),
        "iro": iro.id if iro else None,
        "reviews": [[row.id, row.at.isoformat(), row.time_known, row.place] for row in reviews],
    }


def _used(session: Session, person: Person) -> bool:
    """Somebody has written to or as this person since they were added."""
    talk = select(Conversation.id).where(Conversation.child_id == person.id)
    said = or_(
        exists().where(Inbound.conversation_id.in_(talk)),
        exists().where(Outgoing.conversation_id.in_(talk)),
        exists().where(Outgoing.person_id == person.id),
    )
    return bool(session.scalar(select(said)))


def _restore(session: Session, person: Person, before: dict, loaded_at: datetime) -> None:
    for name in FIELDS:
        setattr(person, name, before[name])
    people.set_email(person, before["email"])
    person.looked_after_since = date.fromisoformat(before["looked_after_since"]) if before["looked_after_since"] else None
    if _state(session, person)["phones"] != before["phones"]:
        people.retire_phones(session, person)
        session.flush()
        for number, status in before["phones"]:
            people.add_phone(session, person, number).status = status
    for row in session.scalars(select(Allocation).where(Allocation.child_id == person.id)):
        if row.since == loaded_at and row.until is None:
            session.delete(row)
        elif row.until == loaded_at:
            row.until = None
    kept = {review[0]: review for review in before["reviews"]}
    for review in session.scalars(select(Review).where(Review.child_id == person.id, Review.status == "planned")):
        if review.id in kept:
            _, at, review.time_known, review.place = kept[review.id]
            review.at = datetime.fromisoformat(at)
        else:
            review.status = "cancelled"
    session.flush()


def _remove(session: Session, person: Person) -> None:
    """A member of staff whom the import added and nobody has met since. Raises CannotUndo where something points to them."""
    try:
        with session.begin_nested():
            session.execute(delete(Absence).where(or_(Absence.iro_id == person.id, Absence.cover_id == person.id)))
            session.execute(delete(Phone).where(Phone.person_id == person.id))
            session.execute(delete(ImportChange).where(ImportChange.person_id == person.id))
            session.execute(delete(Person).where(Person.id == person.id))
    except IntegrityError:
        raise CannotUndo([person.ref]) from None


def _cells(session: Session, person: Person) -> dict[str, str]:
    """A held person as the columns of a file."""
    iro = people.iro_of(session, person.id) if person.kind == "child" else None
    phone = people.sms_phone(session, person.id)
    cells = {name: getattr(person, name) or "" for name in FIELDS}
    since = person.looked_after_since
    return cells | {
        "phone": phone.number if phone else "",
        "iro_ref": iro.ref if iro else "",
        "looked_after_since": since.isoformat() if since else "",
    }


def _changes(held: dict[str, str], row: dict) -> list[tuple[str, str, str]]:
    """An empty cell changes nothing."""
    wanted = {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items() if name in held and value}
    changed = [(name, held[name], value) for name, value in wanted.items() if held[name] != value]
    if row["next_review"]:
        changed.append(("next_review", "", row["next_review"][0].date().isoformat()))
    return changed
