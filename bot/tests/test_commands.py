from __future__ import annotations

import pytest

from bot.commands import MAX_TEXT, clean, neutralise


@pytest.mark.parametrize(
    "text", ["/restart", "  /restart ", "/ restart", "//restart", '/greet{"a": 1}', "/greet@0.9", "/", " / / ", "\u2003/back"]
)
def test_a_text_written_like_a_command_is_known_as_one_and_loses_its_slash(text: str):
    words, like_a_command = neutralise(text)
    assert like_a_command
    assert not words.startswith("/")


@pytest.mark.parametrize(
    ("text", "words"),
    [("/ i want my nan there", "i want my nan there"), ("24/7", "24/7"), ("  hi  ", "hi"), ("/s just kidding lol", "s just kidding lol")],
)
def test_a_sentence_is_a_sentence_whatever_it_begins_with(text: str, words: str):
    assert neutralise(text) == (words, False)


def test_what_cannot_be_used_is_taken_out_and_the_rest_is_kept():
    assert clean("a\x00b\ud83dc\nd 😀") == "abc\nd 😀"
    assert len(clean("x" * 50_000)) == MAX_TEXT
