"""From the link in an alert to the page that it is about, and "I have this" in one tap."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import access, alerts, telling
from cases.store.models import Alert, Inbound
from inbox.web import NotHere, Visit


def follow(visit: Visit) -> Response:
    with visit.store.read() as session:
        alert = _mine(session, visit)
        return visit.redirect(page_of(session, visit, alert))


def acknowledge(visit: Visit) -> Response:
    """One tap says for all of the viewer's alerts about the same thing that somebody is dealing with it."""
    with visit.store.write() as session:
        alert = _mine(session, visit)
        same = access.alerts_of(visit.viewer, visit.now).where(Alert.about_id == alert.about_id, Alert.acknowledged_at.is_(None))
        for one in session.scalars(same):
            alerts.acknowledge(session, one, visit.viewer, visit.now)
        kept = telling.kept_from(session, alert)  # the trail of it is kept from whom it is kept from
        visit.audit(session, "acknowledge", child_id=alert.child_id, what=f"alert {alert.id}", hidden_from=kept)
        return visit.redirect(page_of(session, visit, alert))


def page_of(session: Session, visit: Visit, alert: Alert) -> str:
    """Where the viewer sees what the alert is about."""
    if alert.about == "complaint":
        return f"/complaints/{alert.about_id}"
    if alert.about == "consultation":
        return f"/consultations/{alert.about_id}"
    if alert.child_id is None:
        return f"/unmatched/{alert.conversation_id}"
    kept = session.scalar(select(Inbound.hidden_from).where(Inbound.id == alert.about_id))
    if visit.viewer.kind == "complaints" or (kept and visit.viewer.kind == "manager"):
        return f"/children/{alert.child_id}/in-confidence#new"
    return f"/children/{alert.child_id}#new"


def open_about(session: Session, visit: Visit, child_id: str) -> list[Alert]:
    """The viewer's open alerts about a child, gravest first."""
    found = session.scalars(
        access.alerts_of(visit.viewer, visit.now)
        .where(Alert.child_id == child_id, Alert.acknowledged_at.is_(None))
        .order_by(Alert.created_at)
    )
    return sorted(found, key=lambda alert: ("immediate", "concern", "message").index(alert.level))


def opened(session: Session, visit: Visit, about: Iterable[str], *, child_id: str | None = None, about_id: str | None = None) -> None:
    """The viewer has opened what ordinary alerts are about: that acknowledges them. Graver ones want a tap of their own."""
    query = access.alerts_of(visit.viewer, visit.now).where(
        Alert.level == "message", Alert.about.in_(about), Alert.acknowledged_at.is_(None)
    )
    if child_id:
        query = query.where(Alert.child_id == child_id)
    if about_id:
        query = query.where(Alert.about_id == about_id)
    for alert in session.scalars(query):
        alerts.acknowledge(session, alert, visit.viewer, visit.now)


def _mine(session: Session, visit: Visit) -> Alert:
    alert = session.scalar(access.alerts_of(visit.viewer, visit.now).where(Alert.id == visit.path("alert_id")))
    if alert is None:
        raise NotHere
    return alert
