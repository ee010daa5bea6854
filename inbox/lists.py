"""The list: what needs me now, then everybody who is mine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import access
from cases.store.models import Alert, Allocation, Conversation, Inbound, Person, Review
from inbox.web import Visit

LEVELS = ("immediate", "concern", "message")


@dataclass
class Waiting:
    """All that waits about one child (or one unknown number), as one entry of the list."""

    child: Person | None
    alerts: list[Alert] = field(default_factory=list)
    unread: int = 0
    since: datetime | None = None

    @property
    def level(self) -> str:
        return min((alert.level for alert in self.alerts), key=LEVELS.index, default="message")

    @property
    def first(self) -> Alert | None:
        """The alert to open: the gravest, then the oldest."""
        return min(self.alerts, key=lambda alert: (LEVELS.index(alert.level), alert.created_at), default=None)

    @property
    def about(self) -> list[str]:
        return list(dict.fromkeys(alert.about for alert in self.alerts))


@dataclass(frozen=True)
class Entry:
    child: Person
    unread: int
    review: Review | None
    iro: str | None


def show(visit: Visit) -> Response:
    with visit.store.write() as session:
        visit.audit(session, "view list")
    with visit.store.read() as session:
        children = access.children_of(session, visit.viewer, visit.now)
        unread = unread_of(session, visit.viewer, children)
        return visit.page(
            "list.html", waiting=_waiting(session, visit, children, unread), entries=entries(session, visit, children, unread)
        )


def search(visit: Visit) -> Response:
    """By name, among one's own. A form that is posted: a name must not stand in an address that logs and histories keep."""
    wanted = visit.form.get("name", "").strip()
    with visit.store.write() as session:
        visit.audit(session, "search")
    with visit.store.read() as session:
        parts = wanted.casefold().split()
        children = access.children_of(session, visit.viewer, visit.now)
        found = [child for child in children if parts and all(part in child.name.casefold() for part in parts)]
        unread = unread_of(session, visit.viewer, found)
        return visit.page("search.html", wanted=wanted, entries=entries(session, visit, found, unread))


def unread_of(session: Session, viewer: Person, children: Iterable[Person]) -> dict[str, tuple[int, datetime]]:
    """child id → how many messages nobody has read, and since when."""
    rows = session.execute(
        select(Conversation.child_id, func.count(Inbound.id), func.min(Inbound.received_at))
        .join(Inbound, Inbound.conversation_id == Conversation.id)
        .where(
            Conversation.child_id.in_([child.id for child in children]),
            Inbound.read_at.is_(None),
            Inbound.for_person,
            access.visible(Inbound, viewer),
        )
        .group_by(Conversation.child_id)
    )
    return {child_id: (count, since) for child_id, count, since in rows}


def entries(session: Session, visit: Visit, children: list[Person], unread: dict[str, tuple[int, datetime]]) -> list[Entry]:
    """One line a child, those with unread messages first, the longest waiting on top."""
    ids = [child.id for child in children]
    reviews: dict[str, Review] = {}
    query = select(Review).where(Review.child_id.in_(ids), Review.status == "planned", Review.at >= visit.now).order_by(Review.at)
    for review in session.scalars(query):
        reviews.setdefault(review.child_id, review)
    iros = _iros(session, ids)
    made = [Entry(child, unread.get(child.id, (0, None))[0], reviews.get(child.id), iros.get(child.id)) for child in children]
    return sorted(made, key=lambda entry: (0, unread[entry.child.id][1].timestamp()) if entry.unread else (1, 0))


def _iros(session: Session, child_ids: list[str]) -> dict[str, str]:
    allocated = session.execute(
        select(Allocation.child_id, Allocation.iro_id).where(Allocation.until.is_(None), Allocation.child_id.in_(child_ids))
    ).all()
    people = session.scalars(select(Person).where(Person.id.in_({iro_id for _, iro_id in allocated})))
    names = {person.id: person.name for person in people}
    return {child_id: names[iro_id] for child_id, iro_id in allocated}


def _waiting(session: Session, visit: Visit, children: list[Person], unread: dict[str, tuple[int, datetime]]) -> list[Waiting]:
    """By risk, then by how long it has waited. A message that nobody has read waits for the child's IRO, alert or not."""
    waiting: dict[str, Waiting] = {}
    own = {child.id: child for child in children}
    open_ones = session.scalars(access.alerts_of(visit.viewer, visit.now).where(Alert.acknowledged_at.is_(None))).all()
    others = {alert.child_id for alert in open_ones if alert.child_id and alert.child_id not in own}
    people = own | {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(others)))}
    for alert in open_ones:
        key = alert.child_id or alert.conversation_id
        waiting.setdefault(key, Waiting(people.get(alert.child_id))).alerts.append(alert)
    if visit.viewer.kind == "iro":
        for child_id in unread:
            waiting.setdefault(child_id, Waiting(own[child_id]))
    for key, one in waiting.items():
        one.unread, first_unread = unread.get(key, (0, None))
        grave = [alert.created_at for alert in one.alerts if alert.level == one.level]
        one.since = min(grave + ([first_unread] if first_unread and one.level == "message" else []))
    return sorted(waiting.values(), key=lambda one: (LEVELS.index(one.level), one.since))
