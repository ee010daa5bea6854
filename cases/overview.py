"""The manager's view of the service: what waits for whom, which reviews have no views yet, and which children know no IRO.

Nothing here counts what is kept from the viewer, nor, beside an IRO's name, what is kept from that IRO.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

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
HALF_A_YEAR = timedelta(days=182)
SHOWN = 100
#: What nobody has acknowledged for so long is shown, by level.
SHOWN_AFTER = {"immediate": timedelta(0), "concern": timedelta(0), "message": timedelta(days=1)}


@dataclass
class Load:
    """One IRO by name (none: children without one). oldest: the message that has waited longest without being read."""

    name: str | None
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
class Coming:
    """A review soon for which the child has not sent their views. begun: they have started."""

    child_id: str
    name: str
    iro: str | None
    at: datetime
    begun: bool


@dataclass
class Overview:
    """know_no_iro: (child's id, name, IRO's name), the longest first, and of how many that is."""

    loads: list[Load] = field(default_factory=list)
    unacknowledged: list[waiting.Waits] = field(default_factory=list)
    coming: list[Coming] = field(default_factory=list)
    know_no_iro: list[tuple[str, str, str | None]] = field(default_factory=list)
    know_no_iro_count: int = 0
    held: int = 0  # reviews in the last half year
    held_with_views: int = 0


def overview(session: Session, viewer: Person, now: datetime) -> Overview:
    """Everything on the manager's page. Ids and dates are read for all children, names for those alone who are shown."""
    children = {
        row.id: row
        for row in session.execute(
            select(Person.id, Person.looked_after_since, Person.created_at).where(Person.id.in_(access.child_ids(viewer, now)))
        )
    }
    allocations = {
        row.child_id: row
        for row in session.execute(
            select(Allocation.child_id, Allocation.iro_id, Allocation.since, Allocation.child_told_at).where(Allocation.until.is_(None))
        )
    }
    iros = dict(session.execute(select(Person.id, Person.name).where(Person.kind == "iro")).all())
    loads = _loads(session, viewer, now, children, allocations, iros)
    found = Overview()
    coming = _count_reviews(session, now, children, allocations, loads, found)
    unknown = _know_no_iro(session, children, allocations)
    found.know_no_iro_count = len(unknown)
    unknown = unknown[:SHOWN]
    shown = {row.child_id for row, _ in coming} | set(unknown)
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(shown))).all())

    def iro_of(child_id: str) -> str | None:
        return iros.get(_iro_of(child_id, allocations))

    found.coming = [Coming(row.child_id, names[row.child_id], iro_of(row.child_id), row.at, begun) for row, begun in coming]
    found.know_no_iro = [(child_id, names[child_id], iro_of(child_id)) for child_id in unknown]
    found.loads = sorted(loads.values(), key=lambda load: (load.oldest is None, load.oldest or now, load.name or ""))
    found.unacknowledged = [one for one in waiting.waiting(session, viewer, now) if now - one.since >= SHOWN_AFTER[one.level]]
    return found


def _count_reviews(
    session: Session, now: datetime, children: dict, allocations: dict, loads: dict, found: Overview
) -> list[tuple[Row, bool]]:
    """Put what is known of reviews into `loads` and `found`; gives those soon without views, the first first, and if begun."""
    today = now.astimezone(LONDON).date()
    sent, begun = _consultations(session)
    reviews: dict[str, list[Row]] = {}
    for row in session.execute(select(Review.id, Review.child_id, Review.at, Review.status).where(Review.status != "cancelled")):
        reviews.setdefault(row.child_id, []).append(row)
    coming = []
    for child in children.values():
        load = loads[_iro_of(child.id, allocations)]
        load.children += 1
        clock = statutory.clock(child, reviews.get(child.id, []), today)
        load.late_reviews += bool(clock.planned_too_late or (clock.review and clock.review.late(today)))
        for row in reviews.get(child.id, []):
            if row.status == "planned" and now <= row.at <= now + SOON:
                load.reviews_soon += 1
                load.views_sent += row.id in sent
                if row.id not in sent:
                    coming.append((row, row.id in begun))
            elif now - HALF_A_YEAR < row.at < now:
                found.held += 1
                found.held_with_views += row.id in sent
    return sorted(coming, key=lambda pair: pair[0].at)


def _know_no_iro(session: Session, children: dict, allocations: dict) -> list[str]:
    """The ids of children who have not asked since this IRO began, and of whom nobody has noted that they know; longest first."""
    told = _told(session)
    found = []
    for child_id in children:
        row = allocations.get(child_id)
        if row is None or not (row.child_told_at or told.get(child_id, row.since) > row.since):
            found.append((row.since if row else children[child_id].created_at, child_id))
    return [child_id for _, child_id in sorted(found)]


def tell_iro(session: Session, child_id: str, now: datetime) -> bool:
    """Somebody has made sure that the child knows their IRO. False where the child has none."""
    row = session.scalar(select(Allocation).where(Allocation.child_id == child_id, Allocation.until.is_(None)))
    if row is None:
        return False
    row.child_told_at = row.child_told_at or now
    return True


def _iro_of(child_id: str, allocations: dict[str, Row]) -> str | None:
    row = allocations.get(child_id)
    return row.iro_id if row else None


def _loads(
    session: Session, viewer: Person, now: datetime, children: dict[str, Row], allocations: dict[str, Row], iros: dict[str, str]
) -> dict[str | None, Load]:
    away = set(session.scalars(select(Absence.iro_id).where(Absence.starts <= now, Absence.ends > now)))
    loads: dict[str | None, Load] = {iro_id: Load(name, iro_id in away) for iro_id, name in iros.items()}
    loads[None] = Load(None)
    unread = session.execute(
        select(Conversation.child_id, func.count(Inbound.id), func.min(Inbound.received_at))
        .join(Inbound, Inbound.conversation_id == Conversation.id)
        .where(Inbound.read_at.is_(None), Inbound.for_person, Inbound.hidden_from.is_(None), Conversation.child_id.is_not(None))
        .group_by(Conversation.child_id)
    )
    for child_id, count, since in unread:
        if child_id in children:
            load = loads[_iro_of(child_id, allocations)]
            load.unread += count
            load.oldest = min(load.oldest or since, since)
    grave = select(Alert.about_id, Alert.child_id, Alert.acknowledged_at).where(
        Alert.level.in_(access.AT_RISK), access.visible(Alert, viewer), Alert.child_id.is_not(None), Alert.to_role.in_(("iro", "cover"))
    )
    for child_id in {row.child_id: None for row in session.execute(grave.where(Alert.acknowledged_at.is_(None)))}:
        if child_id in children:
            loads[_iro_of(child_id, allocations)].alerts += 1
    today = now.astimezone(LONDON).date()
    late = select(FollowUp.child_id).where(FollowUp.kind == "come_back", FollowUp.done_at.is_(None), FollowUp.due_on < today)
    for child_id in session.scalars(late):
        if child_id in children:
            loads[_iro_of(child_id, allocations)].late_promises += 1
    if not any(child_id not in allocations for child_id in children):
        del loads[None]
    return loads


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
