"""The day's list for each member of staff: how much is unread, and which alerts nobody has taken. Numbers only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases import access, chasing, notices, people
from cases.store import outbox
from cases.store.models import Alert, Conversation, Inbound, Person
from cases.waiting import by_person, waiting
from cases.working_days import LONDON


def send(session: Session, now: datetime) -> int:
    """Write an e-mail to everybody for whom something waits. Returns how many."""
    sent = 0
    for kind in ("iro", "duty", "complaints", "manager"):
        for person in people.staff(session, kind):
            if kind == "iro" and people.cover_of(session, person.id, now):
                continue  # they are away, and their cover's list holds it
            lines = lines_for(session, person, now)
            if lines:
                outbox.notify(
                    session, person, channel="email", subject=notices.words("digest", "subject"), text="\n\n".join(lines), now=now
                )
                sent += 1
    return sent


def lines_for(session: Session, person: Person, now: datetime) -> list[str]:
    """What waits for this person, as far as they may know of it; for a manager also what waits for whom."""
    lines = []
    count, since = _unread(session, person, now)
    if count:
        lines.append(notices.words("digest", "unread", count=str(count), since=_moment(since)))
    alerts = [alert for alert in session.scalars(access.alerts_of(person, now).where(Alert.acknowledged_at.is_(None)))]
    answered = chasing.answered(session, alerts)
    alerts = [alert for alert in alerts if alert.about_id not in answered and not chasing.for_information(alert)]
    if alerts:
        urgent = sum(alert.level in access.AT_RISK for alert in alerts)
        oldest = _moment(min(alert.created_at for alert in alerts))
        lines.append(notices.words("digest", "alerts", count=str(len(alerts)), urgent=str(urgent), since=oldest))
    for whom, role, these in by_person(waiting(session, person, now)):
        since = _moment(min(one.since for one in these))
        who = whom.name if whom else notices.words("digest", "nobody", role=role)
        lines.append(notices.words("digest", "for", name=who, count=str(len(these)), since=since))
    return lines


def _unread(session: Session, person: Person, now: datetime) -> tuple[int, datetime | None]:
    return session.execute(
        select(func.count(Inbound.id), func.min(Inbound.received_at))
        .join(Conversation, Conversation.id == Inbound.conversation_id)
        .where(
            Conversation.child_id.in_(access.child_ids(person, now)),
            Inbound.read_at.is_(None),
            Inbound.for_person,
            access.visible(Inbound, person),
        )
    ).one()


def _moment(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"
