"""The clock of reviews: when each is due by the regulations, and when the papers around it are due by the council's own rules.

The Care Planning, Placement and Case Review (England) Regulations 2010 (SI 2010/959), reg 33(1)-(2): the first review
within 20 working days of the day on which the child becomes looked after, the second within 3 months of the first, each
later one within 6 months of the one before. The papers' days are practice, not law: a council may change them.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases import working_days
from cases.store.models import Person, Review

FIRST_WORKING_DAYS = 20
SECOND_MONTHS = 3
LATER_MONTHS = 6

#: Days of practice, by the name of their setting (data/settings.yml): working days after the review, days before it.
PRACTICE = {"decisions_days": 5, "record_days": 15, "distributed_days": 20, "views_days": 20}

#: A review within this many days of the child becoming looked after is their first; where the earlier ones are not held
#: here, a later one counts as one of the six-monthly ones.
FIRST_WITHIN = timedelta(days=60)


@dataclass(frozen=True)
class Due:
    """What is due by when. what: first, second, later (reviews), views, decisions, record, distributed."""

    what: str
    by: date
    done: date | None = None
    review_id: str | None = None

    def late(self, today: date) -> bool:
        return (self.done or today) > self.by


@dataclass(frozen=True)
class Clock:
    """`review`: the next review that the regulations ask for; None where too little is known, and `missing` then says what.

    planned: the next that is planned. last: the last that has been.
    """

    review: Due | None
    planned: Review | None
    last: Review | None
    missing: str = ""  # since (no date of becoming looked after), history (earlier reviews are not held here)

    @property
    def planned_too_late(self) -> bool:
        return bool(self.review and self.planned and day_of(self.planned.at) > self.review.by)


def day_of(at: datetime) -> date:
    return at.astimezone(working_days.LONDON).date()


def clock(child: Person, reviews: Iterable[Review], today: date) -> Clock:
    """Where the child stands. `reviews`: all that are held on the child; cancelled ones count for nothing."""
    counted = sorted((one for one in reviews if one.status != "cancelled"), key=lambda one: one.at)
    past: list[Review] = []
    planned = None
    for one in counted:
        if one.status == "held" or day_of(one.at) < today:
            past.append(one)
        else:
            planned = planned or one
    due, missing = _next(child, past)
    return Clock(due, planned, past[-1] if past else None, missing)


def views_due(planned: Review, practice: Mapping[str, int] = PRACTICE) -> date:
    """By when the child is asked for their views of a planned review."""
    return day_of(planned.at) - timedelta(days=practice["views_days"])


def papers(clock: Clock, practice: Mapping[str, int] = PRACTICE) -> list[Due]:
    """What is due around the planned review and after the last one."""
    found = [Due("views", views_due(clock.planned, practice), review_id=clock.planned.id)] if clock.planned else []
    if last := clock.last:
        for what, done in (("decisions", last.decisions_on), ("record", last.record_on), ("distributed", last.distributed_on)):
            found.append(Due(what, working_days.after(day_of(last.at), practice[f"{what}_days"]), done, last.id))
    return found


def _next(child: Person, past: list[Review]) -> tuple[Due | None, str]:
    since = child.looked_after_since
    if past:
        last = day_of(past[-1].at)
        second = len(past) == 1 and since is not None and last - since <= FIRST_WITHIN
        months = SECOND_MONTHS if second else LATER_MONTHS
        return Due("second" if second else "later", months_after(last, months)), ""
    if since is None:
        return None, "since"
    first = working_days.after(since, FIRST_WORKING_DAYS)
    if first < day_of(child.created_at):  # reviews before the child was in Heard are not known here: not late, but not known
        return None, "history"
    return Due("first", first), ""


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day: 31 August and 6 months are 28 (29) February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
