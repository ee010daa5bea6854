"""What a child typed, before anything thinks about it."""

import pytest

from channels import texts


@pytest.mark.parametrize("text", ["STOP", "stop", " Stop\n", "StopAll", "cancel", "END", "quit", "unsubscribe", "revoke", "optout"])
def test_stop_words_of_the_network_are_known(text):
    assert texts.network_word(text) == "stop"


@pytest.mark.parametrize("text", ["stop him hurting me", "stop.", "can you stop", "the end", "help me", "", "yes please", "information"])
def test_longer_texts_are_never_words_of_the_network(text):
    assert texts.network_word(text) is None


def test_start_and_help_words():
    assert {texts.network_word(word) for word in ("START", "yes", "Unstop")} == {"start"}
    assert {texts.network_word(word) for word in ("HELP", "info")} == {"help"}


def test_control_characters_and_broken_halves_go_and_words_stay():
    assert texts.clean("hi\x00there \x07\ud83d!\r\nbye\u200b") == "hithere !\nbye"
    assert texts.clean("\u200b \x00 ") == ""
    assert texts.clean("👨‍👩‍👧 🏳️‍🌈 مرحبا") == "👨‍👩‍👧 🏳️‍🌈 مرحبا"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("no", False),
        ("No.", False),
        ("not really", False),
        ("im not", False),
        ("um no", False),
        ("yes", True),
        ("ok yes", True),
        ("ok", None),
        ("I'm safe!", True),
        ("im fine", True),
        ("fine. monday", None),
        ("who is my iro", None),
        ("no school tomorrow", None),
    ],
)
def test_plain_yes_and_no_answer_the_safety_question(text, safe):
    assert texts.says_safe(text) is safe


@pytest.mark.parametrize(("text", "is_one"), [("no", True), ("um yes", True), ("OK.", True), ("fine. monday", False), ("no my nan", False)])
def test_a_yes_or_no_and_nothing_else(text, is_one):
    assert texts.is_yes_or_no(text) is is_one


@pytest.mark.parametrize(
    ("text", "risk", "about"),
    [
        ("i want to complain", False, True),
        ("i wanna make a complaint about denise", False, True),
        ("denise is horrible to me", False, True),
        ("my iro never listens", False, True),
        ("who is my iro", False, False),
        ("can denise come to my review", False, False),
        ("tell denise my carer is horrible", False, False),
        ("hi denise my carer hit me", True, False),
        ("denise hit me", True, True),
        ("my iro touched me", True, True),
        ("my carer hit me", True, False),
    ],
)
def test_what_may_be_about_the_iro_is_kept_from_them_until_it_is_understood(text, risk, about):
    assert texts.may_be_about(text, "Denise Okoro", risk=risk) is about
