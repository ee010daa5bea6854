"""The night that has 01:30 twice, the one that has it not at all, and 29 February."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from cases import people, working_days
from cases.store.models import Person, Utc

LONDON = ZoneInfo("Europe/London")
TWICE = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
def test_the_two_half_past_ones_of_october_stay_an_hour_apart_in_the_store(dialect):
    kept = [Utc().process_result_value(Utc().process_bind_param(TWICE.replace(fold=fold), dialect), dialect) for fold in (0, 1)]
    assert kept[1] - kept[0] == timedelta(hours=1)
    assert [one.astimezone(LONDON).strftime("%H:%M %Z") for one in kept] == ["01:30 BST", "01:30 GMT"]


def test_a_naive_time_is_refused_by_the_store():
    with pytest.raises(ValueError):
        Utc().process_bind_param(datetime(2026, 10, 25, 1, 30), sqlite.dialect())


@pytest.mark.parametrize(
    ("today", "years"), [(date(2026, 2, 28), 13), (date(2026, 3, 1), 14), (date(2028, 2, 28), 15), (date(2028, 2, 29), 16)]
)
def test_child_born_on_29_february_has_a_birthday_every_year(today, years):
    assert people.age(Person(date_of_birth="2012-02-29"), today) == years


def test_working_days_count_a_leap_day_and_no_day_twice_at_a_clock_change():
    assert working_days.after(date(2028, 2, 28), 1) == date(2028, 2, 29)
    assert working_days.after(date(2028, 2, 29), 1) == date(2028, 3, 1)
    assert working_days.after(date(2026, 10, 23), 1) == date(2026, 10, 26)
