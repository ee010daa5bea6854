"""A text from the phone of a member of staff: "I have this", or an answer to a child; never a message of a child."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import alerts_by_text, answer_by_text, audit, notices, people, telling
from cases.store import outbox
from cases.store.models import Conversation, Inbound, Person, Phone
from channels import texts
from channels.talk import handled


def answered(session: Session, inbound: Inbound, conversation: Conversation, word: str | None, inbox: str, now: datetime) -> bool | None:
    """Take a text from a staff phone: "I have this" to the alert that they were last texted about, or an answer to a child.

    True once that is done; None when it is neither and nothing came of it; False when the number is nobody's of the staff.
    `word`: the network's word that it is, if any ("stop", "start"). `inbox`: the address of the staff pages.
    """
    if conversation.child_id is not None or inbound.channel != "sms" or conversation.number is None:
        return False
    person = alerts_by_text.staff_of(session, conversation.number)
    if person is None:
        return False
    handled(inbound, now, for_person=False)
    phone = people.phone_of(session, conversation.number)
    if word == "stop" or (word == "start" and phone.status == "stopped"):  # a "yes" may only be an answer
        _set(phone, word, now)
        return True
    text = texts.clean(inbound.text)
    if word == "help":
        said, done = notices.words("by_text", "help", link=inbox), True
    elif answer_by_text.just_has_it(text):
        said, done = _acknowledged(session, conversation, person, inbox, now), True
    else:
        taken = answer_by_text.take(session, person, conversation.number, inbound, text, now)
        said, done = _said(session, taken, inbox), True if taken.sent else None
    outbox.say(session, conversation, said, answers=inbound.id, channel="sms", now=now)
    return done


def _acknowledged(session: Session, conversation: Conversation, person: Person, inbox: str, now: datetime) -> str:
    taken, left = alerts_by_text.acknowledge_from(session, conversation.number, now)
    for alert in taken:
        audit.record(
            session,
            actor=person,
            action="acknowledge by text",
            child_id=alert.child_id,
            object=f"alert {alert.id}",
            hidden_from=telling.kept_from(session, alert),
            source="sms",
            now=now,
        )
    return notices.words("by_text", ("thanks_more" if left else "thanks") if taken else "nothing", link=inbox)


def _said(session: Session, taken: answer_by_text.Taken, inbox: str) -> str:
    codes = " or ".join(taken.codes[:4])
    said = notices.words("by_text", taken.say, link=inbox, code=codes, codes=codes)
    waits = taken.sent is not None and session.scalar(
        select(Inbound.id)
        .where(Inbound.conversation_id == taken.sent.conversation_id, Inbound.read_at.is_(None), Inbound.for_person)
        .where(Inbound.hidden_from.is_(None))
        .limit(1)
    )
    return f"{said} {notices.words('by_text', 'unread', link=inbox)}" if waits else said


def _set(phone: Phone, word: str, now: datetime) -> None:
    """The network itself has stopped or started our texts to them; e-mail goes on."""
    if word == "stop" and phone.status == "verified":
        phone.status, phone.stopped_at = "stopped", now
    elif word == "start" and phone.status == "stopped":
        phone.status, phone.stopped_at = "verified", None
