"""The list: what needs me now, what waits for my answer, what I promised, then everybody who is mine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only
from starlette.responses import Response

from cases import access, casework
from cases.casework import Waits
from cases.store.models import Alert, Allocation, Conversation, Draft, Inbound, Person, Review
from inbox.dates import LONDON
from inbox.web import Visit

LEVELS = ("immediate", "concern", "message")
ON_A_PAGE = 100


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
    draft: bool  # the viewer has written something and not sent it


@dataclass(frozen=True)
class ToAnswer:
    """A child who waits for a person's answer, or to whom somebody promised to come back."""

    child: Person
    waits: Waits | None
    promised: date | None


def show(visit: Visit) -> Response:
    with visit.store.write() as session:
        visit.audit(session, "view list")
    with visit.store.read() as session:
        children = access.children_of(session, visit.viewer, visit.now)
        unread = unread_of(session, visit.viewer, children)
        waiting = _waiting(session, visit, children, unread)
        children.sort(key=lambda child: (child.id not in unread, unread.get(child.id, (0, visit.now))[1]))
        number, pages = _page_number(visit, len(children))
        shown = children[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
        return visit.page(
            "list.html",
            waiting=waiting,
            to_answer=_to_answer(session, visit, children, {one.child.id for one in waiting if one.child}),
            today=visit.now.astimezone(LONDON).date(),
            entries=entries(session, visit, shown, unread),
            number=number,
            pages=pages,
        )


def _page_number(visit: Visit, count: int) -> tuple[int, int]:
    """(which page is asked for, how many there are)"""
    pages = max(1, -(-count // ON_A_PAGE))
    asked = visit.request.query_params.get("page", "1")
    return (min(max(1, int(asked)), pages) if asked.isdecimal() and len(asked) < 6 else 1), pages


def _to_answer(session: Session, visit: Visit, children: list[Person], above: set[str]) -> list[ToAnswer]:
    """For those who answer for the children: promises that are due first, then who has waited longest.

    Children who already stand above, under what needs the viewer now, are here only where a promise is due.
    """
    if visit.viewer.kind != "iro":
        return []
    ids = [child.id for child in children]
    waits, promised = casework.waiting_for_answer(session, visit.viewer, ids), casework.promises(session, ids)
    found = [
        ToAnswer(child, waits.get(child.id), promised.get(child.id))
        for child in children
        if child.id in promised or (child.id in waits and child.id not in above)
    ]
    return sorted(found, key=lambda one: (one.promised or date.max, one.waits.since if one.waits else visit.now))


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
    query = query.options(load_only(Review.child_id, Review.at))  # the place is sealed, and not shown here
    for review in session.scalars(query):
        reviews.setdefault(review.child_id, review)
    iros = _iros(session, ids)
    drafts = set(session.scalars(select(Draft.child_id).where(Draft.person_id == visit.viewer.id, Draft.child_id.in_(ids))))
    made = [
        Entry(child, unread.get(child.id, (0, None))[0], reviews.get(child.id), iros.get(child.id), child.id in drafts)
        for child in children
    ]
    return sorted(made, key=lambda entry: (0, unread[entry.child.id][1].timestamp()) if entry.unread else (1, 0))


def _iros(session: Session, child_ids: list[str]) -> dict[str, str]:
    allocated = session.execute(
        select(Allocation.child_id, Allocation.iro_id).where(Allocation.until.is_(None), Allocation.child_id.in_(child_ids))
    ).all()
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_({iro_id for _, iro_id in allocated}))).all())
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
