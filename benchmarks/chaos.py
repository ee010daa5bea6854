"""`make chaos`: children text and chat while everything is killed, cut off and slowed down by a seed. Is anything lost?

Real gateways, workers, action servers and Rasa on loopback (benchmarks/fleet.py), a telephone company that misbehaves
(benchmarks/provider.py), and SQLite or a real PostgreSQL. Killed with SIGKILL, at random moments; Rasa is away for
`--rasa-away` seconds; on PostgreSQL connections are cut, and the server crashes once. Then everything is counted
(benchmarks/chaos_count.py). Exits with 1 when an aim is missed. A SIGKILL is not a power cut: the operating system lives.

What is made up besides the provider: at the end the search for missed texts, which comes round every few minutes, is
called at once.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import re
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
from sqlalchemy import func, select, update

from benchmarks.chaos_count import Count, Sent, count
from benchmarks.fleet import Fleet
from benchmarks.provider import Provider
from benchmarks.report import save
from cases import invites, people
from cases.store.models import Inbound, Job
from tests.standins.postgres import Postgres

EVERYDAY = (
    "hi",
    "who is my iro",
    "when is my review",
    "can my nan come to it",
    "what are my rights",
    "thanks",
    "who reads this",
    "i hate the food here",
    "where is my review",
    "can i get an advocate",
    "ok",
    "i want to see my brother more",
)
DANGER = ("my foster carer hit me last night", "i want to kill myself")
#: How often each kind is killed, out of ten: Rasa takes half a minute to come back.
KILLS = ("gateway",) * 3 + ("worker",) * 3 + ("actions",) * 3 + ("rasa",)


class Storm:
    """Kills processes and cuts connections at moments that the seed decides, until `calm` is called."""

    def __init__(self, fleet: Fleet, options: argparse.Namespace, server: Postgres | None):
        self.fleet, self.server = fleet, server
        self.random = random.Random(options.seed)
        seconds, rasa_away = options.messages / options.rate, options.rasa_away
        self.killed: dict[str, int] = {}
        self.cuts = 0
        self.ended: list[str] = []
        moments = [(self.random.uniform(0.02, 0.95) * seconds, self._kill) for _ in range(options.kills)]
        if options.rolling:
            moments.append((0.1 * seconds, self._roll))
        if rasa_away:
            moments.append((0.3 * seconds, self._rasa_away))
            moments.append((0.6 * seconds, self._provider_away))
        if server and options.kills:
            moments += [(self.random.uniform(0.05, 0.95) * seconds, self._cut) for _ in range(8)]
            moments.append((0.75 * seconds, self._crash))
        self._moments = sorted(moments, key=lambda one: one[0])
        self._kinds = [kind for kind in KILLS if kind not in options.spare]
        self._away = rasa_away
        self._calm = threading.Event()
        self._thread = threading.Thread(target=self._blow, daemon=True, name="storm")

    def begin(self) -> None:
        self._began = time.monotonic()
        self._thread.start()

    def end(self) -> None:
        """Wait for the last of it."""
        self._thread.join()

    def _blow(self) -> None:
        for at, what in self._moments:
            self._calm.wait(max(0.0, self._began + at - time.monotonic()))
            what()

    def _kill(self) -> None:
        alive = [process for kind in self._kinds for process in self.fleet.of(kind) if process.running.poll() is None]
        if not alive:
            return
        process = self.random.choice(alive)
        self.fleet.kill(process, away=self.random.uniform(0.5, 3))
        self.killed[process.kind] = self.killed.get(process.kind, 0) + 1

    def _roll(self) -> None:
        """An update: one process after the other ends by itself and is started again, as docs/scale.md has it."""
        for kind in ("actions", "rasa", "worker", "gateway"):
            for process in self.fleet.of(kind):
                status = self.fleet.restart(process)
                self.ended.append(f"{process.name}: {status}")
                self.fleet.wait_for(kind)

    def _rasa_away(self) -> None:
        for process in self.fleet.of("rasa"):
            self.fleet.kill(process, away=self._away)
            self.killed["rasa"] = self.killed.get("rasa", 0) + 1

    def _provider_away(self) -> None:
        self.fleet.twilio.down_until = time.monotonic() + 10

    def _cut(self) -> None:
        """Cut every second connection to the database, in the middle of whatever it does."""
        with suppress(psycopg.Error), psycopg.connect(f"{self.server.url}/postgres", autocommit=True) as connection:
            half = "pid <> pg_backend_pid() AND backend_type = 'client backend' AND mod(pid, 2) = %s"
            connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {half}", (self.cuts % 2,))
            self.cuts += 1

    def _crash(self) -> None:
        self.server.stop()  # "immediate": as if it had been killed; it recovers from its log
        self._calm.wait(2)
        self.server.start()


class Children:
    """What the children do, and what their phones and browsers remember of it."""

    def __init__(self, fleet: Fleet, seed: int):
        self.fleet = fleet
        self.random = random.Random(seed)
        self.sent: list[Sent] = []
        self.refused = 0

    def add(self, texting: int, chatting: int) -> None:
        iro = self.fleet.staff("iro", "Denise Demo", phone="+447700900101")
        for kind in ("manager", "duty", "complaints"):
            self.fleet.staff(kind, kind.title())
        self.texting = [self.fleet.child(iro=iro, name=f"Robin Pretend{number}") for number in range(texting)]
        self.chatting = []
        for number in range(chatting):
            child = self.fleet.child(iro=iro, name=f"Sam Pretend{number}")
            with self.fleet.store.write() as session:
                _, code = invites.make_invite(session, session.merge(people.by_ref(session, child.ref)), iro, datetime.now(UTC))
            self.chatting.append((child, code))

    async def talk(self, messages: int, seconds: float) -> None:
        """`messages` in all, spread over about `seconds`; each child's one after the other."""
        count = len(self.texting) + len(self.chatting)
        each = [messages // count + (number < messages % count) for number in range(count)]
        async with httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=200)) as client:
            browsers = [await self._sign_in(client, *pair) for pair in self.chatting]
            senders = [(self._text, child) for child in self.texting] + [(self._chat, browser) for browser in browsers]
            await asyncio.gather(
                *(self._one(client, how, who, number, seconds) for (how, who), number in zip(senders, each, strict=True) if number)
            )

    async def _one(self, client: httpx.AsyncClient, how, who, messages: int, seconds: float) -> None:
        rng = random.Random(self.random.random())
        began = time.monotonic()
        for moment in sorted(rng.uniform(0, seconds) for _ in range(messages)):
            await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
            danger = rng.random() < 0.03
            await how(client, who, rng.choice(DANGER if danger else EVERYDAY), danger)

    async def _text(self, client: httpx.AsyncClient, child, text: str, danger: bool) -> None:
        one = Sent("SM" + uuid.uuid4().hex, child.id, text, "sms", danger, time.monotonic())
        self.sent.append(one)
        if await self.fleet.twilio.bring(client, child.number, text, one.provider_id, self._note):
            one.accepted = time.monotonic()

    async def _sign_in(self, client: httpx.AsyncClient, child, code: str) -> dict:
        entered = await client.post(f"{self.fleet.url}/chat/enter", data={"code": code, "own_device": "yes"}, timeout=30)
        cookie = {"Cookie": f"heard_chat={entered.cookies['heard_chat']}"}
        client.cookies.clear()  # each browser keeps its own
        page = await client.get(f"{self.fleet.url}/chat", headers=cookie, timeout=30)
        client.cookies.clear()
        with self.fleet.store.write() as session:
            talk = people.conversation_of(session, child.id).id
        return {"child": child, "talk": talk, "headers": cookie, "csrf": re.search(r'name="csrf" value="([^"]+)"', page.text)[1]}

    async def _chat(self, client: httpx.AsyncClient, browser: dict, text: str, danger: bool) -> None:
        """As the page's script does: the same message with the same id, until it is kept."""
        own_id = uuid.uuid4().hex
        provider_id = hashlib.sha256(f"{browser['talk']}:{own_id}".encode()).hexdigest()
        one = Sent(provider_id, browser["child"].id, text, "web", danger, time.monotonic())
        self.sent.append(one)
        body = {"csrf": browser["csrf"], "id": own_id, "text": text}
        for attempt in range(60):
            url = self.fleet.urls[attempt % len(self.fleet.urls)]
            try:
                answer = await client.post(f"{url}/chat/messages", json=body, headers=browser["headers"], timeout=15)
                self._note(answer.status_code)
                if answer.status_code == 200:
                    one.accepted = time.monotonic()
                    return
                assert answer.status_code >= 500, (answer.status_code, answer.text)
            except httpx.HTTPError:
                self._note(0)
            await asyncio.sleep(min(0.5 * 2**attempt, 3))

    def _note(self, status: int) -> None:
        self.refused += status != 200


#: Seconds without any job done after which nothing more is waited for.
STUCK = 75.0


def settle(fleet: Fleet, children: Children, seconds: float) -> float:
    """Wait until all is done, or nothing moves. Returns how long that took; what is not done then is counted as left."""
    began = moved = time.monotonic()
    done_before = -1
    with fleet.store.write() as session:
        session.execute(update(Job).where(Job.kind == "catch_up", Job.done_at.is_(None)).values(due_at=datetime.now(UTC)))
    wanted = {one.provider_id for one in children.sent}
    while time.monotonic() - began < seconds and time.monotonic() - moved < STUCK:
        with fleet.store.read() as session:
            held = set(session.scalars(select(Inbound.provider_id)))
            waiting = session.scalar(
                select(func.count()).select_from(Job).where(Job.done_at.is_(None), Job.kind.in_(("screen", "turn", "deliver")))
            )
            done = session.scalar(select(func.count()).select_from(Job).where(Job.done_at.is_not(None)))
        if not waiting and wanted <= held:
            break
        if done != done_before:
            done_before, moved = done, time.monotonic()
        time.sleep(0.5)
    return time.monotonic() - began


@contextmanager
def database(kind: str) -> Iterator[tuple[str, Postgres | None]]:
    if kind == "sqlite":
        yield "", None
        return
    with Postgres() as server, server.database() as url:
        yield url, server


@contextmanager
def redis(wanted: bool) -> Iterator[str]:
    if not wanted:
        yield ""
        return
    from tests.standins.redis import Redis

    with Redis() as server:
        yield server.url


def run(options: argparse.Namespace, folder: Path) -> tuple[Count, dict[str, object]]:
    counts = dict.fromkeys(("gateway", "worker", "actions", "rasa"), options.each)
    with database(options.database) as (url, server), redis(options.each > 1) as redis_url:
        provider = Provider(options.seed, options.faults)
        fleet = Fleet(folder / "home", url, counts=counts, redis_url=redis_url, twilio=provider)
        provider.urls, provider.public_url = fleet.urls, fleet.env["HEARD_PUBLIC_URL"]
        with fleet:
            fleet.wait_for_gateway()
            fleet.wait_for_rasa()
            children = Children(fleet, options.seed)
            children.add(texting=options.children * 2 // 3, chatting=options.children - options.children * 2 // 3)
            storm = Storm(fleet, options, server)
            storm.begin()
            asyncio.run(children.talk(options.messages, options.messages / options.rate))
            storm.end()
            provider.faults = 0
            took = settle(fleet, children, options.settle)
            fleet.open_keys()
            found = count(fleet.store, children.sent, provider.arrived, provider.order)
            about = {
                "database": options.database,
                "of_each": options.each,
                "seed": options.seed,
                "killed": storm.killed,
                "kills": sum(storm.killed.values()),
                "connections_cut": storm.cuts,
                "restarted": storm.ended,
                "attempts_refused_or_cut": children.refused,
                "settled_after_s": round(took, 1),
                "provider_problems": len(provider.problems),
            }
    return found, about


def main() -> None:
    options = arguments().parse_args()
    keep = nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory(prefix="heard-chaos-")
    with keep as folder:
        found, about = run(options, Path(folder))
    figures = about | found.figures()
    for name, value in figures.items():
        print(f"{name:<26} {value}")
    for name in ("lost", "out_of_order", "duplicated", "unanswered", "unalerted"):
        if getattr(found, name):
            print(f"{name}: {' '.join(getattr(found, name)[:10])}")
    missed = found.aims_missed()
    print(f"written to {save(f'chaos-{options.database}-{options.each}', figures | {'missed': missed})}")
    if missed:
        sys.exit(f"Aims missed: {', '.join(missed)}")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--each", type=int, default=1, help="processes of every kind; more than one needs postgresql")
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50, help="0: and no connection cut, no crash of the database")
    parser.add_argument("--children", type=int, default=90, help="two thirds by text, one third in the web chat")
    parser.add_argument("--rate", type=float, default=8.0, help="messages a second")
    parser.add_argument("--faults", type=float, default=0.05, help="share of the provider's answers that go wrong")
    parser.add_argument("--rasa-away", type=float, default=30.0, help="seconds for which every Rasa is down; 0: not at all")
    parser.add_argument("--rolling", action="store_true", help="restart every process in turn, as for an update")
    parser.add_argument("--spare", nargs="*", default=[], choices=("gateway", "worker", "actions", "rasa"), help="kinds not to kill")
    parser.add_argument("--settle", type=float, default=300.0, help="seconds after the last message until all must be done")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a new folder for the database and logs, kept afterwards")
    return parser


if __name__ == "__main__":
    main()
