"""The worker: claims what is due, does it, and writes the result and "done" in one transaction.

One thread claims, several work (jobs of one lane never at once), one renews the leases of what is being worked on. Any
number of workers may run beside each other. A job that fails is tried again after growing waits, and at the last set
aside in front of a person.
"""

from __future__ import annotations

import logging
import random
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cases import advocacy, alerts, chasing, new_iro, pass_on, trace
from cases.settings import Settings
from cases.store import bell, jobs, outbox
from cases.store.crypto import BOT, ring
from cases.store.db import Store
from cases.store.jobs import Claimed, LeaseLost
from channels import catching_up, daily, delivery, receipts, screening, turns
from channels.outcome import TryAgain
from channels.tools import Tools

log = logging.getLogger("heard.worker")

#: Most of a message's time is waiting: for the database, the dialogue, the telephone company.
THREADS = 14
#: Seconds: while something is due that cannot be had yet (another holds it, or it waits behind another); and while nothing
#: is, at most, since a ring of the bell may be missed.
BUSY_PAUSE, IDLE_PAUSE = 0.25, 2.0
#: Seconds between two looks at what is due, at least: in a rush the bell never stops ringing, and each look costs as much as
#: a step of a message. What comes after a quiet moment is looked at at once.
BETWEEN_LOOKS = 0.06
RENEW_EVERY = jobs.LEASE.total_seconds() / 3

#: When the first of what nobody holds is, or was, due.
FIRST_DUE = (
    select(jobs.JOBS.c.due_at)
    .where(
        jobs.JOBS.c.done_at.is_(None),
        or_(jobs.JOBS.c.leased_until.is_(None), jobs.JOBS.c.leased_until < bindparam("now", type_=jobs.JOBS.c.due_at.type)),
    )
    .order_by(jobs.JOBS.c.due_at)
    .limit(1)
)

Writes = Callable[[Session], None]

#: Tries to set a job aside before people are told by its ids alone.
BEYOND_HELP = 3


class TriedTooOften(Exception):
    """Workers have died over this job, and none has reported why: it is not worked on again."""


@dataclass(frozen=True)
class Kind:
    """A kind of job. `work` does what takes time and returns what to write; `set_aside` writes the end of one that cannot be done.

    of_message: its ref is the id of a message, which people are told of when it cannot even be set aside.
    begin: writes, with the claim, that it is begun; false where it may have been begun before.
    """

    work: Callable[[Tools, Claimed], Writes]
    set_aside: Callable[[Tools, Session, Claimed, datetime], None]
    tries: int = 8
    longest_wait: float = 60.0
    of_message: bool = False
    begin: Callable[[Session, Claimed], bool] | None = None


def _chase(tools: Tools, job: Claimed) -> Writes:
    return lambda session: chasing.step(session, job.ref, tools.clock())


def _chase_again(tools: Tools, session: Session, job: Claimed, now: datetime) -> None:
    jobs.add(session, job.kind, job.ref, lane=job.lane, due_at=now + timedelta(minutes=10))


def _chase_advocate(tools: Tools, job: Claimed) -> Writes:
    return lambda session: advocacy.chase(session, job.ref, tools.clock())


def _pass_on(tools: Tools, job: Claimed) -> Writes:
    return lambda session: pass_on.look(session, job.ref, tools.clock(), silence=tools.settings.pass_on_after)


def _tell_of_new_iro(tools: Tools, job: Claimed) -> Writes:
    return lambda session: new_iro.tell(session, job.ref, tools.clock())


DELIVER = Kind(delivery.deliver, delivery.set_aside, tries=40, longest_wait=300, of_message=True, begin=delivery.begin)  # some three hours

KINDS: dict[str, Kind] = {
    "screen": Kind(screening.screen, screening.set_aside, of_message=True),
    "turn": Kind(turns.turn, turns.set_aside, of_message=True),
    "deliver": DELIVER,
    outbox.HELD: DELIVER,
    "chase": Kind(_chase, _chase_again),
    advocacy.CHASE: Kind(_chase_advocate, _chase_again),
    pass_on.KIND: Kind(_pass_on, lambda tools, session, job, now: pass_on.set_aside(session, job.ref, now)),
    new_iro.KIND: Kind(_tell_of_new_iro, lambda tools, session, job, now: new_iro.set_aside(session, job.ref, now)),
    catching_up.KIND: Kind(catching_up.catch_up, catching_up.set_aside),
    receipts.KIND: Kind(receipts.look, receipts.set_aside),
    daily.DIGEST: Kind(daily.send_digests, daily.plan_again),
    daily.HOUSEKEEPING: Kind(daily.keep_house, daily.plan_again),
}


class Worker:
    """`run` until told to stop; or, in a test, `drain` what is due now in the caller's thread."""

    def __init__(self, store: Store, settings: Settings, *, threads: int = THREADS, tools: Tools | None = None):
        self.store = store
        self.tools = tools or Tools(store, settings, ring.token(BOT))
        self.threads = threads
        self._held: dict[int, Claimed] = {}
        self._bell = threading.Event()
        self._stop = threading.Event()

    def run(self) -> None:
        free = threading.Semaphore(self.threads)
        renewing = threading.Thread(target=self._renew, daemon=True, name="renew")
        renewing.start()
        with self.store.write() as session:
            daily.begin(session, self.tools.clock())
            if self.tools.sms is not None:
                catching_up.begin(session, self.tools.clock())
                receipts.begin(session, self.tools.clock())
        listener = bell.Listener(self.store, bell.JOBS, lambda about: self._bell.set())
        listener.start()
        looked = 0.0
        with ThreadPoolExecutor(self.threads, thread_name_prefix="work") as pool:
            while not self._stop.is_set():
                self._stop.wait(looked + BETWEEN_LOOKS - time.monotonic())
                if not free.acquire(timeout=IDLE_PAUSE):
                    continue
                most = 1
                while most < self.threads and free.acquire(blocking=False):
                    most += 1
                self._bell.clear()
                looked = time.monotonic()
                claimed, wait = self._claim_or_wait(most)
                for job in claimed:
                    pool.submit(self._work_and_ring, job, free)
                for _ in range(most - len(claimed)):
                    free.release()
                if wait:
                    self._bell.wait(wait)
        listener.close()
        renewing.join(1)

    def stop(self) -> None:
        """Finish what is being worked on, claim nothing more."""
        self._stop.set()
        self._bell.set()

    def drain(self, limit: int = 1000) -> int:
        """Do what is due, one job after another, until nothing is. Returns how many were done."""
        done = 0
        while done < limit:
            claimed, _ = self._claim(1)
            if not claimed:
                break
            job: Claimed | None = claimed[0]
            while job is not None:
                job = self._work(job)
                done += 1
        return done

    def _claim_or_wait(self, most: int) -> tuple[list[Claimed], float]:
        """Up to `most` jobs; and, when there are none, for how many seconds to wait."""
        try:
            return self._claim(most)
        except SQLAlchemyError as error:  # the database is away or full: what is due stays due
            log.warning("cannot claim: %s", type(error).__name__)
            return [], 1.0

    def _claim(self, most: int) -> tuple[list[Claimed], float]:
        now = self.tools.clock()
        with self.store.read() as session:  # a look first: claiming takes SQLite's one write lock
            due = session.scalar(FIRST_DUE, {"now": now})
            if due is None or due > now:
                return [], IDLE_PAUSE if due is None else min(IDLE_PAUSE, max(0.01, (due - now).total_seconds()))
        with self.store.write() as session:
            claimed = [_begun(session, job) for job in jobs.claim_some(session, now, most, tuple(KINDS))]
        self._held |= {job.id: job for job in claimed}
        return claimed, 0.0 if claimed else BUSY_PAUSE

    def _work_and_ring(self, job: Claimed, free: threading.Semaphore) -> None:
        try:
            following: Claimed | None = job
            while following is not None:
                following = self._work(following)
        finally:
            free.release()
            self._bell.set()

    def _work(self, job: Claimed) -> Claimed | None:
        """Do one job. Returns one that came out of it and is held already, to be done next."""
        with trace.about(job.ref):
            return self._work_on(KINDS[job.kind], job)

    def _work_on(self, kind: Kind, job: Claimed) -> Claimed | None:
        began = time.monotonic()
        try:
            if job.attempts > kind.tries:
                raise TriedTooOften
            write = kind.work(self.tools, job)
            with self.store.write() as session:
                if kind.of_message and not self._stop.is_set():
                    jobs.go_on(session, job, self.tools.clock(), tuple(KINDS))
                write(session)
                following = jobs.became(session)
                if following is None:
                    jobs.finish(session, job, self.tools.clock())
                else:
                    following = _begun(session, following)
            log.info("%s done in %.0f ms, try %s", job.kind, 1000 * (time.monotonic() - began), job.attempts)
            if following is not None:
                self._held[following.id] = following
            return following
        except LeaseLost:
            log.warning("job %s (%s): another worker has it", job.id, job.kind)
        except Exception as error:  # whatever it was, the message must not be lost: try again, then a person
            self._failed(kind, job, error)
        finally:
            self._let_go(job)
        return None

    def _failed(self, kind: Kind, job: Claimed, error: Exception) -> None:
        again = error if isinstance(error, TryAgain) else None
        log.warning("job %s (%s), try %s: %s", job.id, job.kind, job.attempts, str(again) if again else type(error).__name__)
        now = self.tools.clock()
        try:
            with self.store.write() as session:
                if job.attempts >= ((again and again.tries) or kind.tries):
                    if kind.of_message and job.attempts >= kind.tries + BEYOND_HELP:
                        alerts.nobody_could_handle(session, job.ref, now)
                    else:
                        kind.set_aside(self.tools, session, job, now)
                    jobs.finish(session, job, now, gave_up=True)
                    return
                if again and again.also:
                    again.also(session)
                wait = again.after if again and again.after is not None else pause(job.attempts, kind.longest_wait)
                jobs.retry(session, job, now + timedelta(seconds=wait), counts=again is None or again.counts)
        except Exception as second:  # the lease runs out, and the job is claimed again
            log.warning("job %s (%s) could not be let go: %s", job.id, job.kind, type(second).__name__)

    def _let_go(self, job: Claimed) -> None:
        if self._held.get(job.id) is job:  # and not what it has become since
            self._held.pop(job.id, None)

    def _renew(self) -> None:
        while not self._stop.wait(RENEW_EVERY) or self._held:
            for job in list(self._held.values()):
                try:
                    with self.store.write() as session:
                        jobs.renew(session, job, self.tools.clock())
                except LeaseLost:
                    self._let_go(job)
                except SQLAlchemyError as error:
                    log.warning("cannot renew: %s", type(error).__name__)
            if self._stop.is_set():
                time.sleep(0.2)


def _begun(session: Session, job: Claimed) -> Claimed:
    begin = KINDS[job.kind].begin
    return replace(job, begun=True) if begin and begin(session, job) else job


def pause(attempts: int, longest: float) -> float:
    """Seconds until the next try: 0.5, 1, 2, 4 … up to `longest`, each a little shorter or longer by chance."""
    return min(0.5 * 2 ** (attempts - 1), longest) * random.uniform(0.8, 1.2)


def run(store: Store, settings: Settings) -> None:
    """Work until SIGTERM or SIGINT."""
    worker = Worker(store, settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    log.info("the worker is ready")
    worker.run()
    store.close()
