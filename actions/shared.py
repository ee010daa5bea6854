"""Small talk and steering outside of a form, and what a message that nobody understood turns into."""

from __future__ import annotations

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from actions import advocacy, beside, complaint_after, complaints, consultation, decisions, my_iro, talk
from actions.base import HeardAction, Turn
from actions.topics import ANSWERS, Topic, answers, asked
from cases import consultations
from cases.language import steering, yesno
from cases.language.form import FIELDS
from cases.language.text import plain

#: What a "yes" starts, by what was offered last: what opens it, and its form.
STARTS = {
    "consultation": (consultation.open_form, "consultation_form"),
    "advocate": (advocacy.start, "advocate_form"),
    "message": (my_iro.start_message, "message_form"),
    "complaint": (lambda turn: complaints.start(turn, about_iro=False), "complaint_form"),
}


#: What else a yes, and a no, to the last offer does.
AFTER_YES = {complaint_after.TAKE_BACK: complaint_after.take_back, advocacy.PRESUMED: advocacy.keep_presumed}
AFTER_NO = {complaint_after.TAKE_BACK: complaint_after.leave_it, advocacy.PRESUMED: advocacy.refuse_presumed}


def start(turn: Turn, what: str) -> list[dict]:
    opens, form = STARTS[what]
    return [*opens(turn), FollowupAction(form)]


@answers("takes_up")
def take_up(turn: Turn) -> list[dict]:
    """'can i have one', said to what was just offered."""
    return start(turn, turn.slot("offer"))


@answers("adds_to_form")
def add_to_form(turn: Turn) -> list[dict]:
    """'can i add something', where there is a form, sent or not: what they said is opened again. Where there is none, they just say it."""
    held = consultations.current(turn.session, turn.child.id, turn.now)
    if held is not None and held.answers:
        return start(turn, "consultation")
    turn.say("utter_shared_help")
    return [SlotSet("offer", "consultation")]


class Greet(Topic):
    def name(self) -> str:
        return "action_greet"

    def respond(self, turn: Turn) -> list[dict]:
        if turn.asks_to_begin:
            return start(turn, "consultation")
        if offered := advocacy.offer_for_needs(turn):
            return offered
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


class Help(Topic):
    def name(self) -> str:
        return "action_help"

    def respond(self, turn: Turn) -> list[dict]:
        if (turn.tracker.active_loop or {}).get("name"):
            turn.say("utter_shared_form_help")
            return []
        turn.say("utter_shared_help")
        return [SlotSet("offer", "consultation")]


class WhatIs(Topic):
    def name(self) -> str:
        return "action_what_is"

    def respond(self, turn: Turn) -> list[dict]:
        offered = talk.tell_what(turn)
        talk.answer_questions(turn)
        return [*([SlotSet("offer", offered)] if offered else []), *beside.keep_wishes(turn)]


class Affirm(HeardAction):
    """Yes, to what was offered last; to nothing, the menu."""

    def name(self) -> str:
        return "action_affirm"

    def act(self, turn: Turn) -> list[dict]:
        if (answered := consultation.answer_notice(turn)) is not None:
            return answered
        if not turn.chosen and (steer := steering.read(plain(turn.text))) and steer.kind == "again":  # 'huh' is no yes
            turn.say("utter_shared_help")
            return [SlotSet("offer", "consultation")]
        if (name := asked(turn)) in ("tell_them", "no_advocate", "adds_to_form"):  # 'yes tell her' takes nothing up that was offered
            return ANSWERS[name](turn)
        offer = turn.slot("offer")
        if offer in STARTS:
            return start(turn, offer)
        if offer in AFTER_YES:
            return AFTER_YES[offer](turn)
        if offer.startswith(decisions.OFFER):
            return decisions.tell_next(turn)
        if turn.asks_to_begin:
            return start(turn, "consultation")
        if not turn.chosen and yesno.advocacy(plain(turn.text))[0] and "advocate" in turn.text.lower():
            return start(turn, "advocate")
        turn.say("utter_shared_yes_to_what")
        return []


class Deny(Topic):
    def name(self) -> str:
        return "action_deny"

    def respond(self, turn: Turn) -> list[dict]:
        if (answered := consultation.answer_notice(turn)) is not None:
            return answered
        if turn.slot("offer") in AFTER_NO:
            return AFTER_NO[turn.slot("offer")](turn)
        turn.say("utter_shared_no_to_what")
        return [SlotSet("offer", None)]


class Steer(Topic):
    """Skip, stop or go back with nothing open; 'next', where decisions are being told."""

    def name(self) -> str:
        return "action_steer"

    def respond(self, turn: Turn) -> list[dict]:
        if (answered := consultation.answer_notice(turn)) is not None:
            return answered
        if turn.slot("offer").startswith(decisions.OFFER) and turn.intent == "skip":
            return decisions.tell_next(turn)
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
        if form == "consultation_form" and _means_it(turn, asked):
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


def _means_it(turn: Turn, asked: str) -> bool:
    words = plain(turn.text).split()
    if asked == "consultation_chair" and "from" not in words and yesno.chairing(turn.text) == "start only":
        return False  # "only the start" says which part they lead
    return len(words) <= 6 and any(word in words for word in ("restart", "start", "over", "again", "beginning", "top", "reset", "scratch"))


def _again(turn: Turn) -> list[dict]:
    """From the top: every question is asked again. What was said stays until something else is."""
    held, _ = consultations.open_one(turn.session, turn.child.id, turn.now)
    return [
        *consultation.markers(held, reopen=FIELDS),
        *(SlotSet(f"consultation_{name}", None) for name in ("more", "topic", "topics")),
        turn.before_question(turn.phrase("utter_consultation_said_restart")),
    ]


class Unclear(Topic):
    """Not understood: a person will read it, and the child sees what else there is."""

    def name(self) -> str:
        return "action_unclear"

    def respond(self, turn: Turn) -> list[dict]:
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
        if steering.side_question(plain(turn.text)) == "help":  # 'what is this', 'i dont get it'
            turn.say("utter_shared_who_are_you" if "this" in turn.text.lower().split() else "utter_shared_help")
            return [SlotSet("offer", "consultation")]
        turn.say("utter_shared_unclear")
        return [SlotSet("offer", "consultation")]


class FormEnded(HeardAction):
    """After a form: its words were said already. Only what was in front of the next question is wiped, and an advocate
    offered where the child's needs speak for one; not beside what is kept from the IRO, nor beside harm.
    """

    def name(self) -> str:
        return "action_form_ended"

    def act(self, turn: Turn) -> list[dict]:
        offered = [] if turn.hidden_from or turn.risk != "none" else advocacy.offer_for_needs(turn)
        return [SlotSet("said", None), SlotSet("message_for", None), *offered]
