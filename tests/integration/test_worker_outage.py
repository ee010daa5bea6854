"""The dialogue is down, workers die, two of them work: nothing is lost, doubled or out of order."""

from __future__ import annotations

import threading
import time

import pytest

from cases import alerts, people
from cases.store import jobs
from cases.store.models import Alert, Inbound, Job, Outgoing
from channels.worker import KINDS, Worker, pause
from tests.standins.rasa import CUT

# The dialogue is down -------------------------------------------------------------------------------------------------


def test_outage_the_child_is_told_once_after_20_seconds_and_the_iro_too(talk, rasa):
    rasa.fail = 503
    talk.take("hello")
    talk.take("are you there")
    for _ in range(19):
        talk.worker.drain()
        talk.clock.advance(seconds=1)
    assert talk.phone() == []
    for _ in range(60):
        talk.clock.advance(seconds=1)
        talk.worker.drain()
    [reply] = talk.phone()
    assert "a person will see" in reply and talk.roles() == {"iro"}
    rasa.fail = None
    talk.clock.advance(minutes=1)
    talk.worker.drain()
    assert talk.phone()[1:] == ["Got: hello", "Got: are you there"], "answered late, in order"


def test_turn_that_always_fails_is_set_aside_in_front_of_a_person(talk, rasa):
    rasa.fail = 500
    talk.take("hello")
    for _ in range(40):
        talk.worker.drain()
        talk.clock.advance(seconds=10)
    assert talk.last().state == "set_aside" and talk.roles() == {"iro"}
    assert len(talk.phone()) == 1 and "a person will" in talk.phone()[0]
    [job] = talk.rows(Job, kind="turn")
    assert job.gave_up and job.done_at
    rasa.fail = None
    assert talk.says("hello again") == ["Got: hello again"], "the talk goes on"


@pytest.mark.parametrize("away", ["rasa", "actions"])
def test_outage_of_hours_ends_with_every_message_answered_in_order(talk, rasa, away):
    if away == "rasa":
        rasa.fail = 503
    else:
        rasa.actions_down = True
        rasa.answer = lambda said: {"replies": [], "intent": "x"}
    talk.take("one")
    talk.take("two")
    for _ in range(200):
        talk.worker.drain()
        talk.clock.advance(minutes=1)
    assert {row.state for row in talk.rows(Inbound)} == {"waiting"} and talk.roles() >= {"iro"}
    assert len(talk.phone()) == 1, "told once"
    rasa.fail, rasa.actions_down = None, False
    rasa._given.clear()
    rasa.answer = lambda said: {"replies": [{"text": f"Got: {said['text']}"}], "intent": "x"}
    talk.clock.advance(minutes=1)
    talk.worker.drain()
    assert talk.phone()[1:] == ["Got: one", "Got: two"]


@pytest.mark.parametrize("how", ["reads it", "says that they have it"])
def test_iro_who_has_a_message_during_an_outage_is_not_told_of_it_again(talk, rasa, world, post, how):
    rasa.fail = 503
    talk.take("can i see my brother")
    for _ in range(30):
        talk.worker.drain()
        talk.clock.advance(seconds=2)

    def take(session):
        if how == "reads it":
            alerts.read_messages(session, people.conversation_of(session, world.child.id), world.iro, talk.clock())
        else:
            alerts.acknowledge(session, session.query(Alert).one(), world.iro, talk.clock())

    talk.write(take)
    for _ in range(20):
        talk.worker.drain()
        talk.clock.advance(minutes=1)
    rasa.fail = None
    talk.worker.drain()
    assert talk.last().state == "handled" and len(post.to("denise@council.example")) == 1


def test_outage_of_a_day_leaves_the_message_to_the_person_who_was_told(talk, rasa):
    rasa.fail = 503
    talk.take("hello")
    for _ in range(60):
        talk.worker.drain()
        talk.clock.advance(minutes=20)
    rasa.fail = None
    talk.worker.drain()
    assert talk.last().state == "set_aside" and talk.roles() >= {"iro"} and len(talk.phone()) == 1


def test_message_that_breaks_the_dialogue_is_set_aside_and_holds_up_the_next_one_for_minutes_only(talk, rasa):
    rasa.fail = CUT
    talk.take("a strange one")
    for _ in range(30):
        talk.worker.drain()
        talk.clock.advance(seconds=20)
    assert talk.last().state == "set_aside" and talk.roles() == {"iro"}
    rasa.fail = None
    assert talk.says("hello again") == ["Got: hello again"]


@pytest.mark.parametrize("kind", ["screen", "turn", "deliver"])
def test_message_over_which_every_worker_dies_is_put_before_a_person_in_the_end(talk, store, kind):
    talk.take("hello")
    tries = KINDS[kind].tries
    job = jobs_claim(store, talk.clock())
    while job.kind != kind:
        job = talk.worker._work(job)
    for _ in range(tries):
        talk.clock.advance(seconds=60)
        job = jobs_claim(store, talk.clock())
    assert job.attempts == tries + 1
    talk.clock.advance(seconds=60)
    talk.worker.drain()
    [job] = [job for job in talk.rows(Job, kind=kind)][:1]
    about = {"screen": "inbound", "turn": "inbound", "deliver": "undelivered"}[kind]
    assert job.gave_up and job.done_at and "iro" in talk.roles(about=about)
    assert talk.says("hello again")[-1] == "Got: hello again", "the talk goes on"


def test_silence_of_the_dialogue_is_a_failure(talk, rasa):
    rasa.answer = lambda said: {"replies": [], "intent": "x"}
    talk.take("hello")
    talk.worker.drain()
    assert talk.last().state == "waiting"


def test_wrong_token_or_no_model_is_an_outage_and_not_a_lost_message(talk, rasa):
    for status in (401, 404, 503):
        rasa.fail = status
        talk.take(str(status))
        talk.worker.drain()
    assert {row.state for row in talk.rows(Inbound)} == {"waiting"}


# Order, leases, kills -------------------------------------------------------------------------------------------------


def test_messages_of_one_child_keep_their_order_and_children_do_not_wait_for_each_other(talk, store, wired, world, rasa):
    running = Worker(store, wired, tools=talk.worker.tools)
    running.tools.clock = lambda: talk.clock()
    rasa.gate.clear()
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        for number in range(5):
            talk.take(f"a{number}")
            talk.take(f"b{number}", child=world.sibling)
            talk.take(f"c{number}", child=world.other_child)
        wait_for(lambda: rasa.calls == 3)
        time.sleep(0.3)
        assert rasa.calls == 3, "one turn a talk at once"
        rasa.gate.set()
        wait_for(lambda: len(rasa.turns) == 15)
        wait_for(lambda: all(row.state == "handled" for row in talk.rows(Inbound)))
    finally:
        rasa.gate.set()
        running.stop()
        thread.join(10)
    for letter in "abc":
        assert [turn["text"] for turn in rasa.turns if turn["text"][0] == letter] == [f"{letter}{number}" for number in range(5)]


def test_worker_that_was_thought_dead_is_refused(talk, store, wired, rasa):
    talk.take("hello")
    first = jobs_claim(store, talk.clock())
    talk.clock.advance(seconds=60)
    second = jobs_claim(store, talk.clock())
    assert second.id == first.id
    with pytest.raises(jobs.LeaseLost), store.write() as session:
        jobs.finish(session, first, talk.clock())
    with store.write() as session:
        jobs.finish(session, second, talk.clock())


def test_renewed_lease_is_not_taken_over(talk, store):
    talk.take("hello")
    job = jobs_claim(store, talk.clock())
    talk.clock.advance(seconds=10)
    with store.write() as session:
        jobs.renew(session, job, talk.clock())
    talk.clock.advance(seconds=10)
    assert jobs_claim(store, talk.clock()) is None


def test_one_job_carries_a_text_from_the_webhook_to_its_reply(talk):
    talk.says("first")  # its IRO is told by e-mail, which is a job of its own
    talk.take("hello")
    [job] = [job for job in talk.rows(Job) if job.kind == "screen"]
    before = len(talk.rows(Job))
    talk.worker.drain()
    [carried] = talk.rows(Job, id=job.id)
    [reply] = [row for row in talk.rows(Outgoing) if row.text == "Got: hello"]
    assert (carried.kind, carried.ref) == ("deliver", reply.id) and carried.done_at
    assert len(talk.rows(Job)) == before and talk.phone()[-1] == "Got: hello"


def test_reply_waits_behind_an_earlier_one_that_is_not_sent_yet(talk, twilio):
    twilio.plan.append(503)
    talk.take("one")
    talk.worker.drain()
    talk.take("two")
    talk.worker.drain()
    assert talk.phone() == [], "the second is ready, but not its turn"
    assert {job.kind for job in talk.rows(Job) if not job.done_at} >= {"deliver"}
    talk.clock.advance(seconds=60)
    talk.worker.drain()
    assert talk.phone() == ["Got: one", "Got: two"]


def test_worker_that_was_thought_dead_cannot_go_on_with_the_next_step(talk, store):
    talk.take("hello")
    first = jobs_claim(store, talk.clock())
    talk.clock.advance(seconds=60)
    jobs_claim(store, talk.clock())
    assert talk.worker._work(first) is None
    assert talk.last().risk is None and [job.kind for job in talk.rows(Job) if not job.done_at and job.ref == talk.last().id] == ["screen"]


def jobs_claim(store, now):
    with store.write() as session:
        return next(iter(jobs.claim_some(session, now, 1)), None)


def wait_for(what, seconds=15.0):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def test_waits_grow_and_differ():
    waits = [pause(attempt, 60) for attempt in range(1, 12)]
    assert waits[0] < 0.7 and 45 <= waits[-1] <= 75
    assert len({pause(5, 60) for _ in range(5)}) > 1
