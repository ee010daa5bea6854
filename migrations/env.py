"""Alembic's entry: the URL is handed over by cases.store.db.alembic_config."""

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from cases.store.crypto import Sealed
from cases.store.models import Base, Utc

url = make_url(context.config.attributes.get("url") or context.config.get_main_option("sqlalchemy.url"))
if url.get_backend_name() == "sqlite":
    import pysqlite3

    engine = create_engine(url, module=pysqlite3)
else:
    engine = create_engine(url.set(drivername="postgresql+psycopg"))


def plain_types(kind, thing, autogen_context):
    """Migrations say what the column is in the database, so that an old one never changes with our own types."""
    if kind == "type" and isinstance(thing, Sealed):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(thing, Utc):
        return "sa.DateTime(timezone=True)"
    return False


with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=plain_types, compare_type=False
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
