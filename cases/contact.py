"""How a child wants to be reached: channel, quiet times, easy words, who helps, a phone that others read, a new number.

A new number is proved by a code that goes to the child where they are known already (the old phone, the web chat), or that
their worker gives them; the child texts it from the new phone. A text alone moves nothing.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import audit, invites, people
from cases.store.models import Alert, ChildSettings, Consultation, Conversation, Inbound, Person, Phone

LONDON = ZoneInfo("Europe/London")
_CODE = re.compile(rf"(?:[a-z]+ ){{0,4}}([{invites.ALPHABET}]{{4}})[ -]?([{invites.ALPHABET}]{{4}})[.!]?", re.IGNORECASE)
#: A child who wrote this lately is there, and reads what comes at once.
THERE = timedelta(minutes=30)
#: So long after somebody was alarmed about a child, what people write to them waits for no quiet time.
ALARM = timedelta(hours=24)


def settings_of(session: Session, child_id: str) -> ChildSettings | None:
    return session.get(ChildSettings, child_id)


def change(session: Session, child: Person, **values: object) -> ChildSettings:
    """Set what the child asked for: channel, quiet_from and quiet_until, easy_read, language, helped_by."""
    held = session.get(ChildSettings, child.id)
    if held is None:
        held = ChildSettings(child_id=child.id, easy_read=False)
        session.add(held)
    for name, value in values.items():
        setattr(held, name, value)
    session.flush()
    return held


def easy_read(session: Session, child_id: str) -> bool:
    held = settings_of(session, child_id)
    return held is not None and held.easy_read


def quiet_time(held: ChildSettings | None, now: datetime) -> tuple[datetime, datetime] | None:
    """When the child's quiet time began and ends, if it is quiet now. A time that runs over midnight is one."""
    if held is None or not held.quiet_from or not held.quiet_until:
        return None
    here = now.astimezone(LONDON)
    begins, ends = time.fromisoformat(held.quiet_from), time.fromisoformat(held.quiet_until)
    clock = here.time().replace(tzinfo=None)
    if begins < ends and not begins <= clock < ends or begins >= ends and ends <= clock < begins:
        return None
    over_midnight = timedelta(days=begins >= ends)
    last = here.date() + (over_midnight if clock >= begins else timedelta(0))
    first = last - over_midnight
    return tuple(datetime.combine(day, at, LONDON).astimezone(now.tzinfo) for day, at in ((first, begins), (last, ends)))


def holds_until(session: Session, conversation: Conversation, now: datetime) -> datetime | None:
    """Until when what a person writes waits, because the child wants no texts now; None where it goes out at once.

    That is so out of the quiet time, and within it for a child who waits for an answer: who has written since it began (or just
    before), or of whom somebody was alarmed within the last day.
    """
    quiet = quiet_time(settings_of(session, conversation.child_id), now) if conversation.child_id else None
    if quiet is None:
        return None
    begins, ends = quiet
    wrote = select(Inbound.id).where(Inbound.conversation_id == conversation.id, Inbound.received_at > min(begins, now - THERE))
    alarmed = select(Alert.id).where(
        Alert.child_id == conversation.child_id, Alert.level.in_(("concern", "immediate")), Alert.created_at > now - ALARM
    )
    return None if session.scalar(wrote.limit(1)) or session.scalar(alarmed.limit(1)) else ends


# Who helps -------------------------------------------------------------------------------------------------------------


def helped(session: Session, child: Person, who: str | None, now: datetime) -> None:
    """From now on somebody helps the child to write (None: no longer). A consultation that is open says so too."""
    change(session, child, helped_by=who, helped_since=now if who else None)
    query = select(Consultation).where(Consultation.child_id == child.id, Consultation.status == "open")
    for consultation in session.scalars(query):
        consultation.helped_by = who or consultation.helped_by


# Languages -------------------------------------------------------------------------------------------------------------


def language_named(text: str) -> str | None:
    """The code of the language that the text names in English ("polish" → "pl"), or None."""
    names = {name.lower(): code for code, name in Locale("en").languages.items() if "_" not in code}
    spoken = re.findall(r"[a-z]{4,}", text.lower())
    return next((names[word] for word in spoken if word in names), None)


# Phones ----------------------------------------------------------------------------------------------------------------


def phone_written_on(session: Session, child: Person, inbound_id: str | None) -> Phone | None:
    """The phone that this message came from; else the one that texts go to."""
    inbound = session.get(Inbound, inbound_id) if inbound_id else None
    phone = session.get(Phone, inbound.phone_id) if inbound and inbound.phone_id else None
    return phone or people.sms_phone(session, child.id)


def code_for_new_phone(session: Session, child: Person, now: datetime) -> str:
    """A code that proves a new number when it is texted from there; it also opens the web chat. Good once, for a week."""
    _, code = invites.make_invite(session, child, child, now)
    return f"{code[:4]}-{code[4:]}"


def prove_number(session: Session, number: str, text: str, now: datetime) -> Person | None:
    """A number that nobody knows has texted a code: it is the child's from now on, and their old ones are not. None: no code.

    number: E.164. Wrong codes are counted against the number, and slow it down.
    """
    code = _CODE.fullmatch(text.strip())
    if code is None or people.normalise_phone(number) != number or people.phone_of(session, number) is not None:
        return None
    child_id = invites.redeem(session, code[1] + code[2], number, now)
    child = session.get(Person, child_id) if child_id else None
    if child is None:
        return None
    people.retire_phones(session, child)
    people.add_phone(session, child, number)
    audit.record(session, actor=child, action="new number proved", child_id=child.id, now=now)
    return child


def child_is_there(session: Session, conversation_id: str, now: datetime) -> bool:
    """Has the child written just now? Then they hold the phone themselves."""
    recent = select(Inbound.id).where(Inbound.conversation_id == conversation_id, Inbound.received_at > now - THERE)
    return session.scalar(recent.limit(1)) is not None
