"""What the worker does once a day: the list of what waits for whom, and clearing out what nobody needs any more."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cases import case_record, chasing, digest, logins, office
from cases.store import schedule
from cases.store.jobs import Claimed
from cases.store.models import Attempt, ChatSession, Job, StaffSession
from channels import chat_sessions
from channels.tools import Tools

log = logging.getLogger("heard.worker")

DIGEST, HOUSEKEEPING = "digest", "housekeeping"
#: London's time, when little else happens.
HOUSE_KEPT_AT = time(3, 30)
#: Jobs that are done are kept so long, to find out what happened.
JOBS_KEPT = timedelta(days=14)
ATTEMPTS_KEPT = logins.KNOWN_FOR
#: Rows deleted in one transaction: on SQLite nobody else can write meanwhile.
BATCH = 2000


def begin(session: Session, now: datetime) -> None:
    for kind in (DIGEST, HOUSEKEEPING):
        schedule.begin(session, kind, _next(session, kind, now))


def send_digests(tools: Tools, job: Claimed) -> Callable[[Session], None]:
    """One list each, in the transaction that finishes the job: never two of a day, however often a worker dies over it."""

    def write(session: Session) -> None:
        now = tools.clock()
        digest.send(session, now)
        schedule.again(session, DIGEST, _next(session, DIGEST, now))

    return write


def keep_house(tools: Tools, job: Claimed) -> Callable[[Session], None]:
    """Clear out in small steps; a step that is done stays done when the job is taken up again."""
    now = tools.clock()
    for column, rule in (
        (Job.id, Job.done_at < now - JOBS_KEPT),
        (Attempt.id, Attempt.at < now - ATTEMPTS_KEPT),
        (ChatSession.token_hash, ChatSession.created_at < now - chat_sessions.LONGEST),
        (StaffSession.token_hash, StaffSession.created_at < now - logins.ABSOLUTE - logins.KEPT_AFTER_END),
    ):
        while _clear_some(tools, column, rule) == BATCH:
            pass
    with tools.store.write() as session:
        case_record.let_go(session, now)
    with tools.store.write() as session:
        if begun := chasing.see_to_all(session, now):
            log.error("%s alerts were chased by nothing, and are now", begun)
    return lambda session: schedule.again(session, HOUSEKEEPING, _next(session, HOUSEKEEPING, now))


def plan_again(tools: Tools, session: Session, job: Claimed, now: datetime) -> None:
    """It did not work today: the next one is due as ever."""
    schedule.again(session, job.kind, _next(session, job.kind, now))


def _clear_some(tools: Tools, column, rule) -> int:
    with tools.store.write() as session:
        some = select(column).where(rule).limit(BATCH)
        return len(session.scalars(delete(column.class_).where(column.in_(some)).returning(column)).all())


def _next(session: Session, kind: str, now: datetime) -> datetime:
    return office.of(session).next_digest(now) if kind == DIGEST else office.next_at(HOUSE_KEPT_AT, now)
