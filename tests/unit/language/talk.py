"""A talk with the form in plain Python: what the action does around the interpreter, without Rasa and without a store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from cases.language import answers, openings
from cases.language.form import FIELDS, Outcome, State

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class Talk:
    now: datetime
    iro: str = "Denise Okafor"
    asked: str = "when"
    values: dict = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    last: str = ""
    missed: int = 0
    outcome: Outcome | None = None

    def open(self, text: str) -> None:
        self._take(openings.facts_in_opening(text, self.state()))
        self._ask()

    def state(self, risk: str = "none") -> State:
        return State(
            asked=self.asked,
            now=self.now,
            values=dict(self.values),
            told=frozenset(name for name, state in self.states.items() if state == "told"),
            skipped=frozenset(name for name, state in self.states.items() if state == "skipped"),
            last=self.last,
            iro=self.iro,
            risk=risk,
            missed=self.missed,
        )

    def say(self, text: str, *, risk: str = "none", intent: str = "", confidence: float = 0.0) -> Outcome:
        before = self.asked
        self.outcome = answers.interpret(text, self.state(risk), intent=intent, confidence=confidence)
        self._take(self.outcome.changes)
        for name in self.outcome.reopen:
            self.states.pop(name, None)
        self._ask()
        self.missed = self.missed + 1 if self.asked == before and self.outcome.kind in ("answers", "unclear") else 0
        return self.outcome

    def _take(self, changes) -> None:
        for change in changes:
            self.states[change.field] = "skipped" if change.skipped else "told" if change.told else "given"
            self.values.pop(change.field, None)
            if not change.skipped:
                self.values[change.field] = change.value
            if not change.told:
                self.last = change.field

    def _ask(self) -> None:
        self.asked = next((name for name in FIELDS if self.states.get(name) in (None, "told")), "send")


def talk_of(*texts: str) -> Talk:
    talk = Talk(NOW)
    talk.open("form")
    for text in texts:
        talk.say(text)
    return talk
