"""Fixtures that every test may use: a real store on SQLite and on a real PostgreSQL, a fixed time, and a few people."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cases import people
from cases.settings import Settings
from cases.store import crypto
from cases.store.db import Store, migrate
from cases.store.models import Person, Review
from tests.running import child, heard, running  # noqa: F401 (fixtures)
from tests.standins.postgres import Postgres


@pytest.fixture(scope="session")
def postgres():
    """A real PostgreSQL server in a temporary folder, on a loopback port of its own."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory) -> Path:
    """A SQLite file with today's tables in it, to be copied: migrating for each test would take most of its time."""
    path = tmp_path_factory.mktemp("migrated") / "heard.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def home(tmp_path) -> Path:
    """A HEARD_HOME with a service key in it."""
    (tmp_path / "service.key").write_text(crypto.new_service_key() + "\n")
    return tmp_path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, home):
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), home / "heard.db")
        yield f"sqlite:///{home / 'heard.db'}"
    else:
        server = request.getfixturevalue("postgres")
        with server.database() as url:
            yield url


@pytest.fixture
def settings(home, database_url) -> Settings:
    return Settings.from_env(
        {
            "HEARD_HOME": str(home),
            "HEARD_DATABASE_URL": database_url,
            "HEARD_PUBLIC_URL": "https://heard.example",
            "HEARD_SECOND_FACTOR": "off",  # the tests of it turn it on
            "TWILIO_ACCOUNT_SID": "ACtest",
            "TWILIO_AUTH_TOKEN": "test-token",
            "TWILIO_FROM": "+447700900999",
        }
    )


@pytest.fixture
def store(settings):
    store = Store(settings.database_url, crypto.read_service_keys(settings.key_file))
    store.prepare()
    yield store
    store.close()


@pytest.fixture
def now() -> datetime:
    """A Tuesday in term, at midday."""
    return datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class World:
    """The people of the tests, by what they are. All are fictional."""

    child: Person
    sibling: Person
    other_child: Person
    iro: Person
    other_iro: Person
    manager: Person
    duty: Person
    complaints: Person
    admin: Person
    review: Review


@pytest.fixture
def world(store, now) -> World:
    with store.write() as session:
        iro = people.add_person(session, kind="iro", ref="I1", name="Denise Okoro", email="denise@council.example", phone="+447700900101")
        other_iro = people.add_person(session, kind="iro", ref="I2", name="Martin Hale", email="martin@council.example")
        child = people.add_person(
            session, kind="child", ref="C1", name="Ash Marlow", phone="+447700900001", date_of_birth=date(2012, 5, 1), sibling_group="S1"
        )
        sibling = people.add_person(session, kind="child", ref="C2", name="Bryn Marlow", phone="+447700900002", sibling_group="S1")
        other_child = people.add_person(session, kind="child", ref="C3", name="Cleo Vane", phone="+447700900003")
        for one in (child, sibling):
            people.allocate(session, one, iro, now)
        people.allocate(session, other_child, other_iro, now)
        review = Review(child_id=child.id, at=now + timedelta(days=21), place="Library meeting room")
        session.add(review)
        return World(
            child=child,
            sibling=sibling,
            other_child=other_child,
            iro=iro,
            other_iro=other_iro,
            manager=people.add_person(session, kind="manager", ref="M1", name="Priya Shaw", email="priya@council.example"),
            duty=people.add_person(session, kind="duty", ref="D1", name="Duty desk", email="duty@council.example", phone="+447700900102"),
            complaints=people.add_person(session, kind="complaints", ref="K1", name="Colin Frost", email="colin@council.example"),
            admin=people.add_person(session, kind="admin", ref="A1", name="Ana Reed", email="ana@council.example"),
            review=review,
        )
