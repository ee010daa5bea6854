"""What a message means in the part beyond the meeting."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cases.language import scale, topic_answers
from cases.language.form import State
from cases.questions import load

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BAND = next(band for band in load() if band.name == "12-15")
SAID = {"when": "Monday", "attend": ["nan"]}


def hear(text: str, key: str, values=SAID, **how):
    state = State(asked="topics", now=NOW, values=dict(values), last="home.how", **{k: how.pop(k) for k in ("told", "risk") if k in how})
    return topic_answers.interpret(text, state, BAND.question(key), BAND, **how)


def kept(text: str, key: str, **how) -> dict:
    return {change.field: change.value for change in hear(text, key, **how).changes if not change.skipped}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4", 4), ("4/5", 4), ("its a 2", 2), ("three", 3), ("5 out of 5 love it", 5), ("id say 3", 3),
        (":)", 5), (":(", 1), ("🙂", 4), ("😭😭", 1), ("😐", 3),
        ("good", 4), ("really good", 5), ("not good", 2), ("not bad", 3), ("alright", 3), ("its ok i guess", 3), ("rubbish", 2),
        ("really bad", 1), ("i hate it", 1), ("amazing!!", 5), ("meh", 3), ("its not that good tbh", None), ("good and bad", None),
        ("my room is cold", None), ("i have 3 brothers", None), ("3 times a week", None),
    ],
)  # fmt: skip
def test_how_good_something_is(text, number):
    assert scale.read(text, BAND.scale) == number


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("yes", "home.safe", "yes"),
        ("yeah always", "home.safe", "yes"),
        ("not always", "home.safe", "sometimes"),
        ("no", "home.safe", "no"),
        ("nah", "home.safe", "no"),
        ("just the first bit", "my_meeting.come", "part of it"),
        ("i dont want to come", "my_meeting.come", "not come"),
        ("all of it", "my_meeting.come", "all of it"),
        ("on zoom", "my_meeting.how", "online or by phone"),
        ("dont mind", "my_meeting.how", "don't mind"),
        ("never seen it", "plan.agree", "don't know what it says"),
        ("sort of", "plan.agree", "partly"),
    ],
)
def test_choice_is_known_by_its_words(text, key, value):
    assert kept(text, key) == {key: value}


def test_choice_with_a_reason_keeps_the_reason():
    assert kept("no because people come in", "home.safe") == {"home.safe": "no: no because people come in"}
    assert kept("only if my nan comes", "my_meeting.come")["my_meeting.come"].endswith("only if my nan comes")


def test_skipping_another_topic_leaves_the_one_that_is_asked():
    skipped = [change.field for change in hear("skip health", "school.how").changes if change.skipped]
    assert skipped and all(field.startswith("health.") for field in skipped)


def test_no_idea_is_a_skip_at_a_scale_and_no_is_a_hint():
    assert hear("no idea", "workers.how").changes[0].skipped
    assert hear("no", "workers.how").kind == "hint"


def test_no_that_the_choices_do_not_know_is_kept_as_words_and_never_turned_round():
    assert kept("i dont feel safe when hes there", "home.safe")["home.safe"] == "i dont feel safe when hes there"


def test_number_with_more_to_say_answers_both_questions():
    said = hear("4 its good but my room is freezing", "home.how").changes
    assert [(change.field, change.told) for change in said] == [("home.how", False), ("home.say", True)]


def test_other_topics_in_one_message_are_kept_for_their_turn():
    said = kept("home is good. school is really bad because of maths", "home.how")
    assert said["home.how"].startswith("4 (good)") and said["school.how"].startswith("1 (really bad)")
    assert "maths" in said["school.say"]


def test_someone_of_another_topic_inside_an_answer_is_no_other_topic():
    assert kept("my sister has a bigger room, its not fair", "home.say") == {"home.say": "my sister has a bigger room, its not fair"}


def test_plain_correction_of_the_meeting_is_one():
    assert kept("actually not monday, thursday", "home.say")["when"].startswith("Thursday")
    assert kept("my aunty should come to my review too", "home.say") == {"attend": ["nan", "aunty"]}


@pytest.mark.parametrize("text", ["that's all", "thats it thanks", "no more questions", "im done", "send it", "nothing else to say"])
def test_enough_is_enough(text):
    assert hear(text, "home.how").kind == "enough"


@pytest.mark.parametrize("text", ["skip this topic", "skip home", "next topic"])
def test_whole_topic_can_be_missed(text):
    outcome = hear(text, "home.how")
    assert {change.field for change in outcome.changes} == {question.key for question in BAND.topic("home").questions}
    assert all(change.skipped for change in outcome.changes)


@pytest.mark.parametrize(
    ("text", "kind"), [("later", "stop"), ("got to go", "stop"), ("back", "back"), ("who reads this?", "side"), ("hmm", "filler")]
)
def test_steering_is_no_answer(text, kind):
    assert hear(text, "home.say").kind == kind


def test_harm_is_no_line_of_the_form_and_the_talk_goes_on():
    outcome = hear("my carer hits me", "home.say", risk="concern")
    assert outcome.disclosure and all(change.skipped for change in outcome.changes)


def more(text: str):
    return topic_answers.interpret_more(text, State(asked="more", now=NOW, values=dict(SAID)), BAND)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("yes", "topics"), ("yeah ok", "topics"), ("no", "enough"), ("nah thats it", "enough"), ("later", "enough"), ("not now", "enough"),
        ("skip", "enough"), ("send it", "enough"), ("stop", "stop"), ("gtg", "stop"), ("idk", "enough"),
    ],
)  # fmt: skip
def test_more_to_say_or_not(text, kind):
    assert more(text).kind == kind


def test_naming_a_topic_starts_there():
    assert more("yes about school").reopen == ("school.how",)
    assert more("my plan").reopen == ("plan.agree",)


def test_afterthought_about_the_meeting_is_taken_as_one():
    assert {change.field: change.value for change in more("oh and my aunty can come too").changes} == {"attend": ["nan", "aunty"]}


def test_topic_asked_for_in_the_middle_is_gone_to():
    assert hear("can we talk about school", "home.say").reopen == ("school.how",)
    assert hear("lets do my plan next", "home.how").reopen == ("plan.agree",)
    assert kept("i want to talk about my brother getting moved", "home.say") == {
        "home.say": "i want to talk about my brother getting moved"
    }


def test_words_where_a_number_was_asked_answer_what_comes_next():
    said = hear("my brother, i never see him", "family.how").changes
    assert [(change.field, change.value, change.skipped) for change in said] == [
        ("family.how", None, True),
        ("family.say", "my brother, i never see him", False),
    ]


def test_a_topic_that_a_child_will_not_talk_about_is_left_out_and_the_question_stays():
    outcome = hear("i dont want to talk about school", "family.say")
    assert {change.field for change in outcome.changes} == {"school.how", "school.say", "school.needed"}
    assert all(change.skipped for change in outcome.changes)
    assert hear("i dont want to talk about my dad", "family.say").changes[0].value == "i dont want to talk about my dad"


def test_yes_to_how_good_it_is_is_asked_again():
    assert hear("yes", "school.how").kind == "hint"
    assert hear("dunno", "school.how").changes[0].skipped
    assert hear("good", "school.how").changes[0].value == "4 (good)"
