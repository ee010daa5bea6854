"""Asking for an advocate: what one is, yes, no or not now, and what may be passed on."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions import talk
from actions.base import HeardAction, Turn, end_form
from cases import advocacy, complaints
from cases.language import steering, yesno
from cases.language.answers import SIDE_INTENTS, SURE
from cases.language.text import plain


class StartAdvocate(HeardAction):
    def name(self) -> str:
        return "action_start_advocate"

    def act(self, turn: Turn) -> list[dict]:
        return start(turn)


def start(turn: Turn) -> list[dict]:
    """Whoever asks for an advocate has said yes already; whoever asks about one has not."""
    complaints.end_talk(turn.session, turn.conversation, complaints.draft(turn.session, turn.child.id))
    wants = not steering.is_question(plain(turn.text)) or bool(yesno.advocacy(plain(turn.text))[0])
    if wants and not turn.chosen:  # on record at once, should the child not come back to the rest
        advocacy.ask(turn.session, turn.child, text=turn.words, agreed_to_share=None, now=turn.now, hidden_from=turn.hidden_from)
    said = turn.phrase("utter_advocacy_said_explain")
    return [
        SlotSet("advocate_wanted", "true" if wants else None),
        SlotSet("advocate_share", None),
        SlotSet("offer", None),
        turn.before_question(said),
    ]


class ValidateAdvocateForm(HeardAction):
    def name(self) -> str:
        return "validate_advocate_form"

    def act(self, turn: Turn) -> list[dict]:
        asked = turn.slot("requested_slot")
        if not turn.fresh or asked not in ("advocate_wanted", "advocate_share"):
            return []
        said = plain(turn.text)
        steer = steering.read(said)
        if steer is not None and steer.kind == "side":
            if steer.side in ("explain_advocate", "help", "why"):
                return [SlotSet("advocate_share", None), turn.before_question(turn.phrase("utter_advocacy_said_explain"))]
            if steer.side == turn.intent:
                return []
            talk.answer_side(turn, steer.side)
            return [SlotSet("advocate_share", None), turn.before_question("")]
        if steer is not None and steer.kind in ("stop", "skip", "refuse", "no_preference"):
            if asked == "advocate_wanted" or "not now" in said:
                advocacy.withdraw(turn.session, turn.child)
            return _closed(turn, "utter_advocacy_not_now")
        answer = yesno.polarity(said) if asked == "advocate_share" else _wanted(said)
        if answer == "no" and asked == "advocate_wanted":
            advocacy.withdraw(turn.session, turn.child)
            return _closed(turn, "utter_advocacy_not_now" if "now" in said or "yet" in said else "utter_advocacy_not_wanted")
        if answer == "yes" and asked == "advocate_wanted":
            return [SlotSet("advocate_wanted", "true"), turn.before_question("")]
        if answer in ("yes", "no"):
            advocacy.ask(
                turn.session,
                turn.child,
                text=turn.text if len(said.split()) > 3 else None,
                agreed_to_share=answer == "yes",
                now=turn.now,
                hidden_from=turn.hidden_from,
            )
            return _closed(turn, "utter_advocacy_asked" if answer == "yes" else "utter_advocacy_asked_not_shared")
        if steering.is_question(said) and turn.intent not in SIDE_INTENTS - {"what_is_iro"}:
            return [SlotSet("advocate_share", None), turn.before_question(turn.phrase("utter_advocacy_said_explain"))]
        if turn.intent in SIDE_INTENTS | {"disclose_harm", "start_consultation", "raise_issue"} and turn.confidence >= SURE:
            return []
        return [SlotSet("advocate_share", None), turn.before_question(turn.phrase("utter_advocacy_said_when_ready"))]


def _wanted(said: str) -> str | None:
    wanted, _ = yesno.advocacy(said)
    return None if wanted is None else "yes" if wanted else "no"


def _closed(turn: Turn, response: str) -> list[dict]:
    turn.say(response)
    return [*end_form(), SlotSet("advocate_wanted", None), SlotSet("advocate_share", None)]


class AskWanted(HeardAction):
    reads_only = True

    def name(self) -> str:
        return "action_ask_advocate_wanted"

    def act(self, turn: Turn) -> list[dict]:
        turn.say("utter_advocacy_ask_wanted", said=turn.said_before())
        return []


class AskShare(HeardAction):
    reads_only = True

    def name(self) -> str:
        return "action_ask_advocate_share"

    def act(self, turn: Turn) -> list[dict]:
        turn.say("utter_advocacy_ask_share", said=turn.said_before())
        return []
