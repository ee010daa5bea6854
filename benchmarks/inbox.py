"""`make bench` or `python -m benchmarks.inbox`: how long the server takes for each staff page at a council's size.

500 children, 10 IROs, 50,000 messages in a temporary folder, on SQLite or PostgreSQL; each page is asked for through the
whole inbox (sign-in, sight, audit trail, rendering), without a network. Beside the time on the clock stands that of this
process on the processor (PostgreSQL's own is not in it), which a busy machine stretches less. Prints a table and writes
var/bench/inbox-DATABASE.json.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import httpx
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.routing import Mount

from benchmarks.report import percentiles, save
from cases import decisions, logins, people
from cases.settings import Settings
from cases.store import crypto
from cases.store.db import Store
from cases.store.models import Alert, Answer, Consultation, Inbound, Issue, Outgoing, Person, Review, new_id
from heard.serve import shorten_pauses
from inbox.app import create_app
from tests.standins.postgres import Postgres

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LIMIT_MS = 150
WARM = 2  # the first time a page is asked for, templates are read and keys unwrapped
WORDS = "can my nan come to my review on friday and is it still at the library"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=500)
    parser.add_argument("--messages", type=int, default=50_000, help="in all, both ways")
    parser.add_argument("--times", type=int, default=20, help="each page")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    figures = measure(options.children, options.messages, options.times, options.database)
    for name, value in figures.items():
        print(f"{name:<24} {value}")
    print(f"written to {save(f'inbox-{options.database}', figures)}")
    slow = [name for name, value in figures.items() if value["p95_ms"] > LIMIT_MS]
    print(f"slower than {LIMIT_MS} ms at p95: {', '.join(slow) or 'none'}")


def measure(children: int, messages: int, times: int, database: str = "sqlite") -> dict[str, dict]:
    """page → percentiles of the time that the server takes for it, in ms."""
    with tempfile.TemporaryDirectory(prefix="heard-bench-") as folder, _where(database) as where:
        settings = Settings.from_env({"HEARD_HOME": folder, "HEARD_PUBLIC_URL": "https://heard.example"} | where)
        settings.key_file.write_text(crypto.new_service_key() + "\n")
        store = Store(settings.database_url, crypto.read_service_keys(settings.key_file))
        store.prepare()
        staff, one = _fill(store, children, messages)
        if database == "postgresql":
            with store.write() as session:  # as its autovacuum does within minutes
                session.execute(text("ANALYZE"))
        app = Starlette(routes=[Mount("/inbox", create_app(store, settings, lambda: NOW))])
        shorten_pauses()  # as the gateway does
        try:
            return asyncio.run(_ask(app, store, staff, _pages(one), times))
        finally:
            store.close()


@contextmanager
def _where(database: str) -> Iterator[dict[str, str]]:
    """The setting that names the database: none for SQLite, a server of its own for PostgreSQL."""
    if database == "sqlite":
        yield {}
        return
    with Postgres() as server, server.database() as url:
        yield {"HEARD_DATABASE_URL": url}


def _pages(one: dict[str, str]) -> list[tuple[str, str, str]]:
    """(name, who asks, path)"""
    child = f"/children/{one['child']}"
    return [
        ("list_iro", "iro", "/"),
        ("list_manager", "manager", "/"),
        ("list_manager_last_page", "manager", "/?page=5"),
        ("list_duty", "duty", "/"),
        ("child", "iro", child),
        ("child_manager", "manager", child),
        ("child_earlier", "iro", f"{child}?before={one['message']}"),
        ("child_footprint", "iro", f"{child}/footprint"),
        ("child_reviews", "iro", f"{child}/reviews"),
        ("review", "iro", f"/reviews/{one['review']}"),
        ("consultation", "iro", f"/consultations/{one['consultation']}"),
        ("complaints", "manager", "/complaints"),
        ("unmatched", "manager", "/unmatched"),
        ("supervision", "manager", "/supervision"),
        ("overview", "manager", "/overview"),
        ("themes", "manager", "/themes"),
        ("people", "admin", "/people"),
        ("person", "admin", f"/people/{one['child']}"),
        ("settings", "admin", "/settings"),
    ]


async def _ask(app: Starlette, store: Store, staff: dict[str, Person], pages: list[tuple[str, str, str]], times: int) -> dict[str, dict]:
    transport = httpx.ASGITransport(app=app)
    found = {}
    with store.write() as session:
        tokens = {role: _session_of(session, person) for role, person in staff.items()}
    for name, role, path in pages:
        cookies = {"__Secure-heard-staff": tokens[role]}
        async with httpx.AsyncClient(transport=transport, base_url="https://heard.example", cookies=cookies) as client:
            taken, worked = [], []
            for turn in range(times + WARM):
                began, worked_before = time.perf_counter(), time.process_time()
                response = await client.get("/inbox" + path)
                assert response.status_code == 200, (name, response.status_code)
                if turn >= WARM:
                    taken.append(time.perf_counter() - began)
                    worked.append(time.process_time() - worked_before)
            found[name] = percentiles(taken) | {"cpu_p95_ms": percentiles(worked)["p95_ms"]}
    return found


def _session_of(session: Session, person: Person) -> str:
    """A sign-in, as the sign-in page makes one."""
    return logins.open_session(session, person, "127.0.0.1", NOW).token


def _fill(store: Store, children: int, messages: int) -> tuple[dict[str, Person], dict[str, str]]:
    """The people and what they said; gives staff by role, and the ids of one child's things."""
    each = messages // children // 2
    with store.write() as session:
        iros = [_add(session, "iro", number) for number in range(10)]
        staff = {kind: _add(session, kind, 0) for kind in ("manager", "duty", "complaints", "admin")} | {"iro": iros[0]}
    ids: dict[str, str] = {}
    for number in range(children):
        with store.write() as session:
            child = people.add_person(
                session,
                kind="child",
                ref=f"C{number}",
                name=f"Child Number{number}",
                phone=f"+4477009{number:05}",
                date_of_birth=date(2010 + number % 8, 5, 1),
                sibling_group=f"S{number // 2}" if number % 5 == 0 else None,
                looked_after_since=date(2025, 1, 6) + timedelta(days=number),
            )
            people.allocate(session, child, iros[number * len(iros) // children], NOW - timedelta(days=300))
            found = _talk(session, child, each, unread=number % 4 == 0)
            ids = ids or found
    return staff, ids


def _add(session: Session, kind: str, number: int) -> Person:
    return people.add_person(
        session, kind=kind, ref=f"{kind}{number}", name=f"{kind.title()} Number{number}", email=f"{kind}{number}@c.example"
    )


def _talk(session: Session, child: Person, each: int, *, unread: bool) -> dict[str, str]:
    talk = people.conversation_of(session, child.id)
    rows = []
    for number in range(each):
        at = NOW - timedelta(hours=4 * (each - number))
        came = Inbound(
            id=new_id(), conversation_id=talk.id, owner=child.id, provider="twilio", provider_id=new_id(), channel="sms", seq=number + 1,
            text=f"{WORDS} {number}", received_at=at, state="handled", handled_at=at, intent="raise_issue", understood=number % 5 != 0,
            risk="concern" if number % 25 == 0 else "none", category="bullying" if number % 25 == 0 else None,
            read_at=None if unread and number == each - 1 else at,
        )  # fmt: skip
        went = Outgoing(
            id=new_id(), number=number + 1, conversation_id=talk.id, owner=child.id, answers=came.id, channel="sms", text=WORDS,
            state="delivered", created_at=at + timedelta(seconds=2), delivered_at=at + timedelta(seconds=5),
        )  # fmt: skip
        rows += [came, went]
    session.add_all(rows)
    reviews = [Review(id=new_id(), child_id=child.id, at=NOW + timedelta(days=days), place="School") for days in (-170, 10)]
    views = Consultation(id=new_id(), child_id=child.id, review_id=reviews[1].id, status="sent", started_at=NOW, sent_at=NOW)
    session.add_all(reviews)
    session.flush()
    session.add(views)
    for number, field in enumerate(("when", "where", "attend", "exclude", "chair", "issues", "advocate"), 1):
        session.add(Answer(number=number, consultation_id=views.id, child_id=child.id, field=field, words=WORDS, value='"x"'))
    for number in range(5):
        session.add(Issue(child_id=child.id, kind="issue", text=WORDS, created_at=NOW - timedelta(days=30 * number)))
        decisions.record(session, child, text=WORDS, by=child, now=NOW, review=reviews[0])
    if unread:
        iro = people.iro_of(session, child.id)
        session.add(
            Alert(
                child_id=child.id, conversation_id=talk.id, level="message", about="inbound", about_id=rows[-2].id, to_role="iro",
                to_person_id=iro.id, created_at=NOW - timedelta(hours=4),
            )
        )  # fmt: skip
    return {"child": child.id, "message": rows[each].id, "review": reviews[0].id, "consultation": views.id}


if __name__ == "__main__":
    main()
