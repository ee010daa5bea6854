"""Asking for an advocate: what one is, yes, no or not now, and what may be passed on."""

from __future__ import annotations

import re

from rasa_sdk.events import FollowupAction, SlotSet

from actions import talk
from actions.base import HeardAction, Turn, end_form
from actions.topics import Topic, answers
from cases import advocacy, complaints, reviews
from cases.language import asks, steering, yesno
from cases.language.answers import SIDE_INTENTS, SURE
from cases.language.text import plain

#: An offer that a no answers: one was asked for because of the child's needs.
PRESUMED = "advocate_presumed"
#: No offer any more, but "I don't want one" is about it.
ASKED = "advocate_asked"


class StartAdvocate(Topic):
    def name(self) -> str:
        return "action_start_advocate"

    def respond(self, turn: Turn) -> list[dict]:
        return [*start(turn), FollowupAction("advocate_form")]


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
        if steer is not None and steer.kind == "side" and not asks.just_my_name(said):
            if steer.side in ("explain_advocate", "help", "why"):
                return [SlotSet("advocate_share", None), turn.before_question(turn.phrase("utter_advocacy_said_explain"))]
            if steer.side == turn.intent:
                return []
            talk.answer_side(turn, steer.side)
            return [SlotSet("advocate_share", None), turn.before_question("")]
        if steer is not None and steer.kind in ("stop", "skip", "refuse", "no_preference"):
            if asked == "advocate_share" and steer.kind != "stop" and "not now" not in said:
                return _closed(turn, "utter_advocacy_asked_not_shared")  # it was asked for; only what to pass on stays open
            if asked == "advocate_wanted" or "not now" in said:
                advocacy.withdraw(turn.session, turn.child)
            return _closed(turn, "utter_advocacy_not_now")
        answer = _shared(said) if asked == "advocate_share" else _wanted(said)
        if answer == "no" and asked == "advocate_wanted":
            advocacy.withdraw(turn.session, turn.child)
            return _closed(turn, "utter_advocacy_not_now" if "now" in said or "yet" in said else "utter_advocacy_not_wanted")
        if answer == "yes" and asked == "advocate_wanted":
            return [SlotSet("advocate_wanted", "true"), turn.before_question("")]
        if answer in _ASKED:
            advocacy.ask(
                turn.session,
                turn.child,
                text=turn.text if len(said.split()) > 3 else None,
                agreed_to_share=answer != "no",
                share_words=answer == "yes",
                now=turn.now,
                hidden_from=turn.hidden_from,
            )
            return [*_closed(turn, _ASKED[answer]), SlotSet("offer", ASKED)]
        if steering.is_question(said) and turn.intent not in SIDE_INTENTS - {"what_is_iro"}:
            return [SlotSet("advocate_share", None), turn.before_question(turn.phrase("utter_advocacy_said_explain"))]
        if turn.intent in SIDE_INTENTS | {"disclose_harm", "start_consultation", "raise_issue"} and turn.confidence >= SURE:
            return []
        return [SlotSet("advocate_share", None), turn.before_question(turn.phrase("utter_advocacy_said_when_ready"))]


_ASKED = {"yes": "utter_advocacy_asked", "name": "utter_advocacy_asked_name", "no": "utter_advocacy_asked_not_shared"}


def _shared(said: str) -> str | None:
    """What may be passed on: "yes" (name and words), "name", "no", or None."""
    return "name" if asks.just_my_name(said) else yesno.polarity(said)


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


@answers("advocate_status")
def tell_status(turn: Turn) -> list[dict]:
    """Has anybody got it? Asked for and late: people are told again by the chase; the child hears how it stands."""
    request = advocacy.current(turn.session, turn.child.id)
    if request is None and re.search(
        r"\bmy advocate (?:has )?(?:never|\w+n't|has not|did not)\b", plain(turn.text)
    ):  # they have one, whom somebody else found
        talk.note(turn, "question")
        turn.say("utter_advocacy_told_iro", name=turn.iro_name())
        return [SlotSet("offer", "advocate")]
    if request is None:
        turn.say("utter_advocacy_none_asked")
        return [SlotSet("offer", "advocate")]
    if request.hidden_from and turn.inbound is not None:
        turn.inbound.hidden_from = request.hidden_from
    if request.status == "started":
        turn.say("utter_advocacy_status_started", advocate=request.advocate)
    elif request.status == "handed_over":
        turn.say("utter_advocacy_status_handed_over", provider=request.provider, date=reviews.day(request.handed_over_at))
    else:
        turn.say("utter_advocacy_status_asked", date=reviews.day(request.created_at))
    return [SlotSet("offer", ASKED)]


@answers("advocate_cost")
def tell_cost(turn: Turn) -> list[dict]:
    turn.say("utter_advocacy_free")
    return [SlotSet("offer", turn.slot("offer"))]


@answers("someone_else")
def offer_somebody_else(turn: Turn) -> list[dict]:
    """'can i talk to someone else': not to the one whom it may be about. In a form, which asks by itself, no second question is put."""
    if (turn.tracker.active_loop or {}).get("name"):
        turn.say("utter_rights_services")
        return [SlotSet("offer", turn.slot("offer"))]
    turn.say("utter_advocacy_somebody_else")
    return [SlotSet("offer", "advocate")]


@answers("no_advocate")
def take_back(turn: Turn) -> list[dict]:
    """No advocate after all. One who has begun is told by a person, not by us."""
    request = advocacy.current(turn.session, turn.child.id)
    if advocacy.withdraw(turn.session, turn.child, only_unagreed=False) or request is None:
        turn.say("utter_advocacy_not_wanted")
    else:
        talk.note(turn, "question")
        turn.say("utter_advocacy_stop_passed_on", name=turn.iro_name())
    return [SlotSet("offer", None)]


def offer_for_needs(turn: Turn) -> list[dict]:
    """Needs on record speak for an advocate: one is asked for, once, and the child can say no. [] where there is no such need."""
    if not advocacy.offer_due(turn.session, turn.child, "needs", turn.now):
        return []
    advocacy.offered(turn.session, turn.child, "needs", turn.now)
    advocacy.ask(turn.session, turn.child, text=None, agreed_to_share=None, now=turn.now, presumed=True)
    turn.say("utter_advocacy_presumed", name=turn.iro_name())
    return [SlotSet("offer", PRESUMED)]


def refuse_presumed(turn: Turn) -> list[dict]:
    advocacy.withdraw(turn.session, turn.child)
    turn.say("utter_advocacy_not_wanted")
    return [SlotSet("offer", None)]


def keep_presumed(turn: Turn) -> list[dict]:
    """Yes: then what may be passed on is asked."""
    return [
        SlotSet("advocate_wanted", "true"),
        SlotSet("advocate_share", None),
        SlotSet("offer", None),
        turn.before_question(""),
        FollowupAction("advocate_form"),
    ]
