"""How hard a text is to read: a hint, near enough to be of help."""

from __future__ import annotations

import pytest

from cases import reading


@pytest.mark.parametrize(
    "text, low, high",
    [
        ("Your nan can come. We said Tuesday at four.", 5, 7),
        ("I have read your message. I will ask about Saturday and tell you.", 5, 9),
        ("I talked with your social worker about the school, and she will phone them before the end of next week.", 9, 14),
        ("The local authority has a statutory obligation to consider your representations regarding contact arrangements.", 18, 30),
    ],
)
def test_hard_words_and_long_sentences_raise_the_age(text, low, high):
    assert low <= reading.measure(text).age <= high


def test_too_little_says_nothing():
    assert reading.measure("") is None
    assert reading.measure("ok thanks!") is None
    assert reading.measure("🙂 🙂 🙂 🙂 123 456") is None


def test_the_hardest_words_are_named_and_a_day_is_none_of_them():
    assert reading.measure("We will discuss accommodation and arrangements on Saturday").hard == ["accommodation", "arrangements"]


@pytest.mark.parametrize(
    "word, count", [("read", 1), ("little", 2), ("wanted", 2), ("named", 1), ("because", 2), ("independent", 4), ("I", 1), ("don't", 1)]
)
def test_syllables_are_counted_near_enough(word, count):
    assert reading.syllables(word) == count
