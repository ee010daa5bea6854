"""A member of staff answers the SMS of an alert: which alerts were sent to that phone, and "I have this" from it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import access, alerts, people
from cases.store.models import Alert, Outgoing, Person

#: An answer to a text from before this is taken for no answer to it.
ANSWERED_WITHIN = timedelta(days=5)


def staff_of(session: Session, number: str) -> Person | None:
    """The member of staff whose phone this is (E.164), or None."""
    phone = people.phone_of(session, number)
    if phone is None or phone.status not in ("verified", "stopped") or phone.person.kind == "child" or phone.person.left_at:
        return None
    return phone.person


def open_alerts_of_number(session: Session, number: str, now: datetime) -> list[Alert]:
    """The open alerts of which a text went to this staff number, the one texted last first; each once.

    Only what they may (still) see: an alert about a child who is no longer theirs, or that is kept from them, is not there.
    """
    person = staff_of(session, number)
    ids = dict.fromkeys(row.alert_id for row in _texts(session, person, number, now)) if person else ()
    return [session.get_one(Alert, id) for id in ids]


def acknowledge_from(session: Session, number: str, now: datetime) -> tuple[list[Alert], list[Alert]]:
    """The owner of the number has what they were last texted about. (what that acknowledged, what is still open for them)

    Their open alerts of that level about the same child, up to that text, go with it. What is about another child, or came
    after the text, stays open: they cannot have known of it.
    """
    person = staff_of(session, number)
    texts = _texts(session, person, number, now) if person else []
    if not texts:
        return [], []
    last = session.get_one(Alert, texts[0].alert_id)
    taken = [
        alert
        for alert in session.scalars(access.alerts_of(person, now).where(Alert.acknowledged_at.is_(None)))
        if _whom(alert) == _whom(last) and alert.level == last.level and alert.created_at <= texts[0].created_at
    ]
    for alert in taken:
        alerts.acknowledge(session, alert, person, now)
    return taken, [alert for alert in open_alerts_of_number(session, number, now) if alert not in taken]


def _whom(alert: Alert) -> str:
    return alert.child_id or alert.conversation_id or alert.about_id


def _texts(session: Session, person: Person, number: str, now: datetime) -> list[Outgoing]:
    """The texts to this number about alerts that are open still, newest first."""
    rows = session.scalars(
        select(Outgoing)
        .join(Alert, Alert.id == Outgoing.alert_id)
        .where(
            Outgoing.person_id == person.id,
            Outgoing.channel == "sms",
            Outgoing.state.in_(("sending", "unknown", "sent", "delivered")),
            Outgoing.created_at >= now - ANSWERED_WITHIN,
            Alert.acknowledged_at.is_(None),
            Alert.id.in_(access.alerts_of(person, now).with_only_columns(Alert.id)),
        )
        .order_by(Outgoing.created_at.desc(), Outgoing.id)
    )
    return [row for row in rows if row.address == number]
