from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.tests.server import Server, train
from bot.tests.standin import Actions


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bot")


@pytest.fixture(scope="session")
def model(home: Path) -> Path:
    """The fixture bot, trained."""
    return train(home)


@pytest.fixture(scope="session")
def action_server() -> Iterator[Actions]:
    actions = Actions()
    yield actions
    actions.close()


@pytest.fixture(scope="session")
def running(model: Path, home: Path, action_server: Actions) -> Iterator[Server]:
    server = Server(model, home, action_server.url, f"sqlite:///{home / 'talks.db'}")
    yield server
    server.kill()


@pytest.fixture
def actions(action_server: Actions) -> Iterator[Actions]:
    action_server.calls.clear()
    yield action_server
    action_server.failing.clear()


@pytest.fixture
def server(running: Server, actions: Actions) -> Server:
    return running


@pytest.fixture
def talk() -> str:
    """A conversation that nobody had before."""
    return uuid.uuid4().hex
