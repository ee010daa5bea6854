"""What stands between the answers of the form: another language, the same as last time, a question about something else, a worry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases import consultations
from cases.store.models import Alert, Inbound, Issue, Review
from tests.integration.form_talk import FormTalk

MEETING = ("tuesday after school", "at the library", "my nan", "not my dad", "no", "more pocket money", "no")


@pytest.fixture
def talk(store, settings, world, now):
    return FormTalk(store, settings, world.child, now)


def begin(talk, *texts: str) -> str:
    talk.says("can i do my form", intent="start_consultation")
    return [talk.says(text) for text in texts][-1] if texts else ""


def test_another_language_in_the_form_is_kept_for_a_person_and_the_form_goes_on(store, talk):
    begin(talk)
    said = talk.says("we wtorek po szkole prosze", intent="review_time")
    assert "English" in said and "(1 of 7)" in said
    said = talk.says("w domu u mojej babci", intent="review_place")
    assert "English" in said and "(2 of 7)" in said, "who goes on in their language is not asked the same again"
    assert "(3 of 7)" in talk.says("at school")
    kept = talk.kept()
    assert (kept["when"], kept["where"]) == (None, "school"), "nothing was guessed"
    with store.read() as session:
        noted = session.query(Issue).filter_by(kind="language").all()
        assert {issue.text for issue in noted} == {"we wtorek po szkole prosze", "w domu u mojej babci"}
        assert session.query(Alert).filter_by(about="issue", about_id=noted[0].id).count(), "somebody is told"


def test_a_whole_form_in_another_language_comes_to_its_end(talk):
    begin(talk)
    for text in (
        "we wtorek",
        "w szkole prosze",
        "moja mama i babcia",
        "nie chce ojca",
        "nie wiem",
        "chce mieszkac z siostra",
        "nie",
        "nie wiem",
    ):
        said = talk.says(text)
    assert "Is there more" in said or "tell your IRO more" in said


def test_everything_the_same_as_last_time(store, talk, world):
    begin(talk, *MEETING)
    talk.says("no")
    talk.says("yes")
    with store.write() as session:
        session.merge(world.review).status = "held"
        session.add(Review(child_id=world.child.id, at=talk.now + timedelta(days=180)))
    talk.wait(days=150)
    said = begin(talk, "same as last time for everything")
    assert "(1 of 7) Last time it was: Tuesday after school. Same again?" in said
    assert "(2 of 7) Last time it was: library. Same again?" in talk.says("yes")
    assert "(3 of 7) Last time it was: nan. Same again?" in talk.says("same")
    assert "(4 of 7) Last time it was: not dad. Same again?" in talk.says("yeah")
    assert "(5 of 7) Last time it was: you won't lead it. Same again?" in talk.says("yes")
    talk.says("no")  # not the same again: it is asked afresh
    talk.says("i want to lead the start")
    kept = talk.kept()
    assert (kept["when"], kept["where"], kept["attend"], kept["exclude"]) == ("Tuesday after school", "library", ["nan"], ["dad"])
    assert kept["chair"] == "start only"


def test_everything_the_same_where_nothing_is_known_of_last_time(talk):
    said = begin(talk, "all the same as last time please")
    assert "(5 of 7)" in said and said.count("same as last time") == 1
    assert talk.kept()["when"] == consultations.SAME and talk.kept()["chair"] is None


def test_no_to_feeling_safe_is_told_to_people_at_once(store, talk):
    begin(talk, *MEETING, "home")
    talk.says("3")
    talk.says("my room is nice")
    said = talk.says("a lock on my door")
    assert "feel safe" in said
    said = talk.says("no because people come in at night")
    assert "telling people who can help" in said and "999" in said
    assert said.count("?") == 1, "and the form asks its next question, and one alone"
    assert talk.kept()["topics"]["home"]["safe"].startswith("no: no because people come in")
    with store.read() as session:
        assert {alert.to_role for alert in session.query(Alert).filter_by(level="concern")} >= {"iro", "duty"}
        (told,) = session.query(Inbound).filter_by(risk="concern")
        assert told.text == "no because people come in at night"


def test_i_dont_feel_safe_in_any_words_is_told_to_people(store, talk):
    begin(talk, *MEETING, "home", "3", "my room is nice", "a lock on my door", "i dont feel that safe when hes there")
    with store.read() as session:
        assert session.query(Alert).filter_by(level="concern").count()


def test_yes_to_feeling_safe_alarms_nobody(store, talk):
    begin(talk, *MEETING, "home")
    for text in ("3", "my room is nice", "a lock on my door", "yes mostly"):
        talk.says(text)
    with store.read() as session:
        assert not session.query(Alert).filter_by(level="concern").count()


def test_long_answers_are_read_back_whole(talk):
    long = "i want to see my little sister every single weekend and not only when the contact centre has got a room free for us"
    begin(talk, *MEETING[:5], long, "no")
    said = talk.says("no")
    assert long in said.lower() and "Shall I send it" in said and "..." not in said


def test_go_back_after_the_meeting_part_asks_the_last_question_again(talk):
    begin(talk, *MEETING)
    assert "(7 of 7)" in talk.says("go back")
    talk.says("yes please")
    assert talk.kept()["advocate"] is True


def test_names_are_corrected_at_the_read_back_and_it_is_sent_only_then(talk):
    begin(talk, *MEETING)
    talk.says("no")
    talk.says("take my nan off and put my aunty on")
    talk.says("add my mentor")
    said = talk.says("yes lead it, changed my mind")
    assert "Shall I send it" in said and talk.kept()["status"] == "open"
    talk.says("yes")
    kept = talk.kept()
    assert kept["status"] == "sent" and kept["chair"] is True and "mentor" in kept["attend"] and "nan" not in kept["attend"]


def test_who_neither_says_yes_nor_no_to_more_questions_is_not_asked_a_third_time(talk, world):
    talk._call(
        "action_wish",
        {"text": "my nan should come", "intent": "review_attend", "confidence": 0.9, "risk": "none", "message": None, "channel": "sms"},
    )
    talk.active, talk.slots["requested_slot"] = True, "consultation_begin"
    assert "Want to tell me more" in talk.says("every single one of you lot")
    assert "text form to add more" in talk.says("whatever man honestly")
    assert not talk.active


def test_somebody_else_to_talk_to_is_told_of_and_the_form_asks_on(talk):
    begin(talk, "tuesday after school", "at the library", "my nan", "no one")
    said = talk.says("can i talk to someone else", intent="ask_human")
    assert "0800 1111" in said and "(5 of 7)" in said and talk.kept()["chair"] is None
