"""Whole talks with the review form, over the action server and a real store, by what the child does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases import consultations, pass_on, people
from cases.store.models import Alert, Contact, Review
from tests.integration.form_talk import FormTalk

MEETING = ("tuesday after school", "at the library", "my nan", "not my dad", "no", "more pocket money", "no")


@pytest.fixture
def talk(store, settings, world, now):
    return FormTalk(store, settings, world.child, now)


def after_the_meeting(talk) -> str:
    talk.says("can i do my form", intent="start_consultation")
    return [talk.says(text) for text in MEETING][-1]


def test_child_who_has_said_enough_after_the_meeting_part_can_send_it(talk):
    assert "Is there more" in (said := after_the_meeting(talk)) or "tell your IRO more" in said
    assert "Shall I send it" in talk.says("no")
    assert talk.kept()["status"] == "open"
    assert talk.says("yes").startswith("Sent.")
    assert talk.kept()["status"] == "sent" and talk.kept()["topics"] == {}


def test_child_says_more_about_home_and_school_and_it_is_kept_in_their_words(talk):
    after_the_meeting(talk)
    assert "Home (1 of 10)" in talk.says("yes")
    assert "Home (1 of 10)" in talk.says("2")
    assert "make it better" in talk.says("my room is freezing and nobody fixes it")
    talk.says("fix the heater")
    assert "Family and friends (2 of 10)" in talk.says("yes always")
    said = talk.says("that's all")
    assert "Home: 2 (not good); my room is freezing and nobody fixes it; fix the heater; yes" in said and "Shall I send it" in said
    talk.says("send it")
    assert talk.kept()["topics"]["home"] == {
        "how": "2 (not good)",
        "say": "my room is freezing and nobody fixes it",
        "needed": "fix the heater",
        "safe": "yes",
    }


def test_in_the_web_chat_the_answers_to_a_question_can_be_tapped(talk):
    talk.says("do the form")
    for text in ("friday", "at home", "mum", "no one", "no", "more pocket money", "no"):
        talk.says(text, channel="web")
    talk.says("school", channel="web")
    *_, best = talk.buttons()
    assert len(talk.buttons()) == 5 and best.startswith("5 ")
    talk.says(best, channel="web")
    assert talk.kept()["topics"]["school"]["how"].startswith("5 (")
    assert talk.buttons() == [], "what is to be said in own words has none"


def test_by_text_no_list_of_numbers_is_added_to_the_hint(talk):
    talk.says("do the form")
    for text in ("friday", "at home", "mum", "no one", "no", "more pocket money", "no"):
        talk.says(text)
    assert "1 to 5" in talk.says("school")
    assert talk.buttons() == []


def test_child_names_the_topic_to_start_with(talk):
    after_the_meeting(talk)
    assert "School (3 of 10)" in talk.says("yes about school")
    talk.says("5")
    assert "Health and feelings (4 of 10)" in talk.says("maths is fun")


def test_younger_child_is_asked_in_younger_words_and_may_send_a_face(store, settings, world, now, talk):
    with store.write() as session:
        session.merge(world.child).date_of_birth = date(2017, 3, 3).isoformat()
    after_the_meeting(talk)
    assert "How do you feel about where you live?" in talk.says("yes")
    talk.says("😀")
    assert talk.kept()["topics"]["home"]["how"] == "5 (really good)"


def test_child_pauses_in_the_second_part_and_goes_on_three_days_later_in_the_web_chat(talk):
    after_the_meeting(talk)
    talk.says("yes")
    talk.says("4")
    assert "carry on" in talk.says("gtg") and not talk.active
    talk.wait(days=3)
    said = talk.says("form", channel="web")
    assert "Home (1 of 10)" in said and "going well" in said
    talk.says("the dog", channel="web")
    assert talk.kept()["topics"]["home"] == {"how": "4 (good)", "say": "the dog"}


def test_child_goes_back_and_changes_a_topic_at_the_read_back(talk):
    after_the_meeting(talk)
    talk.says("yes about school")
    talk.says("1")
    talk.says("nothing is good")
    talk.says("a tutor")
    assert "Shall I send it" in talk.says("thats all")
    assert "How is school?" in talk.says("change what i said about school")
    assert "Shall I send it" in talk.says("3")
    assert talk.kept()["topics"]["school"]["how"] == "3 (OK)"


def test_child_corrects_the_day_in_the_middle_of_another_topic(talk):
    after_the_meeting(talk)
    talk.says("yes")
    said = talk.says("actually not tuesday, make it thursday")
    assert "How is it where you live" in said, "the question is asked again"
    assert "Thursday" in talk.kept()["when"] and "Tuesday" not in talk.kept()["when"].split("not")[0]


def test_harm_told_in_a_topic_is_no_line_of_the_form_and_the_talk_goes_on(talk):
    after_the_meeting(talk)
    talk.says("yes")
    talk.says("3")
    said = talk.says("my carers son hits me at night", risk="concern")
    assert "I hear you" in said and "Home (1 of 10)" in said
    assert "hits" not in str(talk.kept())


def test_sent_form_that_is_opened_and_left_stays_sent_and_one_that_is_changed_is_sent_anew(talk):
    after_the_meeting(talk)
    talk.says("no")
    talk.says("yes")
    talk.wait(days=1)
    assert "You sent your form" in talk.says("form")
    assert talk.kept()["status"] == "sent"
    talk.says("my aunty can come too")
    assert talk.kept()["status"] == "open" and talk.kept()["attend"] == ["nan", "aunty"]
    talk.says("no")
    talk.says("yes")
    assert talk.kept()["status"] == "sent"


def test_new_iro_in_the_middle_is_the_one_who_gets_it(store, talk, world):
    after_the_meeting(talk)
    with store.write() as session:
        people.allocate(session, world.child, world.other_iro, talk.now)
    talk.says("no")
    assert "Martin" in talk.says("yes")
    with store.read() as session:
        assert [alert.to_person_id for alert in session.query(Alert).filter_by(about="consultation")] == [world.other_iro.id]


def test_same_as_last_time_brings_the_last_answer_and_asks(store, talk, world):
    after_the_meeting(talk)
    talk.says("no")
    talk.says("yes")
    with store.write() as session:
        held = session.merge(world.review)
        held.status = "held"
        session.add(Review(child_id=world.child.id, at=talk.now + timedelta(days=180)))
    talk.wait(days=150)
    talk.says("form")
    assert "Last time it was: Tuesday after school. Same again?" in talk.says("same as last time")
    talk.says("yes")
    assert "Last time it was: library" in talk.says("same place as last time")
    assert "Where" in (said := talk.says("no")) or "place" in said or "where" in said
    talk.says("at school")
    assert "Last time it was: nan" in talk.says("same as last time")
    talk.says("and my aunty")
    kept = talk.kept()
    assert (kept["when"], kept["where"], kept["attend"]) == ("Tuesday after school", "school", ["nan", "aunty"])


def test_same_place_as_the_last_review_is_asked_about_where_there_was_no_form(store, talk, world):
    with store.write() as session:
        session.add(Review(child_id=world.child.id, at=talk.now - timedelta(days=150), place="Hill Street hub", status="held"))
    talk.says("form")
    talk.says("monday")
    assert "Last time it was: Hill Street hub. Same again?" in talk.says("same place as last time")


def test_people_whom_the_service_knows_are_named_as_who_they_are(store, talk, world):
    with store.write() as session:
        session.add(Contact(child_id=world.child.id, relation="social_worker", name="Sarah Bright"))
        session.add(Contact(child_id=world.child.id, relation="school", name="Anita Khan"))
    talk.says("form")
    talk.says("monday")
    talk.says("school")
    said = talk.says("miss k, my social worker, bryn and my dog rex")
    kept = talk.kept()["attend"]
    assert kept[:3] == ["Miss K (Anita Khan)", "social worker (Sarah Bright)", "Bryn Marlow"] and "Rex" in kept[3]
    assert "Sarah Bright" in said
    talk.says("actually not miss k")
    assert not [name for name in talk.kept()["attend"] if "Khan" in name]
    assert [name for name in talk.kept()["exclude"] if "Khan" in name]


def test_date_is_said_back_with_its_weekday_and_stays_right_a_week_later(talk):
    said = talk.says("form") and talk.says("next tues after skl")
    assert "next Tuesday after school (Tuesday 1 December)" in said
    talk.wait(days=7)
    assert "(Tuesday 1 December)" in talk.says("what did i say")
    talk.says("actually in half term")
    assert "15 to 19 February" in talk.says("what did i say so far")


def test_child_asks_what_they_have_said_and_the_form_goes_on(talk):
    talk.says("form")
    talk.says("monday")
    said = talk.says("what did i say")
    assert "You said:" in said and "When: Monday" in said and "(2 of 7)" in said


def leave_until_told(store, talk, hours: int = 75) -> None:
    """The child stops and is told that it will be passed on."""
    talk.wait(hours=hours)
    with store.write() as session:
        held = consultations.current(session, talk.child.id, talk.now)
        pass_on.look(session, held.id, talk.now, silence=timedelta(hours=72))
        assert held.told_at is not None


def test_no_to_passing_on_is_no_answer_to_the_question_that_was_open(store, talk):
    talk.says("form")
    talk.says("tuesday")
    leave_until_told(store, talk)
    assert "I won't send it" in talk.says("no")
    assert talk.kept()["where"] is None and "where" not in talk.states()
    with store.read() as session:
        assert consultations.current(session, talk.child.id, talk.now).kept_back


def test_yes_to_passing_on_sends_it(store, talk):
    talk.says("form")
    talk.says("tuesday")
    leave_until_told(store, talk)
    assert talk.says("yes").startswith("Sent.")
    assert talk.kept()["status"] == "sent"


def test_child_who_goes_on_with_the_form_instead_just_goes_on(store, talk):
    talk.says("form")
    talk.says("tuesday")
    leave_until_told(store, talk)
    assert "(3 of 7)" in talk.says("at the library")
    assert "(5 of 7)" in (talk.says("my nan") and talk.says("no"))
    with store.read() as session:
        held = consultations.current(session, talk.child.id, talk.now)
        assert held.status == "open" and held.told_at is None and not held.kept_back


def test_child_answers_what_they_skipped_after_all(talk):
    talk.says("form")
    for text in ("skip", "at school", "skip", "no", "no", "skip", "no", "yes", "4", "skip", "yes", "thats all"):
        talk.says(text)
    assert "(1 of 7)" in talk.says("can i do the ones i skipped")
    assert "(3 of 7)" in talk.says("friday at 4")
    assert "(6 of 7)" in talk.says("my nan")
    assert "Home (1 of 10)" in (said := talk.says("more sleepovers")) and "going well" in said
    talk.says("the garden")
    kept = talk.kept()
    assert (kept["when"], kept["attend"], kept["issues"]) == ("Friday at 4pm", ["nan"], ["more sleepovers"])
    assert kept["topics"]["home"] == {"how": "4 (good)", "say": "the garden", "safe": "yes"}


def test_two_things_at_once_and_an_answer_to_a_question_not_yet_asked(talk):
    said = talk.says("can i do my form, i want my nan there") and talk.says("friday at 4 at the library")
    assert "Friday at 4pm" in said and "library" in said
    assert "(2 of 7) You said library" in said
    assert "(3 of 7) You said nan" in talk.says("yes")


def test_child_refuses_and_is_not_pressed(talk):
    talk.says("form")
    assert "(2 of 7)" in talk.says("not telling you")
    assert "(3 of 7)" in talk.says("none of your business")
    assert talk.kept()["when"] is None and talk.kept()["where"] is None


def test_somebody_who_was_invited_in_the_first_part_is_uninvited_in_the_second(talk):
    after_the_meeting(talk)
    talk.says("yes")
    talk.says("4")
    talk.says("actually i dont want nan at my review")
    assert talk.kept()["attend"] == [] and "nan" in talk.kept()["exclude"]
