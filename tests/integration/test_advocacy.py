"""An advocate: offered once, handed over with what was agreed, chased until somebody has it, and the child hears."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cases import advocacy
from cases.alerts import acknowledge
from cases.store.models import AdvocateRequest, Alert, Job, Outgoing, Person


@pytest.fixture
def asked(store, world, now) -> str:
    with store.write() as session:
        child = session.get_one(Person, world.child.id)
        return advocacy.ask(session, child, text="my contact was cut", agreed_to_share=True, share_words=False, now=now).id


def alerts(store) -> list[Alert]:
    with store.read() as session:
        return list(session.scalars(select(Alert).where(Alert.about == "advocate_request").order_by(Alert.created_at)))


def test_only_what_the_child_agreed_to_is_passed_on(store, asked, world, now):
    with store.write() as session:
        request = session.get_one(AdvocateRequest, asked)
        assert advocacy.referral(session, request) == {"name": "Ash Marlow", "phone": "+447700900001"}
        request.share_words = True
        assert advocacy.referral(session, request)["words"] == "my contact was cut"
        request.agreed_to_share = False
        assert advocacy.referral(session, request) == {}
        with pytest.raises(advocacy.NotAgreed):
            advocacy.hand_over(session, request, provider="Voices", by=world.iro, now=now)
        assert request.status == "asked"


def test_child_hears_when_it_is_passed_on_and_who_the_advocate_is(store, asked, world, now):
    with store.write() as session:
        request = session.get_one(AdvocateRequest, asked)
        advocacy.hand_over(session, request, provider="Voices", by=world.iro, now=now)
        advocacy.started(session, request, advocate="Mo", by=world.iro, now=now + timedelta(days=1))
        first, second = session.scalars(select(Outgoing).where(Outgoing.conversation_id.is_not(None)).order_by(Outgoing.number))
        assert "Voices" in first.text and "Mo" in second.text
        assert (request.status, request.handed_over_by, request.provider) == ("started", world.iro.id, "Voices")


def test_request_that_is_read_and_not_handed_over_is_chased_and_then_the_manager_is_told(store, asked, world, worker, clock):
    """Asked on a Tuesday at midday: due by Wednesday at five, then each working day. (What nobody reads has a chase of its own.)"""
    worker.drain()
    assert [alert.to_role for alert in alerts(store)] == ["iro"]
    for days, roles in ((1, ["iro"]), (2, ["iro", "manager"]), (3, ["iro", "manager"])):
        read(store, world, clock())
        before = len(alerts(store))
        clock.now = clock.now.replace(hour=17, minute=1)
        clock.advance(days=1)
        worker.drain()
        assert sorted(alert.to_role for alert in alerts(store)[before:]) == roles, days


def read(store, world, now) -> None:
    """Whoever was told opens it, and does nothing."""
    with store.write() as session:
        for alert in session.scalars(select(Alert).where(Alert.acknowledged_at.is_(None))):
            acknowledge(session, alert, session.get_one(Person, alert.to_person_id), now)


def test_chase_moves_to_the_advocate_once_it_is_handed_over_and_ends_when_they_have_it(store, asked, world, worker, clock, now):
    with store.write() as session:
        advocacy.hand_over(session, session.get_one(AdvocateRequest, asked), provider="Voices", by=world.iro, now=now)
    read(store, world, now)
    clock.advance(days=1, hours=6)
    worker.drain()
    assert len(alerts(store)) == 1, "the service still has time"
    clock.advance(days=2)
    worker.drain()
    assert len(alerts(store)) == 2
    with store.write() as session:
        advocacy.started(session, session.get_one(AdvocateRequest, asked), advocate="Mo", by=world.iro, now=clock())
    read(store, world, clock())
    clock.advance(days=10)
    worker.drain()
    assert len(alerts(store)) == 2
    with store.read() as session:
        assert not session.scalars(select(Job).where(Job.kind == advocacy.CHASE, Job.done_at.is_(None))).all()


def test_offer_is_made_once_for_a_reason_and_not_while_one_is_asked_for(store, world, now):
    with store.write() as session:
        child = session.get_one(Person, world.child.id)
        assert advocacy.offer_due(session, child, "plan", now)
        advocacy.offered(session, child, "plan", now)
        assert not advocacy.offer_due(session, child, "plan", now + timedelta(days=30))
        assert advocacy.offer_due(session, child, "plan", now + timedelta(days=120))
        assert not advocacy.offer_due(session, child, "needs", now), "no needs are on record"
        child.needs = "Speech delay, uses Makaton"
        assert advocacy.offer_due(session, child, "needs", now)
        advocacy.ask(session, child, text=None, agreed_to_share=None, presumed=True, now=now)
        assert not advocacy.offer_due(session, child, "needs", now)
        assert advocacy.withdraw(session, child) and advocacy.current(session, child.id) is None
