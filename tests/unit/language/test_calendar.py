"""What a wish for a time comes to in dates, on the day that it is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cases.language import calendar, times
from cases.language.text import plain

TUESDAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def said(text: str, now: datetime = TUESDAY) -> str:
    return calendar.dates(times.read(plain(text), now, asked=True).gist(), now)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("next tues after skl", "Tuesday 1 December"),
        ("this fri", "Friday 27 November"),
        ("12/01 at 4", "Tuesday 12 January"),
        ("in half term", "15 to 19 February"),
        ("in the xmas holidays", "21 December to 1 January"),
        ("next week", "30 November to 4 December"),
        ("dinner time on mon", "about 12 to 1pm"),
        ("not mondays ive got footy, any other day after 4", ""),
        ("half 4", ""),
    ],
)
def test_wish_comes_to_dates(text, dates):
    assert said(text) == dates


def test_next_tuesday_on_a_monday_is_not_tomorrow():
    assert said("next tuesday", MONDAY) == "Tuesday 1 December"
    assert said("this tuesday", MONDAY) == "Tuesday 24 November"


def test_half_term_after_this_one_is_meant_when_this_one_is_over():
    assert said("half term", datetime(2027, 2, 20, 12, tzinfo=UTC)) == "31 May to 4 June"


def test_council_s_own_holidays_are_checked(tmp_path):
    file = tmp_path / "terms.yml"
    file.write_text("last_checked: soon\nholidays:\n  - {name: half term, from: 2027-02-19, to: 2027-02-15}\nalso: {Eid: [eid]}\n")
    with pytest.raises(calendar.BadTerms) as error:
        calendar.load(file)
    assert [line.split(":")[1].strip() for line in error.value.problems] == [
        "last_checked must be a date like 2026-11-01.",
        "holiday 1 (half term)",
        "also, Eid",
    ]
