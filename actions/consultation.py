"""The review form: takes each message to cases.language.answers, writes what it means, and asks on.

`validate_consultation_form` is Rasa's own hook for the form. It sets the marker slots from the case store, so that the
form asks the first question without an answer. Setting none rejects the form: the rule of the message's intent answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from rasa_sdk.events import SlotSet

from actions import talk
from actions.base import HeardAction, Turn, end_form
from actions.consultation_words import before_question, question, read_back
from cases import advocacy, complaints, consultations
from cases.language import answers, evidence, openings, several, steering
from cases.language.form import Change, Outcome, State
from cases.language.people import Known
from cases.language.text import plain
from cases.store.db import Store
from cases.store.models import Consultation, Inbound

FIELDS = consultations.FIELDS
SLOTS = ("begin", *FIELDS, "send")
#: The marker that the child wants to change something and has not said what.
CHANGE = "change"
_CLOSING = {"stop": "utter_consultation_paused", "not_yet": "utter_consultation_not_sent_yet", "decline": "utter_consultation_wish_kept"}


class OpenConsultation(HeardAction):
    """Start the form, or go on with it. Facts in the opening message are taken; a form's own deadline is not one."""

    def name(self) -> str:
        return "action_open_consultation"

    def act(self, turn: Turn) -> list[dict]:
        return open_form(turn)


class Wish(HeardAction):
    """A wish about the review, said without the form: kept, echoed, and the rest of the form offered."""

    def name(self) -> str:
        return "action_wish"

    def act(self, turn: Turn) -> list[dict]:
        opens = any(steering.is_start(clause) for clause in evidence.clauses(plain(turn.text)))
        talk.answer_questions(turn)
        return open_form(turn) if opens else take_wish(turn)


def is_wish(turn: Turn) -> bool:
    """A message that nobody understood: is it plainly about the time, the place or the people?"""
    said = plain(turn.text)
    fields = ("when", "where", "attend", "exclude", "chair")
    return len(said.split()) <= 10 and evidence.strong(said, turn.now, Known(), "begin") in fields and not steering.is_question(said)


def take_wish(turn: Turn) -> list[dict]:
    complaints.end_talk(turn.session, turn.conversation, complaints.draft(turn.session, turn.child.id))
    consultation, _ = consultations.open_one(turn.session, turn.child.id, turn.now)
    return keep_wish(turn, openings.as_wish(turn.text, turn.intent, _state(turn, consultation, "begin")))


def wishes_beside(turn: Turn) -> list[Change]:
    """What a message about something else says about the review."""
    held = consultations.current(turn.session, turn.child.id, turn.now)
    state = _state(turn, held, "begin") if held else State(asked="begin", now=turn.now)
    return several.wishes(turn.text, turn.intent, state)


def keep_wish(turn: Turn, changes: list[Change]) -> list[dict]:
    """Keep it, and say so in front of the form's next question."""
    consultation, _ = consultations.open_one(turn.session, turn.child.id, turn.now)
    consultations.write(turn.session, consultation, changes, turn.words, turn.message_id, turn.now)
    said = before_question(turn, consultation, Outcome("wish", tuple(changes)))
    return [
        *markers(consultation),
        SlotSet("consultation_begin", None),
        SlotSet("consultation_missed", None),
        SlotSet("offer", None),
        turn.before_question(said),
    ]


def open_form(turn: Turn) -> list[dict]:
    complaints.end_talk(turn.session, turn.conversation, complaints.draft(turn.session, turn.child.id))
    consultation, how = consultations.open_one(turn.session, turn.child.id, turn.now)
    state = _state(turn, consultation, "begin")
    changes = [] if turn.chosen else openings.facts_in_opening(turn.text, state)
    consultations.write(turn.session, consultation, changes, turn.words, turn.message_id, turn.now)
    said = before_question(turn, consultation, Outcome(how, tuple(changes)))
    return [
        *markers(consultation),
        SlotSet("consultation_begin", "true"),
        SlotSet("consultation_missed", None),
        SlotSet("offer", None),
        turn.before_question(said),
    ]


def markers(consultation: Consultation, *, reopen: tuple[str, ...] = ()) -> list[dict]:
    """The slots that tell the form what is still to ask. What was told beside another answer is asked, to be confirmed."""
    states = consultations.states(consultation)
    slots = []
    for name in FIELDS:
        state = states.get(name)
        value = None if name in reopen or state in (None, "told") else "skipped" if state == "skipped" else "true"
        slots.append(SlotSet(f"consultation_{name}", value))
    return [*slots, SlotSet("consultation_send", None)]


def _state(turn: Turn, consultation: Consultation, asked: str) -> State:
    states = consultations.states(consultation)
    iro = turn.iro()
    missed = turn.slot("consultation_missed")
    return State(
        asked=asked,
        now=turn.now,
        values=consultations.values(consultation),
        told=frozenset(name for name, state in states.items() if state == "told"),
        skipped=frozenset(name for name, state in states.items() if state == "skipped"),
        last=consultations.last_answered(consultation),
        iro=iro.name if iro else "",
        risk=turn.risk,
        missed=int(missed.partition(":")[2]) if missed.startswith(f"{asked}:") else 0,
    )


class ValidateConsultationForm(HeardAction):
    def name(self) -> str:
        return "validate_consultation_form"

    def act(self, turn: Turn) -> list[dict]:
        asked = turn.slot("requested_slot").removeprefix("consultation_")
        if not turn.fresh or asked not in SLOTS:
            return []
        return take_message(turn, asked)


def take_message(turn: Turn, asked: str) -> list[dict]:
    """One message while the form is open. [] rejects the form, for the rule of the intent to answer."""
    consultation, _ = consultations.open_one(turn.session, turn.child.id, turn.now)
    outcome = answers.interpret(turn.text, _state(turn, consultation, asked), intent=turn.intent, confidence=turn.confidence)
    if turn.chosen and turn.intent not in ("affirm", "deny", "skip", "go_back"):
        return []
    if outcome.disclosure:
        talk.notice_harm(turn, enough=answers.VERY_SURE if outcome.changes else answers.SURE)
    consultations.write(turn.session, consultation, outcome.changes, turn.words, turn.message_id, turn.now)
    if outcome.kind in ("stop", "not_yet", "decline"):
        turn.say(_CLOSING[outcome.kind])
        return [*end_form(), SlotSet("offer", "consultation"), SlotSet("consultation_missed", None)]
    if outcome.kind == "send":
        return _send(turn, consultation)
    if outcome.kind == "side":
        if outcome.side == turn.intent and outcome.side in answers.SIDE_INTENTS and not outcome.changes:
            return []
        talk.answer_side(turn, outcome.side)
    answered = {change.field for change in outcome.changes}
    waiting = tuple(name for name in FIELDS if not turn.slot(f"consultation_{name}") and name not in answered)
    return [
        *markers(consultation, reopen=(*outcome.reopen, *waiting)),
        SlotSet("consultation_begin", None if asked == "begin" and outcome.kind not in ("begin", "answers") else "true"),
        SlotSet("consultation_missed", CHANGE if outcome.kind == "what_to_change" else _missed(turn, asked, outcome)),
        turn.before_question(before_question(turn, consultation, outcome)),
    ]


def _missed(turn: Turn, asked: str, outcome: Outcome) -> str | None:
    """How often in a row the question went without an answer while something else was said."""
    answered = any(change.field == asked and not change.told for change in outcome.changes)
    if answered or asked not in FIELDS or outcome.kind not in ("answers", "unclear"):
        return None
    before = turn.slot("consultation_missed")
    count = int(before.partition(":")[2]) if before.startswith(f"{asked}:") else 0
    return f"{asked}:{count + 1}"


def _send(turn: Turn, consultation: Consultation) -> list[dict]:
    """The one place where a form is sent: the child has just said yes to the read-back."""
    consultations.send(turn.session, consultation, turn.now)
    held = consultations.values(consultation)
    if held.get("advocate") is True:
        newest = consultations.newest(consultation)["advocate"]
        said_in = turn.session.get(Inbound, newest.inbound_id) if newest.inbound_id else None
        advocacy.ask(
            turn.session,
            turn.child,
            text=newest.words,
            agreed_to_share=None,
            now=turn.now,
            hidden_from=said_in.hidden_from if said_in else None,
        )
    if turn.iro() is None:
        turn.say("utter_consultation_sent_no_iro")
    else:
        turn.say("utter_consultation_sent", iro=turn.iro_name())
    return [*end_form(), SlotSet("consultation_send", "true"), SlotSet("offer", None), SlotSet("consultation_missed", None)]


class AskConsultation(HeardAction):
    """Ask one question of the form, with what was just understood in front of it, in one message."""

    reads_only = True

    def __init__(self, store: Store, clock: Callable[[], datetime], field: str):
        super().__init__(store, clock)
        self.field = field

    def name(self) -> str:
        return f"action_ask_consultation_{self.field}"

    def act(self, turn: Turn) -> list[dict]:
        consultation = consultations.current(turn.session, turn.child.id, turn.now)
        said = turn.said_before()
        if self.field == "send" and turn.slot("consultation_missed") == CHANGE:
            turn.say("utter_consultation_ask_change", said=said)
        elif self.field == "send":
            read_back(turn, consultation, said)
        else:
            response, values = question(turn, consultation, self.field)
            turn.say(response, said=said, **values)
        return []


def made(store: Store, clock: Callable[[], datetime]) -> Iterator[HeardAction]:
    """An asking action for each question."""
    return (AskConsultation(store, clock, field) for field in SLOTS)
