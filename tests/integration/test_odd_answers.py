"""Odd things that a child says with no form open, or where another talk could be taken up by mistake."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from actions.app import create_app
from cases import people
from cases.store.models import AdvocateRequest, Complaint, Consultation, Conversation, Issue
from tests.integration.test_topics import Child


@pytest.fixture
def child(store, settings, world, now) -> Child:
    return Child(store, TestClient(create_app(store, settings, clock=lambda: now)), world.child, now)


def test_child_who_does_not_want_to_go_makes_a_wish_and_no_complaint(child, world):
    said = child.says("action_start_complaint_about_iro", "i dont want to go to my review", "complain_about_iro")
    assert "You can still have your say" in said.text and said.next == ["consultation_form"]
    assert child.rows(Complaint) == []
    (held,) = child.rows(Consultation)
    with child.store.read() as session:
        answers = {row.field: row.state for row in session.get_one(Consultation, held.id).answers}
    assert answers == {"my_meeting.come": "told"}
    assert child.slots["consultation_more"] is None, "whether there is more to say is asked when it is its turn"


def test_child_who_misses_their_mum_is_heard_and_nobody_is_put_on_a_list(child):
    said = child.says("action_wish", "i want my mum", "review_attend")
    assert "passed it on to Denise" in said.text or "passed it on to Denise" in said.slots["said"]
    assert said.next == ["issue_form"] and [row.text for row in child.rows(Issue, kind="issue")] == ["i want my mum"]
    assert child.rows(Consultation) == []


def test_time_said_after_asking_for_a_person_is_when_to_call(child):
    child.says("action_ask_human", "can someone ring me", "ask_human")
    said = child.says("action_wish", "after 4", "review_time")
    assert "after 4pm" in said.text and child.rows(Consultation) == []
    assert said.next == ["action_listen"], "no form is opened"
    assert [row.detail for row in child.rows(Issue, kind="call_back")] == [None, "after 4pm"]


def test_yes_i_want_one_after_what_an_advocate_is(child):
    child.says("action_what_is", "whats an advocate", "what_is_iro")
    said = child.says("action_affirm", "yes i want one", "affirm")
    assert said.next == ["advocate_form"]
    assert len(child.rows(AdvocateRequest)) == 1


def test_huh_is_no_yes_to_what_was_offered(child):
    child.says("action_what_is", "what is a review", "what_is_iro")
    assert child.slots["offer"] == "consultation"
    said = child.says("action_affirm", "huh", "affirm")
    assert said.next == [] and said.text
    assert child.says("action_affirm", "ok", "affirm").next == ["consultation_form"]


def test_not_knowing_what_to_pass_on_leaves_the_advocate_asked_for(child):
    child.says("action_start_advocate", "i need someone to speak for me", "ask_advocate")
    said = child.says("validate_advocate_form", "idk", "skip", form="advocate_form", asked="advocate_share")
    assert "I've noted that you'd like an advocate" in said.text
    assert [row.status for row in child.rows(AdvocateRequest)] == ["asked"]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("she never listens to me and she cancelled 3 times", None),
        ("my iro never listens to me", "Denise Okoro"),
    ],
)
def test_complaint_is_about_the_iro_only_where_the_words_say_so_and_is_kept_from_them_in_any_case(child, world, text, about):
    child.says("action_start_complaint_about_iro", text, "complain_about_iro")
    (held,) = child.rows(Complaint)
    with child.store.read() as session:
        iro = people.iro_of(session, world.child.id)
        assert (held.about, held.about_iro_id) == ((iro.name, iro.id) if about else (None, None))
        assert session.get_one(Conversation, people.conversation_of(session, world.child.id).id).confidential_from == iro.id


def test_more_about_a_worry_does_not_turn_into_a_complaint_about_the_iro(child):
    child.says("action_raise_issue", "my social worker never rings me back", "raise_issue")
    said = child.says("validate_issue_form", "shes cancelled 3 times", "complain_about_iro", form="issue_form", asked="issue_more")
    assert "issue_more" in said.slots and child.rows(Complaint) == []
    assert [row.text for row in child.rows(Issue, kind="issue")][-1] == "shes cancelled 3 times"
    before = len(child.rows(Issue))
    child.says("validate_issue_form", "my iro is useless too", "complain_about_iro", form="issue_form", asked="issue_more")
    assert len(child.rows(Issue)) == before, "what may be about the IRO is for the complaint talk, which is kept from them"


def test_child_asks_how_long_the_form_is(child):
    assert "7 short questions" in child.says("action_out_of_scope", "how many questions", "out_of_scope").text


def test_child_who_wants_somebody_else_is_offered_an_advocate_and_not_their_iro(child):
    said = child.says("action_ask_human", "can i talk to someone else", "ask_human")
    assert "advocate" in said.text and "Denise" not in said.text and said.slots["offer"] == "advocate"
    assert child.rows(Issue) == []
