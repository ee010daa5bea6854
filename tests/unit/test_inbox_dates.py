"""Times as staff read them: London time, in words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from inbox import dates

NOW = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)  # 11:30pm in London, in summer


@pytest.mark.parametrize(
    "at, said",
    [
        (NOW, "today at 11:30pm"),
        (NOW + timedelta(hours=1), "tomorrow at 12:30am"),
        (datetime(2026, 7, 13, 8, 0, tzinfo=UTC), "yesterday at 9am"),
        (datetime(2026, 7, 3, 11, 0, tzinfo=UTC), "Friday 3 July at midday"),
        (datetime(2025, 12, 31, 0, 0, tzinfo=UTC), "Wednesday 31 December 2025 at midnight"),
    ],
)
def test_a_moment_is_told_by_the_clock_on_the_wall(at, said):
    assert dates.moment(at, NOW) == said


def test_a_date_without_a_time_is_itself():
    assert dates.day(date(2026, 7, 14), NOW) == "today"


@pytest.mark.parametrize(
    "ago, said",
    [(20, "less than a minute"), (60, "1 minute"), (59 * 60, "59 minutes"), (7200, "2 hours"), (86400, "1 day"), (86400 * 3, "3 days")],
)
def test_waiting_is_told_in_one_unit(ago, said):
    assert dates.waited(NOW - timedelta(seconds=ago), NOW) == said


def test_a_sentence_keeps_its_names():
    assert dates.sentence("tuesday 3 November") == "Tuesday 3 November"
    assert dates.sentence("") == ""
