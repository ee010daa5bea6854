"""People: children and staff, their phones, who is whose IRO, and the talk that belongs to a child or a number."""

from __future__ import annotations

from datetime import date, datetime

import phonenumbers
from sqlalchemy import and_, bindparam, delete, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from cases.settings import STAFF_KINDS
from cases.store.crypto import ring
from cases.store.models import Absence, Allocation, ChatSession, Conversation, Person, Phone, Review, new_id

KINDS = ("child", *STAFF_KINDS)

# What is asked for nearly every message is put into words once.
_PHONE_OF = select(Phone).where(Phone.number_hash == bindparam("hash"), Phone.status != "old").options(joinedload(Phone.person))
_SMS_PHONE = (
    select(Phone).where(Phone.person_id == bindparam("person"), Phone.status == "verified").order_by(Phone.created_at.desc()).limit(1)
)
_IRO_OF = (
    select(Person)
    .join(Allocation, Allocation.iro_id == Person.id)
    .where(Allocation.child_id == bindparam("child"), Allocation.until.is_(None))
)
_COVER_OF = (
    select(Person)
    .join(Absence, Absence.cover_id == Person.id)
    .where(
        Absence.iro_id == bindparam("iro"), Absence.starts <= bindparam("now"), Absence.ends > bindparam("now"), Person.left_at.is_(None)
    )
    .order_by(Absence.starts.desc())
    .limit(1)
)
_COVER = aliased(Person)
_IRO_AND_COVER = (
    select(Person, _COVER)
    .join(Allocation, Allocation.iro_id == Person.id)
    .outerjoin(Absence, and_(Absence.iro_id == Person.id, Absence.starts <= bindparam("now"), Absence.ends > bindparam("now")))
    .outerjoin(_COVER, and_(_COVER.id == Absence.cover_id, _COVER.left_at.is_(None)))
    .where(Allocation.child_id == bindparam("child"), Allocation.until.is_(None))
    .order_by(_COVER.id.is_(None), Absence.starts.desc())
    .limit(1)
)
_NEXT_REVIEW = (
    select(Review)
    .where(Review.child_id == bindparam("child"), Review.status == "planned", Review.at >= bindparam("now"))
    .order_by(Review.at)
    .limit(1)
)
_TALK_OF = select(Conversation).where(Conversation.child_id == bindparam("child"))


def normalise_phone(text: str) -> str | None:
    """A phone number as E.164 ("07700 900001" → "+447700900001"), or None when it cannot be one."""
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return None
    # Only the length is checked: Ofcom's numbers for drama, which the demo uses, are in no range of the library's.
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def add_person(
    session: Session,
    *,
    kind: str,
    ref: str,
    name: str,
    email: str | None = None,
    phone: str | None = None,
    date_of_birth: date | None = None,
    language: str = "en",
    needs: str | None = None,
    sibling_group: str | None = None,
    looked_after_since: date | None = None,
    demo: bool = False,
) -> Person:
    """Write a new person, with a data key of their own when they are a child. `phone` is E.164."""
    person = Person(
        id=new_id(),
        kind=kind,
        ref=ref,
        name=name,
        date_of_birth=date_of_birth.isoformat() if date_of_birth else None,
        language=language,
        needs=needs,
        sibling_group=sibling_group,
        looked_after_since=looked_after_since,
        demo=demo,
    )
    set_email(person, email)
    if kind == "child":
        ring.create(session, person.id)
    session.add(person)
    session.flush()
    if phone:
        add_phone(session, person, phone)
    return person


def set_email(person: Person, email: str | None) -> None:
    person.email = email
    person.email_hash = ring.lookup(email.strip().lower()) if email else None


def by_email(session: Session, email: str) -> Person | None:
    """The member of staff who signs in with this address."""
    return session.scalar(
        select(Person).where(Person.email_hash == ring.lookup(email.strip().lower()), Person.kind != "child", Person.left_at.is_(None))
    )


def add_phone(session: Session, person: Person, number: str) -> Phone:
    """Write a verified number (E.164). A row of somebody who no longer has it makes way."""
    for old in session.scalars(select(Phone).where(Phone.number_hash == ring.lookup(number), Phone.status == "old")):
        session.delete(old)
    session.flush()
    phone = Phone(person=person, number=number, number_hash=ring.lookup(number))
    session.add(phone)
    session.flush()
    return phone


def retire_phones(session: Session, person: Person) -> None:
    """None of this person's numbers is theirs any more, and whoever holds an old phone is signed out of the web chat."""
    for phone in session.scalars(select(Phone).where(Phone.person_id == person.id)):
        phone.status = "old"
    talk = select(Conversation.id).where(Conversation.child_id == person.id)
    session.execute(delete(ChatSession).where(ChatSession.conversation_id.in_(talk)))


def by_ref(session: Session, ref: str) -> Person | None:
    return session.scalar(select(Person).where(Person.ref == ref))


def phone_of(session: Session, number: str) -> Phone | None:
    """The phone row of a number that still belongs to somebody, whatever its state, with that person."""
    return session.scalar(_PHONE_OF, {"hash": ring.lookup(number)})


def sms_phone(session: Session, person_id: str) -> Phone | None:
    """The number that texts to this person go to: verified, and not stopped."""
    return session.scalar(_SMS_PHONE, {"person": person_id})


def staff(session: Session, kind: str) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.kind == kind, Person.left_at.is_(None)).order_by(Person.ref)))


def allocate(session: Session, child: Person, iro: Person, now: datetime) -> None:
    """Make `iro` the child's IRO from now on. Nothing changes when they are already."""
    held = session.scalar(select(Allocation).where(Allocation.child_id == child.id, Allocation.until.is_(None)))
    if held and held.iro_id == iro.id:
        return
    if held:
        held.until = now
    session.add(Allocation(child_id=child.id, iro_id=iro.id, since=now))
    session.flush()


def iro_of(session: Session, child_id: str) -> Person | None:
    return session.scalar(_IRO_OF, {"child": child_id})


def allocation_of(session: Session, child_id: str) -> tuple[Allocation | None, Person | None]:
    """The open allocation of the child, and the IRO whom they had before, if there was one."""
    rows = session.scalars(select(Allocation).where(Allocation.child_id == child_id).order_by(Allocation.since)).all()
    held = next((row for row in rows if row.until is None), None)
    ended = [row for row in rows if row.until is not None and (held is None or row.iro_id != held.iro_id)]
    return held, session.get(Person, ended[-1].iro_id) if ended else None


def absence_of(session: Session, iro_id: str, now: datetime) -> Absence | None:
    """The absence of this IRO that lasts now."""
    return session.scalar(
        select(Absence).where(Absence.iro_id == iro_id, Absence.starts <= now, Absence.ends > now).order_by(Absence.starts.desc()).limit(1)
    )


def cover_of(session: Session, iro_id: str, now: datetime) -> Person | None:
    """Who covers for this IRO now, or None while the IRO is at work."""
    return session.scalar(_COVER_OF, {"iro": iro_id, "now": now})


def iro_and_cover(session: Session, child_id: str, now: datetime) -> tuple[Person | None, Person | None]:
    """The child's IRO, and who covers for them now; None where there is none."""
    found = session.execute(_IRO_AND_COVER, {"child": child_id, "now": now}).first()
    return (found[0], found[1]) if found else (None, None)


def conversation_of(session: Session, child_id: str) -> Conversation:
    """The child's one conversation, over every channel; it is made at the first need."""
    held = session.scalar(_TALK_OF, {"child": child_id})
    if held is None:
        held = Conversation(id=new_id(), child_id=child_id)
        session.add(held)
        session.flush()
    return held


def conversation_of_number(session: Session, number: str) -> Conversation:
    """The conversation with a number that belongs to nobody we know, sealed under a key of its own."""
    held = session.scalar(select(Conversation).where(Conversation.phone_hash == ring.lookup(number)))
    if held is None:
        held = Conversation(id=new_id(), phone_hash=ring.lookup(number), number=number)
        ring.create(session, held.id)
        session.flush()
        session.add(held)
        session.flush()
    return held


def next_review(session: Session, child_id: str, now: datetime) -> Review | None:
    return session.scalar(_NEXT_REVIEW, {"child": child_id, "now": now})


def last_review(session: Session, child_id: str, now: datetime) -> Review | None:
    return session.scalar(
        select(Review)
        .where(Review.child_id == child_id, or_(Review.status == "held", Review.at < now), Review.status != "cancelled")
        .order_by(Review.at.desc())
        .limit(1)
    )


def age(person: Person, today: date) -> int | None:
    """Age in whole years; on 29 February the birthday falls on 1 March in other years."""
    if not person.date_of_birth:
        return None
    born = date.fromisoformat(person.date_of_birth)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def first_name(person: Person) -> str:
    return person.name.split()[0] if person.name.split() else person.name
