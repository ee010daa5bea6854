"""Opening the case store, and its two kinds of transaction: `write` and `read`."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import bindparam, create_engine, event, select, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.orm import Session

from cases.settings import ROOT, Settings
from cases.store import bell, crypto
from cases.store.models import DataKey
from cases.store.turns import take_turns

#: Connections of one process to the database, half as many again in a rush, two more for keys and one that listens;
#: seconds to wait for one. Sums for several machines: docs/scale.md.
POOL, POOL_WAIT = 8, 8
#: Seconds after which a connection is asked whether it is still there. One that is cut while in use fails like any other work.
RESTED = 1.0
#: Tries of a migration that has to wait for a lock on a table in use: it waits briefly, so that nobody waits behind it.
MIGRATION_TRIES = 20

_WRAPPED = select(DataKey.wrapped).where(DataKey.owner == bindparam("owner"))


class _Session(Session):
    """Holds on to what it has read until it is closed, so that nothing is read twice because nobody else held on to it."""


@event.listens_for(_Session, "loaded_as_persistent")
def _hold_on(session: Session, row: object) -> None:
    session.info.setdefault("heard rows read", []).append(row)


class Store:
    """The case store of one process.

    SQLite: WAL, synchronous=FULL, a busy timeout of 30 s, foreign keys, and BEGIN IMMEDIATE for every write, because a
    plain BEGIN that reads first fails at once with "locked" when another writer got in between. Writers stand in line.
    """

    def __init__(self, url: str, service_keys: list[str], pool: int = POOL):
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        # An error of the database must not carry the words that were being written into a log.
        limits = {"pool_size": pool, "max_overflow": pool // 2, "pool_timeout": POOL_WAIT, "hide_parameters": True}
        if self.is_sqlite:
            import pysqlite3  # carries a newer SQLite than most systems: 3.7.0 to 3.51.2 can lose a commit in WAL mode

            how = {"module": pysqlite3, "connect_args": {"timeout": 30}}
        else:
            parsed, how = parsed.set(drivername="postgresql+psycopg"), {}
        self.engine = create_engine(parsed, **how, **limits)
        # A key is fetched in the middle of another transaction. Were it from the same pool, a burst of messages that each
        # hold a connection and wait for a second one would wait for each other.
        self._key_engine = create_engine(parsed, **how, **limits | {"pool_size": 1, "max_overflow": 1})
        for engine in (self.engine, self._key_engine):
            if self.is_sqlite:
                event.listen(engine, "connect", _prepare_sqlite)
                event.listen(engine, "begin", _begin_sqlite)
            else:
                event.listen(engine, "checkin", _note_use)
                event.listen(engine, "checkout", partial(_ping_after_rest, engine))
        # A file beside the database, whose lock is the queue of those who want to write.
        self._queue = Path(f"{parsed.database}-queue") if self.is_sqlite and parsed.database else None
        self._mine = threading.local()
        # What only reads needs no BEGIN and no COMMIT on PostgreSQL, where each statement sees what is committed anyway.
        alone = {} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._reader = self.engine.execution_options(heard_reads_only=True, **alone)
        self._key_reader = self._key_engine.execution_options(heard_reads_only=True, **alone)
        crypto.ring.bind(service_keys, self._wrapped_key)

    def _wrapped_key(self, owner: str) -> bytes | None:
        with self._key_reader.connect() as connection:
            return connection.scalar(_WRAPPED, {"owner": owner})

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: all of it is on disk when the block ends, or none of it."""
        with self._in_line(), _Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session
            bell.send(session)

    @contextmanager
    def _in_line(self) -> Iterator[None]:
        """Wait for the one write lock of SQLite in the order of coming, whichever thread or process one is.

        SQLite itself lets those who wait look again after longer and longer sleeps, and whoever comes just then goes
        first: under load a gateway waited for more than ten seconds while workers wrote on and on. The kernel's queue
        for a lock on a file is fair, wakes at once, and is left by a process that is killed.
        """
        if self._queue is None:
            yield
            return
        if getattr(self._mine, "waits", False):
            raise RuntimeError("A write inside a write would wait for itself.")
        self._mine.waits = True
        try:
            with self._queue.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        finally:
            self._mine.waits = False

    @contextmanager
    def read(self) -> Iterator[Session]:
        with _Session(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    def prepare(self) -> None:
        """Bring the tables up to date and make the keys that the service itself needs."""
        with self._in_line():  # of processes that start together one migrates (on PostgreSQL migrations/env.py sees to it)
            if not self._is_up_to_date():
                migrate(str(self.engine.url.render_as_string(hide_password=False)))
        with self.write() as session:
            take_turns(session, "prepare")
            held = set(session.scalars(select(DataKey.owner)))
            for owner in crypto.PURPOSES:
                if owner not in held:
                    crypto.ring.create(session, owner)

    def _is_up_to_date(self) -> bool:
        """Whether the tables are this version's, or a newer one's: in a rolling update the old version still starts.

        Asked without Alembic, whose loading is a third of a gateway's start.
        """
        newest = max(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))
        try:
            with self.read() as session:
                return (session.scalar(text("SELECT max(version_num) FROM alembic_version")) or "") >= newest
        except DBAPIError:  # an empty database; what is wrong otherwise, the migration says
            return False

    def close(self) -> None:
        self.engine.dispose()
        self._key_engine.dispose()


def open_store(settings: Settings, pool: int = POOL) -> Store:
    """The store that the settings name. `pool`: connections that are kept. Raises KeyProblem when the service key is missing."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Store(settings.database_url, crypto.read_service_keys(settings.key_file), pool)


def migrate(url: str, revision: str = "head") -> None:
    from alembic import command

    config = alembic_config(url)
    for left in reversed(range(MIGRATION_TRIES)):
        try:
            if revision == "head":
                command.upgrade(config, "head")
            else:
                command.downgrade(config, revision)
            return
        except OperationalError as error:
            if not left or "lock timeout" not in str(error.orig):
                raise
            time.sleep(1)


def alembic_config(url: str):
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def _note_use(connection, record) -> None:
    record.info["used"] = time.monotonic()


def _ping_after_rest(engine: Engine, connection, record, proxy) -> None:
    """Is a connection that rested still alive? Asked before each use, it would be one in eight of all questions put."""
    if time.monotonic() - record.info.get("used", time.monotonic()) > RESTED:
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.dbapi.Error as error:
            raise DisconnectionError("it was cut while it rested") from error


def _prepare_sqlite(connection, record) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below decides, not the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection) -> None:
    reads_only = connection.get_execution_options().get("heard_reads_only")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
