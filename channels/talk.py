"""Saying one of the service's own replies in a talk, worded differently from the last time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from cases import words
from cases.store import outbox
from cases.store.models import Conversation, Inbound, Outgoing


def speak(session: Session, conversation: Conversation, name: str, inbound: Inbound, now: datetime, /, **values: str) -> Outgoing:
    """Say the response `name` in answer to `inbound`; it is hidden from whom that is hidden."""
    said = words.render(name, conversation.language, avoid=outbox.recent_bot_texts(session, conversation.id), **values)
    return answer(session, conversation, said.text, inbound, now, said.choices)


def answer(
    session: Session, conversation: Conversation, text: str, inbound: Inbound, now: datetime, choices: list[dict] | None = None
) -> Outgoing:
    """Say `text` in answer to `inbound`, where that came from; it is hidden from whom that is hidden."""
    return outbox.say(
        session,
        conversation,
        text,
        answers=inbound.id,
        channel=inbound.channel,
        choices=choices,
        hidden_from=inbound.hidden_from,
        now=now,
    )


def handled(inbound: Inbound, now: datetime, *, for_person: bool | None = None) -> None:
    inbound.state = "handled"
    inbound.handled_at = now
    if for_person is not None:
        inbound.for_person = for_person
