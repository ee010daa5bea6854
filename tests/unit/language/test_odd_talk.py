"""What children say that is easily taken for its opposite, for somebody else, or for nothing at all."""

from __future__ import annotations

import pytest

from cases import issues
from cases.complaints import about_whom
from cases.language import asks, calendar, openings
from cases.language.form import State
from cases.language.text import plain
from cases.language.yesno import polarity
from tests.unit.language.talk import NOW, talk_of


@pytest.mark.parametrize(
    ("texts", "when"),
    [
        (("tuesday", "no wednesday"), "Wednesday"),
        (("tuesday", "no wednesday", "wait no tuesday was better"), "Tuesday"),
        (("no mondays",), "not Mondays"),
        (("12/01", "no 12/1 is a school day can it be the 13th"), "13 January"),
        (("4", "1", "2"), "4pm"),  # a bare number at 'where?' is no other time
        (("morning", "10"), "10am"),
    ],
)
def test_second_thoughts_about_the_day(texts, when):
    assert talk_of(*texts).values["when"] == when


def test_a_day_that_does_not_suit_is_not_said_back_as_the_date():
    assert calendar.dates("Thursday, not Mondays or this Thursday", NOW) == ""
    assert calendar.dates("next Tuesday, not Mondays", NOW) == "Tuesday 1 December"


@pytest.mark.parametrize(
    ("texts", "where"),
    [
        (("monday", "and not at school"), "not school"),
        (("monday", "my school", "mum", "no", "no", "actually not at school at the library"), "library"),
        (("monday", "I would prefer it to be held online."), "online"),
        (("monday", "🏠"), "home"),
    ],
)
def test_where_it_is_not_to_be_is_not_where_it_is_to_be(texts, where):
    assert talk_of(*texts).values["where"] == where


@pytest.mark.parametrize(
    ("texts", "attend", "exclude"),
    [
        (("i hate my social worker shes not coming",), [], ["social worker"]),
        (("mum", "I would rather my previous social worker did not attend."), ["mum"], ["previous social worker"]),
        (("mum, dad and sarah", "sarah", "no", "no wait dad not sarah"), ["mum", "Sarah"], ["dad"]),
        (("can i bring a friend", "my mate jay"), ["Jay (mate)"], None),
        (("nan", "uncle kev"), ["nan"], ["uncle Kev"]),
        (("same people",), ["same as last time"], None),
        (("nobody listens anyway",), None, None),
    ],
)
def test_who_is_to_come_and_who_is_not(texts, attend, exclude):
    talk = talk_of("monday", "school", *texts)
    assert (talk.values.get("attend") or None, talk.values.get("exclude")) == (attend or None, exclude)


def test_no_but_something_is_a_no_and_something_to_talk_about():
    talk = talk_of("monday", "school", "mum", "no but i dont want my sw to know where i live")
    assert talk.values["exclude"] == [] and talk.values["issues"] == ["i dont want my sw to know where i live"]
    assert talk.asked == "chair"


def test_a_numbered_list_is_a_list():
    assert talk_of("monday", "school", "mum", "no", "no", "1. my phone\n2. bedtime").values["issues"] == ["my phone", "bedtime"]


def test_nothing_with_a_question_mark_is_nothing():
    assert talk_of("monday", "school", "mum", "no", "no", "nothing?").values["issues"] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "can i do my form i want it at my nans on friday after school with mum and nan and not my dad",
            {"where": "my nan's", "when": "Friday after school", "attend": ["mum", "nan"], "exclude": ["dad"]},
        ),
        (
            "hi so ive got my review soon and i really dont want it at the office because last time there were like 9 people and i just "
            "want my pa and my nan and maybe do it online at like 5 cos i finish college at 4 and also i need to talk about my money",
            {"where": "not office", "attend": ["PA", "nan"], "when": "5pm", "issues": ["my money"]},
        ),
        ("Good afternoon, I would like to complete my consultation form please.", {}),
    ],
)
def test_all_that_a_long_opening_says_is_taken(text, found):
    state = State(asked="begin", now=NOW)
    assert {change.field: change.value for change in openings.facts_in_opening(text, state)} == found
    if len(text.split()) > openings.LONG:
        assert {change.field: change.value for change in openings.as_wish(text, "review_attend", state)} == found


@pytest.mark.parametrize(
    ("texts", "last", "kind", "side"),
    [
        (("form",), "yes", "hint", ""),
        (("form",), "😀", "hint", ""),
        (("form",), "how many left", "side", "about_form"),
        (("form",), "do i have to answer", "side", "about_form"),
        (("form",), "im stuck", "side", "help"),
        (("form",), "ok bye", "stop", ""),
        (("monday", "school", "mum", "no", "no", "nothing"), "is it free", "side", "explain_advocate"),
        (("monday", "school", "mum", "no"), "👎", "answers", ""),
    ],
)
def test_what_is_no_answer_is_no_dead_end(texts, last, kind, side):
    outcome = talk_of(*texts).say(last)
    assert (outcome.kind, outcome.side) == (kind, side)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("i dont want to go to my review", "not_coming"),
        ("im not going to the meeting its boring", "not_coming"),
        ("i dont want to go to contact", None),
        ("i dont want to go to school", None),
        ("whats she look like", "iro_photo"),
        ("how many questions", "form_about"),
        ("do i have to do this", "form_about"),
        ("did my iro read my message", "who_read"),
        ("did anyone see him hit me", None),
        ("let my social worker know", "tell_them"),
        ("just let him", None),
        ("can i talk to someone else", "someone_else"),
        ("can i talk to someone else about school", None),
        ("what happens if i dont go", "need_not"),
        ("what if i dont come to my review", "need_not"),
        ("what happens if i dont go to school", None),
    ],
)
def test_what_is_plainly_asked_for(text, meant):
    assert asks.read(plain(text)) == meant


def test_a_message_to_be_passed_on_is_no_call():
    assert not issues.wants_a_call("can u tell my iro i want to see my sister")
    assert issues.wants_a_call("can you tell her to ring me") and issues.wants_a_call("can i talk to my iro")


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("i want to make a complaint about my social worker", "my social worker"),
        ("i want to complain about my iro", None),
        ("i want to complain about how things are here", None),
        ("i want to complain about my social worker she never rings back", "my social worker"),
        ("i want to complain abt my foster mum shes mean to me", "my foster mum"),
        ("i want to complain about my iro she never rings", None),
    ],
)
def test_whom_a_complaint_is_about_is_not_asked_twice(text, who):
    assert about_whom(text) == who


def test_a_story_in_which_somebody_may_be_the_iro_leaves_open_whom_it_is_about():
    assert about_whom("i want to complain about my carer she told denise lies", names_iro=True) is None


@pytest.mark.parametrize(
    ("texts", "last", "found"),
    [
        (("form",), "can u tell her i want it on a thursday", {"when": "Thursday"}),
        (("form",), "idk whenever", {"when": "no preference"}),
        (("form",), "somewhere quiet", {"where": "somewhere quiet"}),
        (("form", "monday", "school"), "tell them i want my nan there", {"attend": ["nan"]}),
        (("form", "monday", "school"), "pls tell denise i dont want my stepdad there", {"exclude": ["stepdad"]}),
        (("form", "monday", "school"), "at the library not school", {"where": "library"}),
        (("form", "monday", "school", "mum"), "in the library not at school", {"where": "library"}),
    ],
)
def test_what_is_to_be_told_and_where_not_are_nobodys_names(texts, last, found):
    outcome = talk_of(*texts).say(last)
    assert {change.field: change.value for change in outcome.changes} == found


@pytest.mark.parametrize(
    ("last", "found"),
    [
        ("wait i want jay there aswell", {"attend": ["mum", "Jay"]}),
        ("can jay come too", {"attend": ["mum", "Jay"]}),
        ("i dont want jay there", {"exclude": ["dad", "Jay"]}),
        ("i want it there", None),
        ("i want to be there", None),
    ],
)
def test_somebody_new_at_the_read_back_comes_or_stays_away(last, found):
    outcome = talk_of("form", "monday", "school", "mum", "dad", "no", "nothing", "no").say(last)
    told = {change.field: change.value for change in outcome.changes}
    assert told == found if found else not told.keys() & {"attend", "exclude"}


@pytest.mark.parametrize("text", ["can i see what u got", "what have u wrote down", "what does it say so far", "what did i say"])
def test_what_was_written_down_may_be_seen(text):
    assert talk_of("form", "monday").say(text).side == "copy"


@pytest.mark.parametrize("text", ["i wana do my form", "can i fill in my form pls", "do the form"])
def test_asking_for_the_form_in_the_form_is_no_answer_to_it(text):
    outcome = talk_of("form", "monday").say(text)
    assert (outcome.kind, outcome.changes) == ("again", ())


@pytest.mark.parametrize(
    ("texts", "attend"),
    [
        (("form", "skip", "skip", "my mum an my sista"), ["mum", "sister"]),
        (("form", "skip", "skip", "mum n my zizzle"), ["mum", "zizzle"]),
        (("form", "skip", "skip", "my nan", "shes called pat"), ["Pat (nan)"]),
        (("form", "skip", "skip", "my nan and my mate tyrell", "his name is ty"), ["nan", "Tyrell (mate)"]),
    ],
)
def test_nobody_is_lost_from_the_list(texts, attend):
    assert talk_of(*texts).values["attend"] == attend


def test_a_day_put_right_by_what_was_meant():
    assert talk_of("form", "i said friday but i mean monday").values["when"] == "Monday"


def test_no_one_asks_me_is_no_answer_of_no():
    assert polarity("no one asks me") is None and polarity("my carer says no") is None and polarity("no") == "no"
