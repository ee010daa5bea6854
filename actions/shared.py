"""Small talk and steering outside of a form, and what a message that nobody understood turns into."""

from __future__ import annotations

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from actions import advocacy, beside, complaints, consultation, my_iro, talk
from actions.base import HeardAction, Turn
from cases import consultations
from cases.language.form import FIELDS
from cases.language.text import mostly_latin, plain

#: What a "yes" starts, by what was offered last: what opens it, and its form.
STARTS = {
    "consultation": (consultation.open_form, "consultation_form"),
    "advocate": (advocacy.start, "advocate_form"),
    "message": (my_iro.start_message, "message_form"),
    "complaint": (lambda turn: complaints.start(turn, about_iro=False), "complaint_form"),
}


def start(turn: Turn, what: str) -> list[dict]:
    opens, form = STARTS[what]
    return [*opens(turn), FollowupAction(form)]


class Greet(HeardAction):
    def name(self) -> str:
        return "action_greet"

    def act(self, turn: Turn) -> list[dict]:
        if turn.asks_to_begin:
            return start(turn, "consultation")
        answered = talk.answer_questions(turn)
        wished = beside.keep_wishes(turn)
        if answered or wished:
            return wished
        if _has_draft(turn):
            turn.say("utter_shared_greet_resume")
            return [SlotSet("offer", "consultation")]
        turn.say("utter_shared_greet")
        return [SlotSet("offer", "consultation")]


def _has_draft(turn: Turn) -> bool:
    held = consultations.current(turn.session, turn.child.id, turn.now)
    return held is not None and held.status == "open" and bool(held.answers)


class Help(HeardAction):
    def name(self) -> str:
        return "action_help"

    def act(self, turn: Turn) -> list[dict]:
        if (turn.tracker.active_loop or {}).get("name"):
            turn.say("utter_shared_form_help")
            return []
        turn.say("utter_shared_help")
        return [SlotSet("offer", "consultation")]


class WhatIs(HeardAction):
    def name(self) -> str:
        return "action_what_is"

    def act(self, turn: Turn) -> list[dict]:
        talk.tell_what(turn)
        talk.answer_questions(turn)
        return beside.keep_wishes(turn)


class Affirm(HeardAction):
    """Yes, to what was offered last; to nothing, the menu."""

    def name(self) -> str:
        return "action_affirm"

    def act(self, turn: Turn) -> list[dict]:
        if (answered := consultation.answer_notice(turn)) is not None:
            return answered
        if turn.slot("offer") in STARTS:
            return start(turn, turn.slot("offer"))
        if turn.asks_to_begin:
            return start(turn, "consultation")
        turn.say("utter_shared_yes_to_what")
        return []


class Deny(HeardAction):
    def name(self) -> str:
        return "action_deny"

    def act(self, turn: Turn) -> list[dict]:
        if (answered := consultation.answer_notice(turn)) is not None:
            return answered
        turn.say("utter_shared_no_to_what")
        return [SlotSet("offer", None)]


class Steer(HeardAction):
    """Skip, stop or go back with nothing open."""

    def name(self) -> str:
        return "action_steer"

    def act(self, turn: Turn) -> list[dict]:
        if (answered := consultation.answer_notice(turn)) is not None:
            return answered
        if turn.asks_to_begin:
            return start(turn, "consultation")
        turn.say("utter_shared_nothing_open")
        return []


class Restart(HeardAction):
    """'Start over'. Rasa runs this before any form sees the message, so that in a form it is the form that takes it."""

    def name(self) -> str:
        return "action_restart"

    def act(self, turn: Turn) -> list[dict]:
        form = (turn.tracker.active_loop or {}).get("name")
        asked = turn.slot("requested_slot")
        if form == "consultation_form" and _means_it(turn):
            return _again(turn)
        if form == "consultation_form":
            return _ended(consultation.take_message(turn, asked.removeprefix("consultation_")))
        if form == "complaint_form":
            return _ended(complaints.take_message(turn, asked.removeprefix("complaint_")))
        if form is None and turn.asks_to_begin:
            return start(turn, "consultation")
        if form is None:
            turn.say("utter_shared_menu")
        return []


def _ended(events: list[dict]) -> list[dict]:
    """A form ends itself when no slot is requested any more; from outside it has to be told."""
    if any(event.get("name") == "requested_slot" and event.get("value") is None for event in events):
        return [*events, ActiveLoop(None)]
    return events


def _means_it(turn: Turn) -> bool:
    words = plain(turn.text).split()
    return len(words) <= 6 and any(word in words for word in ("restart", "start", "over", "again", "beginning", "top", "reset", "scratch"))


def _again(turn: Turn) -> list[dict]:
    """From the top: every question is asked again. What was said stays until something else is."""
    held, _ = consultations.open_one(turn.session, turn.child.id, turn.now)
    return [
        *consultation.markers(held, reopen=FIELDS),
        *(SlotSet(f"consultation_{name}", None) for name in ("more", "topic", "topics")),
        turn.before_question(turn.phrase("utter_consultation_said_restart")),
    ]


class Unclear(HeardAction):
    """Not understood: a person will read it, and the child sees what else there is."""

    def name(self) -> str:
        return "action_unclear"

    def act(self, turn: Turn) -> list[dict]:
        if (turn.tracker.active_loop or {}).get("name"):
            turn.say("utter_shared_unclear_in_form")
            return []
        if (answered := consultation.answer_notice(turn)) is not None:
            return answered
        if consultation.asks_for_copy(turn):
            return consultation.tell_copy(turn)
        if turn.asks_to_begin:
            return start(turn, "consultation")
        if consultation.is_wish(turn):
            return [*consultation.take_wish(turn), FollowupAction("consultation_form")]
        if not mostly_latin(turn.text):
            turn.say("utter_shared_english_only")
        else:
            turn.say("utter_shared_unclear")
        return [SlotSet("offer", "consultation")]


class FormEnded(HeardAction):
    """After a form: its words were said already; only what was in front of the next question is wiped."""

    reads_only = True

    def name(self) -> str:
        return "action_form_ended"

    def act(self, turn: Turn) -> list[dict]:
        return [SlotSet("said", None)]
