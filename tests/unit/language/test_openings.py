"""A wish about the review, said when no form is open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cases.language.form import State
from cases.language.openings import as_wish


@pytest.mark.parametrize(
    ("text", "intent", "kept"),
    [
        ("hi who is my iro and can my nan come", "review_attend", {"attend": ["nan"]}),
        ("can it be at 4. who reads this", "review_time", {"when": "4pm"}),
        (
            "i want it on monday or tuesday at nans with mum, dad",
            "review_time",
            {"when": "Monday or Tuesday", "where": "nan's", "attend": ["mum", "dad"]},
        ),
        ("at nans on friday", "review_place", {"where": "nan's", "when": "Friday"}),
        ("i fell out with my mate lol", "review_attend", {}),
    ],
)
def test_a_wish_is_kept_with_all_that_it_says(text: str, intent: str, kept: dict):
    changes = as_wish(text, intent, State(asked="begin", now=datetime(2026, 11, 24, 12, tzinfo=UTC)))
    assert {change.field: change.value for change in changes} == kept
