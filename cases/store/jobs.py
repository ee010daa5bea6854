"""Due work: claimed one at a time, in order within its lane, by any number of workers.

A job can be claimed when it is due, nobody holds a live lease on it, and no earlier job of its lane is unfinished. The
worker renews the lease while it works, and finishes in the same transaction as what it wrote; a worker that was thought
dead finds its lease gone and its transaction refused. See docs/decisions/0003-rows-as-queue.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import bindparam, exists, or_, select, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningUpdate

from cases.store import bell
from cases.store.models import Job, new_id

LEASE = timedelta(seconds=15)

_ADDED = "heard jobs added"


class LeaseLost(Exception):
    """Another worker has taken this job over: roll back."""


@dataclass(frozen=True)
class Claimed:
    id: int
    kind: str
    ref: str
    lane: str
    attempts: int  # this one included, from 1
    lease: str


def add(session: Session, kind: str, ref: str, *, lane: str, due_at: datetime) -> None:
    """Write a job with the caller's transaction, and wake the workers with its commit."""
    job = Job(kind=kind, ref=ref, lane=lane, due_at=due_at)
    session.add(job)
    session.flush()
    session.info.setdefault(_ADDED, []).append(job.id)
    bell.ring(session, bell.JOBS)


def claim(session: Session, now: datetime, kinds: tuple[str, ...] | None = None) -> Claimed | None:
    """Take the job that has been due the longest, or None. Commit at once, then work."""
    return next(iter(claim_some(session, now, 1, kinds)), None)


def claim_added(session: Session, now: datetime, kinds: tuple[str, ...]) -> Claimed | None:
    """Take one of the jobs that this very transaction has written, so that whoever wrote it goes on with it at once."""
    added = session.info.pop(_ADDED, [])
    taken = next(iter(claim_some(session, now, 1, kinds, among=added)), None) if added else None
    if taken and len(added) == 1:
        bell.silence(session, bell.JOBS)
    return taken


def claim_some(
    session: Session, now: datetime, most: int, kinds: tuple[str, ...] | None = None, among: list[int] | None = None
) -> list[Claimed]:
    """Take up to `most` jobs, those that have been due the longest, one of a lane. `among`: of these ids only."""
    lease = new_id()
    given = {"now": now, "most": most, "until": now + LEASE, "new_lease": lease}
    given |= {"kinds": kinds} if kinds else {}
    given |= {"among": among} if among is not None else {}
    rows = session.execute(_claiming(bool(kinds), among is not None), given).all()
    return [Claimed(row.id, row.kind, row.ref, row.lane, row.attempts, lease) for row in sorted(rows, key=lambda row: (row.due_at, row.id))]


@cache
def _claiming(of_kinds: bool, of_ids: bool) -> ReturningUpdate:
    """Choosing and taking in one statement. Materialised: PostgreSQL must not choose a second time while it takes."""
    now, earlier = bindparam("now", type_=Job.due_at.type), aliased(Job)
    due = (
        select(Job.id)
        .where(
            Job.done_at.is_(None),
            Job.due_at <= now,
            or_(Job.leased_until.is_(None), Job.leased_until < now),
            ~exists().where(earlier.lane == Job.lane, earlier.done_at.is_(None), earlier.id < Job.id),
        )
        .order_by(Job.due_at, Job.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    if of_kinds:
        due = due.where(Job.kind.in_(bindparam("kinds", expanding=True)))
    if of_ids:
        due = due.where(Job.id.in_(bindparam("among", expanding=True)))
    chosen = due.cte("chosen").prefix_with("MATERIALIZED")
    return (
        update(Job)
        .where(Job.id.in_(select(chosen.c.id)))
        .values(attempts=Job.attempts + 1, lease=bindparam("new_lease"), leased_until=bindparam("until", type_=Job.leased_until.type))
        .returning(Job.id, Job.kind, Job.ref, Job.lane, Job.attempts, Job.due_at)
        .execution_options(synchronize_session=False)
    )


def renew(session: Session, job: Claimed, now: datetime) -> None:
    _held(session, job, leased_until=now + LEASE)


def finish(session: Session, job: Claimed, now: datetime, *, gave_up: bool = False) -> None:
    """Mark it done, with what the caller wrote. Raises LeaseLost when another worker has it."""
    _held(session, job, done_at=now, gave_up=gave_up, leased_until=None)


def retry(session: Session, job: Claimed, due_at: datetime, *, counts: bool = True) -> None:
    """Let it go until `due_at`. Later jobs of its lane wait behind it. `counts`: False for what was no try at all."""
    _held(session, job, due_at=due_at, leased_until=None, lease=None, attempts=job.attempts - (not counts))


def _held(session: Session, job: Claimed, **values) -> None:
    held = session.scalars(
        update(Job).where(Job.id == job.id, Job.lease == job.lease, Job.done_at.is_(None)).values(**values).returning(Job.id)
    ).all()
    if not held:
        raise LeaseLost(f"job {job.id}")
