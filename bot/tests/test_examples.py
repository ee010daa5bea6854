"""The example messages that the classifier learns from: what `rasa data validate` would look at."""

from __future__ import annotations

from collections import defaultdict

import yaml

from bot.nlu import examples
from bot.tests.server import ROOT

LINES = examples.read(sorted((ROOT / "data" / "nlu").glob("*.yml")))


def test_each_line_belongs_to_one_intent():
    intents: dict[str, set[str]] = defaultdict(set)
    for intent, lines in LINES.items():
        for line in lines:
            intents[line.casefold()].add(intent)
    assert {line: sorted(found) for line, found in intents.items() if len(found) > 1} == {}


def test_each_intent_of_the_domain_has_at_least_fifty_lines_and_no_other_has_any():
    domain = yaml.safe_load((ROOT / "domain.yml").read_text())
    declared = {next(iter(intent)) if isinstance(intent, dict) else intent for intent in domain["intents"]}
    assert set(LINES) == declared
    assert {intent: len(lines) for intent, lines in LINES.items() if len(lines) < 50} == {}


def test_no_line_holds_markup_or_begins_like_a_command():
    assert [line for lines in LINES.values() for line in lines if "](" in line or line.startswith("/") or not line] == []
