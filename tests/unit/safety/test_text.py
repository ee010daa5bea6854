"""Spellings are seen through; what is no disguise is left alone."""

import pytest

from cases.safety.text import plain


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("k i l l m e", "kill me"),
        ("i want to k.i.l.l myself", "i want to kill myself"),
        ("su1c1de", "suicide"),
        ("d!e", "die"),
        ("he r*ped me", "he raped me"),
        ("heeeelp", "help"),
        ("ki11 myself", "kill myself"),
        ("kms tonite", "kill myself tonight"),
        ("k1ll m3", "kill me"),
        ("i w4nt t0 d1e", "i want to die"),
        ("s3lf h4rm", "self harm"),
        ("UNALIVE", "kill"),
        ("gonna do it 🔪😭", "going to do it knife crying"),
        ("he\u2019s hurting me", "he is hurting me"),
        ("s\u200bu\u200bicide", "suicide"),
    ],
)
def test_disguised_words_are_read(typed, read):
    assert plain(typed) == read


def test_swearing_with_a_letter_hidden_is_no_weapon():
    assert plain("this is sh*t and so is the f**king wifi") == "this is shit and so is the fucking wifi"


@pytest.mark.parametrize("typed", ["year7 12yo 3pm", "5 - a - side", "a b c d", "form k9 at q4", "b6 bus"])
def test_ordinary_figures_and_letters_stay(typed):
    assert plain(typed) == typed


def test_other_scripts_keep_their_letters():
    assert plain("أريد أن أموت") == "أريد أن أموت"
    assert plain("не хочу жити") == "не хочу жити"


@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "***", "!!!", "\U0001f469\u200d\U0001f467", "\ud83d", "a" * 10_000, "k " * 3_000])
def test_nothing_that_can_be_typed_breaks_it(typed):
    assert isinstance(plain(typed), str)
