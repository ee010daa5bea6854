"""Opening the case store, and its two kinds of transaction: `write` and `read`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from cases.settings import ROOT, Settings
from cases.store import bell, crypto
from cases.store.models import DataKey


class Store:
    """The case store of one process.

    SQLite: WAL, synchronous=FULL, a busy timeout of 30 s, foreign keys, and BEGIN IMMEDIATE for every write, because a
    plain BEGIN that reads first fails at once with "locked" when another writer got in between.
    """

    def __init__(self, url: str, service_keys: list[str]):
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        # An error of the database must not carry the words that were being written into a log.
        pool = {"pool_size": 10, "max_overflow": 20, "hide_parameters": True}
        if self.is_sqlite:
            import pysqlite3  # carries a newer SQLite than most systems: 3.7.0 to 3.51.2 can lose a commit in WAL mode

            self.engine = create_engine(parsed, module=pysqlite3, connect_args={"timeout": 30}, **pool)
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self.engine = create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, **pool)
        self._reader = self.engine.execution_options(heard_reads_only=True)
        crypto.ring.bind(service_keys, self._wrapped_key)

    def _wrapped_key(self, owner: str) -> bytes | None:
        with self.read() as session:
            return session.scalar(select(DataKey.wrapped).where(DataKey.owner == owner))

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: all of it is on disk when the block ends, or none of it."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session
            bell.send(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    def prepare(self) -> None:
        """Bring the tables up to date and make the keys that the service itself needs."""
        migrate(str(self.engine.url.render_as_string(hide_password=False)))
        with self.write() as session:
            held = set(session.scalars(select(DataKey.owner)))
            for owner in crypto.PURPOSES:
                if owner not in held:
                    crypto.ring.create(session, owner)

    def close(self) -> None:
        self.engine.dispose()


def open_store(settings: Settings) -> Store:
    """The store that the settings name. Raises KeyProblem when the service key is missing."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Store(settings.database_url, crypto.read_service_keys(settings.key_file))


def migrate(url: str, revision: str = "head") -> None:
    from alembic import command

    config = alembic_config(url)
    if revision == "head":
        command.upgrade(config, "head")
    else:
        command.downgrade(config, revision)


def alembic_config(url: str):
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def _prepare_sqlite(connection, record) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below decides, not the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection) -> None:
    reads_only = connection.get_execution_options().get("heard_reads_only")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
