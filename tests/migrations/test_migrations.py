"""Tables go up and down with data in them, and the models say what the migrations make."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from cases import people
from cases.store.db import alembic_config, migrate
from cases.store.models import Base, Person


def test_down_and_up_again_leaves_working_tables(store, world, settings):
    url = store.engine.url.render_as_string(hide_password=False)
    store.engine.dispose()
    command.downgrade(alembic_config(url), "base")
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}
    store.prepare()
    with store.write() as session:
        people.add_person(session, kind="child", ref="C1", name="Ash Marlow")
    with store.read() as session:
        assert people.by_ref(session, "C1").name == "Ash Marlow"


def test_migrating_again_keeps_the_data(store, world):
    migrate(store.engine.url.render_as_string(hide_password=False))
    with store.read() as session:
        assert session.get(Person, world.child.id).name == "Ash Marlow"
        assert session.scalar(text("SELECT count(*) FROM alembic_version")) == 1


def test_models_and_migrations_agree(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []
