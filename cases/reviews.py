"""What a child can be told about their next review, in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from cases.store.models import Review

LONDON = ZoneInfo("Europe/London")


def day(at: datetime) -> str:
    """'Tuesday 1 December', as the day is in London."""
    here = at.astimezone(LONDON)
    return f"{here:%A} {here.day} {here:%B}"


def time(at: datetime) -> str:
    """'4:30pm', as the time is in London."""
    here = at.astimezone(LONDON)
    minute = f":{here.minute:02}" if here.minute else ""
    return f"{here.hour % 12 or 12}{minute}{'am' if here.hour < 12 else 'pm'}"


def described(review: Review, *, unknown_place: str) -> dict[str, str]:
    """date, place and (where it is known) time, as a child reads them."""
    said = {"date": day(review.at), "place": review.place or unknown_place}
    return said | {"time": time(review.at)} if review.time_known else said
