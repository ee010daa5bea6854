"""Chasing: what nobody acknowledges is put before the next people, step by step, until somebody does.

One chase runs for each level and child (or unknown number), and one of its own for what is kept from IROs, so that not
even the time of a notice tells an IRO of a complaint. Its next step is a job; see docs/alerts.md.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from cases import access, office, routing, telling
from cases.store import jobs
from cases.store.models import Alert, Job
from cases.store.turns import take_turns

KEPT = "kept"


def start(session: Session, alerts: list[Alert], now: datetime) -> None:
    """See to it that these alerts, which stand for one thing, are chased."""
    kept = kept_ones(session, alerts)
    for ref in sorted({ref_of(alert, alert.id in kept) for alert in alerts}):
        take_turns(session, f"chase:{ref}")  # so that no chase ends while another alert of the talk counts on it
        if session.scalar(select(Job.id).where(Job.lane == f"chase:{ref}", Job.done_at.is_(None)).limit(1)) is None:
            _write_step(session, ref, office.of(session).chase(ref.split(":")[0], 0, now))


def see_to_all(session: Session, now: datetime) -> int:
    """Chase every open alert that nothing chases, however that came about (a backup was restored, say). Returns how many chases began."""
    alerts = [alert for alert in session.scalars(select(Alert).where(Alert.acknowledged_at.is_(None))) if not for_information(alert)]
    done = answered(session, alerts)
    alerts = [alert for alert in alerts if alert.about_id not in done]
    kept = kept_ones(session, alerts)
    chased = set(session.scalars(select(Job.lane).where(Job.kind == "chase", Job.done_at.is_(None))))
    left = {ref: alert for alert in alerts if f"chase:{(ref := ref_of(alert, alert.id in kept))}" not in chased}
    for alert in left.values():
        start(session, [alert], now)
    return len(left)


def step(session: Session, ref: str, now: datetime) -> None:
    """Tell the next people about what nobody has acknowledged, and write the step after it.

    One notice a person covers all that waits. A chase whose first alerts were answered in the meantime begins anew with
    the ones that came later.
    """
    take_turns(session, f"chase:{ref}")
    level = ref.split(":")[0]
    waiting = unanswered(session, ref)
    if not waiting:  # or it was found out since whether an IRO may know of it: then the other chase takes it over
        start(session, unanswered(session, ref.removesuffix(f":{KEPT}") if ref.endswith(KEPT) else f"{ref}:{KEPT}"), now)
        return
    times = office.of(session)
    taken = max(alert.chased for alert in waiting)
    if taken == 0 and (due := times.chase(level, 0, waiting[0].created_at)) > now:
        _write_step(session, ref, due)
        return
    roles = routing.chased(level, taken, (alert.to_role for alert in waiting), is_open=times.is_open(now))
    newest = waiting[-1]
    kept_from = next((found for alert in reversed(waiting) if (found := telling.kept_from(session, alert))), None)
    for one in routing.recipients(
        session, level=level, about=newest.about, child_id=newest.child_id, hidden_from=kept_from, now=now, roles=roles
    ):
        _tell(session, one, waiting, now)
    for alert in waiting:
        alert.chased = taken + 1
    _write_step(session, ref, times.chase(level, taken + 1, now))


def unanswered(session: Session, ref: str) -> list[Alert]:
    """The open alerts of a chase about which nobody at all has answered, oldest first."""
    level, subject, *kept = ref.split(":")
    kept_rule = access.kept_from_iros()
    alerts = session.scalars(
        select(Alert)
        .where(
            Alert.level == level,
            or_(Alert.child_id == subject, Alert.conversation_id == subject, Alert.about_id == subject),
            kept_rule if kept else ~kept_rule,
        )
        .order_by(Alert.created_at, Alert.id)
    ).all()
    alerts = [alert for alert in alerts if not for_information(alert)]
    answered = {alert.about_id for alert in alerts if alert.acknowledged_at}
    return [alert for alert in alerts if alert.about_id not in answered]


def answered(session: Session, alerts: list[Alert]) -> set[str]:
    """Of what these alerts are about, the ids of what somebody has answered."""
    about = {alert.about_id for alert in alerts}
    query = select(Alert).where(Alert.about_id.in_(about), Alert.acknowledged_at.is_not(None))
    return {alert.about_id for alert in session.scalars(query) if not for_information(alert)}


def for_information(alert: Alert) -> bool:
    """An IRO hears of a child's complaint; to answer it is the complaints manager's, and the IRO's tap is no answer."""
    return alert.about == "complaint" and alert.to_role in ("iro", "cover")


def _tell(session: Session, one: routing.Recipient, waiting: list[Alert], now: datetime) -> None:
    """Tell one of the next people of the newest that they may know of; an alert of their own is written where they have none."""
    if one.person is None:
        return
    seen = [alert for alert in waiting if access.may_see_alert(session, one.person, alert)]
    if not seen:
        return
    newest = seen[-1]
    own = next((alert for alert in reversed(seen) if alert.to_person_id == one.person.id), None)
    if own is None:
        own = telling.write(session, one, newest.level, newest.about, newest.about_id, newest.child_id, newest.conversation_id, now)
    telling.notify(session, own, one.person, now)


def ref_of(alert: Alert, kept: bool) -> str:
    """Which chase the alert belongs to. `kept`: no IRO may know of it."""
    return f"{alert.level}:{alert.child_id or alert.conversation_id or alert.about_id}" + (f":{KEPT}" if kept else "")


def kept_ones(session: Session, alerts: list[Alert]) -> set[str]:
    """The ids of those alerts that no IRO may know of."""
    return set(session.scalars(_kept_among(), {"ids": [alert.id for alert in alerts]}))


@cache
def _kept_among() -> Select:
    return select(Alert.id).where(Alert.id.in_(bindparam("ids", expanding=True)), access.kept_from_iros())


def _write_step(session: Session, ref: str, due_at: datetime) -> None:
    jobs.add(session, "chase", ref, lane=f"chase:{ref}", due_at=due_at)
