"""Which rule answers which intent: each has one, and what no rule answers would leave a child without a reply."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from cases.settings import ROOT

RULES = [
    rule for path in sorted((ROOT / "data" / "rules").glob("*.yml")) for rule in yaml.safe_load(path.read_text("utf-8")).get("rules") or []
]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
INTENTS = [next(iter(one)) if isinstance(one, dict) else one for one in DOMAIN["intents"]]


def answered() -> Counter:
    return Counter(step["intent"] for rule in RULES if not rule.get("condition") for step in rule["steps"][:1] if "intent" in step)


@pytest.mark.parametrize("intent", [*INTENTS, "nlu_fallback"])
def test_every_intent_has_exactly_one_rule(intent):
    assert answered()[intent] == 1


def test_every_action_of_a_rule_is_known():
    named = {step["action"] for rule in RULES for step in rule["steps"] if "action" in step}
    words = {name for path in (ROOT / "data" / "responses").glob("*.yml") for name in yaml.safe_load(path.read_text("utf-8"))["responses"]}
    assert named <= {*DOMAIN["actions"], *DOMAIN["forms"], *words}


@pytest.mark.parametrize("form", list(DOMAIN["forms"]))
def test_every_form_that_ends_wipes_what_stood_before_its_questions(form):
    ends = [rule for rule in RULES if {"active_loop": form} in rule.get("condition", [])]
    assert any({"active_loop": None} in rule["steps"] and {"action": "action_form_ended"} in rule["steps"] for rule in ends)
