"""Asking for an advocate: recorded, with what the child agreed to have passed on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import alerts
from cases.store.models import AdvocateRequest, Person, new_id


def ask(
    session: Session, child: Person, *, text: str | None, agreed_to_share: bool | None, now: datetime, hidden_from: str | None = None
) -> AdvocateRequest:
    """The child wants an advocate. One open request stands; a later one adds what it agreed to."""
    held = session.scalar(
        select(AdvocateRequest)
        .where(AdvocateRequest.child_id == child.id, AdvocateRequest.status == "asked", AdvocateRequest.hidden_from == hidden_from)
        .limit(1)
    )
    if held is not None:
        held.agreed_to_share = agreed_to_share if agreed_to_share is not None else held.agreed_to_share
        held.text = held.text or text
        return held
    request = AdvocateRequest(
        id=new_id(), child_id=child.id, text=text, agreed_to_share=agreed_to_share, hidden_from=hidden_from, created_at=now
    )
    session.add(request)
    session.flush()
    alerts.raise_alert(
        session,
        level="message",
        about="advocate_request",
        about_id=request.id,
        child_id=child.id,
        now=now,
        hidden_from=hidden_from,
    )
    return request


def withdraw(session: Session, child: Person) -> None:
    """Not now after all: an open request that nobody has acted on is taken back."""
    for held in session.scalars(select(AdvocateRequest).where(AdvocateRequest.child_id == child.id, AdvocateRequest.status == "asked")):
        if held.hidden_from is None and held.agreed_to_share is None:
            held.status = "withdrawn"
