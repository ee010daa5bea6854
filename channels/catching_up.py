"""Asking Twilio for texts that its webhook could not bring: the gateway was down for longer than Twilio tries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.store import schedule
from cases.store.jobs import Claimed
from cases.store.models import Inbound, Job
from channels.tools import Tools

KIND = "catch_up"
EVERY = timedelta(minutes=5)
#: Looked at again each time, since a text may show up late in Twilio's list.
OVERLAP = timedelta(minutes=15)
FURTHEST = timedelta(days=2)


def begin(session: Session, now: datetime) -> None:
    schedule.begin(session, KIND, now)


def catch_up(tools: Tools, job: Claimed) -> Callable[[Session], None]:
    """Take in every text of Twilio's list that is not in the store. One that is changes nothing."""
    now = tools.clock()
    if tools.sms is not None:
        from channels.twilio.webhook import take_in

        with tools.store.read() as session:
            last = session.scalar(select(func.max(Job.done_at)).where(Job.kind == KIND, Job.gave_up.is_(False)))
        listed = tools.sms.received(max((last or now) - OVERLAP, now - FURTHEST))
        held = _held(tools, [text.sid for text in listed])
        for text in listed:
            if text.sid not in held:
                take_in(tools.store, sid=text.sid, sender=text.sender, body=text.body, media=text.media, now=tools.clock())
    return lambda session: schedule.again(session, KIND, now + EVERY)


def _held(tools: Tools, sids: list[str]) -> set[str]:
    """Those of the SIDs that are in the store: in a busy hour nearly all of many thousands."""
    held: set[str] = set()
    with tools.store.read() as session:
        for start in range(0, len(sids), 500):
            some = Inbound.provider == "twilio", Inbound.provider_id.in_(sids[start : start + 500])
            held.update(session.scalars(select(Inbound.provider_id).where(*some)))
    return held


def set_aside(tools: Tools, session: Session, job: Claimed, now: datetime) -> None:
    schedule.again(session, KIND, now + EVERY)
