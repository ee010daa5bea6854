"""Complaints under SI 2006/1738, and the secrecy of one that is, or may be, about the child's IRO.

From the first word of a complaint talk nothing of it is shown to the child's IRO, because nobody knows yet whom it is
about. When the talk ends and it was about somebody else, what was hidden is shown; when it was about the IRO, or that
never became known, it stays hidden.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cases import advocacy, alerts, people, working_days
from cases.store.models import Complaint, Conversation, Inbound, Outgoing, Person, new_id


@dataclass(frozen=True)
class Receipt:
    """What the child is told: by when it should be answered, and by when at the latest."""

    answer_by: date
    latest: date
    about_iro: bool


def draft(session: Session, child_id: str) -> Complaint | None:
    """The complaint that the child has begun and not sent."""
    return session.scalar(
        select(Complaint).where(Complaint.child_id == child_id, Complaint.stage == "draft").order_by(Complaint.created_at.desc()).limit(1)
    )


def begin(
    session: Session, conversation: Conversation, child: Person, now: datetime, *, inbound_id: str | None, about_iro: bool
) -> Complaint:
    """Open the child's draft, or begin one, and keep the talk from their IRO from this message on."""
    iro = people.iro_of(session, child.id)
    inbound = session.get(Inbound, inbound_id) if inbound_id else None
    if iro is not None:
        if conversation.confidential_from is None:
            conversation.confidential_since = inbound.received_at if inbound else now
        conversation.confidential_from = iro.id
        if inbound is not None:
            inbound.hidden_from = iro.id
    complaint = draft(session, child.id)
    if complaint is None:
        complaint = Complaint(id=new_id(), child_id=child.id, created_at=now)
        session.add(complaint)
    if about_iro and iro is not None:
        complaint.about = complaint.about or iro.name
        complaint.about_iro_id = iro.id
    session.flush()
    return complaint


def describe(session: Session, complaint: Complaint, child: Person, **said: str | bool | None) -> None:
    """Fill in text, about, wanted or wants_advocate. Whoever is named decides whether it is about the IRO."""
    for name, value in said.items():
        setattr(complaint, name, value)
    iro = people.iro_of(session, child.id)
    if iro is not None and complaint.about_iro_id is None and _names_iro(iro, complaint.about or "", complaint.text or ""):
        complaint.about_iro_id = iro.id
    session.flush()


def _names_iro(iro: Person, about: str, text: str) -> bool:
    names = [re.escape(part) for part in iro.name.split() if len(part) > 2]
    pattern = rf"\b(?:iro|reviewing officer|reviewing man|reviewing lady|review (?:lady|man|person)|{'|'.join(names)})(?:s|'s)?\b"
    return bool(re.search(pattern, about, re.IGNORECASE) or re.search(pattern, text, re.IGNORECASE))


def lodge(session: Session, conversation: Conversation, complaint: Complaint, child: Person, now: datetime) -> Receipt:
    """The child said send. It goes to the complaints manager; about an IRO, to the manager too, and never to that IRO."""
    if complaint.stage == "draft":
        complaint.stage = "received"
        complaint.received_at = now
        session.flush()
        # Whom it is about may never have become known: then it is kept from the IRO like one about them.
        kept_from = complaint.about_iro_id or (conversation.confidential_from if complaint.about is None else None)
        alerts.raise_alert(
            session,
            level="message",
            about="complaint",
            about_id=complaint.id,
            child_id=child.id,
            now=now,
            hidden_from=kept_from,
        )
        if complaint.wants_advocate:
            advocacy.ask(session, child, text=complaint.text, agreed_to_share=True, now=now, hidden_from=kept_from)
    end_talk(session, conversation, complaint)
    return Receipt(
        answer_by=working_days.after(now, working_days.ANSWER),
        latest=working_days.after(now, working_days.ANSWER_LATEST),
        about_iro=complaint.about_iro_id is not None,
    )


def end_talk(session: Session, conversation: Conversation, complaint: Complaint | None) -> None:
    """The complaint talk is over: show what was hidden, unless it is about the IRO or that is not known."""
    hidden, since = conversation.confidential_from, conversation.confidential_since
    if hidden is None:
        return
    about_another = complaint is not None and bool(complaint.about) and complaint.about_iro_id is None
    if about_another:
        session.flush()
        for model, stamp in ((Inbound, Inbound.received_at), (Outgoing, Outgoing.created_at)):
            session.execute(
                update(model)
                .where(model.conversation_id == conversation.id, model.hidden_from == hidden, stamp >= since)
                .values(hidden_from=None)
                .execution_options(synchronize_session="fetch")
            )
    conversation.confidential_from = None
    conversation.confidential_since = None
    session.flush()
