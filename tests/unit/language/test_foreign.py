"""A message in another language, in our letters or not: nothing is guessed from it, and the form goes on."""

from __future__ import annotations

import json

import pytest

from cases.language import foreign
from cases.settings import ROOT
from tests.unit.language.talk import talk_of


@pytest.mark.parametrize(
    "text",
    [
        "we wtorek po lekcjach, bardzo prosze",
        "moja ciocia i moj brat",
        "nu vreau sa vina unchiul meu",
        "waxaan rabaa walaashay inay timaado",
        "bidi shoof ummi",
        "quiero vivir con mi abuela",
        "je veux rentrer chez maman",
        "ablamla kalmak istiyorum",
        "dua te shkoj ne shtepi te gjyshja ime",
        "я хочу додому",
        "أريد أمي",
    ],
)
def test_other_languages_are_known(text):
    assert foreign.written(text)


@pytest.mark.parametrize(
    "text",
    [
        "wensdi aftanun",
        "keshawn n shanelle",
        "mama and my bro tyrell",
        "ma mams gaff",
        "nain and taid",
        "wagwan fam",
        "mon or tues",
        "mi nannans house",
        "skool is rubbbish",
        "Llanberis",
        "i want my babcia to come",
        "peng spot in croydon innit",
    ],
)
def test_english_as_children_write_it_is_english(text):
    assert not foreign.written(text, "attend")
    assert not foreign.written(text, "when")


def test_hardly_any_of_our_own_english_messages_is_taken_for_another_language():
    said = [json.loads(line)["text"] for line in (ROOT / "data" / "safety" / "none_everyday.jsonl").read_text("utf-8").splitlines()]
    english = [text for text in said if text.isascii()]
    assert sum(map(foreign.written, english)) < len(english) / 50


def test_first_message_in_another_language_is_no_answer_and_the_second_passes_the_question():
    talk = talk_of("monday")
    talk.outcome = talk.say("w domu u mojej babci")
    assert talk.outcome.kind == "language" and talk.asked == "where" and "where" not in talk.values


def test_somebody_who_goes_on_in_their_language_gets_the_next_question(monkeypatch):
    talk = talk_of("monday")
    state = talk.state()
    assert state.asked == "where"
    from dataclasses import replace

    from cases.language import answers

    outcome = answers.interpret("w domu u mojej babci", replace(state, foreign=True))
    assert [(change.field, change.skipped) for change in outcome.changes] == [("where", True)]
    assert answers.interpret("nie", replace(state, foreign=True)).kind == "language", "a short word after another language is of it"
