"""What a child asks for plainly is answered as that, whatever intent the classifier gave the message."""

from __future__ import annotations

from collections.abc import Callable

from actions.base import HeardAction, Turn
from cases.language import asks, follow_ups, foreign
from cases.language.text import plain

Answer = Callable[[Turn], list[dict]]
#: Name of what is asked for (see cases/language/asks.py) → what answers it.
ANSWERS: dict[str, Answer] = {}


def answers(*names: str) -> Callable[[Answer], Answer]:
    """Register a function as the answer to these."""

    def register(answer: Answer) -> Answer:
        ANSWERS.update(dict.fromkeys(names, answer))
        return answer

    return register


#: A message in another language is answered as what it is thought to be: a complaint is taken as it stands, harm is for people.
_IN_ANY_LANGUAGE = ("make_complaint", "complain_about_iro", "disclose_harm")


def asked(turn: Turn) -> str | None:
    """What the message plainly asks for, if there is an answer to that here. A choice from a menu asks for nothing more."""
    if turn.chosen:
        return None
    said, in_form = plain(turn.text), (turn.tracker.active_loop or {}).get("name")
    name = asks.read(said)
    if name is None and not in_form:
        name = follow_ups.read(said, turn.slot("offer"))
    if name is None and not in_form and turn.intent not in _IN_ANY_LANGUAGE and foreign.written(turn.text):
        name = "other_language"
    return name if name in ANSWERS else None


class Topic(HeardAction):
    """An action of an intent: subclasses write `respond`, which is what happens where the words ask for nothing plainer."""

    def respond(self, turn: Turn) -> list[dict]:
        raise NotImplementedError

    def act(self, turn: Turn) -> list[dict]:
        name = asked(turn)
        return ANSWERS[name](turn) if name else self.respond(turn)
