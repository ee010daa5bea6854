"""Who is waiting for what is new in which talk: one listener a gateway, however many pages are open."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cases.store import bell
from cases.store.db import Store


class News:
    """`listening` gives an event that is set whenever something may be new in a talk, and when the gateway closes."""

    def __init__(self, store: Store):
        self._listener = bell.Listener(store, bell.TALKS, self._rung)
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closed = False

    @contextmanager
    def listening(self, conversation_id: str) -> Iterator[asyncio.Event]:
        if self._loop is None:  # the first page: nobody listens before there is one
            self._loop = asyncio.get_running_loop()
            self._listener.start()
        event = asyncio.Event()
        self._waiting.setdefault(conversation_id, set()).add(event)
        try:
            yield event
        finally:
            self._waiting[conversation_id].discard(event)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    def close(self) -> None:
        """Let every page go, so that a gateway that is told to end need not wait for them. They come back to the next one."""
        self.closed = True
        self._listener.close()
        self._rung(None)

    def _rung(self, conversation_id: str | None) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._wake, conversation_id)

    def _wake(self, conversation_id: str | None) -> None:
        talks = list(self._waiting) if conversation_id is None else [conversation_id]
        for talk in talks:
            for event in self._waiting.get(talk, ()):
                event.set()
