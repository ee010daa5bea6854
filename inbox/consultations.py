"""What a child wants said at their review, on one page that prints well."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import access, consultations, people
from cases.language import calendar
from cases.store.models import Answer, Consultation, Person, Review
from inbox import alerts as alert_pages
from inbox.dates import LONDON
from inbox.web import NotHere, Visit


@dataclass(frozen=True)
class Said:
    field: str
    heading: str  # of a question beyond the meeting: its topic, and what was asked
    words: str
    meaning: str
    skipped: bool
    before: list[str]  # what the child had said first, where they changed it
    last_time: str | None = None  # what they said before the review before, where that was something else


def show(visit: Visit, action: str = "view consultation") -> Response:
    with visit.store.write() as session:
        consultation = session.get(Consultation, visit.path("consultation_id"))
        if consultation is None or not access.may_see_child(session, visit.viewer, consultation.child_id, visit.now):
            raise NotHere
        if not visit.only_looks_ahead:
            alert_pages.opened(session, visit, ("consultation",), about_id=consultation.id)
        visit.audit(session, action, child_id=consultation.child_id, what=f"consultation {consultation.id}")
    with visit.store.read() as session:
        consultation = session.get_one(Consultation, consultation.id)
        child = session.get(Person, consultation.child_id)
        return visit.page(
            "consultation.html",
            consultation=consultation,
            child=child,
            first=people.first_name(child),
            age=people.age(child, visit.now.astimezone(LONDON).date()),
            iro=people.iro_of(session, child.id),
            review=session.get(Review, consultation.review_id) if consultation.review_id else None,
            said=answers(session, visit.viewer, consultation),
            last_time_gone=(before := _before(session, consultation)) is not None and before.words_gone_at is not None,
        )


def answers(session: Session, viewer: Person, consultation: Consultation) -> list[Said]:
    """The newest answer of each field in the order of asking, with what it replaced and what was said last time."""
    by_field = _rows(session, viewer, consultation.id)
    before = _before(session, consultation)
    last_time = _rows(session, viewer, before.id) if before and not before.words_gone_at else {}
    headings = consultations.headings(session, consultation)
    order = list(headings)
    fields = sorted(by_field, key=lambda field: order.index(field) if field in order else len(order))
    there = [field for field in fields if by_field[field][-1].state != "open"]
    return [_said(field, headings.get(field, ""), by_field[field], last_time.get(field, [])) for field in there]


def _before(session: Session, consultation: Consultation) -> Consultation | None:
    """What the child sent the time before."""
    return session.scalar(
        select(Consultation)
        .where(
            Consultation.child_id == consultation.child_id,
            Consultation.started_at < consultation.started_at,
            Consultation.status == "sent",
        )
        .order_by(Consultation.started_at.desc())
        .limit(1)
    )


def _rows(session: Session, viewer: Person, consultation_id: str) -> dict[str, list[Answer]]:
    by_field: dict[str, list[Answer]] = {}
    visible = select(Answer).where(Answer.consultation_id == consultation_id, access.visible(Answer, viewer))
    for row in session.scalars(visible.order_by(Answer.number)):
        by_field.setdefault(row.field, []).append(row)
    return by_field


def _said(field: str, heading: str, rows: list[Answer], last_time: list[Answer]) -> Said:
    *before, last = rows
    changed = dict.fromkeys(row.words for row in before if row.state not in ("skipped", "open") and row.words != last.words)
    then = last_time[-1] if last_time and last_time[-1].state not in ("skipped", "open") else None
    differs = then is not None and (then.value, then.words) != (last.value, last.words)
    return Said(field, heading, last.words, _meaning(last), last.state == "skipped", list(changed), then.words if differs else None)


def _meaning(row: Answer) -> str:
    """What Heard took the words to mean, where that says more than the words; of a time, with its dates on the day it was said."""
    try:
        meaning = _plain(json.loads(row.value))
    except ValueError:
        meaning = row.value
    if row.field == "when" and meaning and (dates := calendar.dates(meaning, row.created_at)):
        return f"{meaning} ({dates})"
    return "" if meaning.casefold() == row.words.strip().casefold() else meaning


def _plain(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')}: {_plain(part)}" for name, part in value.items() if part not in (None, "", [], {}))
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    return str(value)
