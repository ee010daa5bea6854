"""Times as staff read them: London time, in words where that is shorter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day(at: datetime | date, now: datetime) -> str:
    """ "today", "yesterday", "tomorrow", "Tuesday 3 November", with the year when it is another."""
    on = at.astimezone(LONDON).date() if isinstance(at, datetime) else at
    today = now.astimezone(LONDON).date()
    near = {today: "today", today - timedelta(days=1): "yesterday", today + timedelta(days=1): "tomorrow"}
    if on in near:
        return near[on]
    return f"{on:%A} {on.day} {on:%B}" + (f" {on.year}" if on.year != today.year else "")


def clock(at: datetime) -> str:
    """ "3:40pm", "3pm", "midday", "midnight"."""
    local = at.astimezone(LONDON)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    return f"{local.hour % 12 or 12}" + (f":{local.minute:02}" if local.minute else "") + ("am" if local.hour < 12 else "pm")


def moment(at: datetime, now: datetime) -> str:
    return f"{day(at, now)} at {clock(at)}"


def waited(since: datetime, now: datetime) -> str:
    """How long ago, in one unit: "just now", "5 minutes", "3 hours", "2 days"."""
    minutes = int((now - since).total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'s' if count != 1 else ''}"
    raise AssertionError


def plain_date(on: date) -> str:
    """ "3 November 2026"."""
    return f"{on.day} {on:%B %Y}"


def whole_day(at: datetime) -> str:
    """ "Tuesday 3 November 2026": on paper no day is "today"."""
    local = at.astimezone(LONDON)
    return f"{local:%A} {plain_date(local)}"


def sentence(text: str) -> str:
    """The text with its first letter as a capital, the others as they are."""
    return text[:1].upper() + text[1:]
