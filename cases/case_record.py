"""What one member of staff may take from a child's talk into the council's case record, the mark that it is there, and letting go.

Heard passes on; the case record keeps. Somebody copies what they may see (on paper or as JSON), says so, and after a while the
words go from here. What nobody has said that of, or is still open, is never let go.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from cases import access, audit, people
from cases.store.models import (
    AdvocateRequest,
    Alert,
    Answer,
    Complaint,
    ComplaintEvent,
    Consultation,
    Conversation,
    Decision,
    Inbound,
    Issue,
    Note,
    Outgoing,
    Person,
    Review,
)

#: Words stay this long after they were said to be in the case record: time to notice that they are not.
KEPT_FOR = timedelta(days=30)
#: What everybody who may open the child's page sees all of; of the answers in a consultation each is looked at by itself.
WHOLE = (Review, Consultation)
#: What an IRO's answer by text may wait for its code, at the longest.
KEPT_ANSWER = timedelta(days=1)


def read(session: Session, viewer: Person, child: Person, now: datetime) -> dict:
    """All of it that the viewer may see, JSON-ready: what is kept from them is neither there nor counted."""
    talk = session.scalar(select(Conversation.id).where(Conversation.child_id == child.id))
    iro = people.iro_of(session, child.id)
    names = {one.id: f"{one.name} ({one.kind})" for one in session.scalars(select(Person).where(Person.kind != "child"))}

    def seen(model, when, *where) -> list:
        rows = select(model).where(*where).order_by(when)
        return list(session.scalars(rows if model in WHOLE else rows.where(access.visible(model, viewer))))

    said = [
        (row.received_at, 0, row.seq, "child", row.channel, row)
        for row in seen(Inbound, Inbound.seq, Inbound.conversation_id == talk)
    ] + [
        (row.created_at, 1, row.number or 0, names.get(row.author, "Heard"), row.channel, row)
        for row in seen(Outgoing, Outgoing.number, Outgoing.conversation_id == talk)
    ]  # fmt: skip
    mine = access.complaints_of(viewer, now).where(Complaint.child_id == child.id)
    return {
        "made_at": now.isoformat(),
        "made_by": viewer.name,
        "child": {"ref": child.ref, "name": child.name, "date_of_birth": child.date_of_birth, "language": child.language},
        "iro": {"ref": iro.ref, "name": iro.name} if iro else None,
        "reviews": [
            {"at": row.at.isoformat(), "time_known": row.time_known, "place": row.place, "status": row.status}
            for row in seen(Review, Review.at, Review.child_id == child.id)
        ],
        "consultations": [
            {
                "status": row.status,
                "started": row.started_at.isoformat(),
                "sent": _iso(row.sent_at),
                "words_gone": row.words_gone_at is not None,
                "answers": _answers(session, viewer, row),
            }
            for row in seen(Consultation, Consultation.started_at, Consultation.child_id == child.id)
        ],
        "issues": [
            {
                "at": row.created_at.isoformat(),
                "kind": row.kind,
                "text": row.text,
                "meaning": row.detail,
                "status": row.status,
                "words_gone": row.words_gone_at is not None,
            }
            for row in seen(Issue, Issue.created_at, Issue.child_id == child.id)
        ],
        "complaints": [
            {
                "at": row.created_at.isoformat(),
                "about": row.about,
                "text": row.text,
                "wanted": row.wanted,
                "stage": row.stage,
                "words_gone": row.words_gone_at is not None,
                "history": [
                    {"at": event.at.isoformat(), "by": names.get(event.by, "child"), "what": event.kind, "words": event.words}
                    for event in seen(ComplaintEvent, ComplaintEvent.at, ComplaintEvent.complaint_id == row.id)
                ],
            }
            for row in session.scalars(mine.order_by(Complaint.created_at))
        ],
        "advocate_requests": [
            {
                "at": row.created_at.isoformat(),
                "text": row.text,
                "status": row.status,
                "agreed_to_share": row.agreed_to_share,
                "words_gone": row.words_gone_at is not None,
            }
            for row in seen(AdvocateRequest, AdvocateRequest.created_at, AdvocateRequest.child_id == child.id)
        ],
        "decisions": [
            {"at": row.created_at.isoformat(), "text": row.text, "who": row.who, "due": _iso(row.due), "status": row.status}
            for row in seen(Decision, Decision.number, Decision.child_id == child.id)
        ],
        "messages": [
            {"at": at.isoformat(), "from": who, "channel": channel, "text": row.text, "words_gone": row.words_gone_at is not None}
            for at, _, _, who, channel, row in sorted(said, key=lambda one: one[:3])
        ],
        # Apart from what was said to the child, so that nobody hands them on unseen.
        "staff_notes": [
            {"at": row.created_at.isoformat(), "by": names[row.author_id], "text": row.text, "words_gone": row.words_gone_at is not None}
            for row in seen(Note, Note.created_at, Note.child_id == child.id)
        ],
    }  # fmt: skip


def consultations_of(session: Session, child_id: str) -> list[Consultation]:
    return list(session.scalars(select(Consultation).where(Consultation.child_id == child_id).order_by(Consultation.started_at)))


def mark(session: Session, viewer: Person, child: Person, up_to: datetime, now: datetime) -> int:
    """The viewer says that what they could see until `up_to` is in the case record. Returns how many things that was."""
    talk = select(Conversation.id).where(Conversation.child_id == child.id)
    count = 0
    for model, when, whose in (
        (Inbound, Inbound.received_at, Inbound.conversation_id.in_(talk)),
        (Outgoing, Outgoing.created_at, Outgoing.conversation_id.in_(talk)),
        (Consultation, Consultation.started_at, Consultation.child_id == child.id),
        (Issue, Issue.created_at, Issue.child_id == child.id),
        (Complaint, Complaint.created_at, Complaint.child_id == child.id),
        (AdvocateRequest, AdvocateRequest.created_at, AdvocateRequest.child_id == child.id),
        (Note, Note.created_at, Note.child_id == child.id),
    ):
        rows = select(model).where(whose, when <= up_to, model.in_record_at.is_(None))
        if model is Complaint:
            rows = rows.where(model.id.in_(access.complaints_of(viewer, now).with_only_columns(Complaint.id)))
        elif model not in WHOLE:
            rows = rows.where(access.visible(model, viewer))
        for row in session.scalars(rows):
            row.in_record_at = now
            count += 1
    audit.record(session, actor=viewer, action="in case record", child_id=child.id, object=f"until {up_to.isoformat()}", now=now)
    return count


def let_go(session: Session, now: datetime) -> int:
    """Forget the words that have been in the case record for long enough. Returns how many rows.

    Only what somebody has read, that is finished, and about which no alert is open. That it was said, when, and who read it
    stays; so does the consultation of a review that is still to come.
    """
    over = now - KEPT_FOR
    count = 0
    for model, done in (
        (Inbound, [Inbound.state != "waiting", or_(Inbound.read_at.is_not(None), Inbound.for_person.is_(False))]),
        (Outgoing, [Outgoing.state.in_(("sent", "delivered"))]),
        (Issue, [Issue.status == "closed"]),
        (Complaint, [Complaint.stage.in_(("closed", "withdrawn"))]),
        (AdvocateRequest, [AdvocateRequest.status.in_(("closed", "withdrawn"))]),
        (Consultation, [Consultation.status == "sent", ~_still_to_come(now)]),
        (Note, []),
    ):
        asked = exists().where(Alert.about_id == model.id, Alert.acknowledged_at.is_(None))
        rows = select(model).where(model.in_record_at <= over, model.words_gone_at.is_(None), ~asked, *done)
        for row in session.scalars(rows):
            _forget(session, row)
            row.words_gone_at = now
            count += 1
    kept = Inbound.intent == "answer_kept", Inbound.received_at < now - KEPT_ANSWER
    for row in session.scalars(select(Inbound).where(*kept)):
        row.text, row.intent = "", None
    if count:
        audit.record(session, actor="worker", action="words let go", object=f"{count} rows", now=now)
    return count


def _still_to_come(now: datetime):
    return exists().where(Review.id == Consultation.review_id, Review.status == "planned", Review.at > now)


def _forget(session: Session, row) -> None:
    if isinstance(row, Consultation):
        for answer in row.answers:
            answer.words, answer.value = "", "null"
        return
    if isinstance(row, Complaint):
        session.execute(update(ComplaintEvent).where(ComplaintEvent.complaint_id == row.id).values(words=None))
    row.text = ""
    for name in ("reasons", "about", "wanted", "subject", "detail"):
        if getattr(row, name, None) is not None:
            setattr(row, name, None)


def _answers(session: Session, viewer: Person, consultation: Consultation) -> list[dict]:
    """The newest answer to each question, as the child said it and as Heard took it."""
    rows = select(Answer).where(Answer.consultation_id == consultation.id, access.visible(Answer, viewer)).order_by(Answer.number)
    newest = {row.field: row for row in session.scalars(rows)}
    return [
        {"question": row.field, "words": row.words, "meaning": json.loads(row.value), "skipped": row.state == "skipped"}
        for row in newest.values()
        if row.state != "open"
    ]


def _iso(at) -> str | None:
    return at.isoformat() if at else None
