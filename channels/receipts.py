"""Asking Twilio what became of texts whose receipt never came: the gateway was down, or the receipt was lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from cases.store import schedule
from cases.store.jobs import Claimed
from cases.store.models import Job, Outgoing
from channels import delivery
from channels.tools import Tools

KIND = "receipts"
EVERY = timedelta(minutes=30)
#: A text is asked about so long after it was sent; Twilio gives up on one that waits after ten hours.
LOOKS = (timedelta(hours=1), timedelta(hours=11))
FURTHEST = timedelta(days=2)
MOST = 500


def begin(session: Session, now: datetime) -> None:
    schedule.begin(session, KIND, now + EVERY)


def look(tools: Tools, job: Claimed) -> Callable[[Session], None]:
    """Each text without a receipt is asked about once at each of the LOOKS, however long nothing ran in between."""
    now = tools.clock()
    if tools.sms is not None:
        for row_id, sid in _without_receipt(tools, now):
            state, code = tools.sms.state_of(sid)
            if state is not None:
                with tools.store.write() as session:
                    delivery.take_receipt(session, delivery.locked(session, row_id), sid, state, code, now)
    return lambda session: schedule.again(session, KIND, now + EVERY)


def set_aside(tools: Tools, session: Session, job: Claimed, now: datetime) -> None:
    schedule.again(session, KIND, now + EVERY)


def _without_receipt(tools: Tools, now: datetime) -> list[tuple[str, str]]:
    """(id, SID) of the texts that have become so old since the last look."""
    with tools.store.read() as session:
        last = session.scalar(select(func.max(Job.done_at)).where(Job.lane == KIND, Job.gave_up.is_(False)))
        last = max(last or now - EVERY, now - FURTHEST)
        due = or_(*(and_(Outgoing.sent_at > last - look, Outgoing.sent_at <= now - look) for look in LOOKS))
        rows = session.execute(
            select(Outgoing.id, Outgoing.provider_id)
            .where(Outgoing.state == "sent", Outgoing.channel == "sms", Outgoing.provider_id.is_not(None), due)
            .order_by(Outgoing.sent_at)
            .limit(MOST)
        )
        return [(row.id, row.provider_id) for row in rows]
