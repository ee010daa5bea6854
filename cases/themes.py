"""What children spoke of in a reporting year (April to March), counted in children, with small numbers hidden.

A count is hidden where 1 to 4 children would stand out, or where all but 1 to 4 are in it. A count by age is shown only
where every part of it may be: with one part hidden, the sum would give it away; with none shown, there is nothing to
subtract. Years do not overlap, so that no two reports can be subtracted from each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from cases import access, people
from cases.store.models import AdvocateRequest, Complaint, Consultation, Conversation, Inbound, Issue, Person
from cases.working_days import LONDON

SMALL = 5
#: (name, from age, up to and including)
BANDS = (("under_10", 0, 9), ("10_to_12", 10, 12), ("13_to_15", 13, 15), ("16_and_over", 16, 200))
ISSUES = ("issue", "call_back", "question", "decision_not_done", "feedback", "contact_change", "language", "early_review")


@dataclass(frozen=True)
class Theme:
    """group: spoke, worries, asked. children: how many, None: hidden. by_age: in the order of BANDS, None: hidden."""

    group: str
    name: str
    children: int | None
    by_age: tuple[int, ...] | None


@dataclass(frozen=True)
class Report:
    year: int  # the one in which it begins
    children: int | None  # who wrote at all
    themes: list[Theme]


def year_of(day: date) -> int:
    """The reporting year of a day: 2026 is 1 April 2026 to 31 March 2027."""
    return day.year - (day.month < 4)


def report(session: Session, viewer: Person, year: int, now: datetime) -> Report:
    """All that the viewer may see of one year, by theme; the themes of a group with the most children first."""
    start, end = (datetime.combine(date(one, 4, 1), time(0), LONDON).astimezone(UTC) for one in (year, year + 1))
    mine = set(session.scalars(access.child_ids(viewer, now)))
    ages = _ages(session, mine, date(year + 1, 3, 31))
    found: dict[tuple[str, str], set[str]] = {}

    def add(group: str, query: Select) -> None:
        for child_id, name in session.execute(query):
            if child_id in mine and name:
                found.setdefault((group, name), set()).add(child_id)

    def within(column):
        return column >= start, column < end

    # One message is enough to know that a child wrote: the others are not looked at.
    said = exists().where(Inbound.conversation_id == Conversation.id, access.visible(Inbound, viewer), *within(Inbound.received_at))
    wrote = _children(session, select(Conversation.child_id).where(said), mine)
    add(
        "worries",
        select(Conversation.child_id, Inbound.category)
        .join(Inbound, Inbound.conversation_id == Conversation.id)
        .where(access.visible(Inbound, viewer), Inbound.risk.in_(access.AT_RISK), *within(Inbound.received_at))
        .distinct(),
    )
    add(
        "spoke",
        select(Issue.child_id, Issue.kind)
        .where(access.visible(Issue, viewer), Issue.kind.in_(ISSUES), *within(Issue.created_at))
        .distinct(),
    )
    complaints = select(Complaint.child_id).where(access.visible(Complaint, viewer), *within(Complaint.created_at))
    asked = select(AdvocateRequest.child_id).where(access.visible(AdvocateRequest, viewer), *within(AdvocateRequest.created_at))
    views = select(Consultation.child_id).where(Consultation.status == "sent", *within(Consultation.sent_at))
    for name, query in (("complaint", complaints), ("advocate", asked), ("views", views)):
        found["asked", name] = _children(session, query, mine)
    themes = [_theme(group, name, who, len(wrote | who), ages) for (group, name), who in found.items()]
    themes.sort(key=lambda one: (one.group, one.children is None, -(one.children or 0), one.name))
    return Report(year, hide(len(wrote)), themes)


def hide(count: int, of: int | None = None) -> int | None:
    """The count, or None where it, or what is left of the whole (`of`), is small."""
    small = 0 < count < SMALL or (of is not None and 0 < of - count < SMALL)
    return None if small else count


def split(parts: Iterable[int]) -> tuple[int, ...] | None:
    """The parts of a count, or None where any of them is small: one hidden part could be worked out from the sum."""
    parts = tuple(parts)
    return None if any(hide(part) is None for part in parts) else parts


def _theme(group: str, name: str, who: set[str], of: int, ages: dict[str, int | None]) -> Theme:
    count = hide(len(who), of)
    known = [ages[child] for child in who if ages.get(child) is not None]
    by_age = split(sum(low <= age <= high for age in known) for _, low, high in BANDS)
    # Children whose age is not known are the difference between the parts and the sum, and must not be few either.
    if count is None or hide(len(who) - len(known)) is None:
        by_age = None
    return Theme(group, name, count, by_age)


def _children(session: Session, query: Select, mine: set[str]) -> set[str]:
    return set(session.scalars(query)) & mine


def _ages(session: Session, ids: set[str], on: date) -> dict[str, int | None]:
    rows = session.execute(select(Person.id, Person.date_of_birth).where(Person.id.in_(ids)))
    return {row.id: people.age(row, on) for row in rows}
