"""A name that fits two people whom the service knows: the child is asked once, and the form goes on whatever they answer."""

from __future__ import annotations

import pytest

from cases.store.models import Contact
from tests.integration.form_talk import FormTalk


@pytest.fixture
def talk(store, settings, world, now):
    with store.write() as session:
        for relation, name in (("social_worker", "Sam Okoro"), ("carer", "Sam Field")):
            session.add(Contact(child_id=world.child.id, relation=relation, name=name))
    talk = FormTalk(store, settings, world.child, now)
    for text in ("do my form", "friday at 4", "at home"):
        talk.says(text)
    return talk


def test_child_is_asked_once_and_says_which_one(talk):
    said = talk.says("my nan and sam")
    assert "nan, Sam" in said and "Which Sam do you mean: Sam Okoro (your social worker) or Sam Field (your carer)?" in said
    assert "of 7" not in said, "one question at a time"
    said = talk.says("the carer one")
    assert "Sam Field" in said and "(4 of 7)" in said
    assert talk.kept()["attend"] == ["nan", "Sam Field"]
    talk.says("no one")
    assert (talk.kept()["attend"], talk.kept()["exclude"]) == (["nan", "Sam Field"], [])


@pytest.mark.parametrize("answer", ["dunno", "skip", "idk lol"])
def test_child_who_does_not_know_is_not_asked_again_and_the_reader_sees_who_it_may_be(talk, answer):
    talk.says("sam")
    assert "(4 of 7)" in talk.says(answer)
    assert talk.kept()["attend"] == ["Sam (Sam Okoro or Sam Field)"]
    assert "Which" not in talk.says("not dad")
    assert (talk.kept()["attend"], talk.kept()["exclude"]) == (["Sam (Sam Okoro or Sam Field)"], ["dad"])


def test_what_a_child_says_of_them_is_kept_and_excludes_nobody(talk):
    talk.says("sam")
    assert "(4 of 7)" in talk.says("the tall one")
    assert talk.kept()["attend"] == ["Sam (the tall one; Sam Okoro or Sam Field)"]
    assert talk.kept()["exclude"] == []


def test_somebody_of_that_name_whom_nobody_here_knows(talk):
    talk.says("sam")
    assert "(4 of 7)" in talk.says("my mate sam from football")
    assert talk.kept()["attend"] == ["mate sam from football"]


def test_child_who_asks_something_instead_is_answered_and_the_form_goes_on(talk):
    talk.says("sam")
    said = talk.says("who reads this", intent="ask_confidentiality")
    assert said == "", "the rule of the intent answers"
    assert "(5 of 7)" in talk.says("no one")
    assert talk.kept()["attend"] == ["Sam (Sam Okoro or Sam Field)"]


def test_child_who_goes_on_to_something_else_is_understood(talk):
    talk.says("sam")
    talk.says("not my dad")
    assert (talk.kept()["attend"], talk.kept()["exclude"]) == (["Sam (Sam Okoro or Sam Field)"], ["dad"])


def test_a_name_said_in_full_later_settles_it(talk):
    talk.says("sam")
    talk.says("skip")
    talk.says("no one")
    talk.says("actually sam okoro should come too")
    assert talk.kept()["attend"] == ["Sam Okoro"]


def test_one_of_two_on_the_list_of_those_who_should_not_come(talk):
    talk.says("nan")
    assert "Which Sam" in talk.says("sam")
    talk.says("my social worker")
    assert (talk.kept()["attend"], talk.kept()["exclude"]) == (["nan"], ["Sam Okoro"])
