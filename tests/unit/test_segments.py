"""What a text costs."""

import pytest

from cases import segments


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 153, 3),  # 76 in each of the first two: a character of two halves is not cut
        ("é" * 160, 1),
        ("ł" * 70, 1),
        ("ł" * 71, 2),
        ("ł" * 134, 2),
        ("ł" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),
    ],
)
def test_segments_are_counted_as_the_network_counts_them(text, count):
    assert segments.count(text) == count


def test_typed_quotes_and_dashes_become_cheap_ones():
    typed = "\u201cDon\u2019t\u201d \u2013 he said\u2026 ok\u00a0then"
    assert segments.plain(typed) == '"Don\'t" - he said... ok then'
    assert segments.is_gsm7(segments.plain(typed)) and not segments.is_gsm7(typed)


def test_emoji_and_other_alphabets_stay_as_they_are():
    assert segments.plain("cześć 🙂") == "cześć 🙂"
