"""What comes again and again (a daily list, a look for missed texts): one open job of its kind, and at its end the next one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.store import jobs
from cases.store.models import Job
from cases.store.turns import take_turns


def begin(session: Session, kind: str, due_at: datetime) -> None:
    """Write the first job of this kind, unless one is open: any number of workers may ask at the same moment."""
    take_turns(session, kind)
    if session.scalar(select(Job.id).where(Job.lane == kind, Job.done_at.is_(None)).limit(1)) is None:
        again(session, kind, due_at)


def again(session: Session, kind: str, due_at: datetime) -> None:
    """Write the next one, in the transaction that finishes the one before it."""
    jobs.add(session, kind, kind, lane=kind, due_at=due_at)
