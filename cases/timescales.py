"""The times of data/timescales.yml: how many working days each thing may take, with where that comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from cases.settings import ROOT

FILE = ROOT / "data" / "timescales.yml"
NEEDED = {
    "complaints": (
        "acknowledge",
        "stage_1",
        "ask_for_stage_2",
        "stage_2",
        "ask_for_stage_3",
        "stage_3",
        "stage_3_report",
        "stage_3_answer",
    ),
    "advocacy": ("hand_over", "start", "chase_again"),
}


class BadTimescales(Exception):
    """The file cannot be used. `problems` holds one plain line each, with the entry's name."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class Timescale:
    working_days: int
    latest: int  # the same where there is only one time
    source: str
    last_checked: date


def get(topic: str, name: str) -> Timescale:
    """One entry: get("complaints", "stage_1").working_days. Raises BadTimescales, KeyError."""
    return _all()[topic, name]


@cache
def _all() -> dict[tuple[str, str], Timescale]:
    return read(FILE)


def read(path: Path) -> dict[tuple[str, str], Timescale]:
    """Every entry by (topic, name). Raises BadTimescales with every problem of the file."""
    try:
        held = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BadTimescales([f"{path.name} is not YAML: {error}"]) from None
    problems: list[str] = []
    found: dict[tuple[str, str], Timescale] = {}
    for topic, names in NEEDED.items():
        entries = held.get(topic) if isinstance(held, dict) else None
        for name in names:
            entry = entries.get(name) if isinstance(entries, dict) else None
            wrong = _problem(entry)
            if wrong:
                problems.append(f"{path.name}, {topic}, {name}: {wrong}")
            else:
                days = entry["working_days"]
                found[topic, name] = Timescale(days, entry.get("latest", days), entry["source"], entry["last_checked"])
    if problems:
        raise BadTimescales(problems)
    return found


def _problem(entry: object) -> str:
    if not isinstance(entry, dict):
        return "it is missing."
    days = entry.get("working_days")
    if type(days) is not int or days < 1:
        return "working_days must be a whole number of 1 or more."
    latest = entry.get("latest", days)
    if type(latest) is not int or latest < days:
        return "latest must be a whole number and no less than working_days."
    if not isinstance(entry.get("source"), str):
        return "source must say where the number comes from."
    return "" if isinstance(entry.get("last_checked"), date) else "last_checked must be a date like 2026-11-01."
