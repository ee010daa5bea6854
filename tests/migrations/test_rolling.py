"""While a new version is being rolled out, the old one goes on working on the new tables: each migration only adds.

What is taken away goes one release later, when nobody uses it any more: see docs/scale.md.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from cases.settings import ROOT
from cases.store.db import alembic_config

REVISIONS = [one.revision for one in ScriptDirectory.from_config(alembic_config("")).walk_revisions()][::-1]


@pytest.fixture
def url(store):
    store.engine.dispose()
    return store.engine.url.render_as_string(hide_password=False)


def tables(url: str) -> dict[str, dict[str, dict]]:
    engine = create_engine(url)
    look = inspect(engine)
    found = {table: {column["name"]: column for column in look.get_columns(table)} for table in look.get_table_names()}
    engine.dispose()
    return found


def test_old_code_can_read_and_write_the_tables_of_each_next_migration(url):
    command.downgrade(alembic_config(url), REVISIONS[0])
    before = tables(url)
    for revision in REVISIONS[1:]:
        command.upgrade(alembic_config(url), revision)
        after = tables(url)
        for table, columns in before.items():
            assert table in after, f"{revision} takes the table {table} from under the old version"
            assert set(columns) <= set(after[table]), f"{revision} takes columns of {table} away"
            for name in set(after[table]) - set(columns):
                column = after[table][name]
                fills_itself = column["nullable"] or column["default"] is not None
                assert fills_itself, f"{revision}: the old version cannot write to {table} without {name}; give it a server_default"
        before = after


def test_several_processes_that_start_together_migrate_once(url):
    if not url.startswith("postgresql"):
        pytest.skip("on SQLite the supervisor migrates before it starts anything")
    command.downgrade(alembic_config(url), "base")
    migrating = f"from cases.store.db import migrate; migrate({url!r})"
    running = [subprocess.Popen([sys.executable, "-c", migrating], cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ended = [process.communicate(timeout=100)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], ended
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == REVISIONS[-1]
    engine.dispose()


@pytest.mark.parametrize("revision", [REVISIONS[-1], "9999"], ids=["its own", "a newer version's"])
def test_process_of_the_old_version_starts_on_the_tables_as_they_are(store, revision):
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    store.prepare()
    with store.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == revision


def test_migrations_are_numbered_in_their_order():
    names = [path.name[:4] for path in sorted((ROOT / "migrations" / "versions").glob("[0-9]*.py"))]
    assert names == REVISIONS
