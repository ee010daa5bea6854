"""The yardstick of `make talk-eval` must itself be right."""

import pytest

from benchmarks.matching import right


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (None, []),
        ([], None),
        (True, True),
        ("start only", "start only"),
        ("Friday 4:30pm", "friday half 4"),
        ("Saturday or Sunday", "sat or sun"),
        (["nan", "Uncle Dave"], ["my nan", "uncle dave"]),
        (["Lou (friend)"], ["lou"]),
        (["wifi"], ["the wifi is bad"]),
    ],
)
def test_the_same_in_other_words_is_right(expected, got):
    assert right(expected, got)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (None, "friday"),
        ("Friday 4:30pm", None),
        ("Friday 4:30pm", "the library"),
        (True, False),
        (False, None),
        ("start only", True),
        (["nan"], []),
        ([], ["dad"]),
        (["nan"], ["nan", "dad"]),
        (["nan", "dad"], ["nan"]),
    ],
)
def test_something_else_is_wrong(expected, got):
    assert not right(expected, got)
