"""Alembic's entry: the URL is handed over by cases.store.db.alembic_config."""

from contextlib import contextmanager

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from cases.store.crypto import Sealed
from cases.store.models import Base, Utc

url = make_url(context.config.attributes.get("url") or context.config.get_main_option("sqlalchemy.url"))
if url.get_backend_name() == "sqlite":
    import pysqlite3

    engine = create_engine(url, module=pysqlite3)
else:
    # A change of a table that is in use waits two seconds for its lock, and not for ever: who wants the table meanwhile
    # waits behind it. cases.store.db.migrate tries again.
    engine = create_engine(url.set(drivername="postgresql+psycopg"), connect_args={"options": "-c lock_timeout=2000"})

#: Held while migrations run, so that of several processes that start together one migrates and the others wait.
ONE_AT_A_TIME = 4837265019


@contextmanager
def alone():
    if url.get_backend_name() == "sqlite":
        yield
        return
    with engine.connect() as guard:
        guard.execute(text("SET lock_timeout = 0"))
        guard.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        yield


def plain_types(kind, thing, autogen_context):
    """Migrations say what the column is in the database, so that an old one never changes with our own types."""
    if kind == "type" and isinstance(thing, Sealed):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(thing, Utc):
        return "sa.DateTime(timezone=True)"
    return False


with alone(), engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=plain_types, compare_type=False
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
