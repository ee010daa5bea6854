"""A child answers a menu by its number or its words."""

import pytest

from cases import segments
from channels import menus

MENU = [
    {"title": "At school", "payload": "/a"},
    {"title": "At home", "payload": "/b"},
    {"title": "Somewhere else", "payload": "/c"},
]
YES_NO = [{"title": "Yes, send it", "payload": "/affirm"}, {"title": "No, not yet", "payload": "/deny"}]


@pytest.mark.parametrize(
    "text", ["1", " 1 ", "1.", "1)", "one", "One!", "no 1", "no. 1", "number one", "option 1", "1 please", "1️⃣", "at school", "At School!"]
)
def test_first_choice_is_taken_by_number_or_words(text):
    assert menus.chosen(text, MENU) == "/a"


@pytest.mark.parametrize("text", ["no 2", "2.", "two", "at home 🏠"])
def test_second_choice_is_taken_by_number_or_words(text):
    assert menus.chosen(text, MENU) == "/b"


@pytest.mark.parametrize("text", ["4", "0", "12", "1 2", "school", "no", "i have one brother", "/a", "", "one of them hit me"])
def test_anything_else_is_no_choice(text):
    assert menus.chosen(text, MENU) is None


def test_yes_and_no_choose_the_one_choice_that_begins_so():
    assert menus.chosen("yeah", YES_NO) == "/affirm"
    assert menus.chosen("nah", YES_NO) == "/deny"
    assert menus.chosen("yes", [*YES_NO, {"title": "Yes, later", "payload": "/later"}]) is None


def test_without_a_menu_a_number_is_only_a_number():
    assert menus.chosen("1", None) is None
    assert menus.chosen("1", []) is None


def test_choices_are_numbered_in_a_text():
    assert menus.as_sms("Where?", MENU, "en") == "Where? Reply 1 for At school, 2 for At home, 3 for Somewhere else."
    assert menus.as_sms("It\u2019s on \u2013 ok", None, "en") == "It's on - ok"
    assert segments.count(menus.as_sms("Where?", MENU, "en")) == 1
