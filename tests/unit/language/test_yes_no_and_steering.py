"""Yes, no, a part of it; and what steers the talk instead of answering."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cases.language import answers, steering, topics, yesno
from cases.language.form import State
from cases.language.text import plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yeah ill chair it", True),
        ("me!! i want to do it", True),
        ("no i am shy", False),
        ("nah let denise", False),
        ("im too nervous", False),
        ("i'll do the start", "start only"),
        ("just the end part", "end only"),
        ("maybe a bit", "maybe (part)"),
        ("can mr khan do it with me", "together with Mr Khan"),
        ("could someone help me lead", "yes, with help"),
        ("why not? because of what he does", None),
        ("i want to stay where i am", None),
    ],
)
def test_leading_the_meeting(text, value):
    assert yesno.chairing(plain(text)) == value


@pytest.mark.parametrize(
    ("text", "value", "name"),
    [
        ("yes someone to help", True, ""),
        ("maybe an advocate who gets me", True, ""),
        ("already got one called ruth", True, "Ruth"),
        ("no ty", False, ""),
        ("dont need one", False, ""),
        ("i want to get baptised", None, ""),
        ("my room is cold", None, ""),
    ],
)
def test_wanting_an_advocate(text, value, name):
    assert yesno.advocacy(plain(text)) == (value, name)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("can we stop now", "stop"),
        ("just leave me alone tbh", "stop"),
        ("go away", "stop"),
        ("gtg tea is ready", "stop"),
        ("ill do it later", "stop"),
        ("idk", "skip"),
        ("pass", "skip"),
        ("i dont wanna say", "refuse"),
        ("dont mind", "no_preference"),
        ("whenever", "no_preference"),
        ("go back", "back"),
        ("lol", "filler"),
        ("hmmm", "filler"),
        ("🙂", "filler"),
        ("who reads this", "side"),
        ("why do u need to know", "side"),
        ("what even is an advocate", "side"),
    ],
)
def test_what_steers_the_talk(text, kind):
    assert steering.read(plain(text)).kind == kind


@pytest.mark.parametrize(
    "text",
    ["stop him hurting me", "i want to stop contact with dad", "later in the day", "any time after 4", "back at nans", "no more carers"],
)
def test_what_only_looks_like_steering_is_content(text):
    assert steering.read(plain(text)) is None


@pytest.mark.parametrize(
    ("text", "left", "took_back"),
    [
        ("mcdonalds lol jk. at home", "at home", False),
        ("jk nans", "nans", True),
        ("lol jk", "", True),
        ("curfew is a joke", "curfew is a joke", False),
    ],
)
def test_jokes_are_taken_back(text, left, took_back):
    assert steering.without_jokes(plain(text)) == (left, took_back)


@pytest.mark.parametrize(
    ("text", "gists"),
    [
        ("my room leaks. and i wanna do boxing", ["my room leaks", "i wanna do boxing"]),
        ("food is rank n no wifi", ["food is rank", "no wifi"]),
        ("mum and dad keep arguing", ["mum and dad keep arguing"]),
        ("i want to talk about school and seeing my brother more", ["school", "seeing my brother more"]),
        ("nothing really", []),
    ],
)
def test_topics_are_cut_in_the_childs_own_words(text, gists):
    assert topics.split(text) == gists


@pytest.mark.parametrize("text", ["form", "ok ready", "lets go", "carry on with my form", "im back"])
def test_asking_to_begin(text):
    assert steering.is_start(plain(text))


@pytest.mark.parametrize("text", ["start saying no to me", "going home", "school form"])
def test_what_does_not_ask_to_begin(text):
    assert not steering.is_start(plain(text))


@pytest.mark.parametrize("text", ["consultation", "my form", 'intent{"x":1}', "/restart"])
def test_a_word_for_the_form_or_a_typed_command_is_no_day(text):
    outcome = answers.interpret(text, State(asked="when", now=datetime(2026, 11, 24, 12, tzinfo=UTC)))
    assert outcome.kind != "answers"


@pytest.mark.parametrize(
    ("text", "value"),
    [("ye i can lead", True), ("i dont know how. no", False), ("ill do the first 5 mins", "start only"), ("my nan can do it", False)],
)
def test_leading_said_in_other_ways(text, value):
    assert yesno.chairing(plain(text)) == value
