"""Rules for what must never be missed, read from data/safety/rules.yml: plain patterns, silenced by negation, play, idiom and the past.

A rule says why in words for the IRO. It can only raise what the classifier says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

RULES = Path(__file__).resolve().parents[2] / "data" / "safety" / "rules.yml"
#: This scope is looked for just before the match, the others anywhere in the text.
_BEFORE = "denied"


@dataclass(frozen=True)
class Rule:
    """firm: it stands whatever the classifier says; else a classifier that is sure of no risk overrules it."""

    category: str
    level: str
    reason: str
    patterns: tuple[re.Pattern, ...]
    unless: tuple[re.Pattern, ...]
    unless_before: tuple[re.Pattern, ...]
    firm: bool

    def found(self, text: str) -> bool:
        for pattern in self.patterns:
            for match in pattern.finditer(text):
                if not any(scope.search(text[: match.start()]) for scope in self.unless_before):
                    return not any(scope.search(text) for scope in self.unless)
        return False


def matching(plain: str, raw: str) -> list[Rule]:
    """The rules that fire: on the plain text, and for other languages on the text with its own letters."""
    letters = unicodedata.normalize("NFC", raw).lower().replace("ي", "ی").replace("ك", "ک")
    english, others = _rules()
    return [rule for rule in english if rule.found(plain)] + [rule for rule in others if rule.found(letters)]


def settled(plain: str) -> bool:
    """True where the text says that something was long ago or is sorted, and nothing in it says that it goes on."""
    scopes = _scopes()
    return bool(scopes["settled"].search(plain)) and not scopes["going_on"].search(plain)


def denial(plain: str) -> bool:
    """True where a whole short message says that no harm was done, and no "but" or "only" follows."""
    return bool(_scopes()["denial"].search(plain))


@lru_cache(maxsize=1)
def _read() -> dict:
    return yaml.safe_load(RULES.read_text("utf-8"))


@lru_cache(maxsize=1)
def _scopes() -> dict[str, re.Pattern]:
    return {name: re.compile(pattern) for name, pattern in _read()["scopes"].items()}


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    read, scopes = _read(), _scopes()
    others = (entry for entries in read["languages"].values() for entry in entries)
    return tuple(_compiled(read["rules"], scopes)), tuple(_compiled(others, scopes))


def _compiled(entries: list[dict] | Iterator[dict], scopes: dict[str, re.Pattern]) -> Iterator[Rule]:
    for entry in entries:
        names = entry.get("unless", [])
        yield Rule(
            category=entry["category"],
            level=entry["level"],
            reason=entry["reason"],
            patterns=tuple(re.compile(pattern.replace("ي", "ی").replace("ك", "ک")) for pattern in entry["any"]),
            unless=tuple(scopes[name] for name in names if name != _BEFORE),
            unless_before=tuple(scopes[name] for name in names if name == _BEFORE),
            firm=entry.get("firm", True),
        )
