"""Decisions of a review: written down, heard of, done, and not done after all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cases import access, decisions
from cases.store.models import Alert, Decision, Issue, Outgoing, Person, Review


@pytest.fixture
def written(store, world, now):
    """Two decisions of the last review; returns a function that opens a transaction's child and decisions."""
    with store.write() as session:
        child = session.get_one(Person, world.child.id)
        session.add(Review(child_id=child.id, at=now - timedelta(days=7), status="held"))
        session.flush()
        decisions.record(
            session, child, text="You get a laptop for school", who="Sue, your social worker", due=now.date(), by=world.iro, now=now
        )
        decisions.record(session, child, text="You see your nan each month", by=world.iro, now=now)

    def held(session):
        return session.get_one(Person, world.child.id), decisions.of_child(session, world.child.id)

    return held


def said(session) -> list[str]:
    return [row.text for row in session.scalars(select(Outgoing).where(Outgoing.conversation_id.is_not(None)).order_by(Outgoing.number))]


def test_decisions_are_numbered_and_belong_to_the_last_review(store, written, now):
    with store.read() as session:
        _, held = written(session)
        assert [(one.number, one.who, one.due) for one in held] == [(1, "Sue, your social worker", date(2026, 11, 24)), (2, None, None)]
        assert {one.review_id for one in held} == {session.scalars(select(Review.id).where(Review.status == "held")).one()}


def test_child_hears_once_that_decisions_were_written_down(store, written, now):
    with store.write() as session:
        child, held = written(session)
        decisions.announce(session, child, now)
        for one in held:
            decisions.explained(session, one, now)
        decisions.announce(session, child, now)
        assert len(said(session)) == 1 and "Denise" in said(session)[0]


def test_done_decision_is_told_to_the_child_with_a_way_to_say_that_it_is_not(store, world, written, now):
    with store.write() as session:
        _, (laptop, _) = written(session)
        decisions.mark_done(session, laptop, world.iro, now)
        decisions.mark_done(session, laptop, world.iro, now)
        assert laptop.status == "done" and laptop.done_by == world.iro.id
        (text,) = said(session)
        assert "laptop" in text and "not done" in text
        assert decisions.of_child(session, world.child.id, only_open=True) == [written(session)[1][1]]


def test_child_who_says_it_is_not_done_puts_it_in_front_of_the_iro_against_that_decision(store, world, written, now):
    with store.write() as session:
        child, (laptop, _) = written(session)
        decisions.mark_done(session, laptop, world.iro, now)
        decisions.child_says_not_done(session, child, laptop, text="i still dont have it", inbound_id=None, now=now)
    with store.read() as session:
        issue = session.scalars(select(Issue)).one()
        assert (issue.kind, issue.decision_id, issue.text) == ("decision_not_done", laptop.id, "i still dont have it")
        assert session.get_one(Decision, laptop.id).status == "open"
        assert [alert.to_person_id for alert in session.scalars(select(Alert))] == [world.iro.id]


def test_dropped_decision_is_shown_to_nobody(store, world, written):
    with store.write() as session:
        decisions.drop(session, written(session)[1][0])
    with store.read() as session:
        assert [one.number for one in written(session)[1]] == [2]


def test_complaints_manager_and_admin_see_no_decisions(store, world, written):
    with store.read() as session:
        seen = {
            person.kind: len(session.scalars(select(Decision).where(access.visible(Decision, person))).all())
            for person in (world.iro, world.manager, world.duty, world.complaints, world.admin)
        }
    assert seen == {"iro": 2, "manager": 2, "duty": 2, "complaints": 0, "admin": 0}


def test_long_decision_is_cut_at_a_word():
    decision = Decision(text="You will " + "really " * 40 + "go", number=1)
    short = decisions.shortened(decision)
    assert len(short) <= decisions.LONGEST and short.endswith("really...")
