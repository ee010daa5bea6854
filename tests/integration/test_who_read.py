"""A child asks who has read what they said, and hears names: of everybody who opened it, and never so that a complaint shows."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from actions.app import create_app
from cases import audit, people, readers
from cases.store.crypto import BOT, ring
from cases.store.models import Complaint, Inbound
from tests.caseload import say


@pytest.fixture
def ask(store, settings, world, now):
    """The child asks; returns (name of the response, its values, the message's id)."""
    server = TestClient(create_app(store, settings, clock=lambda: now))
    with store.write() as session:
        talk = people.conversation_of(session, world.child.id).id

    def asks(text: str) -> tuple[str, dict, str]:
        message = say(store, world.child, text, at=now, alert=False)
        intent = {"name": "ask_confidentiality", "confidence": 0.9}
        latest = {"text": text, "intent": intent, "intent_ranking": [intent, intent], "metadata": {"message_id": message, "language": "en"}}
        tracker = {"sender_id": talk, "slots": {}, "latest_message": latest, "events": [], "active_loop": {}, "latest_action_name": ""}
        body = {"next_action": "action_confidentiality", "sender_id": talk, "tracker": tracker, "domain": {}}
        answer = server.post(f"/webhook?token={ring.token(BOT)}", json=body).json()
        [said] = answer["responses"]
        return said["response"], said, message

    return asks


def _opened(store, world, now, person, action: str = "view child", hidden_from: str | None = None) -> None:
    with store.write() as session:
        audit.record(session, actor=person, action=action, child_id=world.child.id, hidden_from=hidden_from, now=now)


def test_names_everybody_who_opened_it_once_with_their_work(store, world, now, ask):
    _opened(store, world, now, world.iro)
    _opened(store, world, now, world.iro, "export pdf")
    _opened(store, world, now, world.manager, "view record")
    name, said, _ = ask("who has read what i said?")
    assert name == "utter_reading_list"
    assert said["list"] == "Priya Shaw, the IROs' manager, on Tuesday 24 November.\nDenise Okoro, your IRO, on Tuesday 24 November."


def test_says_so_when_nobody_has(ask):
    name, said, _ = ask("has anyone even seen my message")
    assert (name, said["name"]) == ("utter_reading_nobody", "Denise")


def test_work_on_set_up_is_no_reading(store, world, now, ask):
    _opened(store, world, now, world.admin, "view person")
    assert ask("who's read my stuff")[0] == "utter_reading_nobody"


def test_who_can_read_it_is_another_question(ask):
    assert ask("who can read this?")[0] == "utter_rights_confidentiality"


def test_a_reader_in_confidence_is_named_and_the_iro_sees_neither_question_nor_answer(store, world, now, ask):
    with store.write() as session:
        session.add(Complaint(child_id=world.child.id, about_iro_id=world.iro.id, text="…", stage="received", created_at=now))
    _opened(store, world, now, world.complaints, "view in confidence", hidden_from=world.iro.id)
    name, said, message = ask("who has seen what i said")
    assert "Colin Frost, who looks after complaints" in said["list"]
    with store.read() as session:
        assert session.scalar(select(Inbound.hidden_from).where(Inbound.id == message)) == world.iro.id


def test_once_the_complaint_is_taken_back_its_readers_are_not_named_in_the_open(store, world, now, ask):
    with store.write() as session:
        session.add(Complaint(child_id=world.child.id, about_iro_id=world.iro.id, text="…", stage="withdrawn", created_at=now))
    _opened(store, world, now, world.iro)
    _opened(store, world, now, world.complaints, "view in confidence", hidden_from=world.iro.id)
    _, said, message = ask("who has seen what i said")
    assert "Colin" not in said["list"] and "Denise" in said["list"]
    with store.read() as session:
        assert session.scalar(select(Inbound.hidden_from).where(Inbound.id == message)) is None


@pytest.mark.parametrize(
    "text, asked",
    [
        ("who has read what i said", True),
        ("Who’s seen my messages?", True),
        ("has denise read it yet", True),
        ("did anyone look at my form", True),
        ("who else has opened it", True),
        ("who will read this", False),
        ("who reads it", False),
        ("can my carer see this", False),
        ("do staff read my phone", False),
    ],
)
def test_a_question_of_what_happened_is_told_from_one_of_the_rule(text, asked):
    assert readers.is_asked(text) == asked
