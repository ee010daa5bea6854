"""Who my IRO is, and a message or a request for a call to them."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions import beside, talk
from actions.base import HeardAction, Turn, end_form
from cases import complaints, issues
from cases.language import steering, topics, yesno
from cases.language.answers import SIDE_INTENTS, SURE
from cases.language.text import plain

#: Asked in the middle of a message, these are questions to us and not part of it.
ASKS_US = SIDE_INTENTS - {
    "contact_iro",
    "decision_not_done",
    "review_feedback",
    "change_contact",
    "change_language",
    "ask_legal",
    "ask_rights",
    "ask_decisions",
    "chitchat",
    "out_of_scope",
    "abuse_at_bot",
}


class MyIro(HeardAction):
    def name(self) -> str:
        return "action_my_iro"

    def act(self, turn: Turn) -> list[dict]:
        talk.tell_iro(turn)
        talk.answer_questions(turn)
        return [SlotSet("offer", "message"), *beside.keep_wishes(turn)]


class ContactIro(HeardAction):
    """A message or a call back: kept at once when it says something, asked for when it does not."""

    def name(self) -> str:
        return "action_contact_iro"

    def act(self, turn: Turn) -> list[dict]:
        return start_message(turn)


def start_message(turn: Turn) -> list[dict]:
    complaints.end_talk(turn.session, turn.conversation, complaints.draft(turn.session, turn.child.id))
    iro = turn.iro()
    names = iro.name.split() if iro else []
    wants_call = issues.wants_a_call(turn.text)
    empty = turn.chosen or issues.says_nothing_yet(turn.text, *names)
    reset = [SlotSet("message_text", None), SlotSet("offer", None)]
    if wants_call:
        issues.record(turn.session, turn.child, kind="call_back", text=turn.text, inbound_id=turn.message_id, now=turn.now)
        return [*reset, turn.before_question(turn.phrase("utter_my_iro_call_asked", name=turn.iro_name()))]
    if empty:
        return [*reset, turn.before_question("")]
    issues.record(turn.session, turn.child, kind="message", text=turn.text, inbound_id=turn.message_id, now=turn.now)
    return [*reset, turn.before_question(turn.phrase("utter_my_iro_message_kept", name=turn.iro_name()))]


class AskMessage(HeardAction):
    reads_only = True

    def name(self) -> str:
        return "action_ask_message_text"

    def act(self, turn: Turn) -> list[dict]:
        said = turn.said_before()
        if said:
            turn.say("utter_shared_said", said=said.strip())
        else:
            turn.say("utter_my_iro_ask_message", name=turn.iro_name())
        return []


class ValidateMessageForm(HeardAction):
    def name(self) -> str:
        return "validate_message_form"

    def act(self, turn: Turn) -> list[dict]:
        if not turn.fresh or turn.slot("requested_slot") != "message_text":
            return []
        return take_message(turn)


def take_message(turn: Turn) -> list[dict]:
    said = plain(turn.text)
    steer = steering.read(said)
    if nothing_more(said, steer):
        turn.say("utter_my_iro_message_done" if _kept_any(turn) else "utter_my_iro_message_dropped", name=turn.iro_name())
        return [*end_form(), SlotSet("message_text", None)]
    if asks_us(turn, steer) or starts_another(turn):
        return []
    if steer is not None and steer.kind in ("filler", "again"):
        return [SlotSet("message_text", None), turn.before_question("")]
    talk.notice_harm(turn)
    kind = "call_back" if len(said.split()) <= 8 and issues.asks_for_a_call(turn.text) else "message"
    issues.record(turn.session, turn.child, kind=kind, text=turn.text, inbound_id=turn.message_id, now=turn.now)
    turn.say("utter_my_iro_message_done", name=turn.iro_name())
    return [*end_form(), SlotSet("message_text", "true")]


def nothing_more(said: str, steer: steering.Steer | None) -> bool:
    """'no', 'nothing else', 'that's it', 'later': the child has said what they wanted to."""
    if steer is not None and steer.kind in ("stop", "skip", "refuse"):
        return True
    closing = said.strip(" .!") in (
        "that's it",
        "that's all",
        "that is all",
        "done",
        "all done",
        "bye",
        "thanks",
        "ok thanks",
        "ok",
        "no that's it",
    )
    return closing or topics.nothing(said) or (yesno.polarity(said) == "no" and len(said.split()) <= 4)


def asks_us(turn: Turn, steer: steering.Steer | None) -> bool:
    """Is it a question to us, that the rule of its intent answers before the form asks again?"""
    if turn.chosen and turn.intent not in ("affirm", "deny", "skip", "go_back"):
        return True
    plain_question = steer is not None and steer.kind == "side" and steer.side in (turn.intent, "help")
    return plain_question or (turn.intent in ASKS_US and turn.confidence >= SURE and steering.is_question(plain(turn.text)))


def starts_another(turn: Turn) -> bool:
    """Another conversation begins here: its own rule takes over."""
    return turn.intent in ("start_consultation", "make_complaint", "complain_about_iro", "ask_advocate") and turn.confidence >= SURE


def _kept_any(turn: Turn) -> bool:
    """Was something kept when this form opened? Then the question in front of it said so."""
    return bool(turn.slot("said"))
