"""`heard export`: everything that is held on one child, as plain data in the shape that the design fixes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import consultations, people
from cases.store.models import (
    AdvocateRequest,
    Alert,
    Audit,
    Complaint,
    Consultation,
    Conversation,
    Decision,
    Inbound,
    Issue,
    Note,
    Outgoing,
    Person,
    Phone,
    Review,
)


def export(session: Session, child: Person) -> dict:
    """A JSON-ready dict: child, iro, reviews, messages, consultations, issues, complaints, decisions, advocate_requests,
    alerts, staff_notes, audit.

    It holds what the child said in confidence about their IRO too: it is for the council's records officer, not for staff pages.
    The staff_notes were not written for the child: somebody looks through them before a copy goes to the child.
    """
    iro = people.iro_of(session, child.id)
    kinds = _staff_kinds(session)
    held = _rows(session, child.id)
    phones = list(session.scalars(select(Phone).where(Phone.person_id == child.id)))
    return {
        "child": {
            "ref": child.ref,
            "name": child.name,
            "email": child.email,
            "phones": [{"number": phone.number, "status": phone.status} for phone in phones],
            "date_of_birth": child.date_of_birth,
            "language": child.language,
            "needs": child.needs,
            "sibling_group": child.sibling_group,
            "looked_after_since": child.looked_after_since.isoformat() if child.looked_after_since else None,
        },
        "iro": {"ref": iro.ref, "name": iro.name} if iro else None,
        "reviews": [{"at": _iso(row.at), "time_known": row.time_known, "place": row.place, "status": row.status} for row in held(Review)],
        "messages": messages(session, child.id),
        "consultations": [consultations.export(row) for row in held(Consultation)],
        "issues": [{"at": _iso(row.created_at), "kind": row.kind, "text": row.text, "status": row.status} for row in held(Issue)],
        "complaints": [
            {
                "at": _iso(row.created_at),
                "about": row.about,
                "about_iro": row.about_iro_id is not None,
                "text": row.text,
                "wanted": row.wanted,
                "stage": row.stage,
            }
            for row in held(Complaint)
        ],
        "decisions": [
            {
                "at": _iso(row.created_at),
                "text": row.text,
                "who": row.who,
                "due": row.due.isoformat() if row.due else None,
                "status": row.status,
            }
            for row in held(Decision)
        ],
        "advocate_requests": [{"at": _iso(row.created_at), "text": row.text, "status": row.status} for row in held(AdvocateRequest)],
        "alerts": [
            {"to_role": row.to_role, "level": row.level, "sent": _iso(row.sent_at), "acknowledged": _iso(row.acknowledged_at)}
            for row in held(Alert)
        ],
        "staff_notes": [{"at": _iso(row.created_at), "by": kinds[row.author_id], "text": row.text} for row in held(Note)],
        "audit": [
            {"at": _iso(row.at), "by": row.actor_role, "action": row.action, "object": row.object}
            for row in session.scalars(select(Audit).where(Audit.child_id == child.id).order_by(Audit.id))
        ],
    }


def messages(session: Session, child_id: str) -> list[dict]:
    """The talk over every channel, oldest first. from: child, heard, or the kind of staff who wrote."""
    talk = session.scalar(select(Conversation.id).where(Conversation.child_id == child_id))
    if talk is None:
        return []
    authors = _staff_kinds(session)
    said = [
        (
            row.received_at,
            0,
            row.seq,
            {"from": "child", "channel": row.channel, "text": row.text, "risk": row.risk, "category": row.category},
        )
        for row in session.scalars(select(Inbound).where(Inbound.conversation_id == talk))
    ]
    said += [
        (
            row.created_at,
            1,
            row.number or 0,
            {"from": authors.get(row.author, "heard"), "channel": row.channel, "text": row.text, "risk": None, "category": None},
        )
        for row in session.scalars(select(Outgoing).where(Outgoing.conversation_id == talk))
    ]
    return [{"at": _iso(at), **message} for at, _, _, message in sorted(said, key=lambda item: item[:3])]


def _staff_kinds(session: Session) -> dict[str, str]:
    return dict(session.execute(select(Person.id, Person.kind).where(Person.kind != "child")).all())


def _rows(session: Session, child_id: str):
    def held(model):
        when = model.started_at if model is Consultation else model.created_at
        return session.scalars(select(model).where(model.child_id == child_id).order_by(when)).all()

    return held


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
