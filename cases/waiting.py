"""What is waiting for whom, for the manager's page: every alert that nobody has answered, who was told, and who is told next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from cases import access, chasing
from cases.store.models import Alert, Job, Outgoing, Person

LEVELS = ("immediate", "concern", "message")


@dataclass(frozen=True)
class Waits:
    """One alert that waits for one person (or for a role that nobody holds).

    reached: False when every e-mail and SMS about it failed. chased: steps of the chase so far; next_step: when the next
    one is due, None when there is none.
    """

    alert: Alert
    child: Person | None
    person: Person | None
    role: str
    level: str
    about: str
    since: datetime
    reached: bool
    chased: int
    next_step: datetime | None


def waiting(session: Session, viewer: Person, now: datetime) -> list[Waits]:
    """For a manager: what nobody has answered, the gravest first, then the longest waiting. For everybody else: nothing.

    What is kept from this manager (a complaint about them) is neither here nor counted.
    """
    if viewer.kind != "manager":
        return []
    alerts = [
        alert
        for alert in session.scalars(select(Alert).where(access.visible(Alert, viewer), Alert.acknowledged_at.is_(None)))
        if not chasing.for_information(alert)
    ]
    answered = chasing.answered(session, alerts)
    alerts = [alert for alert in alerts if alert.about_id not in answered]
    people = _people(session, {alert.child_id for alert in alerts} | {alert.to_person_id for alert in alerts})
    reached = _reached(session, alerts)
    kept = chasing.kept_ones(session, alerts)
    steps = {
        ref: due
        for ref, due in session.execute(
            select(Job.ref, Job.due_at).where(Job.kind == "chase", Job.done_at.is_(None)).order_by(Job.due_at.desc())
        )
    }
    found = [
        Waits(
            alert=alert,
            child=people.get(alert.child_id),
            person=people.get(alert.to_person_id),
            role=alert.to_role,
            level=alert.level,
            about=alert.about,
            since=alert.created_at,
            reached=reached.get(alert.id, True) and alert.to_person_id is not None,
            chased=alert.chased,
            next_step=steps.get(chasing.ref_of(alert, alert.id in kept)),
        )
        for alert in alerts
    ]
    return sorted(found, key=lambda one: (LEVELS.index(one.level), one.since))


def by_person(found: list[Waits]) -> list[tuple[Person | None, str, list[Waits]]]:
    """The same by whom it waits for: (person, role, what waits), who has the gravest and oldest first."""
    groups: dict[tuple[str | None, str], list[Waits]] = {}
    for one in found:
        groups.setdefault((one.person.id if one.person else None, one.role), []).append(one)
    return [(these[0].person, these[0].role, these) for these in groups.values()]


def _people(session: Session, ids: set[str | None]) -> dict[str, Person]:
    query = select(Person).where(Person.id.in_(ids - {None})).options(load_only(Person.kind, Person.ref, Person.name))
    return {person.id: person for person in session.scalars(query)}


def _reached(session: Session, alerts: list[Alert]) -> dict[str, bool]:
    """alert id → whether any notice of it has not failed; those without a notice of their own are not there."""
    found: dict[str, bool] = {}
    ids = [alert.id for alert in alerts]
    for alert_id, state in session.execute(select(Outgoing.alert_id, Outgoing.state).where(Outgoing.alert_id.in_(ids))):
        found[alert_id] = found.get(alert_id, False) or state != "failed"
    return found
