"""Cases of concern for supervision, by the practice standards' list: what can be worked out is, the rest the IRO says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import access, council, statutory
from cases.store.models import Allocation, Concern, Consultation, Consulted, Decision, Person, Review, new_id
from cases.working_days import LONDON

#: What an IRO can say; the first two are worked out as well, where Heard holds enough.
SAID = ("drift", "views", "section_20", "placed_with_parents", "no_school")
WORKED_OUT = ("late_review", "no_review", "new_in_care", "drift", "views")
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Case:
    """A child, the reasons that were worked out, and those that were said."""

    child_id: str
    name: str
    iro: str | None
    reasons: list[str]
    concerns: list[Concern]


def cases(session: Session, viewer: Person, now: datetime) -> list[Case]:
    """The viewer's children for whom there is any reason, those with the most first."""
    today = now.astimezone(LONDON).date()
    rules = council.values(session)
    # Ids and dates only: what is sealed is opened for the few who are shown.
    children = session.execute(
        select(Person.id, Person.looked_after_since, Person.created_at).where(Person.id.in_(access.child_ids(viewer, now)))
    ).all()
    ids = [child.id for child in children]
    reviews = _grouped(session.execute(select(Review.id, Review.child_id, Review.at, Review.status).where(Review.child_id.in_(ids))))
    concerns = _grouped(session.scalars(select(Concern).where(Concern.ended_at.is_(None), Concern.child_id.in_(ids))))
    drifting = _drifting(session, ids, today - timedelta(days=rules["drift_days"]))
    heard = set(session.scalars(select(Consultation.review_id).where(Consultation.status == "sent"))) | set(
        session.scalars(select(Consulted.review_id).where(Consulted.role == "child"))
    )
    found = {}
    for child in children:
        reasons = _reasons(child, reviews.get(child.id, []), today, rules, heard)
        if child.id in drifting:
            reasons.append("drift")
        if reasons or child.id in concerns:
            found[child.id] = reasons
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(found))).all())
    iros = _iros(session, found)
    shown = [
        Case(child_id, names[child_id], iros.get(child_id), reasons, concerns.get(child_id, [])) for child_id, reasons in found.items()
    ]
    return sorted(shown, key=lambda case: (-len(case.reasons) - len(case.concerns), case.name.casefold()))


def raise_concern(session: Session, child: Person, kind: str, note: str, person: Person, now: datetime) -> Concern:
    """The IRO says so; said again, the note is taken over. Raises ValueError for an unknown kind."""
    if kind not in SAID:
        raise ValueError(kind)
    row = session.scalar(select(Concern).where(Concern.child_id == child.id, Concern.kind == kind, Concern.ended_at.is_(None)))
    if row is None:
        row = Concern(id=new_id(), child_id=child.id, kind=kind, raised_by=person.id, raised_at=now)
        session.add(row)
    row.note = note or row.note
    session.flush()
    return row


def end_concern(row: Concern, person: Person, now: datetime) -> None:
    if row.ended_at is None:
        row.ended_at, row.ended_by = now, person.id


def _reasons(child: Person, reviews: list[Review], today: date, rules: dict, heard: set[str]) -> list[str]:
    clock = statutory.clock(child, reviews, today)
    since = child.looked_after_since
    reasons = []
    if clock.planned_too_late or (clock.review and clock.review.late(today)):
        reasons.append("late_review")
    if (statutory.day_of(clock.last.at) if clock.last else since or today) < today - YEAR:
        reasons.append("no_review")
    if since is not None and since > today - timedelta(days=rules["new_in_care_days"]):
        reasons.append("new_in_care")
    if clock.planned and clock.planned.id not in heard and statutory.views_due(clock.planned, rules) < today:
        reasons.append("views")
    return reasons


def _drifting(session: Session, ids: list[str], before: date) -> set[str]:
    """The children with a decision that should have been done before that day and has not been."""
    query = select(Decision.child_id).where(Decision.status == "open", Decision.due < before, Decision.child_id.in_(ids))
    return set(session.scalars(query))


def _iros(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """child id → the name of their IRO."""
    held = session.execute(select(Allocation.child_id, Allocation.iro_id).where(Allocation.until.is_(None), Allocation.child_id.in_(ids)))
    by_child = dict(held.all())
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(set(by_child.values())))).all())
    return {child_id: names[iro_id] for child_id, iro_id in by_child.items()}


def _grouped(rows: Iterable) -> dict[str, list]:
    found: dict[str, list] = {}
    for row in rows:
        found.setdefault(row.child_id, []).append(row)
    return found
