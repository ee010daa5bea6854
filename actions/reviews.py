"""When and where the next review is. Wishes about it are the review form's: see consultation.py."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions import beside, talk
from actions.base import Turn
from actions.topics import Topic


class NextReview(Topic):
    def name(self) -> str:
        return "action_next_review"

    def respond(self, turn: Turn) -> list[dict]:
        talk.tell_review(turn)
        talk.answer_questions(turn)
        return [SlotSet("offer", "consultation"), *beside.keep_wishes(turn)]
