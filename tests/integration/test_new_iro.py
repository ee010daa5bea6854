"""A child hears, unasked, that somebody else reads their messages now."""

from __future__ import annotations

import pytest

from cases import leaving, people, set_up
from cases.store.models import Outgoing


@pytest.fixture
def other(store):
    with store.write() as session:
        return people.add_person(session, kind="iro", ref="I9", name="Priya Pretend", email="priya@council.example")


def given_to(store, child, iro, now, *, together=False):
    with store.write() as session:
        set_up.allocate(session, child, iro, now, together=together, apart_because="" if together else "a test")


def told(talk) -> list[str]:
    return [row.text for row in talk.rows(Outgoing) if row.author == "bot" and "reads your messages here now" in row.text]


def test_child_who_has_texted_is_told_an_hour_after_the_change_and_once(store, talk, clock, world, other, twilio):
    talk.says("hello")
    given_to(store, world.child, other, clock())
    talk.worker.drain()
    assert told(talk) == []
    clock.advance(hours=1, seconds=1)
    talk.worker.drain()
    clock.advance(hours=2)
    talk.worker.drain()
    [text] = told(talk)
    assert "Priya reads your messages here now. Before, it was Denise." in text
    assert text in talk.phone()


def test_change_that_is_taken_back_within_the_hour_tells_nobody(store, talk, clock, world, other):
    talk.says("hello")
    given_to(store, world.child, other, clock())
    given_to(store, world.child, world.iro, clock())
    clock.advance(hours=2)
    talk.worker.drain()
    assert told(talk) == []


def test_of_two_changes_the_child_hears_the_last(store, talk, clock, world, other):
    talk.says("hello")
    given_to(store, world.child, other, clock())
    with store.write() as session:
        third = people.add_person(session, kind="iro", ref="I8", name="Morgan Pretend", email="morgan@council.example")
    given_to(store, world.child, third, clock())
    clock.advance(hours=2)
    talk.worker.drain()
    assert ["Morgan" in text for text in told(talk)] == [True]


def test_child_who_never_used_heard_is_not_written_to(store, worker, clock, world, other, twilio):
    given_to(store, world.child, other, clock())
    clock.advance(hours=2)
    worker.drain()
    with store.read() as session:
        assert session.query(Outgoing).filter(Outgoing.conversation_id.is_not(None)).count() == 0


def test_child_whose_iro_left_hears_of_the_next_one_however_late(store, talk, clock, world, other):
    talk.says("hello")
    with store.write() as session:
        leaving.leave(session, people.by_ref(session, world.iro.ref), clock())
    clock.advance(days=3)
    given_to(store, world.child, other, clock())
    clock.advance(hours=1, seconds=1)
    talk.worker.drain()
    assert len(told(talk)) == 1


def test_at_night_the_news_waits_for_the_morning(store, talk, clock, world, other):
    talk.says("hello")
    clock.now = clock.now.replace(hour=22, minute=30)
    given_to(store, world.child, other, clock())
    clock.advance(hours=1, seconds=1)
    talk.worker.drain()
    assert not any("Priya" in text for text in talk.phone())
    clock.advance(hours=10)
    talk.worker.drain()
    assert any("Priya" in text for text in talk.phone())


def test_what_comes_unasked_says_nothing_of_care(store, talk, clock, world, other):
    talk.says("hello")
    given_to(store, world.child, other, clock())
    clock.advance(hours=2)
    talk.worker.drain()
    [text] = told(talk)
    assert not {"iro", "review", "care", "social"} & set(text.lower().replace(".", " ").replace(",", " ").split())
