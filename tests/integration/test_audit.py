"""The audit trail: every row follows from the one before it, whoever writes at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select, text, update

from cases import audit
from cases.store.models import Audit
from heard.cli import cli


def _record(store, now, count=1, **more):
    with store.write() as session:
        for number in range(count):
            audit.record(session, actor="command", action="test", object=f"thing {number}", source="10.0.0.1", now=now, **more)


def test_a_whole_trail_verifies(store, world, now):
    with store.write() as session:
        audit.record(session, actor=world.iro, action="view", child_id=world.child.id, now=now)
    _record(store, now, 3)
    with store.read() as session:
        assert audit.verify(session) is None
        first = session.scalar(select(Audit).order_by(Audit.id))
        assert (first.actor_id, first.actor_role, first.action, first.child_id) == (world.iro.id, "iro", "view", world.child.id)


@pytest.mark.parametrize(
    "column, value", [("action", "nothing"), ("hidden_from", "x"), ("actor_id", "x"), ("source", None), ("hash", "0" * 64)]
)
def test_a_changed_row_shows(store, now, column, value):
    _record(store, now, 3)
    with store.write() as session:
        second = session.scalars(select(Audit.id).order_by(Audit.id)).all()[1]
        session.execute(update(Audit).where(Audit.id == second).values({column: value}))
    with store.read() as session:
        broken = audit.verify(session)
        assert (broken.id, broken.why) == (second, "changed")


def test_a_missing_row_shows(store, now):
    _record(store, now, 3)
    with store.write() as session:
        ids = session.scalars(select(Audit.id).order_by(Audit.id)).all()
        session.execute(delete(Audit).where(Audit.id == ids[1]))
    with store.read() as session:
        broken = audit.verify(session)
        assert (broken.id, broken.why) == (ids[2], "gap")


def test_a_place_that_somebody_without_the_key_wrote_shows(store, now):
    _record(store, now, 3)
    with store.write() as session:
        ids = session.scalars(select(Audit.id).order_by(Audit.id)).all()
        session.execute(text("UPDATE audit SET source = :junk WHERE id = :id"), {"junk": b"\x01\x05staff" + bytes(40), "id": ids[1]})
    with store.read() as session:
        assert audit.verify(session).id == ids[1]


def test_rows_cut_off_at_the_end_show_against_a_receipt(store, now):
    _record(store, now, 2)
    with store.read() as session:
        early = audit.receipt(session)
    _record(store, now, 2)
    with store.read() as session:
        late = audit.receipt(session)
    with store.write() as session:
        ids = session.scalars(select(Audit.id).order_by(Audit.id)).all()
        session.execute(delete(Audit).where(Audit.id == ids[-1]))
    with store.read() as session:
        assert audit.verify(session) is None, "the chain alone cannot know"
        assert audit.holds(session, early) and not audit.holds(session, late)
        assert not audit.holds(session, "made up")


def test_a_long_trail_is_read_in_parts(store, now, monkeypatch):
    monkeypatch.setattr(audit, "PAGE", 4)
    _record(store, now, 11)
    with store.read() as session:
        assert audit.verify(session) is None
    with store.write() as session:
        ids = session.scalars(select(Audit.id).order_by(Audit.id)).all()
        session.execute(delete(Audit).where(Audit.id == ids[4]))
    with store.read() as session:
        assert audit.verify(session).id == ids[5]


def test_the_command_says_where_the_trail_is_broken_and_ends_with_1(store, settings, now, monkeypatch):
    for name, value in (("HEARD_HOME", settings.home), ("HEARD_DATABASE_URL", settings.database_url)):
        monkeypatch.setenv(name, str(value))
    _record(store, now, 3)
    whole = CliRunner().invoke(cli, ["audit", "verify"])
    assert whole.exit_code == 0 and "The trail is whole." in whole.output
    receipt = whole.output.split("Receipt: ")[1].split()[0]
    with store.write() as session:
        last = session.scalars(select(Audit.id).order_by(Audit.id)).all()[-1]
        session.execute(delete(Audit).where(Audit.id == last))
    cut = CliRunner().invoke(cli, ["audit", "verify", "--receipt", receipt])
    assert cut.exit_code == 1 and f"row {last} is not there" in cut.output
    with store.write() as session:
        session.execute(update(Audit).where(Audit.id == last - 1).values(action="nothing"))
    broken = CliRunner().invoke(cli, ["audit", "verify"])
    assert broken.exit_code == 1 and f"row {last - 1}" in broken.output and "changed" in broken.output


def test_what_is_rolled_back_leaves_no_row(store, now):
    with pytest.raises(RuntimeError), store.write() as session:
        audit.record(session, actor="command", action="test", now=now)
        raise RuntimeError
    with store.read() as session:
        assert session.scalar(select(func.count(Audit.id))) == 0


def test_a_reading_transaction_cannot_lose_a_row_unnoticed(store, now):
    with store.read() as session, pytest.raises(ValueError):
        audit.record(session, actor="command", action="test", now=now)


def test_eight_writers_at_once_make_one_chain(store, now):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: _record(store, now, 2), range(40)))
    with store.read() as session:
        assert session.scalar(select(func.count(Audit.id))) == 80
        assert audit.verify(session) is None
