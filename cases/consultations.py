"""A child's consultation before a review: what they want, answer by answer, in their words and as Heard took them.

Every answer is a row and is kept; the newest of a field holds. A draft can be seen by the IRO before it is sent, but
nothing counts as sent until the child has said yes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases import alerts, people
from cases.language.form import FIELDS, Change
from cases.store.models import Answer, Consultation, Inbound, new_id

NEW, RESUMED, SENT_BEFORE = "new", "resumed", "sent_before"


def current(session: Session, child_id: str, now: datetime) -> Consultation | None:
    """The child's consultation for the review to come: the newest, unless its review has been."""
    newest = session.scalar(
        select(Consultation).where(Consultation.child_id == child_id).order_by(Consultation.started_at.desc(), Consultation.id).limit(1)
    )
    if newest is None:
        return None
    review = people.next_review(session, child_id, now)
    over = newest.review_id is not None and (review is None or review.id != newest.review_id)
    return None if over else newest


def open_one(session: Session, child_id: str, now: datetime) -> tuple[Consultation, str]:
    """The consultation to go on with, and whether it is new, resumed, or one that was sent and is opened again."""
    held = current(session, child_id, now)
    if held is None:
        review = people.next_review(session, child_id, now)
        held = Consultation(id=new_id(), child_id=child_id, review_id=review.id if review else None, started_at=now)
        session.add(held)
        session.flush()
        return held, NEW
    if held.review_id is None and (review := people.next_review(session, child_id, now)):
        held.review_id = review.id  # the date was set after the child began
    if held.status == "sent":
        held.status = "open"
        return held, SENT_BEFORE
    return held, RESUMED if held.answers else NEW


def newest(consultation: Consultation) -> dict[str, Answer]:
    """The answer that holds of each field that was spoken of."""
    return {row.field: row for row in consultation.answers}


def values(consultation: Consultation) -> dict[str, Any]:
    """What each answered field holds; a skipped field is left out."""
    return {name: json.loads(row.value) for name, row in newest(consultation).items() if row.state != "skipped"}


def states(consultation: Consultation) -> dict[str, str]:
    """given, told (said before it was asked) or skipped, by field."""
    return {name: row.state for name, row in newest(consultation).items()}


def last_answered(consultation: Consultation) -> str:
    """The field of the newest answer to a question, or ''."""
    return next((row.field for row in reversed(consultation.answers) if row.state != "told"), "")


def write(
    session: Session, consultation: Consultation, changes: Iterable[Change], words: str, inbound_id: str | None, now: datetime
) -> None:
    """Write what a message changed. `words`: the child's message as it came."""
    inbound = session.get(Inbound, inbound_id) if inbound_id else None
    number = session.scalar(select(func.max(Answer.number)).where(Answer.consultation_id == consultation.id)) or 0
    for change in changes:
        number += 1
        row = Answer(
            number=number,
            child_id=consultation.child_id,
            field=change.field,
            words=words,
            value=json.dumps(None if change.skipped else change.value, ensure_ascii=False),
            state="skipped" if change.skipped else "told" if change.told else "given",
            inbound_id=inbound.id if inbound else None,
            created_at=now,
        )
        consultation.answers.append(row)
    session.flush()


def send(session: Session, consultation: Consultation, now: datetime, *, hidden_from: str | None = None) -> None:
    """The child said yes: it is sent, and put in front of the IRO. Sending twice does nothing more."""
    if consultation.status == "sent":
        return
    consultation.status = "sent"
    consultation.sent_at = now
    session.flush()
    alerts.raise_alert(
        session,
        level="message",
        about="consultation",
        about_id=consultation.id,
        child_id=consultation.child_id,
        now=now,
        hidden_from=hidden_from,
    )


def export(consultation: Consultation) -> dict:
    """What the child wants, in the shape of `heard export`: short gists, lists of names, null where nothing was said."""
    held = values(consultation)
    review = consultation.review_id
    advocate = held.get("advocate")
    return {
        "status": consultation.status,
        "review": review,
        "when": held.get("when"),
        "where": held.get("where"),
        "attend": held.get("attend") or [],
        "exclude": held.get("exclude") or [],
        "chair": held.get("chair"),
        "topics": {name: value for name, value in held.items() if name not in FIELDS},
        "issues": held.get("issues") or [],
        "advocate": advocate if advocate is None or isinstance(advocate, bool) else None if advocate == "maybe" else True,
    }
