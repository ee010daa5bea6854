"""Due work: claimed one at a time, in order within its lane, by any number of workers.

A job can be claimed when it is due, nobody holds a live lease on it, and no earlier job of its lane is unfinished. The
worker renews the lease while it works, and finishes in the same transaction as what it wrote; a worker that was thought
dead finds its lease gone and its transaction refused. See docs/decisions/0003-rows-as-queue.md.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import bindparam, case, exists, insert, or_, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from cases.store import bell
from cases.store.models import Job, new_id

LEASE = timedelta(seconds=15)

# Every message is carried by a handful of jobs: their statements are made once, and of the table, not of the mapped class,
# which costs a third of the time.
JOBS = Job.__table__
_ADDING = insert(JOBS)
# Held at once, unless an earlier one of its lane is not done.
_free = ~exists().where(JOBS.c.lane == bindparam("in_lane"), JOBS.c.done_at.is_(None))
_ADDING_TAKEN = (
    insert(JOBS)
    .values(
        attempts=case((_free, 1), else_=0),
        lease=case((_free, bindparam("new_lease", type_=JOBS.c.lease.type))),
        leased_until=case((_free, bindparam("until", type_=JOBS.c.leased_until.type))),
    )
    .returning(JOBS.c.id, JOBS.c.lease)
)
_TAKING = "heard job taking"
_PLAINLY = text("SET LOCAL enable_bitmapscan = off")


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
    begun: bool = False  # it was written down as begun with this very claim: nobody can have done it before
    since: float = field(default_factory=time.monotonic)


@dataclass
class _Taking:
    lease: str
    now: datetime
    kinds: tuple[str, ...]
    taken: Claimed | None = None


def add(session: Session, kind: str, ref: str, *, lane: str, due_at: datetime) -> None:
    """Write a job with the caller's transaction, and wake the workers with its commit: unless who writes it takes it (see `take_one`)."""
    given = {"kind": kind, "ref": ref, "lane": lane, "due_at": due_at}
    taking: _Taking | None = session.info.get(_TAKING)
    if taking is not None and taking.taken is None and kind in taking.kinds and due_at <= taking.now:
        row = session.execute(_ADDING_TAKEN, given | {"in_lane": lane, "new_lease": taking.lease, "until": taking.now + LEASE}).one()
        if row.lease:
            taking.taken = Claimed(row.id, kind, ref, lane, 1, row.lease)
            return
    else:
        session.execute(_ADDING, given)
    bell.ring(session, bell.JOBS)


def claim(session: Session, now: datetime, kinds: tuple[str, ...] | None = None) -> Claimed | None:
    """Take the job that has been due the longest, or None. Commit at once, then work."""
    return next(iter(claim_some(session, now, 1, kinds)), None)


def take_one(session: Session, now: datetime, kinds: tuple[str, ...]) -> None:
    """The first job of these kinds that this transaction writes, and that can be had at once, is held as it is written.

    So who wrote it goes on with it: see `taken`.
    """
    session.info[_TAKING] = _Taking(new_id(), now, kinds)


def taken(session: Session) -> Claimed | None:
    """The job that was written so."""
    taking: _Taking | None = session.info.get(_TAKING)
    return taking.taken if taking else None


def claim_some(session: Session, now: datetime, most: int, kinds: tuple[str, ...] | None = None) -> list[Claimed]:
    """Take up to `most` jobs, those that have been due the longest, one of a lane."""
    if session.get_bind().dialect.name == "postgresql":
        # A bitmap scan would go through the index entries of all that was done since the last vacuum, at every look; a plain
        # scan goes through each of them once, and marks it.
        session.execute(_PLAINLY)
    lease = new_id()
    given = {"now": now, "most": most, "until": now + LEASE, "new_lease": lease}
    given |= {"kinds": kinds} if kinds else {}
    rows = session.execute(_claiming(bool(kinds)), given).all()
    return [Claimed(row.id, row.kind, row.ref, row.lane, row.attempts, lease) for row in sorted(rows, key=lambda row: (row.due_at, row.id))]


@cache
def _claiming(of_kinds: bool) -> ReturningUpdate:
    """Choosing and taking in one statement. Materialised: PostgreSQL must not choose a second time while it takes."""
    now, earlier = bindparam("now", type_=JOBS.c.due_at.type), JOBS.alias()
    due = (
        select(JOBS.c.id)
        .where(
            JOBS.c.done_at.is_(None),
            JOBS.c.due_at <= now,
            or_(JOBS.c.leased_until.is_(None), JOBS.c.leased_until < now),
            ~exists().where(earlier.c.lane == JOBS.c.lane, earlier.c.done_at.is_(None), earlier.c.id < JOBS.c.id),
        )
        .order_by(JOBS.c.due_at, JOBS.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    if of_kinds:
        due = due.where(JOBS.c.kind.in_(bindparam("kinds", expanding=True)))
    chosen = due.cte("chosen").prefix_with("MATERIALIZED")
    until = bindparam("until", type_=JOBS.c.leased_until.type)
    return (
        update(JOBS)
        .where(JOBS.c.id.in_(select(chosen.c.id)))
        .values(attempts=JOBS.c.attempts + 1, lease=bindparam("new_lease"), leased_until=until)
        .returning(JOBS.c.id, JOBS.c.kind, JOBS.c.ref, JOBS.c.lane, JOBS.c.attempts, JOBS.c.due_at)
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
    given = {f"new_{name}": value for name, value in values.items()}
    if session.scalar(_holding(tuple(values)), {"held_id": job.id, "held_lease": job.lease, **given}) is None:
        raise LeaseLost(f"job {job.id}")


@cache
def _holding(columns: tuple[str, ...]) -> ReturningUpdate:
    """Sets these columns of a job, where its lease is still ours and it is not done."""
    return (
        update(JOBS)
        .where(JOBS.c.id == bindparam("held_id"), JOBS.c.lease == bindparam("held_lease"), JOBS.c.done_at.is_(None))
        .values({name: bindparam(f"new_{name}", type_=JOBS.c[name].type) for name in columns})
        .returning(JOBS.c.id)
    )
