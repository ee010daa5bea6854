"""Words spelt as they sound, and English as somebody writes it who learns it: read as what is meant, and no name is 'mended'."""

from __future__ import annotations

import pytest

from cases.language import mending
from cases.language.steering import read as steers
from cases.language.text import plain
from tests.unit.language.talk import talk_of


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("thersdy arfter skool", "thursday after school"),
        ("in the aftanoon befor dinna", "in the afternoon before dinner"),
        ("my soshul werker an my techer mis patel", "my social worker and my teacher miss patel"),
        ("my big bruvver", "my big brother"),
        ("evrybuddy", "everybody"),
        ("i wont my nanny to come", "i want my nanny to come"),
        ("i wont come", "i won't come"),
        ("dont no", "don't know"),
        ("i dont no no one", "i don't know no one"),
        ("at the cownsil offis", "at the council office"),
        ("i no want go", "i don't want go"),
        ("no body", "nobody"),
        ("but i already said my nan", "my nan"),
    ],
)
def test_what_is_spelt_by_ear_is_read(typed, meant):
    assert plain(typed) == meant


@pytest.mark.parametrize(
    "name", ["mandy", "kerrie", "shanelle", "denisha", "keshawn", "tyrell", "aunty", "leaver", "lunchtimes", "babcia", "listenin"]
)
def test_names_and_english_words_stay_as_they_are(name):
    assert plain(name) == name


def test_a_name_in_capitals_in_the_middle_is_no_misspelling():
    assert "wurker" in plain("my friend Wurker") and "worker" in plain("my soshal wurker")


def test_without_the_list_of_english_words_nothing_is_mended(monkeypatch):
    monkeypatch.setattr(mending, "PACKAGE", "no_such_package")
    for cached in (mending.english, mending.mend):
        cached.cache_clear()
    try:
        assert mending.mend("soshal") == "soshal"
    finally:
        for cached in (mending.english, mending.mend):
            cached.cache_clear()


def test_a_form_spelt_by_ear_is_kept_whole():
    talk = talk_of(
        "wensdy arfter scool", "at my nans howse", "my fosta mumy an my soshal wurker", "noboddy", "nah", "i wont a dog", "yer pleas"
    )
    assert talk.values == {
        "when": "Wednesday after school",
        "where": "my nan's house",
        "attend": ["foster mummy", "social worker"],
        "exclude": [],
        "chair": False,
        "issues": ["i wont a dog"],
        "advocate": True,
    }


@pytest.mark.parametrize(
    ("typed", "side"),
    [
        ("i dont understand what chairing is", "help"),
        ("no understand", "help"),
        ("what you mean by that", "help"),
        ("im not sure what that means", "help"),
        ("what does it mean", "help"),
    ],
)
def test_who_does_not_understand_is_helped(typed, side):
    assert steers(plain(typed)).side == side


@pytest.mark.parametrize("typed", ["i dont understand my care plan", "i dont get to see my dad", "i dont get on with kai"])
def test_what_somebody_does_not_get_in_their_life_is_no_question_to_us(typed):
    assert steers(plain(typed)) is None


def test_not_understanding_the_question_about_leading_is_no_yes():
    talk = talk_of("monday", "school", "mum", "no")
    assert talk.say("i do not understand what leading it means").side == "help"
    assert "chair" not in talk.values and talk.asked == "chair"


@pytest.mark.parametrize(
    ("texts", "field", "value"),
    [
        (("i have free time on tuesday",), "when", "Tuesday"),
        (("i have got football on tuesday, any other day",), "when", "any other day, not Tuesday"),
        (("when i get in from college",), "when", "when i get in from college"),
        (("is friday good",), "when", "Friday"),
        (("monday", "at school", "my aunt she come and my solicitor mr khan"), "attend", ["aunt", "Mr Khan (solicitor)"]),
        (("monday", "at school", "mum", "no", "i not want be leader"), "chair", False),
    ],
)
def test_english_as_a_second_language(texts, field, value):
    assert talk_of(*texts).values[field] == value
