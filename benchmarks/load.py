"""`make load`: texts at a stated rate, whatever the service makes of them, and how long each step takes.

Open loop: a text is sent when its moment has come, whether or not earlier ones were answered, so that a slow service is
seen as slow and not as one that is asked less. The whole stack is real: gateways, workers, action servers, Rasa, the
safety net, SQLite or PostgreSQL; the telephone company is a stand-in on loopback that also sends receipts (two a text).
Load, stand-in and service share the machine's cores, and so the figures are of all of it together.

Printed: time to accept (p50, p95, p99), from a text to its reply on the phone, what was still waiting at the end and how
long that took, lost ones, and the processor time of each process a message. Exits with 1 when something is lost or the
aims are missed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
import uuid
from pathlib import Path

import httpx

from benchmarks.chaos import EVERYDAY, Children, database, redis, settle
from benchmarks.chaos_count import Sent, count
from benchmarks.fleet import Fleet
from benchmarks.provider import Provider
from benchmarks.report import percentiles, save
from cases.store.models import Inbound, Outgoing
from tests.standins.postgres import Postgres

ACCEPT_P99_MS = 50
#: The last reply must come this soon after the last text, or the rate was not sustained.
BEHIND = 10.0
#: Two of these end each text, so that hardly one is like another: what was judged once is remembered for a while.
ENDINGS = (
    "pls", "thx", "x", "tho", "again", "btw", "asap", "if thats ok", "i forgot", "sorry", "haha", "when u can", "ty", "please miss",
    "for me", "on friday", "at my review", "at school", "this week", "next time", "innit", "bruv", "yeah", "k", "ta", "cheers",
    "im on the bus", "its robin", "after tea", "b4 monday", "for my sis", "quick one", "only asking", "no rush", "at nans", "tbf",
)  # fmt: skip


async def _send(provider: Provider, children: Children, rate: float, seconds: float, seed: int) -> list[float]:
    """Texts at random moments (Poisson), `rate` a second. Returns how late the load itself was at each."""
    rng = random.Random(seed)
    late: list[float] = []
    async with httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=100)) as client, asyncio.TaskGroup() as texts:
        began = time.monotonic()
        due = 0.0
        while (due := due + rng.expovariate(rate)) < seconds:
            await asyncio.sleep(max(0.0, began + due - time.monotonic()))
            late.append(time.monotonic() - began - due)
            child = rng.choice(children.texting)
            text = " ".join([rng.choice(EVERYDAY), *rng.sample(ENDINGS, 2)])
            one = Sent("SM" + uuid.uuid4().hex, child.id, text, "sms", False, time.monotonic())
            children.sent.append(one)
            texts.create_task(_text(provider, client, child.number, one))
    return late


async def _text(provider: Provider, client: httpx.AsyncClient, number: str, one: Sent) -> None:
    if await provider.bring(client, number, one.text, one.provider_id):
        one.accepted = time.monotonic()


def _reply_times(fleet: Fleet, sent: list[Sent], arrived: dict[str, list[float]]) -> list[float]:
    """Seconds from a text to the first answer to it on the phone."""
    with fleet.store.read() as session:
        ids = dict(session.query(Inbound.provider_id, Inbound.id).all())
        answers: dict[str, list[str]] = {}
        for ref, answered in session.query(Outgoing.id, Outgoing.answers).filter(Outgoing.answers.is_not(None)):
            answers.setdefault(answered, []).append(ref)
    times = []
    for one in sent:
        came = [arrived[ref][0] for ref in answers.get(ids.get(one.provider_id, ""), ()) if ref in arrived]
        times += [min(came) - one.began] if came else []
    return times


def run(options: argparse.Namespace, folder: Path) -> dict[str, object]:
    counts = {"gateway": options.gateways, "worker": options.workers, "actions": options.actions, "rasa": options.rasas}
    with database(options.database) as (url, server), redis(options.rasas > 1) as redis_url:
        provider = Provider(options.seed)
        fleet = Fleet(folder / "home", url, counts=counts, redis_url=redis_url, twilio=provider)
        provider.urls, provider.public_url = fleet.urls, fleet.env["HEARD_PUBLIC_URL"]
        with fleet:
            fleet.wait_for_gateway()
            fleet.wait_for_rasa()
            children = Children(fleet, options.seed)
            children.add(texting=options.children, chatting=0)
            asyncio.run(_send(provider, children, min(options.rate, 10), options.warm_up, options.seed + 1))
            settle(fleet, children, 120)
            warm = len(children.sent)
            before = _cpu(fleet, server)
            began = time.monotonic()
            late = asyncio.run(_send(provider, children, options.rate, options.seconds, options.seed))
            sending = time.monotonic() - began
            behind = settle(fleet, children, options.settle)
            took = time.monotonic() - began
            used = {name: seconds - before[name] for name, seconds in _cpu(fleet, server).items()}
            fleet.open_keys()
            found = count(fleet.store, children.sent, provider.arrived, provider.order)
            timed = children.sent[warm:]
            figures: dict[str, object] = {
                "database": options.database,
                "processes": counts,
                "rate_asked": options.rate,
                "messages": len(timed),
                "rate_offered": round(len(timed) / sending, 1),
                "rate_answered": round(len(timed) / took, 1),
                "accept": percentiles([one.accepted - one.began for one in timed if one.accepted]),
                "text_to_reply": percentiles(_reply_times(fleet, timed, provider.arrived) or [0.0]),
                "done_after_last_text_s": round(behind, 1),
                "cpu_ms_a_message": {name: round(1000 * seconds / len(timed), 1) for name, seconds in used.items()},
                "load_late": percentiles(late),
                "not_accepted": sum(one.accepted is None for one in timed),
            }
            if options.idle:
                figures["idle_percent_of_a_core"] = _idle(fleet, options.idle)
    return figures | found.figures()


def _cpu(fleet: Fleet, server: Postgres | None) -> dict[str, float]:
    """Processor seconds so far of each process, of the database server, and of this one (the children, their telephones, the post)."""
    database = {"database": server.cpu_seconds()} if server else {}
    return fleet.cpu_seconds() | database | {"the load": time.process_time()}


def _idle(fleet: Fleet, seconds: float) -> dict[str, float]:
    time.sleep(5)
    before = fleet.cpu_seconds()
    time.sleep(seconds)
    used = {name: round(100 * (now - before[name]) / seconds, 2) for name, now in fleet.cpu_seconds().items()}
    return used | {"all": round(sum(used.values()), 2)}


def missed(figures: dict, options: argparse.Namespace) -> list[str]:
    wrong = [name for name in ("lost", "out_of_order", "duplicated", "unanswered", "unalerted", "not_accepted", "left") if figures[name]]
    if figures["accept"]["p99_ms"] > ACCEPT_P99_MS:
        wrong.append(f"accept p99 over {ACCEPT_P99_MS} ms")
    if figures["done_after_last_text_s"] > BEHIND:
        wrong.append(f"{options.rate:g} a second not sustained")
    return wrong


def main() -> None:
    options = arguments().parse_args()
    with tempfile.TemporaryDirectory(prefix="heard-load-") as folder:
        figures = run(options, Path(folder))
    for name, value in figures.items():
        print(f"{name:<26} {value}")
    wrong = missed(figures, options)
    print(f"written to {save(f'load-{options.database}', figures | {'missed': wrong})}")
    if wrong:
        sys.exit(f"Aims missed: {', '.join(wrong)}")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--rate", type=float, default=25.0, help="texts a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--children", type=int, default=300)
    parser.add_argument("--gateways", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--actions", type=int, default=1)
    parser.add_argument("--rasas", type=int, default=1)
    parser.add_argument("--warm-up", type=float, default=5.0, help="seconds of lighter load before")
    parser.add_argument("--settle", type=float, default=120.0, help="seconds after the last text until all must be done")
    parser.add_argument("--idle", type=float, default=0.0, help="seconds to measure the idle service for, afterwards")
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    main()
