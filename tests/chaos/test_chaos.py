"""A short storm over the whole of Heard: `make chaos` is the long one. And the counting itself, which must be able to fail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from benchmarks.chaos import arguments, run
from benchmarks.chaos_count import Sent, count
from cases import alerts, people
from cases.store import inbound, outbox
from cases.store.models import Inbound, Job, Outgoing


@pytest.mark.timeout(600)
def test_120_messages_while_gateway_worker_and_actions_are_killed_are_kept_answered_and_told(tmp_path):
    options = arguments().parse_args(
        "--messages 120 --kills 8 --children 12 --rate 4 --spare rasa --rasa-away 0 --seed 7 --settle 300".split()
    )
    found, about = run(options, tmp_path)
    assert about["kills"] >= 6, about
    assert found.sent == 120
    assert found.aims_missed() == [], (found, about)


# The counting ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def child(store, world, now):
    """Two messages of a child that went as they should: what is sent, what arrived, and in which order."""
    sent, arrived, order = [], {}, []
    with store.write() as session:
        talk = people.conversation_of(session, world.child.id)
        for number in range(2):
            at = now + timedelta(seconds=number)
            about = {"provider": "twilio", "provider_id": f"SM{number}", "channel": "sms", "text": f"text {number}", "received_at": at}
            row = inbound.accept(session, conversation=talk, **about)
            row.state, row.risk, row.understood, row.handled_at = "handled", "none", True, at
            reply = outbox.say(session, talk, f"reply {number}", answers=row.id, now=at)
            arrived[reply.id] = [10.0 * number + 2]
            order.append(("+447700900001", reply.id))
            sent.append(Sent(f"SM{number}", world.child.id, f"text {number}", "sms", False, 10.0 * number, 10.0 * number + 1))
        [alert] = alerts.raise_alert(
            session, level="message", about="inbound", about_id=row.id, child_id=world.child.id, conversation_id=talk.id, now=now
        )
        for one in session.query(Outgoing).filter_by(alert_id=alert.id):
            one.state = "sent"
        session.query(Job).update({"done_at": now})
    return sent, arrived, order


def change(store, what) -> None:
    with store.write() as session:
        what({row.provider_id: row for row in session.query(Inbound)}, session)


def test_all_well_is_counted_as_such(store, child):
    assert count(store, *child).aims_missed() == []


def test_message_that_is_not_in_the_store_is_lost(store, child):
    sent, arrived, order = child
    sent.append(Sent("SM9", sent[0].child_id, "gone", "sms", False, 30.0, 31.0))
    assert count(store, sent, arrived, order).aims_missed() == ["lost"]


def test_message_that_was_kept_with_other_words_is_lost(store, child):
    child[0][0].text = "something else"
    assert "lost" in count(store, *child).aims_missed()


def test_messages_numbered_or_handled_the_wrong_way_round_are_out_of_order(store, child, now):
    change(store, lambda rows, session: setattr(rows["SM0"], "handled_at", now + timedelta(minutes=1)))
    assert count(store, *child).aims_missed() == ["out_of_order"]


def test_replies_that_reach_the_phone_the_wrong_way_round_are_out_of_order(store, child):
    sent, arrived, order = child
    assert count(store, sent, arrived, order[::-1]).aims_missed() == ["out_of_order"]


def test_reply_that_reaches_the_phone_twice_is_a_duplicate(store, child):
    sent, arrived, order = child
    for times in arrived.values():
        times.append(50.0)
    found = count(store, sent, arrived, order)
    assert found.aims_missed() == ["duplicated"] and len(found.duplicated) == 2


def test_message_whose_reply_never_came_is_unanswered(store, child):
    sent, _, order = child
    assert count(store, sent, {}, order).aims_missed() == ["unanswered"]


def test_message_that_nobody_was_told_of_is_unalerted(store, child):
    change(store, lambda rows, session: session.query(Outgoing).filter(Outgoing.alert_id.is_not(None)).update({"state": "waiting"}))
    assert count(store, *child).aims_missed() == ["unalerted"]


def test_danger_that_raised_no_alarm_of_its_own_is_unalerted(store, child):
    child[0][1].danger = True
    assert count(store, *child).unalerted == ["SM1"]
