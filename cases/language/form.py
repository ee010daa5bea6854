"""The review form as the interpreter sees it: its fields, what was said so far, and what a message comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FIELDS = ("when", "where", "attend", "exclude", "chair", "issues", "advocate")
#: A literal of the export: asked, and happy with anything.
NO_PREFERENCE = "no preference"
LISTS = ("attend", "exclude", "issues")


@dataclass(frozen=True)
class Change:
    """A field's new value. skipped: the child would rather not say. told: said before it was asked, so it is asked to confirm.

    last: brought from last time, to be asked about. cleared: not that after all, so that it is asked afresh.
    """

    field: str
    value: Any
    skipped: bool = False
    told: bool = False
    last: bool = False
    cleared: bool = False

    @property
    def state(self) -> str:
        """How the answer is kept: see Answer."""
        return "open" if self.cleared else "skipped" if self.skipped else "last" if self.last else "told" if self.told else "given"


@dataclass(frozen=True)
class State:
    """What was said so far. `last`: the field that the message before this one answered."""

    asked: str
    now: datetime
    values: dict[str, Any] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    last: str = ""
    missed: int = 0  # how often in a row the question was answered with something else
    iro: str = ""
    risk: str = "none"
    foreign: bool = False  # the message before this one was in another language


@dataclass(frozen=True)
class Outcome:
    """kind: answers, stop, back, again, side, filler, unclear, language, send, not_yet, what_to_change, begin, decline.

    changes: what to write, of whichever kind. side: the topic to explain. reopen: fields to ask again. disclosure: harm was
    hinted at, so that a kind word and a person's eye come first.
    """

    kind: str
    changes: tuple[Change, ...] = ()
    side: str = ""
    reopen: tuple[str, ...] = ()
    disclosure: bool = False
