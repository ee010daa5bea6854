"""Short things that mean something only after what was said before, and questions that no computer can answer."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from actions.app import create_app
from cases import complaints, consultations, people
from cases.store.models import AdvocateRequest, Alert, Complaint, Consultation, Contact, Inbound, Issue
from tests.integration.test_topics import Child


@pytest.fixture
def child(store, settings, world, now) -> Child:
    return Child(store, TestClient(create_app(store, settings, clock=lambda: now)), world.child, now)


@pytest.mark.parametrize("text", ["can i have one", "how do i get one", "yes please i want one", "get me one"])
def test_child_who_heard_what_an_advocate_is_gets_one_in_any_words(child, text):
    child.says("action_what_is", "what is an advocate", "what_is_iro")
    assert child.says("action_unclear", text, "nlu_fallback").next == ["advocate_form"]


def test_the_same_words_after_nothing_start_nothing(child):
    assert child.says("action_unclear", "can i have one", "nlu_fallback").next == []
    assert child.rows(AdvocateRequest) == []


def test_child_who_has_asked_for_an_advocate_changes_their_mind(child):
    child.says("action_start_advocate", "i want an advocate", "ask_advocate")
    child.says("validate_advocate_form", "just my name", "affirm", form="advocate_form", asked="advocate_share")
    said = child.says("action_unclear", "i changed my mind dont want one", "nlu_fallback")
    assert "no advocate" in said.text and [row.status for row in child.rows(AdvocateRequest)] == ["withdrawn"]


def test_child_asks_when_the_advocate_comes_and_still_can_change_their_mind(child):
    child.says("action_start_advocate", "i want an advocate", "ask_advocate")
    child.says("validate_advocate_form", "yes", "affirm", form="advocate_form", asked="advocate_share")
    assert "I asked for one on" in child.says("action_next_review", "when will i hear", "next_review").text
    assert "no advocate" in child.says("action_unclear", "dont want one any more", "nlu_fallback").text


def test_a_different_one_after_hearing_who_the_iro_is_goes_to_the_manager_and_not_to_the_iro(child, world):
    child.says("action_my_iro", "who is my iro", "who_is_my_iro")
    said = child.says("action_steer", "can i get a different one", "skip")
    assert "manager" in said.text
    assert len(child.rows(Issue, kind="change_iro")) == 1
    assert child.rows(Inbound, id=said.inbound)[0].hidden_from == world.iro.id


@pytest.mark.parametrize("text", ["are they moving me", "when can i see my mum", "im 17 what happens when i turn 18", "why am i in care"])
def test_what_only_a_person_knows_is_put_to_the_iro(child, text):
    said = child.says("action_unclear", text, "nlu_fallback")
    assert "Denise" in said.slots["said"] and said.next == ["issue_form"]
    assert [row.text for row in child.rows(Issue, kind="question")] == [text]


@pytest.mark.parametrize(("action", "intent"), [("action_unclear", "nlu_fallback"), ("action_disclose_harm", "disclose_harm")])
def test_child_who_says_who_they_are_is_thanked_and_told_who_reads_it(child, action, intent):
    said = child.says(action, "im trans", intent)
    assert child.rows(Alert, level="concern") == []
    assert "Thank you for telling me. Denise can read it too" in said.slots["said"]
    assert [row.text for row in child.rows(Issue, kind="issue")] == ["im trans"]


def test_stop_them_is_no_wish_for_fewer_texts(child):
    child.says("action_stop_messages", "can you stop them", "stop_messages")
    assert child.rows(Issue, kind="contact_change") == [] and len(child.rows(Issue, kind="question")) == 1
    assert "STOP" in child.says("action_stop_messages", "stop texting me so much", "stop_messages").text


def test_nobody_asks_me_is_more_to_say_and_not_a_no(child):
    child.says("action_raise_issue", "its not fair", "raise_issue")
    said = child.says("validate_issue_form", "no one asks me", "deny", form="issue_form", asked="issue_more")
    assert said.slots["issue_more"] is None and "say no" in said.slots["said"]
    assert "no one asks me" in [row.text for row in child.rows(Issue)]


def test_call_asked_for_beside_something_else_is_a_call_to_make(child):
    child.says("action_raise_issue", "its not fair", "raise_issue")
    child.says("validate_issue_form", "i want my iro to ring me", "contact_iro", form="issue_form", asked="issue_more")
    assert [row.text for row in child.rows(Issue, kind="call_back")] == ["i want my iro to ring me"]


def test_yes_tell_her_is_no_yes_to_an_advocate(child):
    child.says("action_decision_not_done", "they said id see her weekly and its been a month", "decision_not_done")
    assert child.slots["offer"]
    said = child.says("action_affirm", "yes tell her", "affirm")
    assert "a person will read it" in said.slots["said"] and child.rows(AdvocateRequest) == []


def test_child_asks_who_their_social_worker_is(child, store, world):
    said = child.says("action_my_iro", "who is my PA", "who_is_my_iro")
    assert "I've asked Denise" in said.text and len(child.rows(Issue, kind="question")) == 1
    with store.write() as session:
        session.add(Contact(child_id=world.child.id, name="Sam Field", relation="social_worker"))
    assert "Sam Field" in child.says("action_my_iro", "who is my social worker", "who_is_my_iro").text


def test_child_sends_their_new_number_and_gets_a_code(child, store, world):
    said = child.says("action_out_of_scope", "its 07700 900555", "out_of_scope")
    assert "code" in said.text
    with store.read() as session:
        assert people.sms_phone(session, world.child.id).number != "+447700900555", "a text alone moves no number"


def test_child_who_wants_english_again_hears_english(child):
    assert "English from now on" in child.says("action_change_language", "no stop speak english", "change_language").text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("who goes", "your social worker"),
        ("do i have to talk", "don't have to talk"),
        ("can i leave if i get upset", "ask for a break"),
    ],
)
def test_child_asks_what_a_review_is_like(child, text, words):
    said = child.says("action_unclear", text, "nlu_fallback")
    assert words in said.text and said.slots["offer"] == "consultation"


def test_child_asks_whether_their_message_was_read(child):
    assert "Denise" in child.says("action_unclear", "did my iro read my message", "nlu_fallback").text
    assert child.rows(Issue, kind="see_record") == []


def test_a_message_of_last_week_is_no_wish_for_fewer_texts(child):
    child.says("action_stop_messages", "i messaged last week", "stop_messages")
    assert child.rows(Issue, kind="contact_change") == []


def test_advocate_who_never_came_is_told_to_the_iro_and_another_one_offered(child):
    said = child.says("action_start_advocate", "my advocate never came", "ask_advocate")
    assert "I've told Denise" in said.text and child.rows(AdvocateRequest) == []
    assert child.says("action_affirm", "yes", "affirm").next == ["advocate_form"]


def test_child_asks_what_an_advocate_costs(child):
    child.says("action_what_is", "what is an advocate", "what_is_iro")
    assert "free" in child.says("action_out_of_scope", "how much does it cost", "out_of_scope").text


# In a complaint ----------------------------------------------------------------------------------------------------


@pytest.fixture
def complaining(child):
    child.says("action_start_complaint", "i want to make a complaint", "make_complaint")

    def says(text: str, asked: str, intent: str = "raise_issue"):
        return child.says("validate_complaint_form", text, intent, form="complaint_form", asked=f"complaint_{asked}")

    return says


def test_whom_it_is_about_is_taken_from_the_story(child, complaining):
    complaining("about my social worker she cancels every time", "text")
    (held,) = child.rows(Complaint)
    assert held.about == "my social worker" and held.text == "about my social worker she cancels every time"
    assert child.slots["complaint_about"] == "true", "it is not asked for again"


def test_no_is_nobody_to_complain_about(child, complaining):
    complaining("its loud at night", "text")
    said = complaining("no", "about", "deny")
    assert "say skip" in said.slots["said"] and child.rows(Complaint)[0].about is None


def test_yes_is_no_story(child, complaining):
    complaining("yes", "text", "affirm")
    assert child.rows(Complaint)[0].text is None and child.slots["complaint_text"] is None


def test_its_about_the_council_is_about_the_council(child, complaining):
    complaining("they keep changing my worker", "text")
    complaining("its about the council", "about")
    assert child.rows(Complaint)[0].about == "the council"


def test_child_asks_how_it_stands_before_it_is_sent(complaining):
    said = complaining("whats happening with my complaint", "advocate", "make_complaint")
    assert "not sent yet" in said.slots["said"] and said.slots["complaint_advocate"] is None


@pytest.mark.parametrize("text", ["actually drop it", "take back my complaint", "forget it"])
def test_child_drops_it_and_nothing_is_sent(child, complaining, text):
    complaining("its loud at night", "text")
    said = complaining(text, "wanted", "cancel")
    assert "haven't sent it" in said.text and said.slots["requested_slot"] is None
    assert [row.stage for row in child.rows(Complaint)] == ["draft"]


def test_more_of_the_story_said_to_the_advocate_question_is_kept(child, complaining):
    complaining("its loud at night", "text")
    said = complaining("and they never fix my window either", "advocate")
    assert said.slots["complaint_advocate"] is None
    assert child.rows(Complaint)[0].text == "its loud at night\nand they never fix my window either"


def test_a_story_about_the_iro_is_put_down_as_about_nobody_else():
    assert complaints.about_whom("about my iro denise she never rings") is None


@pytest.mark.parametrize("intent", ["review_attend", "raise_issue", "nlu_fallback", "chitchat"])
def test_another_language_is_answered_honestly_whatever_it_was_taken_for(child, intent):
    action = {"review_attend": "action_wish", "raise_issue": "action_raise_issue", "chitchat": "action_chitchat"}.get(
        intent, "action_unclear"
    )
    said = child.says(action, "chcialbym zobaczyc babcie", intent)
    assert "only chat in English" in said.text and "Denise" in said.text
    assert [row.text for row in child.rows(Issue, kind="language")] == ["chcialbym zobaczyc babcie"]
    assert child.rows(Consultation) == [], "nothing is guessed from it"


def test_complaint_in_another_language_is_taken_as_it_stands(child):
    assert child.says("action_start_complaint", "chce zlozyc skarge, complaint", "make_complaint").next == ["complaint_form"]


@pytest.mark.parametrize("action", ["action_affirm", "action_steer", "action_unclear"])
def test_can_i_add_something_opens_the_form_that_was_sent(child, action):
    child.says("action_open_consultation", "do my form, on friday at school with my nan", "start_consultation")
    with child.store.write() as session:
        consultations.send(session, session.query(Consultation).one(), child.now)
    child.slots["offer"] = None
    assert child.says(action, "can i add something").next == ["consultation_form"]


def test_can_i_add_something_where_there_is_no_form_is_no_form(child):
    said = child.says("action_unclear", "can i add something", "nlu_fallback")
    assert said.next == [] and said.text and child.rows(Consultation) == []


def test_what_is_this_is_answered(child):
    assert "computer" in child.says("action_unclear", "what is this", "nlu_fallback").text


def test_what_should_happen_is_nobody_to_complain_about(child, complaining):
    complaining("she is always late", "text")
    complaining("i want her to come when she says", "about")
    (held,) = child.rows(Complaint)
    assert held.about is None and held.wanted == "i want her to come when she says"
    assert child.slots["complaint_about"] is None and child.slots["complaint_wanted"] == "true"


def test_yes_says_nothing_of_what_should_happen(child, complaining):
    complaining("about my carer she reads my diary", "text")
    complaining("yes", "wanted")
    assert child.rows(Complaint)[0].wanted == "" and child.slots["complaint_wanted"] == "true", "and is not asked for without end"


def test_child_in_a_hurry_says_send_it_where_an_advocate_is_offered(child, complaining):
    complaining("about my carer she reads my diary", "text")
    complaining("stop it", "wanted")
    complaining("just send it", "advocate")
    assert child.slots["complaint_advocate"] == "true" and child.rows(Complaint)[0].wants_advocate is False
    assert child.rows(Complaint)[0].stage == "draft", "it is read back first"


def test_do_i_need_one_is_no_yes_to_an_advocate(child, complaining):
    complaining("about my carer she reads my diary", "text")
    complaining("do i need one", "advocate")
    assert child.rows(Complaint)[0].wants_advocate is None and child.slots["complaint_advocate"] is None


def test_take_it_back_at_the_end_sends_nothing_and_adds_nothing(child, complaining):
    complaining("about my carer she reads my diary", "text")
    said = complaining("can i take it back", "send")
    assert "haven't sent it" in said.text
    (held,) = child.rows(Complaint)
    assert held.stage == "draft" and held.text == "about my carer she reads my diary"


def test_question_at_the_end_is_no_part_of_the_story(child, complaining):
    complaining("about my carer she reads my diary", "text")
    complaining("will they be angry", "send")
    assert child.rows(Complaint)[0].text == "about my carer she reads my diary"


def test_review_and_not_a_word_more_is_told_when_it_is(child):
    said = child.says("action_review_feedback", "review", "review_feedback")
    assert child.slots["offer"] == "consultation" and said.text and child.rows(Issue, kind="feedback") == []


def test_no_dont_tell_them_what_i_said_passes_on_the_name_alone(child):
    child.says("action_start_advocate", "i want an advocate", "ask_advocate")
    said = child.says(
        "validate_advocate_form", "no dont tell them what i said", "ask_confidentiality", form="advocate_form", asked="advocate_share"
    )
    assert "Only your name" in said.text and [row.share_words for row in child.rows(AdvocateRequest)] == [False]


def test_more_of_the_story_is_nobody_to_complain_about(child, complaining):
    complaining("she takes my phone", "text")
    complaining("its not fair shes done it 4 times", "about")
    (held,) = child.rows(Complaint)
    assert held.about is None and held.text == "she takes my phone\nits not fair shes done it 4 times"


def test_add_to_my_complaint_before_it_is_sent_adds_no_such_words(child, complaining):
    complaining("about my carer she reads my diary", "text")
    complaining("add to my complaint", "send")
    assert child.rows(Complaint)[0].text == "about my carer she reads my diary"
