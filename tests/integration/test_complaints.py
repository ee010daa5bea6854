"""Complaints: who has it, by when, and that the IRO it is about never learns of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from cases import complaints, people
from cases.store.models import AdvocateRequest, Alert, Complaint, Conversation, Inbound, new_id


@pytest.fixture
def talk(store, world, now):
    """The child's conversation with one message in it."""
    with store.write() as session:
        conversation = people.conversation_of(session, world.child.id)
        inbound = Inbound(
            id=new_id(),
            conversation_id=conversation.id,
            owner=conversation.key_owner,
            provider="web",
            provider_id="m1",
            channel="web",
            seq=1,
            text="i want to complain",
            received_at=now,
        )
        session.add(inbound)
    return conversation.id, inbound.id


def begin(session, world, talk, now, *, about_iro=False):
    conversation = session.get_one(Conversation, talk[0])
    child = session.merge(world.child, load=True)
    return conversation, child, complaints.begin(session, conversation, child, now, inbound_id=talk[1], about_iro=about_iro)


def test_talk_is_kept_from_the_iro_from_its_first_word(store, world, talk, now):
    with store.write() as session:
        conversation, _, _ = begin(session, world, talk, now)
        assert conversation.confidential_from == world.iro.id
        assert session.get_one(Inbound, talk[1]).hidden_from == world.iro.id


def test_complaint_about_a_carer_is_shown_again_when_it_is_sent(store, world, talk, now):
    with store.write() as session:
        conversation, child, complaint = begin(session, world, talk, now)
        complaints.describe(session, complaint, child, text="she reads my diary", about="my carer")
        receipt = complaints.lodge(session, conversation, complaint, child, now)
        assert not receipt.about_iro and conversation.confidential_from is None
        assert session.get_one(Inbound, talk[1]).hidden_from is None
        assert {a.to_role for a in session.scalars(select(Alert).where(Alert.about == "complaint"))} >= {"complaints"}


@pytest.mark.parametrize("about", ["denise", "my IRO", "Ms Okoro", "the reviewing officer"])
def test_complaint_that_names_the_iro_stays_hidden_from_them(store, world, talk, now, about):
    with store.write() as session:
        conversation, child, complaint = begin(session, world, talk, now)
        complaints.describe(session, complaint, child, text="never rings me back", about=about)
        assert complaint.about_iro_id == world.iro.id
        complaints.lodge(session, conversation, complaint, child, now)
        assert session.get_one(Inbound, talk[1]).hidden_from == world.iro.id
        told = {alert.to_person_id for alert in session.scalars(select(Alert))}
        assert world.iro.id not in told and {world.manager.id, world.complaints.id} <= told


def test_complaint_put_away_before_it_is_known_whom_it_is_about_stays_hidden(store, world, talk, now):
    with store.write() as session:
        conversation, _, complaint = begin(session, world, talk, now)
        complaints.end_talk(session, conversation, complaint)
        assert conversation.confidential_from is None
        assert session.get_one(Inbound, talk[1]).hidden_from == world.iro.id
        assert session.get_one(Complaint, complaint.id).stage == "draft"


def test_answer_is_due_in_ten_working_days_over_christmas(store, world, talk):
    friday = datetime(2026, 12, 18, 12, 0, tzinfo=UTC)
    with store.write() as session:
        conversation, child, complaint = begin(session, world, talk, friday)
        complaints.describe(session, complaint, child, text="no heating", about="the home")
        receipt = complaints.lodge(session, conversation, complaint, child, friday)
        assert receipt.answer_by == date(2027, 1, 6) and receipt.latest == date(2027, 1, 20)


def test_advocate_for_a_complaint_about_the_iro_is_hidden_from_the_iro_too(store, world, talk, now):
    with store.write() as session:
        conversation, child, complaint = begin(session, world, talk, now, about_iro=True)
        complaints.describe(session, complaint, child, text="never comes", wants_advocate=True)
        complaints.lodge(session, conversation, complaint, child, now)
        complaints.lodge(session, conversation, complaint, child, now)
        requests = session.scalars(select(AdvocateRequest)).all()
        assert [(one.hidden_from, one.agreed_to_share) for one in requests] == [(world.iro.id, True)]
