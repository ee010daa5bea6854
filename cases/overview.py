"""The manager's view of the service: what waits for whom, which reviews have no views yet, and which children know no IRO.

Nothing here counts what is kept from the viewer, nor, beside an IRO's name, what is kept from that IRO.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from cases import access, statutory, waiting
from cases.store.models import (
    Absence,
    Alert,
    Allocation,
    Consultation,
    Conversation,
    FollowUp,
    Inbound,
    Person,
    Review,
)
from cases.working_days import LONDON

SOON = timedelta(days=28)
#: What nobody has acknowledged for so long is shown, by level.
SHOWN_AFTER = {"immediate": timedelta(0), "concern": timedelta(0), "message": timedelta(days=1)}


@dataclass
class Load:
    """One IRO (none: children without one). oldest: the message that has waited longest without being read."""

    iro: Person | None
    away: bool = False
    children: int = 0
    unread: int = 0
    oldest: datetime | None = None
    alerts: int = 0  # of risk, acknowledged by nobody
    late_promises: int = 0
    late_reviews: int = 0
    reviews_soon: int = 0
    views_sent: int = 0  # for those reviews


@dataclass(frozen=True)
class ComingReview:
    child: Person
    iro: str | None
    review: Review
    views: str  # sent, open, none


@dataclass
class Overview:
    loads: list[Load] = field(default_factory=list)
    unacknowledged: list[waiting.Waits] = field(default_factory=list)
    coming: list[ComingReview] = field(default_factory=list)
    know_no_iro: list[tuple[Person, str | None]] = field(default_factory=list)
    held: int = 0  # reviews in the last half year
    held_with_views: int = 0


def overview(session: Session, viewer: Person, now: datetime) -> Overview:
    children = {
        child.id: child
        for child in session.scalars(
            select(Person)
            .where(Person.id.in_(access.child_ids(viewer, now)))
            .options(load_only(Person.id, Person.kind, Person.name, Person.looked_after_since, Person.created_at))
        )
    }
    today = now.astimezone(LONDON).date()
    allocations = {
        row.child_id: row
        for row in session.scalars(
            select(Allocation)
            .where(Allocation.until.is_(None))
            .options(load_only(Allocation.child_id, Allocation.iro_id, Allocation.since, Allocation.child_told_at))
        )
    }
    iros = {
        person.id: person
        for person in session.scalars(select(Person).where(Person.kind == "iro").options(load_only(Person.id, Person.name)))
    }
    reviews = _reviews(session)
    sent, begun = _consultations(session)
    loads = _loads(session, viewer, now, children, allocations, iros)
    found = Overview()
    for child in children.values():
        load = loads[_iro_of(child, allocations)]
        load.children += 1
        own = reviews.get(child.id, [])
        clock = statutory.clock(child, own, today)
        load.late_reviews += bool(clock.planned_too_late or (clock.review and clock.review.late(today)))
        for review in own:
            if review.status == "planned" and now <= review.at <= now + SOON:
                views = "sent" if review.id in sent else "open" if review.id in begun else "none"
                load.reviews_soon += 1
                load.views_sent += views == "sent"
                found.coming.append(ComingReview(child, load.iro.name if load.iro else None, review, views))
            if now - timedelta(days=182) < review.at < now and review.status != "cancelled":
                found.held += 1
                found.held_with_views += review.id in sent
    told = _told(session)
    for child in children.values():
        allocation = allocations.get(child.id)
        if allocation is None or not (allocation.child_told_at or told.get(child.id, allocation.since) > allocation.since):
            iro = iros.get(allocation.iro_id) if allocation else None
            found.know_no_iro.append((child, iro.name if iro else None))
    found.loads = sorted(loads.values(), key=lambda load: (load.oldest is None, load.oldest or now, load.iro is not None and load.iro.name))
    found.unacknowledged = [one for one in waiting.waiting(session, viewer, now) if now - one.since >= SHOWN_AFTER[one.level]]
    found.coming.sort(key=lambda one: one.review.at)
    found.know_no_iro.sort(key=lambda pair: pair[0].name.casefold())
    return found


def tell_iro(session: Session, child_id: str, now: datetime) -> bool:
    """Somebody has made sure that the child knows their IRO. False where the child has none."""
    row = session.scalar(select(Allocation).where(Allocation.child_id == child_id, Allocation.until.is_(None)))
    if row is None:
        return False
    row.child_told_at = row.child_told_at or now
    return True


def _iro_of(child: Person, allocations: dict[str, Allocation]) -> str | None:
    row = allocations.get(child.id)
    return row.iro_id if row else None


def _loads(
    session: Session,
    viewer: Person,
    now: datetime,
    children: dict[str, Person],
    allocations: dict[str, Allocation],
    iros: dict[str, Person],
) -> dict[str | None, Load]:
    away = set(session.scalars(select(Absence.iro_id).where(Absence.starts <= now, Absence.ends > now)))
    loads: dict[str | None, Load] = {iro_id: Load(iro, iro_id in away) for iro_id, iro in iros.items()}
    loads[None] = Load(None)
    unread = session.execute(
        select(Conversation.child_id, func.count(Inbound.id), func.min(Inbound.received_at))
        .join(Inbound, Inbound.conversation_id == Conversation.id)
        .where(Inbound.read_at.is_(None), Inbound.for_person, Inbound.hidden_from.is_(None), Conversation.child_id.is_not(None))
        .group_by(Conversation.child_id)
    )
    for child_id, count, since in unread:
        if child_id in children:
            load = loads[_iro_of(children[child_id], allocations)]
            load.unread += count
            load.oldest = min(load.oldest or since, since)
    grave = select(Alert.about_id, Alert.child_id, Alert.acknowledged_at).where(
        Alert.level.in_(access.AT_RISK), access.visible(Alert, viewer), Alert.child_id.is_not(None), Alert.to_role.in_(("iro", "cover"))
    )
    for child_id in {row.child_id: None for row in session.execute(grave.where(Alert.acknowledged_at.is_(None)))}:
        if child_id in children:
            loads[_iro_of(children[child_id], allocations)].alerts += 1
    today = now.astimezone(LONDON).date()
    late = select(FollowUp.child_id).where(FollowUp.kind == "come_back", FollowUp.done_at.is_(None), FollowUp.due_on < today)
    for child_id in session.scalars(late):
        if child_id in children:
            loads[_iro_of(children[child_id], allocations)].late_promises += 1
    if not any(child_id not in allocations for child_id in children):
        del loads[None]
    return loads


def _reviews(session: Session) -> dict[str, list[Review]]:
    found: dict[str, list[Review]] = {}
    columns = load_only(
        Review.child_id, Review.at, Review.status, Review.time_known, Review.decisions_on, Review.record_on, Review.distributed_on
    )
    for row in session.scalars(select(Review).options(columns)):
        found.setdefault(row.child_id, []).append(row)
    return found


def _consultations(session: Session) -> tuple[set[str], set[str]]:
    """The ids of the reviews for which views were sent, and for which they were at least begun."""
    rows = session.execute(select(Consultation.review_id, Consultation.status).where(Consultation.review_id.is_not(None))).all()
    return {review for review, status in rows if status == "sent"}, {review for review, _ in rows}


def _told(session: Session) -> dict[str, datetime]:
    """child id → when Heard last told the child who their IRO is, because they asked."""
    rows = session.execute(
        select(Conversation.child_id, func.max(Inbound.received_at))
        .join(Inbound, Inbound.conversation_id == Conversation.id)
        .where(Inbound.intent == "who_is_my_iro", Inbound.state == "handled")
        .group_by(Conversation.child_id)
    )
    return dict(rows.all())
