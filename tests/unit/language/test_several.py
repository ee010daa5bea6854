"""Two things in one message: both are found; one thing said in two clauses stays one."""

from datetime import UTC, datetime

import pytest

from cases.language import several
from cases.language.form import State

STATE = State(asked="begin", now=datetime(2026, 11, 24, 12, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "intent", "also"),
    [
        ("hi who is my iro and can my nan come", "review_attend", ("who_is_my_iro",)),
        ("whos my iro and whens my review", "who_is_my_iro", ("next_review",)),
        ("thanks. who reads this?", "thanks", ("ask_confidentiality",)),
        ("hi are you a bot and when is my review", "greet", ("who_are_you", "next_review")),
        ("the food is rank. also who is my iro", "raise_issue", ("who_is_my_iro",)),
        ("can my nan come and who will see this", "review_attend", ("ask_confidentiality",)),
    ],
)
def test_question_beside_another_thing_is_found(text, intent, also):
    assert several.questions(text, intent) == also


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("who is my iro", "who_is_my_iro"),
        ("when is my review? where is it?", "next_review"),
        ("i want my hair done properly by someone who knows afro hair", "raise_issue"),
        ("please dont tell my uncle the day, he will come", "review_exclude"),
        ("do you want to see my drawing", "chitchat"),
        ("there should be someone from my school there who knows about my dyslexia, not just whoever's free", "review_attend"),
    ],
)
def test_one_thing_is_one_thing(text, intent):
    assert several.questions(text, intent) == ()


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("hi who is my iro and can my nan come", "attend", ["nan"]),
        ("when is my review, and can it be at school please", "where", "school"),
        ("who's my iro? also i dont want my stepdad there", "exclude", ["stepdad"]),
    ],
)
def test_wish_beside_a_question_is_kept(text, field, value):
    found = {change.field: change.value for change in several.wishes(text, "who_is_my_iro", STATE)}
    assert field in found
    assert all(word in str(found[field]) for word in value) if isinstance(value, list) else value in found[field]


@pytest.mark.parametrize("text", ["who is my iro", "when is my review", "who is my iro and when is my review", "thanks for that, bye now"])
def test_no_wish_is_made_up(text):
    assert several.wishes(text, "who_is_my_iro", STATE) == []
