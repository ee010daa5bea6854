"""A bell between processes: "there is work", "something is new in this talk". Nobody has to keep asking the database.

It is rung with the commit of what is new: NOTIFY on PostgreSQL; on SQLite, whose counter of changes is cheap to read, by
that. A ring may be missed (a cut connection), so whoever waits looks by itself every few seconds as well. LISTEN needs a
connection of its own: a pool between Heard and PostgreSQL must pool by session, not by transaction.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.orm import Session

log = logging.getLogger("heard.store")

JOBS, TALKS = "heard_jobs", "heard_talks"
#: Seconds between looks at SQLite's counter, and until a new try after PostgreSQL went away.
LOOK_EVERY, AGAIN_AFTER = 0.05, 1.0

_RINGING = text("SELECT pg_notify(one, about) FROM unnest(CAST(:channels AS text[]), CAST(:abouts AS text[])) AS rings (one, about)")
_PENDING = "heard bells"


def ring(session: Session, channel: str, about: str = "") -> None:
    """Ring once the caller's transaction commits."""
    session.info.setdefault(_PENDING, {})[channel, about] = None


def send(session: Session) -> None:
    """Hand the rings of this transaction to PostgreSQL, which delivers them at the commit."""
    rings = session.info.pop(_PENDING, {})
    if rings and session.get_bind().dialect.name == "postgresql":
        channels, abouts = zip(*rings, strict=True)
        session.execute(_RINGING, {"channels": list(channels), "abouts": list(abouts)})


class Listener:
    """A thread that calls `rung(about)` for each ring of `channel`; with None when anything may be new."""

    def __init__(self, store, channel: str, rung: Callable[[str | None], None]):
        self._store = store
        self._channel = channel
        self._rung = rung
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"listen {channel}")

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closed.set()

    def _run(self) -> None:
        listen = self._watch_file if self._store.is_sqlite else self._listen
        while not self._closed.is_set():
            try:
                listen()
            except Exception as error:  # whatever the driver raises: try again, and let those who wait look themselves
                log.warning("not listening: %s", type(error).__name__)
                self._closed.wait(AGAIN_AFTER)

    def _listen(self) -> None:
        import psycopg

        url = self._store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            connection.execute(f"LISTEN {self._channel}")
            self._rung(None)  # what was rung before is not told again
            while not self._closed.is_set():
                for notice in connection.notifies(timeout=1.0):
                    self._rung(notice.payload)

    def _watch_file(self) -> None:
        import pysqlite3

        connection = pysqlite3.connect(self._store.engine.url.database, check_same_thread=False)
        try:
            seen = None
            while not self._closed.wait(LOOK_EVERY):
                (version,) = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    self._rung(None)
        finally:
            connection.close()
