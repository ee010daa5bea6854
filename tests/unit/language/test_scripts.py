"""Whole talks, made up for these tests: what a child says at each question, and what their form holds at the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.language.talk import NOW, Talk, talk_of

SCRIPTS = [json.loads(line) for line in (Path(__file__).parent / "scripts.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("script", SCRIPTS, ids=[f"{n}-{script['turns'][1][:24]}" for n, script in enumerate(SCRIPTS, 1)])
def test_child_fills_in_their_form(script):
    talk = Talk(NOW)
    talk.open(script["turns"][0])
    for text in script["turns"][1:]:
        talk.say(text)
    assert {name: talk.values.get(name) for name in script["expect"]} == script["expect"]


def test_harm_told_in_the_middle_is_no_answer_and_the_question_is_asked_again():
    talk = talk_of("monday")
    outcome = talk.say("he hits me when mum is out", risk="concern")
    assert outcome.disclosure and not outcome.changes
    assert talk.asked == "where" and "where" not in talk.values


def test_plain_answer_beside_harm_is_kept():
    talk = talk_of("monday", "school", "mum")
    talk.say("not my stepdad because he hits me", risk="concern")
    assert talk.values["exclude"] == ["stepdad"]


def test_hopeless_words_are_no_topic_of_a_form_that_others_read():
    talk = talk_of("monday", "school", "mum", "no", "no")
    talk.say("whats the point nothing matters", risk="concern")
    assert not talk.values.get("issues") and talk.asked == "advocate"


def test_side_question_that_the_classifier_knows_leaves_the_form_where_it_is():
    talk = talk_of("monday")
    outcome = talk.say("has my review been moved?", intent="next_review", confidence=0.9)
    assert (outcome.kind, outcome.side) == ("side", "next_review") and talk.asked == "where"


def test_worry_told_at_the_topics_question_is_a_topic_whatever_the_classifier_says():
    talk = talk_of("monday", "school", "mum", "no", "no")
    talk.say("they said i could have a bike and nothing happened", intent="decision_not_done", confidence=0.95)
    assert talk.values["issues"] == ["they said i could have a bike and nothing happened"]


def test_another_language_is_answered_kindly_and_changes_nothing():
    assert talk_of().say("أريد التحدث").kind == "language"


def test_question_that_is_passed_over_twice_is_let_go():
    talk = talk_of("nans house", "my nan")
    assert talk.values["where"] == "nan's house" and talk.values["attend"] == ["nan"]
    assert talk.states["when"] == "skipped" and talk.asked == "exclude"


def test_nothing_is_sent_without_a_yes():
    talk = talk_of("monday", "school", "mum", "no", "no", "nothing", "no")
    assert talk.asked == "send"
    assert talk.say("hmm").kind == "filler"
    assert talk.say("not yet").kind == "not_yet"
    assert talk.say("nan should come too").kind == "answers" and talk.values["attend"] == ["mum", "nan"]
    assert talk.say("yes send it").kind == "send"


def test_second_thoughts_about_who_comes_leave_the_one_who_was_wanted():
    talk = talk_of("monday", "school", "nan", "uncle but only if nan cant come", "actually just nan, not uncle")
    assert talk.values["attend"] == ["nan"]
    assert [name for name in talk.values["exclude"] if "uncle" in name] == talk.values["exclude"]
