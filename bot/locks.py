"""One turn at a time for each conversation: within this process, or through Redis where there is one."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from rasa.core.lock_store import InMemoryLockStore, LockStore, RedisLockStore
from rasa.utils.endpoints import EndpointConfig


class HeardLockStore(LockStore):
    """Chosen by the URL in endpoints.yml: empty means no Redis. Order within a conversation is the worker's business."""

    def __new__(cls, endpoint_config: EndpointConfig) -> Any:
        if not endpoint_config.url:
            return InMemoryLockStore()
        url = urlsplit(endpoint_config.url)
        return RedisLockStore(
            host=url.hostname or "localhost",
            port=url.port or 6379,
            db=int(url.path.lstrip("/") or 0),
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            use_ssl=url.scheme == "rediss",
            key_prefix="heard",
        )
