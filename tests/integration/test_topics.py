"""What a child asks for is answered by what is on record, kept, and put in front of the right people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from actions.app import create_app
from cases import access, advocacy, complaint_stages, complaints, contact, decisions, people, words
from cases.store import inbound as inbounds
from cases.store.crypto import BOT, ring
from cases.store.models import Absence, AdvocateRequest, Alert, Complaint, ComplaintEvent, Decision, Inbound, Issue, Person, Phone, new_id


@dataclass
class Said:
    texts: list[str]
    slots: dict
    next: list[str]
    inbound: str

    @property
    def text(self) -> str:
        return " ".join(self.texts)


class Child:
    """Says things to the action server as Rasa hands them on; keeps the slots from one message to the next."""

    def __init__(self, store, client, child, now):
        self.store, self.client, self.child, self.now, self.slots = store, client, child, now, {}

    def says(self, action: str, text: str, intent: str = "", *, form: str = "", asked: str = "") -> Said:
        with self.store.write() as session:
            talk = people.conversation_of(session, self.child.id)
            phone = people.sms_phone(session, self.child.id)
            row = inbounds.accept(
                session,
                conversation=talk,
                provider="twilio",
                provider_id=new_id(),
                channel="sms",
                text=text,
                received_at=self.now,
                phone=phone,
            )
            row.risk = "none"
            message, conversation = row.id, talk.id
        latest = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.7},
            "intent_ranking": [{"name": intent, "confidence": 0.7}, {"name": "thanks", "confidence": 0.1}],
            "metadata": {"message_id": message, "language": "en", "channel": "sms", "risk": "none"},
        }
        events = [{"event": "action", "name": "action_listen"}, {"event": "user", "text": text}]
        tracker = {
            "sender_id": conversation,
            "slots": {**self.slots, "requested_slot": asked or None},
            "latest_message": latest,
            "events": [*events, {"event": "action", "name": form}] if form else events,
            "active_loop": {"name": form} if form else {},
            "latest_action_name": "action_listen",
            "paused": False,
            "latest_input_channel": "heard",
            "followup_action": None,
        }
        body = {"next_action": action, "sender_id": conversation, "tracker": tracker, "domain": {}, "version": "3.6.21"}
        answer = self.client.post(f"/webhook?token={ring.token(BOT)}", json=body)
        assert answer.status_code == 200, answer.text
        held = answer.json()
        self.slots |= {event["name"]: event["value"] for event in held["events"] if event["event"] == "slot"}
        texts = []
        for one in held["responses"]:
            values = {name: str(value) for name, value in one.items() if isinstance(value, str)}
            texts.append(words.render(one["response"], **{k: v for k, v in values.items() if k not in ("response", "text")}).text)
        assert not [text for text in texts if "{" in text], texts
        return Said(texts, self.slots, [event["name"] for event in held["events"] if event["event"] == "followup"], message)

    def rows(self, model, **where) -> list:
        with self.store.read() as session:
            return list(session.scalars(select(model).filter_by(**where)))


@pytest.fixture
def child(store, settings, world, now) -> Child:
    return Child(store, TestClient(create_app(store, settings, clock=lambda: now), raise_server_exceptions=False), world.child, now)


def lodge(store, world, now, about: str) -> str:
    with store.write() as session:
        child = session.get_one(Person, world.child.id)
        talk = people.conversation_of(session, child.id)
        complaint = complaints.begin(session, talk, child, now, inbound_id=None, about_iro=False)
        complaints.describe(session, complaint, child, text="nobody listens", about=about)
        complaints.lodge(session, talk, complaint, child, now)
        return complaint.id


# Complaints ------------------------------------------------------------------------------------------------------------


def test_child_asks_what_became_of_their_complaint_and_hears_by_when(store, world, child, now):
    lodge(store, world, now, "my school")
    said = child.says("action_start_complaint", "what happened to my complaint", "make_complaint")
    assert "Tuesday 8 December" in said.text and "Tuesday 22 December" in said.text
    assert said.next == [], "no new complaint is begun"


def test_child_without_a_complaint_is_offered_one(child):
    said = child.says("action_unclear", "any news on my complaint", "nlu_fallback")
    assert "can't see a complaint" in said.text and said.slots["offer"] == "complaint"


def test_late_answer_is_said_and_the_complaints_manager_is_told_again(store, world, child, now):
    lodge(store, world, now - timedelta(days=30), "my school")
    said = child.says("action_start_complaint", "what happened to my complaint", "make_complaint")
    assert "sorry" in said.text and said.slots["offer"] == "advocate"
    assert len([alert for alert in child.rows(Alert, about="complaint") if alert.to_role == "complaints"]) == 2


def test_complaint_is_taken_back_only_after_a_yes(store, world, child, now):
    lodge(store, world, now, "my school")
    child.says("action_start_complaint", "i want to take back my complaint", "make_complaint")
    assert child.rows(Complaint)[0].stage == "received"
    assert "goes on" in child.says("action_deny", "no", "deny").text
    child.says("action_start_complaint", "i want to take back my complaint", "make_complaint")
    assert "took it back" in child.says("action_affirm", "yes", "affirm").text
    assert child.rows(Complaint)[0].stage == "withdrawn"
    with store.read() as session:
        talk = people.conversation_of(session, world.child.id)
        assert talk.confidential_from is None


def test_more_is_added_in_the_same_message_or_when_asked_for(store, world, child, now):
    lodge(store, world, now, "my school")
    child.says("action_start_complaint", "add to my complaint they laughed at me too", "make_complaint")
    said = child.says("action_start_complaint", "can i add something to my complaint", "make_complaint")
    assert said.next == ["message_form"]
    child.says("validate_message_form", "and my teacher saw it", form="message_form", asked="message_text")
    assert [event.words for event in child.rows(ComplaintEvent, kind="added")] == [
        "add to my complaint they laughed at me too",
        "and my teacher saw it",
    ]
    assert child.rows(Issue) == [], "it is no message to the IRO"


def test_child_who_is_not_happy_with_the_answer_asks_for_the_next_stage(store, world, child, now):
    complaint_id = lodge(store, world, now, "my school")
    with store.write() as session:
        complaint_stages.move(session, session.get_one(Complaint, complaint_id), "closed", world.complaints, now)
    assert "looked at again" in child.says("action_review_feedback", "not happy", "review_feedback").text
    assert [event.kind for event in child.rows(ComplaintEvent)][-1] == "next_stage"


@pytest.mark.parametrize("text", ["what happened to my complaint", "take back my complaint", "add to my complaint she lied to me again"])
def test_all_talk_of_a_complaint_about_the_iro_is_kept_from_them(store, world, child, now, text):
    lodge(store, world, now, "denise")
    said = child.says("action_start_complaint", text, "make_complaint")
    with store.read() as session:
        assert session.get_one(Inbound, said.inbound).hidden_from == world.iro.id
        assert not session.scalars(select(Inbound).where(access.visible(Inbound, world.iro))).all()
        assert world.iro.id not in {alert.to_person_id for alert in session.scalars(select(Alert))}


# Advocates -------------------------------------------------------------------------------------------------------------


def test_child_agrees_to_the_name_alone(child):
    child.says("action_start_advocate", "i want an advocate", "ask_advocate")
    said = child.says("validate_advocate_form", "just my name", form="advocate_form", asked="advocate_share")
    assert "not what you said" in said.text
    (request,) = child.rows(AdvocateRequest)
    assert (request.agreed_to_share, request.share_words) == (True, False)


def test_child_asks_how_it_stands_with_their_advocate(store, child, world, now):
    assert "haven't asked" in child.says("action_unclear", "when is my advocate coming").text
    with store.write() as session:
        held = advocacy.ask(session, session.get_one(Person, world.child.id), text="x", agreed_to_share=True, now=now)
    assert "Tuesday 24 November" in child.says("action_start_advocate", "any news on my advocate", "ask_advocate").text
    with store.write() as session:
        advocacy.started(session, session.get_one(AdvocateRequest, held.id), advocate="Mo", by=world.iro, now=now)
    assert "Mo is your advocate" in child.says("action_start_advocate", "who is my advocate", "ask_advocate").text


def test_child_who_disagrees_with_the_plan_is_offered_an_advocate_once(child):
    said = child.says("action_raise_issue", "i dont agree with my plan, i want to live with nan", "raise_issue")
    assert "advocate" in said.text and said.slots["offer"] == "advocate" and said.next == []
    again = child.says("action_raise_issue", "i dont agree with my plan at all", "raise_issue")
    assert again.next == ["issue_form"]
    assert len(child.rows(Issue, kind="issue")) == 2, "what was said is kept both times"


def test_child_whose_needs_speak_for_an_advocate_has_one_asked_for_and_can_say_no(store, world, child):
    with store.write() as session:
        session.get_one(Person, world.child.id).needs = "Speech delay"
    said = child.says("action_greet", "hi", "greet")
    assert "Say no" in said.text
    (request,) = child.rows(AdvocateRequest)
    assert (request.presumed, request.agreed_to_share, request.status) == (True, None, "asked")
    child.says("action_deny", "no", "deny")
    assert child.rows(AdvocateRequest)[0].status == "withdrawn"
    assert child.says("action_greet", "hi", "greet").slots["offer"] == "consultation", "it is not offered again"


# My IRO ----------------------------------------------------------------------------------------------------------------


def test_photo_and_times_are_the_iros_own(store, world, child):
    assert "don't have a photo" in child.says("action_my_iro", "what does my iro look like", "who_is_my_iro").text
    with store.write() as session:
        iro = session.get_one(Person, world.iro.id)
        iro.photo, iro.answers = "https://council.example/denise.jpg", "I answer on Mondays and Thursdays."
    assert "denise.jpg" in child.says("action_my_iro", "is there a photo of my iro", "who_is_my_iro").text
    assert "Mondays and Thursdays" in child.says("action_contact_iro", "when will denise answer", "contact_iro").text


def test_child_asks_who_and_how_to_reach_them_in_one_message(child):
    said = child.says("action_contact_iro", "who's my iro n how do i get hold of her", "contact_iro").text
    assert "Denise Okoro" in said
    assert child.rows(Issue) == []


def test_child_hears_until_when_the_iro_is_away_and_who_covers(store, world, child, now):
    assert "not away" in child.says("action_my_iro", "is my iro away", "who_is_my_iro").text
    with store.write() as session:
        session.add(Absence(iro_id=world.iro.id, cover_id=world.other_iro.id, starts=now, ends=now + timedelta(days=6)))
    said = child.says("action_my_iro", "when is denise back", "who_is_my_iro")
    assert "Monday 30 November" in said.text and "Martin Hale" in said.text


def test_new_iro_is_named_as_new_once(store, world, child, now):
    with store.write() as session:
        people.allocate(session, session.get_one(Person, world.child.id), session.get_one(Person, world.other_iro.id), now)
    said = child.says("action_my_iro", "who is my iro", "who_is_my_iro")
    assert "new IRO: Martin Hale" in said.text and "Denise Okoro" in said.text
    assert "new IRO" not in child.says("action_my_iro", "who is my iro", "who_is_my_iro").text


def test_wish_for_another_iro_goes_to_the_manager_and_is_kept_from_the_iro(store, world, child):
    said = child.says("action_my_iro", "can i have a different iro", "who_is_my_iro")
    assert "manager" in said.text
    (issue,) = child.rows(Issue, kind="change_iro")
    told = {alert.to_person_id for alert in child.rows(Alert)}
    assert world.manager.id in told and world.iro.id not in told
    with store.read() as session:
        assert not session.scalars(select(Issue).where(access.visible(Issue, world.iro))).all()


def test_call_is_asked_for_with_a_time_that_is_said_back(child):
    said = child.says("action_contact_iro", "can my iro ring me on tuesday after 4", "contact_iro")
    (issue,) = child.rows(Issue, kind="call_back")
    assert "Tuesday" in issue.detail and "4" in issue.detail
    assert issue.detail in said.slots["said"]


def test_review_can_be_asked_for_at_any_time(child, world):
    assert "any time" in child.says("action_next_review", "can i have an early review", "next_review").text
    assert child.rows(Issue, kind="early_review") and world.iro.id in {alert.to_person_id for alert in child.rows(Alert)}


# Rights ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("can i see what i said", "see_record"),
        ("theres a mistake in my record", "correct_record"),
        ("delete my messages", "delete_record"),
    ],
)
def test_request_about_what_is_kept_goes_to_a_person(child, text, kind):
    said = child.says("action_ask_rights", text, "ask_rights")
    assert "Denise" in said.text
    (issue,) = child.rows(Issue)
    assert issue.kind == kind and child.rows(Alert, about="issue")


def test_how_long_things_are_kept(child):
    assert "75" in child.says("action_confidentiality", "how long do you keep this", "ask_confidentiality").text


def test_service_is_given_with_number_and_hours_and_an_unchecked_one_without(child):
    assert "0800 1111" in child.says("action_unclear", "what is the number for childline").text
    assert "0808 800 5792" in child.says("action_unclear", "can i ring coram voice").text
    nyas = child.says("action_unclear", "can i ring nyas").text
    assert "0808 808 1001" not in nyas and "0800 528 0731" in nyas


# Decisions -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def decided(store, world, now):
    with store.write() as session:
        child = session.get_one(Person, world.child.id)
        decisions.record(session, child, text="You get a laptop for school", who="Sue", due=date(2026, 11, 20), by=world.iro, now=now)
        decisions.record(session, child, text="You see your nan each month", who="Tom", due=date(2026, 12, 1), by=world.iro, now=now)


def test_decisions_are_explained_one_at_a_time_with_who_and_by_when(child, decided):
    first = child.says("action_ask_decisions", "what was decided", "ask_decisions")
    assert "(1 of 2) You get a laptop for school. Who: Sue. It was due on Friday 20 November." in first.text
    second = child.says("action_steer", "next", "skip")
    assert "(2 of 2) You see your nan each month. Who: Tom. By Tuesday 1 December." in second.text
    assert "last one" in child.says("action_affirm", "yes", "affirm").text
    assert all(row.told_at for row in child.rows(Decision))


def test_decision_that_is_named_is_the_one_that_is_answered_about(store, child, decided, world, now):
    assert "laptop" in child.says("action_ask_decisions", "has the laptop been done", "ask_decisions").text
    with store.write() as session:
        laptop = decisions.of_child(session, world.child.id)[0]
        decisions.mark_done(session, laptop, world.iro, now)
    assert "Tuesday 24 November" in child.says("action_ask_decisions", "has the laptop been sorted", "ask_decisions").text


def test_not_done_is_put_against_the_decision_that_was_told_or_named(child, decided):
    child.says("action_ask_decisions", "what was decided", "ask_decisions")
    said = child.says("action_unclear", "not done", "nlu_fallback")
    assert "laptop" in said.text
    child.says("action_decision_not_done", "they havent done anything about seeing nan", "decision_not_done")
    numbers = {row.id: row.number for row in child.rows(Decision)}
    assert sorted(numbers[issue.decision_id] for issue in child.rows(Issue, kind="decision_not_done")) == [1, 2]


# How to reach me -------------------------------------------------------------------------------------------------------


def test_quiet_times_channel_and_easy_words_are_kept(store, world, child):
    assert "9pm to 8am" in child.says("action_stop_messages", "dont text me after 9", "stop_messages").text
    child.says("action_change_contact", "use the web chat instead", "change_contact")
    child.says("action_change_language", "easy read please", "change_language")
    child.says("action_change_language", "can u speak polish", "change_language")
    with store.read() as session:
        held = contact.settings_of(session, world.child.id)
        assert (held.quiet_from, held.quiet_until, held.channel, held.easy_read, held.language) == ("21:00", "08:00", "web", True, "pl")


def test_help_from_a_carer_is_on_record_until_the_child_is_alone(store, world, child):
    assert "foster carer" in child.says("action_unclear", "my foster carer is typing this for me").text
    with store.read() as session:
        assert contact.settings_of(session, world.child.id).helped_by == "foster carer"
    child.says("action_unclear", "its just me now")
    with store.read() as session:
        assert contact.settings_of(session, world.child.id).helped_by is None


def test_phone_that_others_read_is_marked(child):
    child.says("action_change_contact", "my mum reads my phone", "change_contact")
    assert [phone.shared for phone in child.rows(Phone, person_id=child.child.id)] == [True]
