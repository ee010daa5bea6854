"""The council's own settings: what may be set is in data/settings.yml, what was set (by whom, when) in the case store."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases import audit, office, people, reading, segments, words
from cases.settings import ROOT
from cases.store.models import Person, SettingChange

LONGEST_LINE = 300
#: What holds for all that Heard says to a child: the texts that it takes, and the age at which it can be read.
MOST_TEXTS, OLDEST = 2, 9
OFFICE = ("clock", "hours", "minutes", "refs")
OFFICE_PROBLEMS = {
    "clock": "Enter times like 09:00 to 17:00",
    "order": "Enter two different times, the earlier one first",
    "minutes": f"Enter minutes from 1 to {office.LONGEST_WAIT}, with commas between them",
    "refs": "Enter references, with commas between them",
}


class BadValue(ValueError):
    """The value cannot be set. The message says in plain words what to enter."""


@dataclass(frozen=True)
class Setting:
    """kind: number (min to max), phone, lines (min to max of them), child_words, and those of cases/office.py: clock, hours,
    minutes, refs.

    child_words (max letters): what a child is told in `gap` of the response `stands_in`, which must stay as easy as the
    others; empty: as it is written there.
    """

    name: str
    group: str
    title: str
    kind: str
    default: Any = None
    hint: str = ""
    min: int = 0
    max: int = 0
    stands_in: str = ""
    gap: str = ""

    def read(self, text: str) -> Any:
        """The value that a person typed. Raises BadValue."""
        text = text.strip()
        if self.kind == "number":
            if not text.isdecimal() or not self.min <= int(text) <= self.max:
                raise BadValue(f"Enter a whole number from {self.min} to {self.max}")
            return int(text)
        if self.kind == "phone":
            if text and not people.normalise_phone(text):
                raise BadValue("Enter a phone number, like 01632 960123")
            return text
        if self.kind == "child_words":
            return self._read_child_words(segments.plain(" ".join(text.split())))
        if self.kind in OFFICE:
            return self._read_office(text)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if not self.min <= len(lines) <= self.max:
            raise BadValue(f"Enter {self.max} lines or fewer")
        if any(len(line) > LONGEST_LINE for line in lines):
            raise BadValue(f"Make each line {LONGEST_LINE} letters or fewer")
        return lines

    def _read_child_words(self, text: str) -> str:
        if not text:
            return ""
        if len(text) > self.max or not segments.is_gsm7(text) or re.search(r"[{}.!?:/]", text):
            raise BadValue(f"Enter a few words, {self.max} letters or fewer, without full stops, links or emoji")
        for said in words.texts(self.stands_in, **{self.gap: text}):
            read = reading.measure(said)
            if segments.count(said) > MOST_TEXTS or (read and read.age > OLDEST):
                raise BadValue("Enter shorter and easier words: a child of nine should be able to read them")
        return text

    def _read_office(self, text: str) -> Any:
        parts = [part for part in re.split(r"[,\s]+|-|\bto\b", text) if part] if self.kind != "refs" else re.findall(r"[^,\s]+", text)
        value: Any = parts[0] if self.kind == "clock" and len(parts) == 1 else parts
        if self.kind == "minutes":
            value = [int(part) if part.isdecimal() and len(part) < 6 else 0 for part in parts]
        try:
            return office.check(self.name, value)
        except ValueError as wrong:
            raise BadValue(OFFICE_PROBLEMS[str(wrong)]) from None

    def written(self, value: Any) -> str:
        """The value as it stands in a form."""
        if self.kind == "hours":
            return " to ".join(value)
        if self.kind in ("minutes", "refs"):
            return ", ".join(map(str, value))
        return "\n".join(value) if self.kind == "lines" else str(value)


@cache
def settings() -> dict[str, Setting]:
    """Every setting by name, in the order of the file."""
    rows = yaml.safe_load((ROOT / "data" / "settings.yml").read_text(encoding="utf-8"))["settings"]
    held = office.Office()  # knows what holds for its own until the council sets it
    return {row["name"]: Setting(**{"default": getattr(held, row["name"], None)} | row) for row in rows}


def values(session: Session) -> dict[str, Any]:
    """What holds now, by name."""
    newest = select(func.max(SettingChange.id)).group_by(SettingChange.name)
    changed = session.execute(select(SettingChange.name, SettingChange.value).where(SettingChange.id.in_(newest))).all()
    known = settings()
    return {name: one.default for name, one in known.items()} | {name: json.loads(value) for name, value in changed if name in known}


def change(session: Session, name: str, text: str, person: Person, now: datetime) -> bool:
    """Set `name` to what was typed. False where it was so before. Raises KeyError, BadValue."""
    value, written = settings()[name].read(text), settings()[name].written
    if written(values(session)[name]) == written(value):
        return False
    session.add(SettingChange(name=name, value=json.dumps(value, ensure_ascii=False), by_id=person.id, at=now))
    audit.record(session, actor=person, action="setting", object=name, now=now)
    session.flush()
    return True


def history(session: Session, limit: int = 100) -> list[SettingChange]:
    """Every change, newest first."""
    return list(session.scalars(select(SettingChange).order_by(SettingChange.id.desc()).limit(limit)))
