"""Working days in England. How many of them a thing may take is in data/timescales.yml.

SI 2006/1738 reg 2: a working day is any day but a Saturday, a Sunday, Christmas Day, Boxing Day, Good Friday or a bank
holiday. Bank holidays come from the `holidays` package.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def after(start: date | datetime, days: int) -> date:
    """The date `days` working days after `start` (the day itself does not count). A time is taken as it is in London."""
    day = start.astimezone(LONDON).date() if isinstance(start, datetime) else start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


def end_of_day(start: datetime, days: int) -> datetime:
    """Five o'clock in London, `days` working days after `start`, in UTC."""
    return datetime.combine(after(start, days), time(17), LONDON).astimezone(UTC)
