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

from sqlalchemy import bindparam, exists, insert, or_, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from cases.store import bell
from cases.store.models import Job, new_id

LEASE = timedelta(seconds=15)

# Every message is carried by a handful of jobs: their statements are made once, and of the table, not of the mapped class,
# which costs a third of the time.
JOBS = Job.__table__
_ADDING = insert(JOBS)
_OTHER = JOBS.alias()
# Not while another one of the lane is not done: that may be older.
_BECOMING = (
    update(JOBS)
    .where(JOBS.c.id == bindparam("held_id"), JOBS.c.lease == bindparam("held_lease"), JOBS.c.done_at.is_(None))
    .where(~exists().where(_OTHER.c.lane == bindparam("new_lane"), _OTHER.c.done_at.is_(None), _OTHER.c.id != bindparam("held_id")))
    .values(
        kind=bindparam("new_kind"),
        ref=bindparam("new_ref"),
        lane=bindparam("new_lane"),
        due_at=bindparam("new_due_at", type_=JOBS.c.due_at.type),
        attempts=1,
        lease=bindparam("new_lease"),
        leased_until=bindparam("until", type_=JOBS.c.leased_until.type),
    )
    .returning(JOBS.c.id)
)
_GOING_ON = "heard job going on"
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
class _GoingOn:
    job: Claimed
    now: datetime
    kinds: tuple[str, ...]
    became: Claimed | None = None


def add(session: Session, kind: str, ref: str, *, lane: str, due_at: datetime) -> None:
    """Write a job with the caller's transaction, and wake the workers with its commit: unless whose work it is goes on with it."""
    going: _GoingOn | None = session.info.get(_GOING_ON)
    if going is not None and going.became is None and kind in going.kinds and due_at <= going.now:
        going.became = _become(session, going, kind, ref, lane, due_at)
        if going.became is not None:
            return
    session.execute(_ADDING, {"kind": kind, "ref": ref, "lane": lane, "due_at": due_at})
    bell.ring(session, bell.JOBS)


def go_on(session: Session, job: Claimed, now: datetime, kinds: tuple[str, ...]) -> None:
    """The first job of these kinds that is added in this transaction, and that can be had at once, takes the row of `job`.

    So one row carries a message from step to step, and who worked on one step goes on with the next: see `became`.
    """
    session.info[_GOING_ON] = _GoingOn(job, now, kinds)


def became(session: Session) -> Claimed | None:
    """What the job of `go_on` has become, held. None where nothing came of it: then it is to be finished."""
    going: _GoingOn | None = session.info.get(_GOING_ON)
    return going.became if going else None


def _become(session: Session, going: _GoingOn, kind: str, ref: str, lane: str, due_at: datetime) -> Claimed | None:
    """None where another job of the lane is not done, or the lease is lost (which `finish` says)."""
    lease = new_id()
    given = {"held_id": going.job.id, "held_lease": going.job.lease, "new_lease": lease, "until": going.now + LEASE}
    given |= {"new_kind": kind, "new_ref": ref, "new_lane": lane, "new_due_at": due_at}
    if session.scalar(_BECOMING, given) is None:
        return None
    return Claimed(going.job.id, kind, ref, lane, 1, lease)


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
