"""For whoever runs the service: Prometheus metrics behind a token, and no message taken that the disk has no room for.

Nothing here is about a person: numbers of rows, ages in seconds, up or down.
"""

from __future__ import annotations

import hmac
import logging
import shutil
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cases.settings import Settings
from cases.store.db import Store
from cases.store.models import Alert, Inbound, Job, Outgoing

log = logging.getLogger("heard.gateway")

#: Where children's messages come in.
DOORS = {"/sms": "sms", "/chat/messages": "web"}
LOOK_AT_DISK_EVERY = 1.0
RASA_TIMEOUT = 2


class Room:
    """Is there room for another message? Looked at once a second. A database elsewhere says so itself when it is full."""

    def __init__(self, settings: Settings):
        self._least = settings.free_space_mb * 1024 * 1024
        self._home: Path | None = settings.home if settings.database_url.startswith("sqlite") else None
        self._looked, self._free = 0.0, 0

    def free(self) -> int | None:
        """Bytes; None where the database is elsewhere."""
        if self._home is None:
            return None
        if time.monotonic() - self._looked > LOOK_AT_DISK_EVERY:
            self._looked, self._free = time.monotonic(), shutil.disk_usage(self._home).free
        return self._free

    def enough(self) -> bool:
        free = self.free()
        return free is None or free >= self._least


class Door:
    """Refuses a message with 503 before anything is begun while there is no room, so that the provider's fallback can act.

    Counts and times what comes through.
    """

    def __init__(self, app: ASGIApp, room: Room, registry: CollectorRegistry):
        self.app = app
        self.room = room
        self._told = 0.0
        self.taken = Counter("heard_accepted", "Messages and receipts at the door, by answer.", ["channel", "status"], registry=registry)
        buckets = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
        self.seconds = Histogram(
            "heard_accept_seconds", "From a message's arrival to our answer.", ["channel"], buckets=buckets, registry=registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        channel = DOORS.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if channel is None:
            await self.app(scope, receive, send)
            return
        status = 500
        began = time.monotonic()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if self.room.enough():
                await self.app(scope, receive, note)
            else:
                self._tell()
                answer = PlainTextResponse("Not kept: the disk is nearly full. Try again.\n", 503, {"Retry-After": "5"})
                await answer(scope, receive, note)
        finally:
            self.taken.labels(channel, str(status)).inc()
            self.seconds.labels(channel).observe(time.monotonic() - began)

    def _tell(self) -> None:
        if time.monotonic() - self._told > 60:
            self._told = time.monotonic()
            log.error("messages are refused: less free space than HEARD_FREE_SPACE_MB")


class StoreCollector(Collector):
    """What the case store and Rasa say at the moment that somebody asks."""

    def __init__(self, store: Store, settings: Settings, room: Room, clock: Callable[[], datetime]):
        self.store, self.settings, self.room, self.clock = store, settings, room, clock

    def describe(self) -> Iterable[Metric]:
        return ()  # or it would be asked when it is registered, and a gateway starts while its database is away

    def collect(self) -> Iterable[Metric]:
        now = self.clock()
        with self.store.read() as session:
            yield from _queue(session, now)
            yield from _waiting_for_people(session, now)
            yield _delivery(session)
        up = GaugeMetricFamily("heard_rasa_up", "1 where a Rasa server has a model and answers.", labels=["server"])
        for number, url in enumerate(self.settings.rasa_urls, 1):
            up.add_metric([str(number)], float(_answers(f"{url}/webhooks/heard/health")))
        yield up
        free = self.room.free()
        if free is not None:
            yield GaugeMetricFamily("heard_disk_free_bytes", "Room left where the database is.", value=free)


def _queue(session: Session, now: datetime) -> Iterable[Metric]:
    jobs = GaugeMetricFamily("heard_jobs_due", "Work that is due and not done.", labels=["kind"])
    age = GaugeMetricFamily("heard_jobs_oldest_seconds", "How long the oldest of it has been due.", labels=["kind"])
    due = select(Job.kind, func.count(), func.min(Job.due_at)).where(Job.done_at.is_(None), Job.due_at <= now).group_by(Job.kind)
    found = {kind: (count, oldest) for kind, count, oldest in session.execute(due)}
    for kind in sorted({"screen", "turn", "deliver", "chase", *found}):
        count, oldest = found.get(kind, (0, None))
        jobs.add_metric([kind], count)
        age.add_metric([kind], _age(oldest, now))
    given_up = select(func.count()).select_from(Job).where(Job.gave_up)
    return (
        jobs,
        age,
        GaugeMetricFamily("heard_jobs_given_up", "Work that was set aside in front of a person.", value=session.scalar(given_up)),
    )


def _waiting_for_people(session: Session, now: datetime) -> Iterable[Metric]:
    alerts = GaugeMetricFamily("heard_alerts_open", "Alerts that nobody has acknowledged.", labels=["level"])
    age = GaugeMetricFamily("heard_alerts_oldest_seconds", "How long the oldest of them has waited.", labels=["level"])
    open_ones = select(Alert.level, func.count(), func.min(Alert.created_at)).where(Alert.acknowledged_at.is_(None)).group_by(Alert.level)
    found = {level: (count, oldest) for level, count, oldest in session.execute(open_ones)}
    for level in ("message", "concern", "immediate"):
        count, oldest = found.get(level, (0, None))
        alerts.add_metric([level], count)
        age.add_metric([level], _age(oldest, now))
    unread = select(func.count(), func.min(Inbound.received_at)).where(Inbound.read_at.is_(None), Inbound.for_person)
    count, oldest = session.execute(unread).one()
    return (
        alerts,
        age,
        GaugeMetricFamily("heard_messages_unread", "Children's messages that nobody has read.", value=count),
        GaugeMetricFamily("heard_messages_unread_oldest_seconds", "How long the oldest of them has waited.", value=_age(oldest, now)),
    )


def _delivery(session: Session) -> Metric:
    going_out = GaugeMetricFamily("heard_outgoing", "Messages going out that have not arrived, by state.", labels=["channel", "state"])
    states = ("waiting", "sending", "unknown", "failed")
    rows = session.execute(
        select(Outgoing.channel, Outgoing.state, func.count()).where(Outgoing.state.in_(states)).group_by(Outgoing.channel, Outgoing.state)
    )
    found = {(channel, state): count for channel, state, count in rows}
    for channel in ("sms", "email"):
        for state in states:
            going_out.add_metric([channel, state], found.get((channel, state), 0))
    return going_out


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _answers(url: str) -> bool:
    import httpx  # a tenth of a gateway's start: only where the figures are asked for

    try:
        return httpx.get(url, timeout=RASA_TIMEOUT, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def metrics_route(store: Store, settings: Settings, room: Room, registry: CollectorRegistry, clock: Callable[[], datetime]) -> Route:
    """GET /metrics for whoever has HEARD_METRICS_TOKEN; for everybody else, and without a token at all, there is no such page."""
    from_store = CollectorRegistry()
    from_store.register(StoreCollector(store, settings, room, clock))

    async def metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        expected = f"Bearer {settings.metrics_token}"
        if not settings.metrics_token or not hmac.compare_digest(given.encode(), expected.encode()):
            return PlainTextResponse("Not found.\n", 404)
        body = await run_in_threadpool(lambda: generate_latest(from_store) + generate_latest(registry))
        return Response(body, headers={"content-type": CONTENT_TYPE_LATEST})

    return Route("/metrics", metrics)
