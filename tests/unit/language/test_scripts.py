"""Whole talks, made up for these tests: what a child says at each question, and what their form holds at the end."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.language.talk import Talk

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SCRIPTS = [json.loads(line) for line in (Path(__file__).parent / "scripts.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("script", SCRIPTS, ids=[f"{n}-{script['turns'][1][:24]}" for n, script in enumerate(SCRIPTS, 1)])
def test_child_fills_in_their_form(script):
    talk = Talk(NOW)
    talk.open(script["turns"][0])
    for text in script["turns"][1:]:
        talk.say(text)
    assert {name: talk.values.get(name) for name in script["expect"]} == script["expect"]
