"""Rate limits: a few tries are free, then each further one makes the next wait twice as long."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cases.store.crypto import ring
from cases.store.models import Attempt
from cases.store.turns import take_turns

MEMORY = timedelta(hours=24)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


def begin(session: Session, what: str, who: str, now: datetime, *, free: int, longest: timedelta = LONGEST_WAIT) -> datetime | None:
    """Count a try. Returns None when it may go on, or when to try again (that try is not counted).

    Call `forget` once it turns out right. Commit before what is slow, so that tries made at the same moment count too.
    """
    who_hash = ring.lookup(f"{what}:{who}")
    take_turns(session, who_hash)
    session.execute(delete(Attempt).where(Attempt.who_hash == who_hash, Attempt.at < now - MEMORY))
    tries, last = session.execute(select(func.count(Attempt.id), func.max(Attempt.at)).where(Attempt.who_hash == who_hash)).one()
    if tries >= free:
        wait = min(FIRST_WAIT * 2 ** min(tries - free, 20), longest)
        if last + wait > now:
            return last + wait
    session.add(Attempt(what=what, who_hash=who_hash, at=now))
    session.flush()
    return None


def remember(session: Session, what: str, who: str, now: datetime) -> None:
    """Keep that `who` got in, in place of any earlier time."""
    forget(session, what, who)
    session.add(Attempt(what=what, who_hash=ring.lookup(f"{what}:{who}"), at=now))


def remembered(session: Session, what: str, who: str, since: datetime) -> bool:
    return session.scalar(select(Attempt.id).where(Attempt.who_hash == ring.lookup(f"{what}:{who}"), Attempt.at >= since)) is not None


def forget(session: Session, what: str, who: str) -> None:
    session.execute(delete(Attempt).where(Attempt.who_hash == ring.lookup(f"{what}:{who}")))
