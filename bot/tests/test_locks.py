from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
from rasa.core.lock_store import InMemoryLockStore, LockStore, RedisLockStore
from rasa.utils.endpoints import EndpointConfig


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


def test_with_redis_two_turns_of_a_talk_wait_for_each_other(redis: str):
    locks = LockStore.create(EndpointConfig(type="bot.locks.HeardLockStore", url=redis))
    assert isinstance(locks, RedisLockStore)
    order: list[str] = []

    async def turn(name: str) -> None:
        async with locks.lock("talk", wait_time_in_seconds=0.05):
            order.append(f"{name} begins")
            await asyncio.sleep(0.2)
            order.append(f"{name} ends")

    async def both() -> None:
        first = asyncio.create_task(turn("first"))
        await asyncio.sleep(0.05)
        await asyncio.gather(first, turn("second"))

    asyncio.run(both())
    assert order == ["first begins", "first ends", "second begins", "second ends"]
