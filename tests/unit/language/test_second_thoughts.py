"""What a child takes back, leaves out, moves, or is done with; and what must not be taken for an answer."""

from __future__ import annotations

import pytest

from tests.unit.language.talk import talk_of

WHOLE = ("thursday 3pm", "library", "mum, kev and miss lacey", "no", "no", "contact, my phone", "no")


def at_the_read_back(*texts: str):
    talk = talk_of(*WHOLE)
    talk.asked = "send"
    for text in texts:
        talk.outcome = talk.say(text)
        talk.asked = "send"
    return talk


@pytest.mark.parametrize(
    ("texts", "attend", "exclude"),
    [
        (("take kev off",), ["mum", "Miss Lacey"], ["Kev"]),
        (("remove miss lacey from the list",), ["mum", "Kev"], ["Miss Lacey"]),
        (("put my grandad on",), ["mum", "Kev", "Miss Lacey", "grandad"], []),
        (("add my auntie please",), ["mum", "Kev", "Miss Lacey", "auntie"], []),
        (("cross out kev", "put kev back on"), ["mum", "Miss Lacey", "Kev"], []),
    ],
)
def test_names_are_put_on_and_taken_off_the_list(texts, attend, exclude):
    talk = at_the_read_back(*texts)
    assert (talk.values["attend"], talk.values["exclude"]) == (attend, exclude)
    assert talk.values["issues"] == ["contact", "my phone"], "and are nothing to talk about"


def test_time_is_made_another():
    assert at_the_read_back("make it 5 not 3").values["when"] == "Thursday at 5pm"


def test_what_should_not_be_talked_about_any_more_comes_off():
    assert at_the_read_back("i dont want to talk about my phone any more").values["issues"] == ["contact"]
    assert at_the_read_back("take out the bit about contact").values["issues"] == ["my phone"]


@pytest.mark.parametrize("text", ["yes lead it, changed my mind", "yes but i changed my mind i want to chair"])
def test_yes_with_a_change_sends_nothing(text):
    talk = at_the_read_back(text)
    assert talk.outcome.kind == "answers" and talk.values["chair"] is True


def test_yes_but_wait_sends_nothing():
    assert at_the_read_back("yes but wait").outcome.kind == "what_to_change"


@pytest.mark.parametrize("text", ["yes", "yes send it", "yeah go on", "send it please", "yes thank you denise"])
def test_a_plain_yes_sends(text):
    assert at_the_read_back(text).outcome.kind == "send"


def test_just_send_it_in_the_middle_leaves_out_the_rest():
    talk = talk_of("friday", "at school")
    outcome = talk.say("just send it")
    assert outcome.kind == "enough" and {change.field for change in outcome.changes if change.skipped} == {
        "attend",
        "exclude",
        "chair",
        "issues",
        "advocate",
    }


def test_thats_all_is_no_yes_to_leading():
    assert talk_of("friday", "at school", "mum", "no").say("thats all").kind == "enough"
    assert talk_of("friday", "at school", "mum", "no", "no thats all").values["chair"] is False


@pytest.mark.parametrize(
    ("texts", "missing"),
    [
        (("monday", "school", "mum", "is my iro coming?"), "exclude"),
        (("monday", "school", "how many people can i bring"), "attend"),
        (("monday", "is it usually in the same place"), "where"),
        (("monday", "hate maths, like art"), "where"),
        (("no one else",), "when"),
        (("my review is on a day i dont know",), "when"),
        (("monday", "school", "mum", "no", "no", "nothing", "do i need one"), "advocate"),
    ],
)
def test_what_is_no_answer_is_not_kept_as_one(texts, missing):
    assert not talk_of(*texts).values.get(missing)


@pytest.mark.parametrize(
    ("texts", "field", "value"),
    [
        (("monday at 4", "school", "mum", "no", "no", "3", "no"), "when", "Monday at 4pm"),
        (("monday at 4", "school", "two"), "when", "Monday at 4pm"),
        (("is wednesday ok", "or thursday"), "when", "Wednesday or Thursday"),
        (("idk and idc",), "when", "no preference"),
        (("monday", "whichever"), "where", "no preference"),
        (("any evening after 6 i work at tesco",), "where", None),
        (("monday", "at the hub in town not at the office its grim"), "where", "hub in town, not office"),
        (("monday", "school", "two people. mum and jo"), "attend", ["mum", "Jo"]),
        (("monday", "school", "mum and miss p", "not miss p actually she left"), "attend", ["mum"]),
        (("monday", "school", "mum", "sarah from the office, tell her to stay away"), "exclude", ["Sarah (from the office)"]),
        (("monday", "school", "mum", "no", "no", "i want to see mummy lots and lots"), "issues", ["i want to see mummy lots and lots"]),
    ],
)
def test_answers_are_kept_as_they_were_meant(texts, field, value):
    assert talk_of(*texts).values.get(field) == value


def test_who_somebody_is_that_was_just_left_out_does_not_invite_them():
    talk = talk_of("monday", "school", "not tracey shes useless")
    talk.say("tracey my social worker")
    assert talk.values.get("exclude") == ["Tracey (social worker)"] and not talk.values.get("attend")


def test_long_message_keeps_what_is_to_be_talked_about():
    talk = talk_of(
        "i want it after work on a friday, at the youth club, with my PA, and i want to talk about my rent, the damp in the bathroom and "
        "getting my passport"
    )
    assert talk.values["when"] == "Friday after work" and talk.values["where"] == "youth club" and talk.values["attend"] == ["PA"]
    assert talk.values["issues"] == ["my rent", "the damp in the bathroom", "getting my passport"]
    assert talk.states["issues"] == "told", "it is asked about when its turn comes"


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("can i change it later", "can_change"),
        ("what if i change my mind", "can_change"),
        ("who is coming to it", "who_goes"),
        ("do i have to talk", "need_not"),
    ],
)
def test_questions_of_the_middle_of_the_form_are_answered(text, side):
    assert talk_of("monday").say(text).side == side


@pytest.mark.parametrize(
    ("texts", "field", "value"),
    [
        (
            ("monday", "school", "mum", "no", "no", "1) my bus pass 2) bedtime 3) money for uni"),
            "issues",
            ["my bus pass", "bedtime", "money for uni"],
        ),
        (("monday", "i also want it online"), "where", "online"),
        (("monday", "wherever i dont mind"), "where", "no preference"),
        (("monday", "school", "mum", "nothing really"), "exclude", []),
        (("monday", "school", "mum", "my old worker because he never listen"), "exclude", ["old worker"]),
        (("monday", "school", "mum", "no", "no", "nothing", "i have an advocate already"), "advocate", "yes (has one already)"),
        (("monday", "school", "mum", "no", "no", "nothing", "yeah send"), "advocate", None),
        (("monday", "school", "mum", "no", "no that is wrong, i said friday"), "when", "Friday"),
        (("monday", "school", "mum", "no", "no that is wrong, i said friday"), "chair", None),
    ],
)
def test_more_of_what_was_meant(texts, field, value):
    assert talk_of(*texts).values.get(field) == value


@pytest.mark.parametrize(
    ("texts", "text", "kind", "side"),
    [
        ((), "what if i say something wrong", "side", "no_wrong"),
        (("monday", "school", "mum", "no", "no", "nothing"), "is that a person", "side", "explain_advocate"),
        (("monday", "school", "mum"), "i do not want to speak in it", "unclear", ""),
        (("monday",), "thats all the people", "hint", ""),
    ],
)
def test_what_a_nervous_or_literal_child_asks(texts, text, kind, side):
    talk = talk_of(*texts)
    intents = {"i do not want to speak in it": "change_language", "is that a person": "ask_human"}
    outcome = talk.say(text, intent=intents.get(text, "nlu_fallback"), confidence=0.9)
    assert (outcome.kind, outcome.side) == (kind, side)


@pytest.mark.parametrize(
    ("text", "issues"),
    [
        ("they say im too young for the gym. im 15", ["they say im too young for the gym, im 15"]),
        ("im nearly 17, nobody has told me about a flat", ["im nearly 17, nobody has told me about a flat"]),
        ("my laptop is still broken, its been 3 months", ["my laptop is still broken, been 3 months"]),
        ("i want to see my nan, shes 80", ["i want to see my nan, shes 80"]),
        ("i have 3 brothers. i want a later bedtime", ["i have 3 brothers", "i want a later bedtime"]),
        ("my phone, bedtime", ["my phone", "bedtime"]),
    ],
)
def test_an_age_or_how_long_explains_what_it_stands_beside(text, issues):
    assert talk_of("monday", "school", "mum", "no", "no", text).values["issues"] == issues


@pytest.mark.parametrize(
    ("texts", "field", "value"),
    [
        (("monday", "school", "sister", "no one", "and my sister"), "attend", ["sister"]),
        (("monday", "school", "sister", "no one", "and my sister"), "exclude", []),
        (("monday", "school", "sister", "no", "my uncle too"), "attend", ["sister", "uncle"]),
        (("monday", "school", "mum", "no thank you i have not problem with nobody"), "exclude", []),
        (("monday", "i have no preference about the place"), "where", "no preference"),
        (("monday", "school", "mum", "no", "somebody else"), "chair", False),
        (
            ("monday", "school", "mum", "no", "i would like to discuss: my bus, bedtime and contact"),
            "issues",
            ["my bus", "bedtime", "contact"],
        ),
        (("monday", "school", "mum", "no", "no", "i want a dog", "do they think i need one and should say yes"), "advocate", None),
        (("monday", "school", "mum", "no", "no wait not at school. town library"), "where", "town library"),
        (("ill be at work mon to thurs so friday",), "where", None),
        (("monday", "school is fine"), "where", "school"),
        (("monday", "school", "my nan an my grandad"), "attend", ["nan", "grandad"]),
        (("monday", "school", "mum", "no", "no", "yeah go on then"), "issues", None),
    ],
)
def test_nobody_is_moved_and_nothing_is_agreed_to_by_mistake(texts, field, value):
    assert talk_of(*texts).values.get(field) == value


@pytest.mark.parametrize(
    ("texts", "text", "kind"),
    [
        (("monday", "school", "mum", "no"), "i would need to know what it involves", "side"),
        (("monday", "school", "mum", "no"), "what does chairing mean", "side"),
        (("monday", "school", "mum", "no", "no", "my dog"), "i already said", "hint"),
        (("monday", "school", "mum"), "change where", "back"),
        (("monday", "school", "mum"), "can i go back to the time", "back"),
    ],
)
def test_steering_is_no_answer(texts, text, kind):
    assert talk_of(*texts).say(text).kind == kind


def test_i_do_not_see_my_mum_asks_nobody_who_reads_this():
    talk = talk_of("monday", "school", "mum", "no", "no", "i do not see my mum enough")
    assert talk.values["issues"] == ["i do not see my mum enough"]


def test_its_not_right_sends_nothing_and_asks_what_to_change():
    assert at_the_read_back("no its not right").outcome.kind == "what_to_change"
    assert at_the_read_back("that is incorrect").outcome.kind == "what_to_change"


def test_house_and_clock_spelt_by_ear():
    talk = talk_of("thursday 10 clock", "at my foster mums hows", "mummy", "evrybody els")
    assert talk.values["when"] == "Thursday at 10am" and talk.values["where"] == "my foster mum's house"
    assert talk.values["exclude"] == ["everyone else"]
