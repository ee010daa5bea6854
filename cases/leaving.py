"""Somebody leaves: a child who is looked after no longer, a member of staff who goes. Nothing that waits may go with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from cases import audit, invites, logins, new_iro, people, telling
from cases.store.models import Absence, Alert, Allocation, Conversation, Inbound, Outgoing, Person


class CannotLeave(Exception):
    """It must not be done as asked; the text says why and what to do, for the person at the command line."""


@dataclass
class Left:
    """What was done (`done`) and what somebody has to see to (`warnings`), one plain line each."""

    done: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def leave(session: Session, person: Person, now: datetime, *, to: Person | None = None, by: Person | str = "command") -> Left:
    """Take `person` off the service from now on. `to`: the IRO who takes over an IRO's children.

    Raises CannotLeave, before anything is changed, for a child of whom something is unread, since nobody could see it then.
    """
    if person.left_at is not None:
        raise CannotLeave(f"{person.ref} has left already.")
    if to is not None and (person.kind != "iro" or to.kind != "iro" or to.left_at or to.id == person.id):
        raise CannotLeave("Only an IRO's children can be handed over, and only to another IRO who is here.")
    left = Left()
    if person.kind == "child":
        _child(session, person, left, now)
    else:
        _staff(session, person, to, left, now)
    person.left_at = now
    people.retire_phones(session, person)
    session.flush()
    if person.kind != "child":
        _hand_on_alerts(session, person, left, now)
        if person.kind in ("duty", "manager", "complaints") and not people.staff(session, person.kind):
            left.warnings.append(f"Nobody is loaded as {person.kind} now: use 'heard import'.")
    audit.record(session, actor=by, action="left", child_id=person.id if person.kind == "child" else None, object=person.ref, now=now)
    return left


def _child(session: Session, child: Person, left: Left, now: datetime) -> None:
    unread = session.scalar(
        select(func.count(Inbound.id))
        .join(Conversation, Conversation.id == Inbound.conversation_id)
        .where(Conversation.child_id == child.id, Inbound.read_at.is_(None), Inbound.for_person)
    )
    open_alerts = session.scalar(select(func.count(Alert.id)).where(Alert.child_id == child.id, Alert.acknowledged_at.is_(None)))
    if unread or open_alerts:
        raise CannotLeave(
            f"Of {child.ref}, {unread} messages are unread and {open_alerts} alerts are open. Nobody could see them any more: "
            "have them read and taken first."
        )
    ended = invites.end_sessions(session, child, now)
    session.execute(update(Allocation).where(Allocation.child_id == child.id, Allocation.until.is_(None)).values(until=now))
    left.done.append(f"{ended} browsers are signed out of the web chat. A text from the child's number now goes to duty.")


def _staff(session: Session, person: Person, to: Person | None, left: Left, now: datetime) -> None:
    logins.sign_out_everywhere(session, person.id, now)
    left.done.append("Their sessions have ended, and no alert goes to them any more.")
    children = session.scalars(
        select(Person)
        .join(Allocation, Allocation.child_id == Person.id)
        .where(Allocation.iro_id == person.id, Allocation.until.is_(None), Person.left_at.is_(None))
    ).all()
    for child in children:
        if to is not None:
            new_iro.allocate(session, child, to, now)
    if children and to is not None:
        left.done.append(f"{len(children)} children are {to.ref}'s now.")
    elif children:
        refs = ", ".join(sorted(child.ref for child in children))
        session.execute(update(Allocation).where(Allocation.iro_id == person.id, Allocation.until.is_(None)).values(until=now))
        left.warnings.append(f"{len(children)} children have no IRO now, and duty gets what they say: {refs}. Use 'heard import'.")
    absences = session.scalars(select(Absence).where(Absence.cover_id == person.id, Absence.ends > now)).all()
    for absence in absences:
        if absence.starts >= now:
            session.execute(delete(Absence).where(Absence.id == absence.id))
        else:
            absence.ends = now
        away = session.get_one(Person, absence.iro_id)
        left.warnings.append(f"They were to cover for {away.ref}, who has no cover now.")
    unsent = update(Outgoing).where(Outgoing.person_id == person.id, Outgoing.state == "waiting")
    session.execute(unsent.values(state="failed", error="left"))


def _hand_on_alerts(session: Session, person: Person, left: Left, now: datetime) -> None:
    """What waits for them waits for whoever comes after them, who is told of it."""
    waiting = session.scalars(
        select(Alert).where(Alert.to_person_id == person.id, Alert.acknowledged_at.is_(None)).order_by(Alert.created_at)
    ).all()
    told = sum(telling.hand_on(session, alert, now) for alert in waiting)
    if told:
        left.done.append(f"{told} alerts that waited for them were sent to those who take over.")
