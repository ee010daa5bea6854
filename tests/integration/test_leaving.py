"""Somebody leaves: what waits does not go with them, and nothing is sent to them or shown to them any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cases import alerts, invites, leaving, logins, people
from cases.store.models import Absence, Alert, Audit, ChatSession
from channels import chat_sessions
from tests.integration.test_logins import EMAIL, PASSWORD

MARTIN, DUTY = "martin@council.example", "duty@council.example"


def leave(talk, person, to=None):
    with talk.store.write() as session:
        found = leaving.leave(session, session.merge(person), talk.clock(), to=session.merge(to) if to else None)
    talk.worker.drain()
    return found


def test_iro_leaves_and_the_children_and_what_waits_are_the_next_iros(talk, world, post):
    with talk.store.write() as session:
        logins.set_password(session, session.merge(world.iro), PASSWORD, talk.clock())
    token = logins.sign_in(talk.store, EMAIL, PASSWORD, "10.0.0.1", talk.clock()).token
    talk.says("can i see my brother")
    left = leave(talk, world.iro, to=world.other_iro)
    assert left.warnings == [] and "2 children are I2's now." in left.done
    assert len(post.to(MARTIN)) == 1, "told of the message that waited"
    assert logins.person_of(talk.store, token, talk.clock()) is None
    talk.says("hello?")
    talk.clock.advance(days=2)
    talk.worker.drain()
    assert len(post.to("denise@council.example")) == 1 and len(talk.twilio.to("+447700900101")) == 1, "nothing after they left"
    assert {alert.to_person_id for alert in talk.rows(Alert, to_role="iro")} == {world.other_iro.id}


def test_iro_who_leaves_without_a_successor_is_warned_of_and_duty_gets_what_waits(talk, world, post):
    talk.says("can i see my brother")
    left = leave(talk, world.iro)
    assert any("2 children have no IRO now" in line and "C1, C2" in line for line in left.warnings)
    assert len(post.to(DUTY)) == 1
    talk.says("are you there", child=world.sibling)
    assert len(post.to(DUTY)) == 2


def test_cover_who_leaves_is_cover_no_more(talk, world, post):
    now = talk.clock()
    talk.write(
        lambda session: session.add(
            Absence(iro_id=world.iro.id, cover_id=world.other_iro.id, starts=now - timedelta(days=1), ends=now + timedelta(days=9))
        )
    )
    left = leave(talk, world.other_iro)
    assert any("cover for I1" in line for line in left.warnings)
    talk.says("can i see my brother")
    assert post.to(MARTIN) == [] and len(post.to("denise@council.example")) == 1


def test_last_one_on_duty_who_leaves_is_warned_of(talk, world):
    assert "Nobody is loaded as duty now: use 'heard import'." in leave(talk, world.duty).warnings


def test_child_with_an_unread_message_cannot_leave_until_it_is_read(talk, world):
    talk.says("can i see my brother")
    with pytest.raises(leaving.CannotLeave, match="Of C1, 1 messages are unread"):
        leave(talk, world.child)

    def read(session):
        alerts.read_messages(session, people.conversation_of(session, world.child.id), world.iro, talk.clock())

    talk.write(read)
    talk.write(lambda session: chat_sessions.begin(session, people.conversation_of(session, world.child.id), True, talk.clock()))
    leave(talk, world.child)
    assert talk.rows(ChatSession) == []
    [reply] = talk.says("hello", number="+447700900001")
    assert "do not know this number" in reply
    with talk.store.read() as session:
        assert session.scalars(select(Audit.action).where(Audit.action == "left")).all() == ["left"]


def test_nobody_leaves_twice_or_hands_children_to_who_is_no_iro(talk, world):
    with pytest.raises(leaving.CannotLeave, match="only to another IRO"):
        leave(talk, world.iro, to=world.duty)
    leave(talk, world.other_iro)
    with pytest.raises(leaving.CannotLeave, match="left already"):
        leave(talk, world.other_iro)


def test_own_device_is_signed_out_after_ninety_days_however_often_it_is_used(talk, world):
    with talk.store.write() as session:
        token = chat_sessions.begin(session, people.conversation_of(session, world.child.id), True, talk.clock())
    for day in range(0, 90, 10):
        with talk.store.write() as session:
            held, _ = chat_sessions.find(session, token, talk.clock() + timedelta(days=day))
            held.seen_at = talk.clock() + timedelta(days=day)
    with talk.store.read() as session:
        assert chat_sessions.find(session, token, talk.clock() + timedelta(days=90, minutes=1)) is None


def test_iro_ends_the_chat_on_a_lost_phone(talk, world):
    with talk.store.write() as session:
        token = chat_sessions.begin(session, people.conversation_of(session, world.child.id), True, talk.clock())
        other = chat_sessions.begin(session, people.conversation_of(session, world.sibling.id), True, talk.clock())
        link, _ = invites.make_invite(session, world.child, world.iro, talk.clock())
    with talk.store.write() as session:
        assert len(invites.signed_in(session, world.child)) == 1
        assert invites.end_sessions(session, world.child, talk.clock(), by=world.iro) == 1
    with talk.store.write() as session:
        assert chat_sessions.find(session, token, talk.clock()) is None and chat_sessions.find(session, other, talk.clock())
        assert invites.redeem(session, link, "10.0.0.1", talk.clock()) is None
    assert [row.action for row in talk.rows(Audit)][-1] == "chat sessions ended"
