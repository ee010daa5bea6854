"""What the service says without Rasa, from the same data/responses/*.yml and gettext catalogues that Rasa uses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from cases import services
from cases.settings import ROOT

RESPONSES = ROOT / "data" / "responses"
LOCALE = ROOT / "locale"


@dataclass(frozen=True)
class Said:
    text: str
    choices: list[dict] | None = field(default=None)


def render(name: str, language: str = "en", /, *, avoid: Collection[str] = (), **values: str) -> Said:
    """One variation of a response, with its {placeholders} filled; those of helplines from data/services.yml.

    `avoid`: texts said before in the same talk; the first variation that is not among them is taken.
    """
    variations = _all(name, language, values)
    return next((said for said in variations if said.text not in avoid), variations[len(avoid) % len(variations)])


def texts(name: str, language: str = "en", /, **values: str) -> list[str]:
    """Every variation of a response: to know again what was said."""
    return [said.text for said in _all(name, language, values)]


def _all(name: str, language: str, values: dict[str, str]) -> list[Said]:
    values = {**services.gaps(), **values}
    return [
        Said(
            _fill(translate(variation["text"].strip(), language), values),
            [{"title": translate(one["title"], language), "payload": one["payload"]} for one in variation.get("buttons", ())] or None,
        )
        for variation in responses()[name]
    ]


def _fill(text: str, values: dict[str, str]) -> str:
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text


@cache
def responses() -> dict[str, list[dict]]:
    """Every response by name, as Rasa has them."""
    found: dict[str, list[dict]] = {}
    for path in sorted(RESPONSES.glob("*.yml")):
        found.update((yaml.safe_load(path.read_text()) or {}).get("responses") or {})
    return found


def translate(text: str, language: str) -> str:
    """An English text of ours in the language, or as it is where there is no translation."""
    for code in (language.replace("-", "_"), language.replace("-", "_").split("_")[0]):
        if code != "en" and text in _catalogue(LOCALE, code):
            return _catalogue(LOCALE, code)[text]
    return text


@cache
def _catalogue(locale: Path, language: str) -> dict[str, str]:
    """msgid → msgstr of every .po file of the language; fuzzy and empty ones are left out, so that English stands in."""
    from babel.messages.pofile import read_po  # slow to import, and a service in English alone never needs it

    found = {}
    for path in sorted((locale / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            found.update({m.id: m.string for m in read_po(file) if m.id and m.string and not m.fuzzy})
    return found
