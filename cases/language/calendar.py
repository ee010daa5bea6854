"""The dates that a wish for a time comes to on the day it is said: 'next Tuesday' → 'Tuesday 1 December', half term, 12 January.

The wish itself is kept as it was said; this is what is said back, so that a wrong guess can be put right, and what the IRO
reads a week later, when 'next Tuesday' is another day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import yaml
from dateutil.relativedelta import relativedelta

from cases.language.times import LONDON
from cases.language.when import WEEKDAYS
from cases.settings import ROOT

FILE = ROOT / "data" / "terms.yml"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAY = "|".join(WEEKDAYS)
_NAMED = re.compile(rf"\b(this|next) ({_DAY})\b(?! \d)")
_WEEK = re.compile(rf"\b(?:({_DAY}) )?(this|next) week\b")
_DATE = re.compile(rf"(?<!day )(?<![(\d])\b(\d{{1,2}}) ({'|'.join(MONTHS)})\b")


class BadTerms(Exception):
    """data/terms.yml cannot be used. `problems`: one plain line each."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class Holiday:
    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Terms:
    """also: another way to say it → the holiday's name. words: a word for a time → what it means here."""

    holidays: tuple[Holiday, ...]
    also: dict[str, str]
    words: dict[str, str]


def dates(gist: str, said_at: datetime, terms: Terms | None = None) -> str:
    """What the wish comes to in dates, said on that day: 'Tuesday 1 December', or '' where it names none."""
    terms = terms or load()
    today = said_at.astimezone(LONDON).date()
    gist = re.split(r"(?:^|, )not ", gist)[0]  # what does not suit has a date too, which is not what is asked for
    found: list[tuple[int, str]] = []
    for match in _NAMED.finditer(gist):
        found.append((match.start(), _say(_weekday(today, match[1], match[2]))))
    for match in _WEEK.finditer(gist):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=match[2] == "next")
        found.append(
            (
                match.start(),
                _say(monday + timedelta(days=WEEKDAYS.index(match[1]))) if match[1] else _span(monday, monday + timedelta(days=4)),
            )
        )
    for match in _DATE.finditer(gist):
        if day := _coming(today, int(match[1]), MONTHS.index(match[2]) + 1):
            found.append((match.start(), _say(day)))
    low = gist.lower()
    for said, name in {**{holiday.name.lower(): holiday.name for holiday in terms.holidays}, **terms.also}.items():
        match = re.search(rf"\b{re.escape(said)}\b(?! (?:eve|day|party))", low)
        coming = next((one for one in terms.holidays if one.name == name and one.last >= today), None)
        if match and coming:
            found.append((match.start(), _span(coming.first, coming.last)))
    for word, meaning in terms.words.items():
        if match := re.search(rf"\b{re.escape(word).replace(chr(92) + ' ', ' ?')}\b", low):
            found.append((match.start(), meaning))
    return ", ".join(dict.fromkeys(said for _, said in sorted(found)))


def _weekday(today: date, which: str, name: str) -> date:
    """'this Tuesday' is the coming one; 'next Tuesday' that of the week after this, as it is mostly meant in Britain."""
    number = WEEKDAYS.index(name)
    if which == "this":
        return today + timedelta(days=(number - today.weekday()) % 7)
    return today - timedelta(days=today.weekday()) + timedelta(weeks=1, days=number)


def _coming(today: date, day: int, month: int) -> date | None:
    try:
        this_year = date(today.year, month, day)
    except ValueError:
        return None
    return this_year if this_year >= today else this_year + relativedelta(years=1)


def _say(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _span(first: date, last: date) -> str:
    if first.month == last.month:
        return f"{first.day} to {last.day} {last:%B}"
    return f"{first.day} {first:%B} to {last.day} {last:%B}"


@cache
def load(file: Path = FILE) -> Terms:
    """Raises BadTerms with a line for each entry that cannot be used."""
    try:
        held = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadTerms([f"{file.name}{f', line {mark.line + 1}' if mark else ''}: this is not YAML that can be read."]) from None
    held = held if isinstance(held, dict) else {}
    problems, holidays = [], []
    if not isinstance(held.get("last_checked"), date):
        problems.append(f"{file.name}: last_checked must be a date like 2026-11-01.")
    for number, one in enumerate(held.get("holidays") or [], 1):
        one = one if isinstance(one, dict) else {}
        name, first, last = one.get("name"), one.get("from"), one.get("to")
        if not isinstance(name, str) or not isinstance(first, date) or not isinstance(last, date) or last < first:
            problems.append(f"{file.name}: holiday {number} ({name}): write {{name: half term, from: 2027-02-15, to: 2027-02-19}}.")
        else:
            holidays.append(Holiday(name, first, last))
    also, known = {}, {holiday.name for holiday in holidays}
    for name, others in (held.get("also") or {}).items():
        if name not in known or not isinstance(others, list):
            problems.append(f"{file.name}: also, {name}: name a holiday of this file, and give a list of other ways to say it.")
        else:
            also |= {str(other).lower(): name for other in others}
    words = held.get("words") or {}
    if not isinstance(words, dict) or not all(isinstance(part, str) for pair in words.items() for part in pair):
        problems.append(f"{file.name}: words: write each as 'dinner time: about 12 to 1pm'.")
        words = {}
    if problems:
        raise BadTerms(problems)
    return Terms(tuple(sorted(holidays, key=lambda holiday: holiday.first)), also, {word.lower(): said for word, said in words.items()})
