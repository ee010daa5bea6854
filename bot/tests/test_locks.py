from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
from rasa.core.lock_store import InMemoryLockStore, LockStore
from rasa.utils.endpoints import EndpointConfig

from bot import locks as heard_locks
from bot.locks import RedisLocks


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    argv = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--requirepass", "p@ss"]
    running = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://:p%40ss@127.0.0.1:{port}/2"
    running.kill()
    running.wait()


@pytest.mark.parametrize("url", ["", None])
def test_without_redis_the_process_keeps_its_own_locks(url: str | None):
    assert isinstance(LockStore.create(EndpointConfig(type="bot.locks.HeardLockStore", url=url)), InMemoryLockStore)


def store(url: str) -> RedisLocks:
    """The locks of one Rasa server."""
    locks = LockStore.create(EndpointConfig(type="bot.locks.HeardLockStore", url=url))
    assert isinstance(locks, RedisLocks)
    return locks


def test_with_redis_two_turns_of_a_talk_wait_for_each_other(redis: str):
    order: list[str] = []

    async def turn(name: str) -> None:
        async with store(redis).lock("talk"):
            order.append(f"{name} begins")
            await asyncio.sleep(0.2)
            order.append(f"{name} ends")

    async def both() -> None:
        first = asyncio.create_task(turn("first"))
        await asyncio.sleep(0.05)
        await asyncio.gather(first, turn("second"))

    asyncio.run(both())
    assert order == ["first begins", "first ends", "second begins", "second ends"]


def test_with_redis_150_talks_with_two_messages_at_once_are_all_answered_one_after_the_other(redis: str):
    inside: dict[int, int] = {}
    done: list[int] = []

    async def turn(locks: RedisLocks, talk: int) -> None:
        async with locks.lock(f"talk {talk}"):
            inside[talk] = inside.get(talk, 0) + 1
            assert inside[talk] == 1
            await asyncio.sleep(0.02)
            inside[talk] -= 1
            done.append(talk)

    async def all_of_them() -> None:
        servers = store(redis), store(redis)
        await asyncio.gather(*(turn(server, talk) for talk in range(150) for server in servers))

    asyncio.run(all_of_them())
    assert len(done) == 300


def test_the_lock_of_a_server_that_was_killed_gives_way(redis: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(heard_locks, "LIFETIME", 1)

    async def killed_then_another() -> float:
        await store(redis)._take("heard:turn:left", "a server that is gone")
        began = time.monotonic()
        async with store(redis).lock("left"):
            return time.monotonic() - began

    assert 0.3 < asyncio.run(killed_then_another()) < heard_locks.PATIENCE


def test_without_an_answer_of_redis_the_turn_goes_on(caplog: pytest.LogCaptureFixture):
    async def turn() -> str:
        async with store("redis://127.0.0.1:1/0").lock("talk"):
            return "done"

    assert asyncio.run(turn()) == "done"
    assert "without a lock" in caplog.text
