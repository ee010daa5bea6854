"""The audit trail: every row follows from the one before it, whoever writes at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, func, select, update

from cases import audit
from cases.store.models import Audit


def _record(store, now, count=1, **more):
    with store.write() as session:
        for number in range(count):
            audit.record(session, actor="command", action="test", object=f"thing {number}", now=now, **more)


def test_a_whole_trail_verifies(store, world, now):
    with store.write() as session:
        audit.record(session, actor=world.iro, action="view", child_id=world.child.id, now=now)
    _record(store, now, 3)
    with store.read() as session:
        assert audit.verify(session) is None
        first = session.scalar(select(Audit).order_by(Audit.id))
        assert (first.actor_id, first.actor_role, first.action, first.child_id) == (world.iro.id, "iro", "view", world.child.id)


@pytest.mark.parametrize("column, value", [("action", "nothing"), ("hidden_from", "x"), ("actor_id", "x"), ("hash", "0" * 64)])
def test_a_changed_row_shows(store, now, column, value):
    _record(store, now, 3)
    with store.write() as session:
        second = session.scalars(select(Audit.id).order_by(Audit.id)).all()[1]
        session.execute(update(Audit).where(Audit.id == second).values({column: value}))
    with store.read() as session:
        assert audit.verify(session).id == second


def test_a_missing_row_shows(store, now):
    _record(store, now, 3)
    with store.write() as session:
        ids = session.scalars(select(Audit.id).order_by(Audit.id)).all()
        session.execute(delete(Audit).where(Audit.id == ids[1]))
    with store.read() as session:
        assert audit.verify(session).id == ids[2]


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
