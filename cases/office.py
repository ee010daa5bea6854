"""The council's own times: working hours, who has the desk outside them, when alerts are chased, when children are left in peace.

Each is a council setting, the newest row of its name in `setting_changes` (JSON); what is not set has a default. Clock
times are London's ("09:00"). A working day is one of the law's (working_days.py): no weekend, no bank holiday.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.store.models import Person, SettingChange
from cases.working_days import LONDON, is_working_day

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
LONGEST_WAIT = 7 * 24 * 60

#: Minutes until each step of the chase; the last is repeated. Of "message" they are counted in working hours.
CHASES = ("chase_immediate", "chase_immediate_out_of_hours", "chase_concern", "chase_concern_out_of_hours", "chase_message")


@dataclass(frozen=True)
class Office:
    working_hours: tuple[str, str] = ("09:00", "17:00")
    #: The refs of those on duty who have the desk outside working hours; none: whoever is on duty has it always.
    out_of_hours: tuple[str, ...] = ()
    chase_immediate: tuple[int, ...] = (10,)
    chase_immediate_out_of_hours: tuple[int, ...] = (5, 5, 10)
    chase_concern: tuple[int, ...] = (30, 30, 120)
    chase_concern_out_of_hours: tuple[int, ...] = (30, 30, 120)
    chase_message: tuple[int, ...] = (480, 480, 480)
    #: Between these no prompt is sent to a child; an answer always is.
    quiet_hours: tuple[str, str] = ("21:00", "08:00")
    #: When staff get the day's list of what is unread, on working days.
    digest_at: str = "08:30"

    def is_open(self, now: datetime) -> bool:
        local = now.astimezone(LONDON)
        return is_working_day(local.date()) and self._begins(local.date()) <= now < self._ends(local.date())

    def opens(self, now: datetime) -> datetime:
        """`now`, or when the next working hours begin."""
        return self.working_time(now, 0)

    def chase(self, level: str, step: int, now: datetime) -> datetime:
        """When step number `step` (from 0) of a chase of this level is due, counted from `now`."""
        name = f"chase_{level}"
        if level == "message":
            return self.working_time(now, _at(self.chase_message, step))
        if not self.is_open(now):
            name += "_out_of_hours"
        return now + timedelta(minutes=_at(getattr(self, name), step))

    def working_time(self, now: datetime, minutes: int) -> datetime:
        """The moment when `minutes` of working hours have gone by."""
        left = timedelta(minutes=minutes)
        day = now.astimezone(LONDON).date()
        while True:
            if is_working_day(day):
                begin, end = max(now, self._begins(day)), self._ends(day)
                if begin < end:
                    if begin + left <= end:
                        return begin + left
                    left -= end - begin
            day += timedelta(days=1)

    def not_quiet(self, now: datetime, own: tuple[str, str] | None = None) -> datetime:
        """`now`, or the end of the quiet hours that it falls into; `own`: a child's own quiet hours, beside the council's."""
        for _ in range(4):  # the end of one may fall into the other
            at = now
            for begins, ends in filter(None, (self.quiet_hours, own)):
                now = _after(now, time.fromisoformat(begins), time.fromisoformat(ends))
            if now == at:
                break
        return now

    def next_digest(self, now: datetime) -> datetime:
        """The next time that the digest is due, after `now`."""
        day = now.astimezone(LONDON).date()
        while True:
            at = _moment(day, time.fromisoformat(self.digest_at))
            if at > now and is_working_day(day):
                return at
            day += timedelta(days=1)

    def _begins(self, day: date) -> datetime:
        return _moment(day, time.fromisoformat(self.working_hours[0]))

    def _ends(self, day: date) -> datetime:
        return _moment(day, time.fromisoformat(self.working_hours[1]))


def of(session: Session) -> Office:
    """As the council has set it. A row that cannot be used (older software wrote it) counts as not set."""
    found = {}
    for name, value in session.execute(_CHANGES):
        try:
            found[name] = check(name, json.loads(value))
        except ValueError:
            found.pop(name, None)
    return Office(**found)


_CHANGES = (
    select(SettingChange.name, SettingChange.value).where(SettingChange.name.in_(Office.__dataclass_fields__)).order_by(SettingChange.id)
)


def check(name: str, value: object) -> object:
    """The value as Office holds it. Raises ValueError with the name of what is wrong: clock, order, minutes or refs."""
    if name == "digest_at":
        return _clock(value)
    if name in ("working_hours", "quiet_hours"):
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError("clock")
        begins, ends = (_clock(one) for one in value)
        if begins == ends or (name == "working_hours" and begins > ends):
            raise ValueError("order")
        return begins, ends
    if not isinstance(value, list | tuple):
        raise ValueError("refs" if name == "out_of_hours" else "minutes")
    if name == "out_of_hours":
        if not all(isinstance(ref, str) and ref for ref in value):
            raise ValueError("refs")
    elif name not in CHASES or not value or not all(type(one) is int and 1 <= one <= LONGEST_WAIT for one in value):
        raise ValueError("minutes")
    return tuple(value)


def put(session: Session, name: str, value: object, by: Person, now: datetime) -> None:
    """Set one of the settings. Raises ValueError, as `check` does."""
    session.add(SettingChange(name=name, value=json.dumps(check(name, value)), by_id=by.id, at=now))
    session.flush()


def next_at(clock: time, now: datetime) -> datetime:
    """The next time after `now` that it is this time in London."""
    day = now.astimezone(LONDON).date()
    at = _moment(day, clock)
    return at if at > now else _moment(day + timedelta(days=1), clock)


def _clock(value: object) -> str:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise ValueError("clock")
    return value


def _at(steps: tuple[int, ...], step: int) -> int:
    return steps[min(step, len(steps) - 1)]


def _moment(day: date, clock: time) -> datetime:
    """That time of that day in London, as UTC. A time that the clocks jump over is the one after the jump."""
    return datetime.combine(day, clock, LONDON).astimezone(UTC)


def _after(now: datetime, begins: time, ends: time) -> datetime:
    """`now`, or when the hours from `begins` to `ends` that it falls into are over. They may go over midnight."""
    local = now.astimezone(LONDON)
    for day in (local.date() - timedelta(days=1), local.date()):
        start, end = _moment(day, begins), _moment(day if begins < ends else day + timedelta(days=1), ends)
        if start <= now < end:
            return end
    return now
