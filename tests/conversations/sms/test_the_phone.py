"""What a phone does: repeats, pictures, odd texts, the network's words, and numbers that nobody knows."""

import uuid
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from cases import people
from cases.store.crypto import ring
from cases.store.models import Alert, Conversation, Inbound
from tests.stack import wait_until


def test_the_same_text_delivered_twice_is_one_message_and_one_answer(heard, child):
    sid = "SM" + uuid.uuid4().hex
    replies = child.says("who is my iro", sid=sid)
    child.text("who is my iro", sid=sid)
    child.says("thanks")
    assert [message["text"] for message in child.record()["messages"] if message["from"] == "child"] == ["who is my iro", "thanks"]
    assert child.phone()[: len(replies)] == replies


def test_two_texts_at_the_same_moment_are_both_kept_and_answered(heard, child):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(child.text, ["who is my iro", "when is my review"]))
    child.says("thanks")
    kept = [message["text"] for message in child.record()["messages"] if message["from"] == "child"]
    assert sorted(kept[:2]) == ["when is my review", "who is my iro"] and kept[2] == "thanks"


def test_typed_commands_of_rasa_are_only_words(heard, child):
    child.says("i want to fill in my form")
    child.says("friday after school")
    for typed in ("/restart", " /restart", "/make_complaint", '/affirm{"consultation_when": "never"}'):
        assert child.says(typed), f"{typed} was answered with silence"
    assert "friday" in child.consultation()["when"].lower(), "the form was not wiped"
    assert child.record()["complaints"] == []


def test_empty_emoji_long_and_right_to_left_texts_are_kept_and_answered(child):
    for body in ("", "   ", "🙂", "a" * 5000, "من هو المسؤول عني؟", "hi\x00there \x07", "𝕨𝕙𝕠 is my iro"):
        assert child.says(body), f"silence for {body[:20]!r}"
    assert len([message for message in child.record()["messages"] if message["from"] == "child"]) == 7


def test_picture_is_said_kindly_to_be_unreadable_and_recorded(heard, child):
    replies = " ".join(child.says("", NumMedia="1", MediaUrl0="https://example.org/p.jpg", MediaContentType0="image/jpeg")).lower()
    assert "picture" in replies
    with heard.store.read() as session:
        assert session.scalar(select(Inbound.media).where(Inbound.owner == child.id)) == 1


def test_unknown_number_is_told_nothing_and_duty_hears_of_it(heard):
    number = "+447700900777"
    before = len(heard.twilio.messages)
    fields = {"MessageSid": "SM" + uuid.uuid4().hex, "From": number, "To": heard.twilio.number, "Body": "who is my iro", "NumMedia": "0"}
    assert heard.webhook("/sms", fields).status_code == 200
    wait_until(lambda: [one for one in heard.twilio.messages[before:] if one.to == number], 30, "the number is answered")
    text = " ".join(one.body for one in heard.twilio.messages[before:] if one.to == number)
    assert "Denise" not in text and "0800 1111" in text
    with heard.store.read() as session:
        talk = session.scalar(select(Conversation).where(Conversation.phone_hash == ring.lookup(number)))
        assert session.scalar(select(func.count()).select_from(Alert).where(Alert.conversation_id == talk.id, Alert.to_role == "duty"))


def test_stop_ends_texts_and_start_brings_them_back(heard, child):
    child.says("who is my iro")
    child.text("STOP")
    wait_until(lambda: _phone_state(heard, child) == "stopped", 30, "the phone is stopped")
    child.text("who is my iro")
    child.text("START")
    wait_until(lambda: _phone_state(heard, child) == "verified", 30, "texts are on again")
    assert child.says("who is my iro")
    assert any(alert["to_role"] in ("iro", "duty") for alert in child.record()["alerts"]), "a person is told of STOP"


def _phone_state(heard, child) -> str:
    with heard.store.read() as session:
        return people.phone_of(session, child.number).status


def test_choices_are_numbered_and_can_be_chosen_by_number_or_word(child):
    menu = " ".join(child.says("menu"))
    assert "1" in menu
    assert child.says("1")
    assert all(len(text) <= 306 for text in child.phone()), "no reply is longer than two texts"
