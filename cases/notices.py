"""What staff are told, from data/notices.yml."""

from __future__ import annotations

from functools import cache

import yaml

from cases.settings import ROOT

FILE = ROOT / "data" / "notices.yml"


def words(*path: str, **values: str) -> str:
    """The text at `path` ("texts", "complaint"), with its {placeholders} filled."""
    found = _all()
    for name in path:
        found = found[name]
    for key, value in values.items():
        found = found.replace("{" + key + "}", value)
    return found


def listed(name: str) -> frozenset[str]:
    """A list of short texts, to know one of them again."""
    return frozenset(_all()[name])


def of_alert(level: str, about: str) -> tuple[str, str]:
    """(subject, text) of the notice of an alert."""
    texts = _all()["texts"]
    name = about if level == "message" else level + ("_unknown" if about == "unmatched" else "")
    return words("subjects", level), texts.get(name, texts["message"])


@cache
def _all() -> dict:
    return yaml.safe_load(FILE.read_text())
