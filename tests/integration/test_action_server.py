"""The action server: its token, one transaction a message and action, and that nothing undone is answered with a 200."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from actions.app import create_app
from cases import consultations, people
from cases.store.crypto import BOT, ring
from cases.store.models import Answer, Consultation, DoneAction, Issue


@pytest.fixture
def server(store, settings, now):
    return TestClient(create_app(store, settings, clock=lambda: now), raise_server_exceptions=False)


@pytest.fixture
def call(server, store, world):
    """Call an action for the child's message, as Rasa does."""
    with store.write() as session:
        conversation = people.conversation_of(session, world.child.id).id

    def run(
        action: str, text: str = "", *, message: str = "m1", intent: str = "", asked: str | None = None, form: str | None = None, **slots
    ):
        ranking = [{"name": intent, "confidence": 0.7}, {"name": "thanks", "confidence": 0.1}]
        latest = {
            "text": text,
            "intent": ranking[0],
            "intent_ranking": ranking,
            "metadata": {"message_id": message, "language": "en", "channel": "sms", "risk": "none"},
        }
        events = [{"event": "action", "name": "action_listen"}, {"event": "user", "text": text}]
        tracker = {
            "sender_id": conversation,
            "slots": {"requested_slot": asked, **slots},
            "latest_message": latest,
            "events": [*events, {"event": "action", "name": form}] if form else events,
            "active_loop": {"name": form} if form else {},
            "latest_action_name": "action_listen",
            "paused": False,
            "latest_input_channel": "heard",
            "followup_action": None,
        }
        body = {"next_action": action, "sender_id": conversation, "tracker": tracker, "domain": {}, "version": "3.6.21"}
        return server.post(f"/webhook?token={ring.token(BOT)}", json=body)

    return run


def test_wrong_token_is_refused(server):
    assert server.post("/webhook?token=guess", json={"next_action": "action_help"}).status_code == 401


def test_unknown_action_is_not_found(call):
    assert call("action_nobody_wrote").status_code == 404


def test_failed_action_writes_nothing_and_is_no_200(call, store, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr(consultations, "write", broken)
    assert call("action_open_consultation", "can i do my form").status_code == 500
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Consultation)) == 0
        assert session.scalar(select(func.count()).select_from(DoneAction)) == 0


def test_same_message_twice_writes_once_and_answers_the_same(call, store):
    call("action_open_consultation", "form", message="m0")
    first = call("validate_consultation_form", "tues after skl", message="m1", asked="consultation_when", form="consultation_form")
    again = call("validate_consultation_form", "tues after skl", message="m1", asked="consultation_when", form="consultation_form")
    assert first.status_code == 200 and first.json() == again.json()
    with store.read() as session:
        assert [row.words for row in session.scalars(select(Answer))] == ["tues after skl"]


def test_side_question_rejects_the_form_so_that_its_rule_answers(call, store):
    call("action_open_consultation", "form", message="m0")
    answer = call(
        "validate_consultation_form", "who is my iro", intent="who_is_my_iro", asked="consultation_when", form="consultation_form"
    ).json()
    assert answer["events"] == [] and answer["responses"] == []


def test_question_is_asked_with_what_was_understood_in_one_message(call, store):
    call("action_open_consultation", "form", message="m0")
    events = call("validate_consultation_form", "half 4 on fri", asked="consultation_when", form="consultation_form").json()["events"]
    slots = {event["name"]: event["value"] for event in events}
    assert slots["consultation_when"] == "true" and slots["consultation_where"] is None
    (said,) = call("action_ask_consultation_where", asked="consultation_where", said=slots["said"]).json()["responses"]
    assert said["response"] == "utter_consultation_ask_meeting" and said["number"] == "2" and "Friday at 4:30pm" in said["said"]


def test_no_iro_yet_is_said_and_a_person_is_told(server, call, store, world, now):
    with store.write() as session:
        for row in session.scalars(select(people.Allocation).where(people.Allocation.child_id == world.child.id)):
            row.until = now
    assert call("action_my_iro", "who is my iro").json()["responses"][0]["response"] == "utter_my_iro_none"
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Issue)) == 1


def test_cover_is_named_while_the_iro_is_away(call, store, world, now):
    from datetime import timedelta

    from cases.store.models import Absence

    with store.write() as session:
        session.add(Absence(iro_id=world.iro.id, cover_id=world.other_iro.id, starts=now - timedelta(days=1), ends=now + timedelta(days=5)))
    (said,) = call("action_my_iro", "who is my iro").json()["responses"]
    assert said["response"] == "utter_my_iro_away" and said["cover"] == "Martin Hale"


def test_only_the_start_says_which_part_they_lead_and_begins_nothing_again(call, store):
    call("action_open_consultation", "form", message="m0")
    answer = call("action_restart", "only the start", message="m1", asked="consultation_chair", form="consultation_form").json()
    assert {event["name"]: event["value"] for event in answer["events"] if "name" in event}["consultation_chair"] == "true"
    with store.read() as session:
        held = session.scalars(select(Consultation)).one()
        assert consultations.values(held)["chair"] == "start only"


def test_going_through_it_again_asks_every_question_again(call):
    call("action_open_consultation", "form", message="m0")
    call("validate_consultation_form", "tues", message="m1", asked="consultation_when", form="consultation_form")
    events = call("action_restart", "start over", message="m2", asked="consultation_where", form="consultation_form").json()["events"]
    slots = {event["name"]: event["value"] for event in events}
    assert slots["consultation_when"] is None
    again = {name: value for name, value in slots.items() if name.startswith("consultation_")}
    events = call("validate_consultation_form", "weds", message="m3", asked="consultation_when", form="consultation_form", **again).json()
    slots = {event["name"]: event["value"] for event in events["events"]}
    assert slots["consultation_when"] == "true" and slots["consultation_where"] is None
