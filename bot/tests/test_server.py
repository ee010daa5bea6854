"""The real Rasa server with the connector, the encrypted store and a stand-in for the action server."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.tests.server import TOKEN, Server
from bot.tests.standin import Actions

CANARY = "marmalade-canary-77"


def test_a_child_says_hello_and_gets_a_reply_with_a_button(server: Server, talk: str):
    answer = server.say(talk, "hello there")
    assert answer["intent"] == "greet"
    assert answer["confidence"] > 0.3
    assert answer["replies"] == [
        {"name": "utter_greet", "text": "Hello, one", "buttons": [{"title": "Yes", "payload": "/affirm"}]},
    ]


def test_the_same_words_are_not_said_twice_in_a_row(server: Server, talk: str):
    assert [server.texts(talk, "hello")[0] for _ in range(4)] == ["Hello, one", "Hello, two", "Hello, three", "Hello, one"]


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], TOKEN + "x", "é" * 32])
def test_nobody_gets_in_without_the_token(server: Server, talk: str, token: str | None):
    raw = f'{{"conversation": "{talk}", "message_id": "m", "text": "hello"}}'.encode()
    token = token.encode().decode("latin-1") if token else token
    assert server.post(raw, token) == (401, {"error": "unauthorised"})


@pytest.mark.parametrize("path", ["/webhooks/rest/webhook", "/webhooks/callback/webhook", "/model/parse", "/conversations/x/tracker"])
def test_rasas_own_ways_in_are_closed(server: Server, path: str):
    assert server.request("POST", path, b'{"sender": "x", "message": "hello"}')[0] == 404
    assert server.request("GET", path)[0] == 404


@pytest.mark.parametrize(
    "change",
    [
        {"conversation": ""},
        {"conversation": None},
        {"conversation": "a b"},
        {"conversation": "x" * 101},
        {"message_id": None},
        {"message_id": True},
        {"text": None},
        {"text": 7},
        {"text": ["hello"]},
        {"payload": "greet"},
        {"payload": "/unknown"},
        {"payload": '/greet{"name": "x"}'},
        {"payload": "/nlu_fallback"},
        {"payload": "/session_start"},
        {"payload": "/back"},
        {"payload": 1},
        {"language": "../../etc"},
        {"language": 7},
        {"channel": "fax"},
        {"risk": "high"},
    ],
)
def test_a_message_that_breaks_the_protocol_is_refused(server: Server, talk: str, change: dict):
    status, answer = server.post({"conversation": talk, "message_id": "m", "text": "hello", **change})
    assert status == 400
    assert list(answer) == ["error"]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"hello"', b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_refused(server: Server, raw: bytes):
    assert server.post(raw)[0] == 400


def test_a_body_that_is_far_too_long_is_refused_at_once(server: Server, talk: str):
    began = time.monotonic()
    status, _ = server.post({"conversation": talk, "message_id": "m", "text": "x" * 1_000_000})
    assert status in (400, 413)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "text", ["/restart", " /restart", "/ restart", "//restart", "\u2003/restart", "/restart{}", "/restart@1.0", "/back"]
)
def test_a_command_that_a_child_types_does_not_wipe_the_form(server: Server, talk: str, actions: Actions, text: str):
    assert server.texts(talk, "i want to do my form") == ["Which colour?"]
    answer = server.say(talk, text)
    assert answer["intent"] == "nlu_fallback"
    assert [reply["text"] for reply in answer["replies"]] == ["Which animal?"]
    assert "action_restart" not in actions.names()
    assert server.texts(talk, "a cat") == [f"Sent: {text.strip().lstrip('/').strip()} a cat"]


@pytest.mark.parametrize(
    "text", ["/greet", " /greet", '/greet{"name": "Kai"}', " /affirm", '/affirm{"colour":"red"}', "/ask_time@0.9", "/session_start"]
)
def test_a_childs_slash_never_runs_an_intent_or_sets_a_slot(server: Server, talk: str, actions: Actions, text: str):
    answer = server.say(talk, text)
    assert answer["intent"] == "nlu_fallback"
    assert [reply["text"] for reply in answer["replies"]] == ["A person will read this"]
    assert actions.calls[-1]["tracker"]["slots"]["name"] is None
    assert actions.calls[-1]["tracker"]["slots"]["colour"] is None


def test_a_slash_inside_a_sentence_is_just_a_slash(server: Server, talk: str):
    assert server.say(talk, "hello and/or hi there")["intent"] == "greet"


@pytest.mark.parametrize("text", ["", "   ", "😀", "🦖🦖", "...", "\u200b", "\x00\x01", "/", "zxqv wvut"])
def test_a_text_that_says_nothing_becomes_no_intent(server: Server, talk: str, text: str):
    answer = server.say(talk, text)
    assert answer["intent"] == "nlu_fallback"
    assert answer["confidence"] < 0.3
    assert answer["replies"]


def test_a_menu_choice_is_taken_as_meant(server: Server, talk: str):
    answer = server.say(talk, "1", payload="/affirm")
    assert (answer["intent"], answer["confidence"]) == ("affirm", 1.0)
    assert [reply["text"] for reply in answer["replies"]] == ["You said yes"]


def test_a_long_text_and_half_an_emoji_are_borne(server: Server, talk: str, actions: Actions):
    raw = f'{{"conversation": "{talk}", "message_id": "m", "text": "what time is it \\ud83d {"x " * 20_000}"}}'.encode()
    assert server.post(raw)[0] == 200
    assert all(len(call["tracker"]["latest_message"]["text"]) <= 2000 for call in actions.calls)


def test_a_repeated_message_gets_the_same_answer_and_runs_nothing(server: Server, talk: str, actions: Actions):
    server.say(talk, "i want to do my form", "m1")
    first = server.say(talk, "blue", "m2")
    called = len(actions.calls)
    assert server.say(talk, "blue", "m2") == first
    assert len(actions.calls) == called
    assert server.texts(talk, "a dog") == ["Sent: blue a dog"]


def test_what_the_worker_knows_reaches_the_actions(server: Server, talk: str, actions: Actions):
    server.say(talk, "what time is it", "m9", language="cy", channel="web", risk="concern")
    told = actions.calls[-1]["tracker"]
    assert told["sender_id"] == talk
    known = told["latest_message"]["metadata"]
    assert {key: known[key] for key in ("message_id", "language", "channel", "risk")} == {
        "message_id": "m9", "language": "cy", "channel": "web", "risk": "concern",
    }  # fmt: skip


def test_a_failed_action_fails_the_turn_and_the_same_message_works_later(server: Server, talk: str, actions: Actions):
    actions.failing = {"action_time"}
    assert server.say(talk, "what time is it", "m1")["replies"] == []
    actions.failing = set()
    assert server.texts(talk, "what time is it", message_id="m1") == ["It is noon"]


def test_a_form_that_cannot_be_saved_stays_open(server: Server, talk: str, actions: Actions):
    server.say(talk, "i want to do my form")
    server.say(talk, "blue")
    actions.failing = {"action_sent"}
    assert server.say(talk, "a dog", "m1")["replies"] == []
    actions.failing = {"validate_pets_form"}
    assert server.say(talk, "a dog", "m1")["replies"] == []
    actions.failing = set()
    assert server.texts(talk, "a dog", message_id="m1") == ["Sent: blue a dog"]


def test_a_reply_with_a_gap_that_nothing_fills_is_not_sent(server: Server, talk: str):
    assert server.say(talk, "what time is it gap")["replies"] == []


def test_braces_in_a_childs_words_are_left_alone(server: Server, talk: str):
    text = "what time is it words {name} {0} {colour}"
    assert server.texts(talk, text) == [f"Your words: {text}"]


def test_a_side_question_in_the_form_is_answered_and_the_form_goes_on(server: Server, talk: str):
    server.say(talk, "i want to do my form")
    assert server.texts(talk, "what time is it") == ["It is noon", "Which colour?"]
    assert server.texts(talk, "blue") == ["Which animal?"]


def test_a_form_outlasts_many_turns_and_a_kill(model: Path, home: Path, action_server: Actions, talk: str):
    server = Server(model, home, action_server.url, f"sqlite:///{home / 'killed.db'}")
    try:
        server.say(talk, "i want to do my form")
        server.say(talk, "blue")
        for _ in range(15):
            assert server.texts(talk, "what time is it") == ["It is noon", "Which animal?"]
        server.kill()
        server.start()
        assert server.texts(talk, "what time is it") == ["It is noon", "Which animal?"]
        assert server.texts(talk, "a dog") == ["Sent: blue a dog"]
    finally:
        server.kill()


def test_another_key_fails_the_turn_instead_of_forgetting_the_talk(model: Path, home: Path, action_server: Actions, talk: str):
    url = f"sqlite:///{home / 'keys.db'}"
    server = Server(model, home, action_server.url, url)
    server.say(talk, "i want to do my form")
    server.kill()
    other = Server(model, home, action_server.url, url)
    try:
        assert other.say(talk, "blue")["replies"] == []
    finally:
        other.kill()
    rotated = Server(model, home, action_server.url, url, key=f"{Fernet.generate_key().decode()},{server.key}")
    try:
        assert rotated.texts(talk, "blue") == ["Which animal?"]
    finally:
        rotated.kill()


def test_no_words_of_a_child_are_in_the_log_or_on_disk(model: Path, home: Path, action_server: Actions, talk: str):
    """Also on the paths where Rasa itself would write them: failing actions, bad commands, gaps in replies, at DEBUG."""
    database = home / "canary.db"
    server = Server(model, home, action_server.url, f"sqlite:///{database}", level="DEBUG")
    try:
        server.say(talk, f"hello {CANARY}")
        server.say(talk, f"/greet {CANARY} {{")
        server.say(talk, f'/greet{{"name": "{CANARY}"')
        server.say(talk, f"what time is it gap {CANARY}")
        action_server.failing = {"action_time", "validate_pets_form"}
        server.say(talk, f"what time is it {CANARY}")
        server.say(talk, f"do my form {CANARY}")
        server.post({"conversation": CANARY * 9, "message_id": "m", "text": CANARY})
        action_server.failing = set()
        server.say(talk, f"what time is it words {CANARY}")
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE trackers SET sealed = X'00'")
        server.say(talk, f"hello {CANARY}")
    finally:
        action_server.failing = set()
        server.kill()
    log = server.log.read_text()
    assert "Turn failed: message" in log
    assert CANARY not in log
    assert "secret-in-the-url" not in log
    assert TOKEN not in log
    for path in home.glob("canary.db*"):
        assert CANARY.encode() not in path.read_bytes()
