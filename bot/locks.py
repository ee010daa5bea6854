"""One turn at a time for each conversation: within this process, or through Redis where there is one."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from rasa.core.lock_store import InMemoryLockStore, LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis import asyncio as redis

logger = logging.getLogger(__name__)

#: Seconds after which the lock of a server that was killed gives way, and for which a turn waits for one.
LIFETIME, PATIENCE = 18, 15
LOOK_EVERY = 0.05
#: Seconds to wait for Redis itself.
REDIS_TIMEOUT = 2

_UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"


class HeardLockStore(LockStore):
    """Chosen by the URL in endpoints.yml: empty means no Redis. Order within a conversation is the worker's business."""

    def __new__(cls, endpoint_config: EndpointConfig) -> Any:
        return RedisLocks(endpoint_config.url) if endpoint_config.url else InMemoryLockStore()


class RedisLocks(LockStore):
    """A key a conversation, set if it is not there, with an end.

    Rasa's own RedisLockStore reads, changes and writes its list of tickets in three steps: of 150 new talks with two
    messages at once it lost 33 tickets of 300. Without Redis a turn goes on: the worker never asks two turns of a talk
    at once but after a time-out, and an action writes once for a message.
    """

    def __init__(self, url: str):
        self._redis = redis.Redis.from_url(url, socket_timeout=REDIS_TIMEOUT, socket_connect_timeout=REDIS_TIMEOUT)
        super().__init__()

    @asynccontextmanager
    async def lock(self, conversation_id: str, *args: Any, **kwargs: Any) -> AsyncGenerator[None, None]:
        key, mine = f"heard:turn:{conversation_id}", secrets.token_hex(8)
        try:
            await self._take(key, mine)
        except redis.RedisError as error:
            logger.warning("Redis: %s. Going on without a lock.", type(error).__name__)
        try:
            yield
        finally:
            with suppress(redis.RedisError):  # it ends by itself
                await self._redis.eval(_UNLOCK, 1, key, mine)

    async def _take(self, key: str, mine: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not await self._redis.set(key, mine, nx=True, ex=LIFETIME):
            if time.monotonic() > deadline:
                raise LockError("Another turn of this talk takes too long.")
            await asyncio.sleep(LOOK_EVERY)
