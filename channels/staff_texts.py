"""A text from the phone of a member of staff: an answer to an alert, and never a message of a child."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from cases import alerts_by_text, audit, notices, people, telling
from cases.store import outbox
from cases.store.models import Conversation, Inbound, Phone
from channels.talk import handled


def answered(session: Session, inbound: Inbound, conversation: Conversation, word: str | None, inbox: str, now: datetime) -> bool:
    """Take the text as "I have this" to the alert that its sender was last texted about, and say so to them.

    False when the number is nobody's of the staff. `word`: the network's word that it is, if any ("stop", "start").
    `inbox`: the address of the staff pages.
    """
    if conversation.child_id is not None or inbound.channel != "sms" or conversation.number is None:
        return False
    person = alerts_by_text.staff_of(session, conversation.number)
    if person is None:
        return False
    handled(inbound, now, for_person=False)
    phone = people.phone_of(session, conversation.number)
    if word in ("stop", "start"):
        _set(phone, word, now)
        return True
    taken, left = alerts_by_text.acknowledge_from(session, conversation.number, now)
    for alert in taken:
        audit.record(
            session,
            actor=person,
            action="acknowledge by text",
            child_id=alert.child_id,
            object=f"alert {alert.id}",
            hidden_from=telling.kept_from(session, alert),
            now=now,
        )
    name = ("thanks_more" if left else "thanks") if taken else "nothing"
    outbox.say(session, conversation, notices.words("by_text", name, link=inbox), answers=inbound.id, channel="sms", now=now)
    return True


def _set(phone: Phone, word: str, now: datetime) -> None:
    """The network itself has stopped or started our texts to them; e-mail goes on."""
    if word == "stop" and phone.status == "verified":
        phone.status, phone.stopped_at = "stopped", now
    elif word == "start" and phone.status == "stopped":
        phone.status, phone.stopped_at = "verified", None
