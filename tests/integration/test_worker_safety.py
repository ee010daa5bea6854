"""Danger and worry in a talk: what the child hears, who is alerted, and what the dialogue may ask meanwhile."""

from __future__ import annotations

import json

import pytest

from cases import council, people
from cases.safety import Assessment
from cases.store.models import Alert, Inbound, Person


def test_danger_now_is_answered_at_once_and_pages_iro_and_duty_without_the_dialogue(talk, rasa, post):
    [reply] = talk.says("im going to kill myself")
    assert "999" in reply and "0800 1111" in reply and "duty team" in reply
    assert rasa.turns == [] and talk.roles(level="immediate") == {"iro", "duty"}
    assert "URGENT" in post.to("duty@council.example")[0].subject
    assert "https://heard.example/inbox/alerts/" in talk.twilio.to("+447700900102")[0]
    assert talk.last().risk == "immediate" and json.loads(talk.last().reasons)


def test_a_child_in_danger_is_told_the_duty_team_by_the_councils_own_name_for_it(talk, store, world, now):
    with store.write() as session:
        council.change(session, "duty_team", "the night team", session.get_one(Person, world.admin.id), now)
    [reply] = talk.says("im going to kill myself")
    assert "telling the night team" in reply and "duty" not in reply


def test_worry_gets_kind_words_first_then_the_dialogue(talk, rasa):
    replies = talk.says("he hit me again")
    assert "safe right now" in replies[0] and "0800 1111" in replies[0] and replies[1] == "Got: he hit me again"
    assert rasa.turns[0]["risk"] == "concern" and talk.roles(level="concern") == {"iro", "duty"}
    assert talk.rows(Alert, level="message") == [], "the worry is in front of people already"


def test_unclear_message_is_asked_about_and_seen_by_a_person_without_an_alarm(talk, rasa, monkeypatch):
    unclear = Assessment("concern", "neglect", ("reads as if a child is not fed, cared for or looked after",), unsure=True)
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: unclear)
    replies = talk.says("cereal with water again")
    assert "safe right now" in replies[0] and "telling" not in replies[0] and "Childline" not in replies[0]
    assert talk.rows(Alert, level="concern") == [] and "iro" in talk.roles(level="message")
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: Assessment("none"))
    talk.says("no")
    assert talk.last().risk == "immediate"


def _remembers_before(monkeypatch) -> list:
    """From now on the safety net finds nothing. What it is told of earlier messages is in the list."""
    before: list = []
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: before.extend(history) or Assessment("none"))
    return before


def _form_asks(rasa, name: str) -> None:
    rasa.answer = lambda said: {"replies": [{"text": "(4 of 7) Who should not come?", "name": name}], "intent": "start_consultation"}


def test_a_faint_guess_about_an_open_answer_is_for_people_and_the_form_goes_on(talk, rasa, monkeypatch):
    _form_asks(rasa, "utter_consultation_ask_issues")
    talk.says("form")
    faint = Assessment("concern", "neglect", ("reads as if a child is not looked after",), unsure=True, faint=True)
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: faint)
    assert talk.says("want 2 change my social worker nobody rings me back") == ["(4 of 7) Who should not come?"]
    assert talk.last().risk == "concern" and "iro" in talk.roles(level="message")
    _form_asks(rasa, "utter_shared_help")
    talk.says("help me")
    assert "safe right now" in talk.says("nobody rings me back")[0], "outside the form the child is asked"


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("utter_consultation_ask_meeting", "my dad n his gf"),
        ("utter_consultation_confirm_exclude", "nan bc she dont get me"),
        ("utter_consultation_ask_issues", "nothing really"),
    ],
)
def test_guess_about_an_answer_to_the_form_is_for_people_and_the_form_goes_on(talk, rasa, monkeypatch, asked, text):
    _form_asks(rasa, asked)
    talk.says("form")
    unclear = Assessment("concern", "abuse_emotional", ("reads as if a child is put down or frightened",), unsure=True)
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: unclear)
    assert talk.says(text) == ["(4 of 7) Who should not come?"]
    assert talk.last().risk == "concern" and talk.last().reasons and "iro" in talk.roles(level="message")
    before = _remembers_before(monkeypatch)
    assert talk.says("no") == ["(4 of 7) Who should not come?"]
    assert before[-1].text == text and before[-1].risk == "none", "what follows is judged by what it says"
    assert talk.last().risk == "none" and talk.rows(Alert, level="immediate") == []


@pytest.mark.parametrize(
    ("asked", "text", "unsure"),
    [
        ("utter_consultation_ask_meeting", "nan bc she hits me", False),
        ("utter_consultation_ask_issues", "its ok when he isnt home", True),
        ("utter_shared_help", "nothing really", True),
        (None, "nothing really", True),
    ],
)
def test_worry_that_is_no_guess_or_no_answer_is_asked_about_in_the_form_too(talk, rasa, monkeypatch, asked, text, unsure):
    _form_asks(rasa, asked)
    talk.says("form")
    found = Assessment("concern", "abuse_emotional", ("reads as if a child is put down or frightened",), unsure=unsure)
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: found)
    [reply] = talk.says(text)
    assert "safe right now" in reply
    before = _remembers_before(monkeypatch)
    talk.says("no")
    assert before[-1].risk == "concern" and talk.last().risk == "immediate"


def test_child_is_not_told_of_a_duty_team_that_does_not_exist(talk):
    for kind in ("iro", "duty", "manager"):
        talk.write(lambda session, kind=kind: [setattr(one, "left_at", talk.clock()) for one in people.staff(session, kind)])
    [reply] = talk.says("im going to kill myself")
    assert "999" in reply and "telling" not in reply


def test_same_worry_twice_is_not_answered_word_for_word(talk):
    first, second = talk.says("he hit me again")[0], talk.says("he hit me yesterday too")[0]
    assert first != second and "safe right now" in second


def test_dialogue_asks_nothing_while_the_child_is_asked_whether_they_are_safe(talk, rasa):
    rasa.answer = lambda said: {"replies": [{"text": "That is kept."}, {"text": "When do you want your review?"}], "intent": "inform"}
    replies = talk.says("he hit me again")
    assert len(replies) == 2 and "safe right now" in replies[0] and replies[1] == "That is kept."


def test_no_to_are_you_safe_pages_people_now_and_answers_nothing_else(talk, rasa):
    rasa.answer = lambda said: {"replies": [{"text": "Shall your nan come?"}], "intent": "inform"}
    talk.says("he hit me again")
    [reply] = talk.says("no")
    assert "999" in reply and talk.last().risk == "immediate"
    assert [turn["text"] for turn in rasa.turns] == ["he hit me again"], "no is not taken for an answer about the nan"


@pytest.mark.parametrize("later", ["ok", "no", "yes please", "im ok now"])
def test_after_an_alarm_a_plain_answer_is_not_taken_for_one_to_a_question_that_was_never_put(talk, rasa, later):
    rasa.answer = lambda said: {"replies": [{"text": "Kept."}, {"text": "Shall your nan come?"}], "intent": "inform"}
    talk.says("he hit me again")
    talk.says("no")
    talk.clock.advance(hours=3)
    assert talk.says(later) == ["Shall your nan come?"]
    assert [turn["text"] for turn in rasa.turns] == ["he hit me again"]
    talk.says(later)
    assert rasa.turns[-1]["text"] == later, "now it is an answer"


def test_after_an_alarm_anything_in_words_of_their_own_goes_to_the_dialogue(talk, rasa):
    rasa.answer = lambda said: {"replies": [{"text": "Shall your nan come?"}], "intent": "inform"}
    talk.says("he hit me again")
    talk.says("no")
    talk.says("no my nan is dead")
    talk.says("ok")
    assert [turn["text"] for turn in rasa.turns] == ["he hit me again", "no my nan is dead", "ok"]


def test_yes_to_are_you_safe_brings_the_question_that_waited(talk, rasa):
    rasa.answer = lambda said: {
        "replies": [{"text": "Shall your nan come?", "buttons": [{"title": "Yes", "payload": "/affirm"}]}],
        "intent": "inform",
    }
    talk.says("he hit me again")
    glad, question = talk.says("yes")
    assert "safe" in glad and question == "Shall your nan come?"
    assert [turn["text"] for turn in rasa.turns] == ["he hit me again"], "yes is not taken for an answer about the nan"
    assert talk.conversation().menu and talk.rows(Alert, level="immediate") == []
    talk.says("1")
    assert rasa.turns[-1]["payload"] == "/affirm"


def test_what_a_child_says_instead_of_yes_or_no_goes_to_the_dialogue(talk, rasa):
    talk.says("he hit me again")
    assert talk.says("at school on friday") == ["Got: at school on friday"]


def test_yes_to_are_you_safe_is_no_alarm(talk, rasa):
    rasa.fail = 503
    talk.take("he hit me again")
    talk.worker.drain()
    rasa.fail = None
    [reply] = [one for one in talk.says("yes") if "safe" in one and "Got" not in one]
    assert talk.rows(Alert, level="immediate") == [] and "glad" in reply or "good" in reply


def test_sentence_sent_in_two_texts_is_read_whole(talk):
    talk.says("im going to")
    replies = talk.says("kill myself tonight")
    assert talk.last().risk == "immediate" and "999" in replies[0]
    talk.says("i want to")
    talk.says("die")
    assert talk.last().risk != "none" and "just before" in talk.last().reasons


def test_no_at_another_time_is_only_no(talk):
    talk.says("hello")
    talk.says("no")
    assert talk.last().risk == "none"
    talk.says("he hit me again")
    talk.clock.advance(hours=2)
    talk.says("no")
    assert talk.last().risk == "none"


def test_safety_net_works_while_the_dialogue_is_down_and_behind_waiting_messages(talk, rasa):
    rasa.fail = 503
    talk.take("hello")
    talk.worker.drain()
    talk.take("im going to kill myself")
    talk.worker.drain()
    assert talk.roles(level="immediate") == {"iro", "duty"} and any("999" in one for one in talk.phone())
    assert talk.rows(Inbound)[0].state == "waiting"


def test_net_that_breaks_puts_the_message_in_front_of_people(talk, monkeypatch):
    def broken(text, history, **known):
        raise RuntimeError("model file is gone")

    monkeypatch.setattr("channels.screening.assess", broken)
    talk.take("hello")
    for _ in range(12):
        talk.worker.drain()
        talk.clock.advance(minutes=2)
    assert talk.last().risk == "concern" and talk.last().state == "handled"
    assert {"iro", "duty"} <= talk.roles(level="concern")
