"""What is noted for a person to deal with: a real person, decisions, how it was, language, a new number, no more texts."""

from __future__ import annotations

import re

from rasa_sdk.events import FollowupAction, SlotSet

from actions import beside, consultation, talk
from actions.base import HeardAction, Turn
from cases import issues


def _note(turn: Turn, kind: str, response: str, **values: str) -> list[dict]:
    issues.record(turn.session, turn.child, kind=kind, text=turn.words, inbound_id=turn.message_id, now=turn.now)
    turn.say(response, **values)
    return []


class AskHuman(HeardAction):
    def name(self) -> str:
        return "action_ask_human"

    def act(self, turn: Turn) -> list[dict]:
        talk.ask_for_a_person(turn)
        talk.answer_questions(turn)
        return beside.keep_wishes(turn)


class AskRights(HeardAction):
    def name(self) -> str:
        return "action_ask_rights"

    def act(self, turn: Turn) -> list[dict]:
        turn.say("utter_rights_rights")
        talk.answer_questions(turn)
        return beside.keep_wishes(turn)


class AskLegal(HeardAction):
    def name(self) -> str:
        return "action_ask_legal"

    def act(self, turn: Turn) -> list[dict]:
        issues.record(turn.session, turn.child, kind="question", text=turn.words, inbound_id=turn.message_id, now=turn.now)
        turn.say("utter_rights_legal")
        talk.answer_questions(turn)
        return [SlotSet("offer", "advocate"), *beside.keep_wishes(turn)]


class AskDecisions(HeardAction):
    """No decisions are kept here yet: say so, and pass the question on."""

    def name(self) -> str:
        return "action_ask_decisions"

    def act(self, turn: Turn) -> list[dict]:
        return _note(turn, "question", "utter_decisions_none_recorded", name=turn.iro_name())


class DecisionNotDone(HeardAction):
    def name(self) -> str:
        return "action_decision_not_done"

    def act(self, turn: Turn) -> list[dict]:
        return _note(turn, "decision_not_done", "utter_decisions_not_done", name=turn.iro_name())


class ReviewFeedback(HeardAction):
    def name(self) -> str:
        return "action_review_feedback"

    def act(self, turn: Turn) -> list[dict]:
        if turn.asks_to_begin:
            return [*consultation.open_form(turn), FollowupAction("consultation_form")]
        return _note(turn, "feedback", "utter_feedback_kept", name=turn.iro_name())


class ChangeLanguage(HeardAction):
    def name(self) -> str:
        return "action_change_language"

    def act(self, turn: Turn) -> list[dict]:
        simpler = re.search(r"\b(?:easy|easier|simple|simpler|short|shorter|big|bigger|long words|hard)\b", turn.text.lower())
        return _note(turn, "language", "utter_language_simpler" if simpler else "utter_language_noted", name=turn.iro_name())


class ChangeContact(HeardAction):
    """Recorded, never changed by a text alone: a number that somebody else holds must not move a child's talk."""

    def name(self) -> str:
        return "action_change_contact"

    def act(self, turn: Turn) -> list[dict]:
        return _note(turn, "contact_change", "utter_shared_contact_noted", name=turn.iro_name())


class StopMessages(HeardAction):
    def name(self) -> str:
        return "action_stop_messages"

    def act(self, turn: Turn) -> list[dict]:
        return _note(turn, "contact_change", "utter_shared_stop_explained", name=turn.iro_name())
