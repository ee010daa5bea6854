"""What a message says or asks beside the thing that its intent names is answered too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from rasa_sdk.events import FollowupAction

from actions import consultation, talk, who_read
from actions.base import HeardAction, Turn
from actions.topics import Topic
from cases.store.db import Store


def keep_wishes(turn: Turn) -> list[dict]:
    """Keep what else is wished for the review, outside of a form, and go on with the form; [] if there is nothing."""
    if turn.chosen or (turn.tracker.active_loop or {}).get("name"):
        return []
    changes = consultation.wishes_beside(turn)
    return [*consultation.keep_wish(turn, changes), FollowupAction("consultation_form")] if changes else []


class Say(Topic):
    """A fixed answer, with what else was asked answered in front of it. Small talk gives way to an answer."""

    def __init__(self, store: Store, clock: Callable[[], datetime], name: str, response: str, gives_way: bool):
        super().__init__(store, clock)
        self._name, self._response, self._gives_way = name, response, gives_way

    def name(self) -> str:
        return self._name

    def respond(self, turn: Turn) -> list[dict]:
        answered = talk.answer_questions(turn)
        wished = keep_wishes(turn)
        if not (self._gives_way and (answered or wished)):
            turn.say(self._response)
        return wished


class Confidentiality(Say):
    """Who can read this, and where that is asked, who has."""

    def act(self, turn: Turn) -> list[dict]:
        return [] if who_read.answer(turn) else super().act(turn)


SAYS = (
    ("action_thanks", "utter_shared_thanks", False),
    ("action_goodbye", "utter_shared_goodbye", False),
    ("action_chitchat", "utter_shared_chitchat", True),
    ("action_out_of_scope", "utter_shared_out_of_scope", False),
    ("action_who_are_you", "utter_shared_who_are_you", False),
)


def made(store: Store, clock: Callable[[], datetime]) -> Iterator[HeardAction]:
    yield from (Say(store, clock, *how) for how in SAYS)
    yield Confidentiality(store, clock, "action_confidentiality", "utter_rights_confidentiality", False)
