"""Staff who can sign in, and a small caseload in which a child has complained about their IRO."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from cases import logins
from cases.store.models import Inbound, Person
from inbox import web
from inbox.app import create_app
from tests import caseload

PASSWORD = "quiet otter by the canal"


class Clock:
    def __init__(self, now: datetime):
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now):
    return Clock(now)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    logins._nobodys.cache_clear()
    monkeypatch.setattr(logins, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    yield
    logins._nobodys.cache_clear()


@pytest.fixture(autouse=True)
def failures_show(monkeypatch):
    """Staff get a plain page when something breaks; a test gets the exception."""

    def fail(*args):
        raise

    monkeypatch.setattr(web.log, "error", fail)


@pytest.fixture
def site(store, settings, clock):
    return Starlette(routes=[Mount("/inbox", create_app(store, settings, clock))])


class Browser(TestClient):
    """A browser with a person at it: it fills in the forms that the page holds, tokens and all."""

    page: str = ""

    def request(self, *args, **kwargs):
        response = super().request(*args, **kwargs)
        if response.headers.get("content-type", "").startswith("text/html"):
            self.page = response.text
        return response

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        return found[1] if found else ""

    def submit(self, url: str, **fields):
        hidden = {name: self.field(name) for name in ("csrf", "once", "seen", "next")}
        return self.post(url, data=hidden | fields, headers={"Origin": "https://heard.example"})

    def sign_in(self, person: Person | str, password: str = PASSWORD):
        self.get("/inbox/sign-in") if "Sign in" not in self.page else None
        return self.submit("/inbox/sign-in", email=getattr(person, "email", person), password=password)


@pytest.fixture
def browser(site):
    return lambda: Browser(site, base_url="https://heard.example")


@pytest.fixture
def as_(store, world, now, browser):
    """`as_(world.iro)`: a browser in which they have signed in."""

    def signed_in(person: Person) -> Browser:
        with store.write() as session:
            logins.set_password(session, session.get(Person, person.id), PASSWORD, now)
        one = browser()
        assert one.sign_in(person).status_code == 200
        return one

    return signed_in


@pytest.fixture
def say(store, now):
    def said(who, text, *, at=now, **more) -> str:
        return caseload.say(store, who, text, at=at, **more)

    return said


@pytest.fixture
def case(store, world, now) -> caseload.Case:
    return caseload.make_case(store, world, now)


@pytest.fixture
def row(store):
    def one(model: type, id: str):
        with store.read() as session:
            return session.get(model, id)

    return one


@pytest.fixture
def read_state(row):
    return lambda inbound_id: row(Inbound, inbound_id).read_by
