"""A child asks for easy words: the questions change over at once, and nothing that was said is lost."""

from __future__ import annotations

import pytest

from cases import consultations, contact
from cases.store.models import Person
from tests.integration.form_talk import FormTalk

MEETING = ("do my form", "friday", "at home", "mum", "no one", "no", "my phone", "no")


@pytest.fixture
def talk(store, settings, world, now):
    return FormTalk(store, settings, world.child, now)


@pytest.fixture
def easy(store, world):
    def switch(on: bool) -> None:
        with store.write() as session:
            contact.change(session, session.get_one(Person, world.child.id), easy_read=on)

    return switch


def test_questions_are_in_easy_words_from_then_on(talk, easy):
    talk.says("do my form")
    easy(True)
    assert "What place is good?" in talk.says("friday")
    easy(False)
    assert "What place is good?" not in talk.says("who knows", intent="chitchat")


@pytest.mark.parametrize("at", [0, 6, 9])
def test_asking_for_easy_words_is_no_answer_to_what_was_asked(talk, at, store, world):
    for text in (*MEETING, "school", "2")[: at + 1]:
        talk.says(text)
    before = talk.kept()["topics"], talk.kept()["issues"]
    said = talk.says("can you use easy words")
    assert said.startswith("OK, short and easy words from now on.") and said.count("?") >= 1
    assert (talk.kept()["topics"], talk.kept()["issues"]) == before
    with store.read() as session:
        assert contact.easy_read(session, world.child.id)


def test_what_is_hard_at_school_is_an_answer(talk):
    for text in (*MEETING, "school", "2"):
        talk.says(text)
    talk.says("the maths questions are hard to understand")
    assert talk.kept()["topics"]["school"]["say"] == "the maths questions are hard to understand"


def test_child_who_changes_over_in_the_middle_goes_on_in_the_same_topic_and_keeps_what_was_said(talk, easy, store, world):
    for text in (*MEETING, "school", "2"):
        talk.says(text)
    assert "what's hard?" in talk.says("say that again")
    easy(True)
    said = talk.says("maths is hard")  # the question that was asked before the change
    assert "School or college (3 of 9): What help do you want there?" in said
    assert "Maths is hard" in talk.says("what did i say").replace("maths", "Maths")
    assert talk.kept()["topics"]["school"] == {"how": "2 (not good)", "say": "maths is hard"}
    with store.read() as session:
        held = consultations.current(session, world.child.id, talk.now)
        assert "what's hard?" in consultations.headings(session, held)["school.say"]
