"""A form that is left: the child is told that it will be passed on unless they say no; then it is, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cases import consultations, pass_on, people
from cases.language.form import Change
from cases.store.models import AdvocateRequest, Alert, Consultation, Job, Outgoing
from channels.worker import Worker


@pytest.fixture
def form(store, world, clock) -> str:
    """A child wrote that they want Monday and an advocate, and no more."""
    with store.write() as session:
        talk = people.conversation_of(session, world.child.id)
        talk.last_channel = "sms"
        held, _ = consultations.open_one(session, world.child.id, clock())
        consultations.write(session, held, [Change("when", "Monday"), Change("advocate", True)], "monday, and yes", None, clock())
        pass_on.watch(session, held, clock())
        return held.id


@pytest.fixture
def told(twilio, world):
    """The texts that reached the child."""
    return lambda: [message.body for message in twilio.messages if message.to == "+447700900001"]


def state(store, form) -> Consultation:
    with store.read() as session:
        return session.get_one(Consultation, form)


def days(worker, clock, number: float) -> None:
    """Time goes by, hour for hour."""
    for _ in range(int(number * 24)):
        clock.advance(hours=1)
        worker.drain()


def test_nothing_is_said_or_sent_within_three_days(worker, clock, form, store, told):
    days(worker, clock, 2.9)
    assert not told() and state(store, form).status == "open"


def test_child_is_told_after_three_days_and_it_is_passed_on_a_day_later_and_once(worker, clock, form, store, told, world):
    days(worker, clock, 3.3)
    assert len(told()) == 1 and "unless you say no" in told()[0] and "review" not in told()[0].lower()
    assert state(store, form).status == "open"
    days(worker, clock, 1.1)
    held = state(store, form)
    assert (held.status, held.sent_how) == ("sent", "silence")
    assert len(told()) == 2 and "passed on" in told()[1]
    days(worker, clock, 10)
    assert len(told()) == 2
    with store.read() as session:
        assert [alert.to_person_id for alert in session.query(Alert).filter_by(about="consultation")] == [world.iro.id]
        assert session.query(AdvocateRequest).count() == 1
        assert not session.query(Job).filter(Job.kind == pass_on.KIND, Job.done_at.is_(None)).count()


def test_it_is_exact_after_a_restart_and_with_two_workers(worker, wired, clock, form, store, told):
    clock.advance(days=3, hours=3)
    other = Worker(store, wired, tools=worker.tools)
    worker.drain()
    other.drain()
    clock.advance(days=2)
    for one in (Worker(store, wired, tools=worker.tools), other, worker):
        one.drain()
    assert len(told()) == 2 and state(store, form).status == "sent"


def test_child_who_says_no_keeps_it(worker, clock, form, store, told):
    days(worker, clock, 3.3)
    with store.write() as session:
        pass_on.keep_back(session.get_one(Consultation, form))
    days(worker, clock, 10)
    assert state(store, form).status == "open" and len(told()) == 1


def test_any_word_of_the_child_starts_the_silence_anew(worker, clock, form, store, told, talk):
    days(worker, clock, 3.3)
    talk.says("hang on i am thinking")
    days(worker, clock, 2)
    assert state(store, form).status == "open"
    assert len([text for text in told() if "unless you say no" in text]) == 1
    days(worker, clock, 1.5)
    assert len([text for text in told() if "unless you say no" in text]) == 2


def test_nobody_is_written_to_at_night(worker, clock, form, store, told, now):
    clock.now = now.replace(hour=22)
    with store.write() as session:
        held = session.get_one(Consultation, form)
        consultations.write(session, held, [Change("where", "home")], "home", None, clock())
        pass_on.watch(session, held, clock())
    days(worker, clock, 3.2)
    assert not told()
    days(worker, clock, 0.6)
    assert len(told()) == 1
    with store.read() as session:
        assert session.query(Outgoing).filter(Outgoing.conversation_id.is_not(None)).one().created_at.hour == 16


def test_child_who_cannot_be_told_has_nothing_passed_on(worker, clock, form, store, world, told):
    with store.write() as session:
        phone = people.sms_phone(session, world.child.id)
        phone.status = "stopped"
    days(worker, clock, 8)
    assert state(store, form).status == "open" and not told()


def test_council_can_set_the_time_or_turn_it_off(worker, clock, form, store, told):
    worker.tools.settings = replace(worker.tools.settings, pass_on_after=timedelta(0))
    days(worker, clock, 8)
    assert state(store, form).status == "open" and not told()


def test_form_of_a_review_that_has_been_is_not_passed_on(worker, clock, form, store, world, told):
    with store.write() as session:
        session.merge(world.review).status = "held"
    days(worker, clock, 8)
    assert state(store, form).status == "open" and not told()


def test_child_is_told_sooner_where_the_review_would_come_before_three_days_are_over(worker, clock, form, store, world, told, now):
    with store.write() as session:
        session.merge(world.review).at = now + timedelta(days=2)
    days(worker, clock, 0.4)
    assert len(told()) == 1
    days(worker, clock, 1)
    assert state(store, form).sent_how == "silence"
