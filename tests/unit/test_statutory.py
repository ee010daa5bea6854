"""The clock of reviews: 20 working days, 3 months, 6 months (SI 2010/959, reg 33), and the papers around a review."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from cases import statutory
from cases.store.models import Person, Review

CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def child(since: date | None, created: datetime = CREATED) -> Person:
    return Person(kind="child", looked_after_since=since, created_at=created)


def review(on: date, status: str = "held", **papers: date) -> Review:
    return Review(id=on.isoformat(), at=datetime(on.year, on.month, on.day, 15, tzinfo=UTC), status=status, time_known=True, **papers)


def due(since, reviews, today, created=CREATED):
    clock = statutory.clock(child(since, created), reviews, today)
    return (clock.review.what, clock.review.by) if clock.review else clock.missing


@pytest.mark.parametrize(
    "since, by",
    [
        (date(2026, 6, 1), date(2026, 6, 29)),  # four weeks without a holiday
        (date(2026, 3, 30), date(2026, 4, 29)),  # Good Friday and Easter Monday lie between
        (date(2026, 12, 10), date(2027, 1, 12)),  # Christmas, Boxing Day moved to Monday 28, New Year
        (date(2026, 5, 2), date(2026, 6, 2)),  # a Saturday; two bank holidays in May
    ],
)
def test_the_first_review_is_due_20_working_days_after_the_child_becomes_looked_after(since, by):
    assert due(since, [], since) == ("first", by)


def test_the_second_is_due_3_months_after_the_first_and_later_ones_6_months_after_the_one_before():
    since, first, second = date(2026, 3, 2), date(2026, 3, 27), date(2026, 6, 20)
    assert due(since, [review(first)], date(2026, 4, 1)) == ("second", date(2026, 6, 27))
    assert due(since, [review(first), review(second)], date(2026, 7, 1)) == ("later", date(2026, 12, 20))


def test_the_end_of_a_short_month_is_taken_where_the_day_is_missing():
    assert statutory.months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert statutory.months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert statutory.months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_a_review_that_is_over_counts_and_a_cancelled_one_does_not():
    since = date(2026, 3, 2)
    assert due(since, [review(date(2026, 3, 27), "planned")], date(2026, 4, 1))[0] == "second"
    assert due(since, [review(date(2026, 3, 27), "cancelled")], date(2026, 4, 1)) == ("first", date(2026, 3, 30))


def test_nothing_is_said_to_be_late_where_the_history_is_not_known():
    assert due(None, [], date(2026, 6, 1)) == "since"
    assert due(date(2024, 1, 8), [], date(2026, 6, 1)) == "history"
    assert due(date(2024, 1, 8), [review(date(2026, 5, 1))], date(2026, 6, 1)) == ("later", date(2026, 11, 1))


def test_a_planned_review_after_the_due_day_is_too_late_on_the_day_it_is_planned():
    since = date(2026, 3, 2)
    planned = [review(date(2026, 3, 27)), review(date(2026, 6, 28), "planned")]
    assert statutory.clock(child(since), planned, date(2026, 4, 1)).planned_too_late
    planned[1] = review(date(2026, 6, 27), "planned")
    clock = statutory.clock(child(since), planned, date(2026, 4, 1))
    assert not clock.planned_too_late and not clock.review.late(date(2026, 6, 27)) and clock.review.late(date(2026, 6, 28))


def test_papers_are_due_by_the_councils_days_and_late_ones_stay_late_when_done():
    held = review(date(2026, 6, 1), decisions_on=date(2026, 6, 9))
    clock = statutory.clock(child(date(2026, 5, 11)), [held], date(2026, 6, 10))
    papers = {one.what: one for one in statutory.papers(clock, statutory.PRACTICE | {"record_days": 3})}
    assert papers["decisions"].by == date(2026, 6, 8) and papers["decisions"].late(date(2026, 6, 10))
    assert papers["record"].by == date(2026, 6, 4)
    assert papers["distributed"].by == date(2026, 6, 29) and not papers["distributed"].late(date(2026, 6, 29))


def test_the_day_is_londons_just_before_midnight():
    late_evening = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 July in London
    assert statutory.day_of(late_evening) == date(2026, 7, 1)
    assert statutory.day_of(late_evening - timedelta(hours=1)) == date(2026, 6, 30)
