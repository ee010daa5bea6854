"""Working days in England: SI 2006/1738 reg 2."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cases import working_days


@pytest.mark.parametrize(
    ("start", "days", "answer"),
    [
        (date(2026, 11, 24), 10, date(2026, 12, 8)),  # nothing in between
        (date(2026, 12, 18), 10, date(2027, 1, 6)),  # Christmas, Boxing Day's substitute and New Year's Day
        (date(2027, 3, 24), 3, date(2027, 3, 31)),  # Good Friday and Easter Monday
        (date(2026, 8, 28), 1, date(2026, 9, 1)),  # the summer bank holiday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # from a Saturday
    ],
)
def test_weekends_and_bank_holidays_do_not_count(start, days, answer):
    assert working_days.after(start, days) == answer


def test_an_evening_in_summer_counts_as_its_own_day_in_london():
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 July in London
    assert working_days.after(late, 1) == date(2026, 7, 2)
