"""Messages from numbers that belong to nobody we know, for duty."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import access, alerts
from cases.store.models import Alert, Conversation, Inbound
from inbox.thread import thread
from inbox.web import NotHere, Visit

SHOWN = 100


def all_of_them(visit: Visit) -> Response:
    if visit.viewer.kind not in ("duty", "manager"):
        raise NotHere
    with visit.store.write() as session:
        visit.audit(session, "view unmatched")
    with visit.store.read() as session:
        talks = session.scalars(access.unmatched_talks(visit.viewer)).all()
        last = dict(
            session.execute(
                select(Inbound.conversation_id, func.max(Inbound.received_at))
                .where(Inbound.conversation_id.in_([talk.id for talk in talks]))
                .group_by(Inbound.conversation_id)
            ).all()
        )
        waiting = set(session.scalars(_unread().where(Inbound.conversation_id.in_([talk.id for talk in talks]))))
        talks = sorted((talk for talk in talks if talk.id in last), key=lambda talk: last[talk.id], reverse=True)
        return visit.page("unmatched.html", talks=talks, last=last, waiting=waiting)


def show(visit: Visit) -> Response:
    with visit.store.write() as session:
        talk = _talk(session, visit)
        visit.audit(session, "view unmatched", what=f"conversation {talk.id}")
    with visit.store.read() as session:
        messages, _ = thread(session, visit.viewer, talk.id, limit=SHOWN)
        waiting = session.scalar(_unread().where(Inbound.conversation_id == talk.id).limit(1)) is not None
        return visit.page("unmatched_one.html", talk=talk, messages=messages, waiting=waiting, open_alerts=_alerts(session, visit, talk))


def deal_with(visit: Visit) -> Response:
    """Duty has found out who it was, or that there is nothing to do: nobody is chased about it any more."""
    with visit.store.write() as session:
        talk = _talk(session, visit)
        for alert in _alerts(session, visit, talk):
            alerts.acknowledge(session, alert, visit.viewer, visit.now)
        alerts.read_messages(session, talk, visit.viewer, visit.now)
        visit.audit(session, "unmatched dealt with", what=f"conversation {talk.id}")
    return visit.redirect("/unmatched?done=dealt")


def _talk(session: Session, visit: Visit) -> Conversation:
    talk = session.scalar(access.unmatched_talks(visit.viewer).where(Conversation.id == visit.path("conversation_id")))
    if talk is None:
        raise NotHere
    return talk


def _unread():
    return select(Inbound.conversation_id).where(Inbound.read_at.is_(None)).distinct()


def _alerts(session: Session, visit: Visit, talk: Conversation) -> list[Alert]:
    query = access.alerts_of(visit.viewer, visit.now).where(Alert.conversation_id == talk.id, Alert.acknowledged_at.is_(None))
    return list(session.scalars(query))
