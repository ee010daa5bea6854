"""Who is told about what, and who is told next when nobody answers. All of the rules are the tables here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cases import office, people
from cases.store.models import Person

#: (about, level) → roles told at once. "iro" means the cover while the IRO is away.
FIRST: dict[tuple[str, str], tuple[str, ...]] = {
    ("inbound", "message"): ("iro",),
    ("inbound", "concern"): ("iro", "duty"),
    ("inbound", "immediate"): ("iro", "duty"),
    ("unmatched", "message"): ("duty",),
    ("unmatched", "concern"): ("duty",),
    ("unmatched", "immediate"): ("duty",),
    ("complaint", "message"): ("complaints", "iro"),
    ("stopped", "message"): ("iro", "duty"),
}
OTHERWISE = {"message": ("iro",), "concern": ("iro", "duty"), "immediate": ("iro", "duty")}

#: A role that nobody holds is replaced by the next of these.
STAND_IN = {"iro": "duty", "cover": "duty", "duty": "manager", "complaints": "manager", "manager": "duty"}


#: level → roles told at each step of its chase, in working hours and outside them; the last step is repeated until somebody
#: acknowledges. The times are the council's (office.py).
CHASE: dict[str, tuple[tuple[str, ...], ...]] = {
    "immediate": (("iro", "duty", "manager"),),
    "concern": (("iro", "duty"), ("iro", "duty", "manager")),
}
CHASE_OUT_OF_HOURS: dict[str, tuple[tuple[str, ...], ...]] = {
    "immediate": CHASE["immediate"],
    "concern": (("duty",), ("duty", "manager")),
}


def chased(level: str, step: int, told: Iterable[str], *, is_open: bool) -> tuple[str, ...]:
    """The roles of step number `step` (from 0) of a chase. `told`: the roles that were told before.

    An ordinary message is put before those again who were told first, then before who stands in for them too, then
    before the manager too.
    """
    if level in CHASE:
        steps = (CHASE if is_open else CHASE_OUT_OF_HOURS)[level]
        return steps[min(step, len(steps) - 1)]
    first = tuple(dict.fromkeys("iro" if role == "cover" else role for role in told))
    more = tuple(STAND_IN[role] for role in first) if step else ()
    return first + more + (("manager",) if step > 1 else ())


@dataclass(frozen=True)
class Recipient:
    role: str
    person: Person | None  # None: nobody holds the role; the alert still waits for whoever will


def recipients(
    session: Session, *, level: str, about: str, child_id: str | None, hidden_from: str | None, now: datetime, roles: tuple[str, ...] = ()
) -> list[Recipient]:
    """Everybody who is told. `roles` asks for other roles than the first table's (a step of the chase).

    What is hidden from an IRO goes to the manager and the complaints manager instead, and never to that IRO, whatever
    other role they hold; nor to their cover, who is their colleague.
    """
    wanted = roles or FIRST.get((about, level)) or OTHERWISE[level]
    if hidden_from:
        wanted = tuple(role for role in wanted if role != "iro") + ("manager", "complaints")
    found: dict[str, Recipient] = {}
    for role in dict.fromkeys(wanted):
        for one in _holders(session, role, child_id, now, hidden_from):
            found.setdefault(one.person.id if one.person else one.role, one)
    return list(found.values())


def _holders(session: Session, role: str, child_id: str | None, now: datetime, hidden_from: str | None) -> list[Recipient]:
    tried: set[str] = set()
    while role not in tried:
        tried.add(role)
        held = [one for one in _people(session, role, child_id, now) if one.person.id != hidden_from]
        if held:
            return held
        role = STAND_IN[role]
    return [Recipient(role, None)]


def _people(session: Session, role: str, child_id: str | None, now: datetime) -> list[Recipient]:
    if role == "duty":
        return [Recipient(role, person) for person in on_duty(session, now)]
    if role != "iro":
        return [Recipient(role, person) for person in people.staff(session, role)]
    iro, cover = people.iro_and_cover(session, child_id, now) if child_id else (None, None)
    if iro is None or iro.left_at is not None:
        return []
    return [Recipient("cover", cover) if cover else Recipient("iro", iro)]


def on_duty(session: Session, now: datetime) -> list[Person]:
    """Who has the duty desk now: in working hours the team, outside them the out-of-hours team. Where one is not there, the other."""
    everybody = people.staff(session, "duty")
    times = office.of(session)
    now_there = [person for person in everybody if (person.ref in times.out_of_hours) != times.is_open(now)]
    return now_there or everybody
