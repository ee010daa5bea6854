"""What was decided at the review, one decision at a time; whether it was done; and how the review was."""

from __future__ import annotations

import re
from datetime import datetime, time

from rasa_sdk.events import FollowupAction, SlotSet

from actions import consultation, talk
from actions.base import Turn
from actions.topics import Topic, answers
from cases import decisions, reviews
from cases.language.text import plain
from cases.store.models import Decision

#: The offer to hear the next decision: this, and the number of the one that was told last.
OFFER = "decision:"


class AskDecisions(Topic):
    def name(self) -> str:
        return "action_ask_decisions"

    def respond(self, turn: Turn) -> list[dict]:
        return tell_first(turn)


class DecisionNotDone(Topic):
    def name(self) -> str:
        return "action_decision_not_done"

    def respond(self, turn: Turn) -> list[dict]:
        return not_done(turn)


class ReviewFeedback(Topic):
    """How the review was goes to the IRO; where decisions are written down, they are offered."""

    def name(self) -> str:
        return "action_review_feedback"

    def respond(self, turn: Turn) -> list[dict]:
        if turn.asks_to_begin:
            return [*consultation.open_form(turn), FollowupAction("consultation_form")]
        talk.note(turn, "feedback")
        held = decisions.of_child(turn.session, turn.child.id)
        turn.say("utter_feedback_kept_decisions" if held else "utter_feedback_kept", name=turn.iro_name())
        return [SlotSet("offer", f"{OFFER}0" if held else None)]


@answers("decisions")
def tell_first(turn: Turn) -> list[dict]:
    held = decisions.of_child(turn.session, turn.child.id)
    if not held:
        talk.note(turn, "question")
        turn.say("utter_decisions_none_recorded", name=turn.iro_name())
        return [SlotSet("offer", None)]
    return tell(turn, decisions.of_last_review(turn.session, turn.child.id)[0])


def tell_next(turn: Turn) -> list[dict]:
    """The one after that which was told last; after the last one, what the child can do about them."""
    told = int(turn.slot("offer").removeprefix(OFFER) or 0)
    rest = [one for one in decisions.of_last_review(turn.session, turn.child.id) if one.number > told]
    if rest:
        return tell(turn, rest[0])
    turn.say("utter_decisions_all_told")
    return [SlotSet("offer", None)]


def tell(turn: Turn, decision: Decision) -> list[dict]:
    """One decision: what, who, by when, and how it stands. Then the next is offered."""
    last = decisions.of_last_review(turn.session, turn.child.id)
    of_this = last if decision in last else [decision]
    place = of_this.index(decision) + 1
    decisions.explained(turn.session, decision, turn.now)
    values = {"what": _sentence(decisions.shortened(decision)), "details": _details(turn, decision)}
    turn.say(
        "utter_decisions_one_more" if place < len(of_this) else "utter_decisions_one", place=str(place), of=str(len(of_this)), **values
    )
    return [SlotSet("offer", f"{OFFER}{decision.number}")]


@answers("decision_done")
def tell_whether_done(turn: Turn) -> list[dict]:
    """Of the decision that the words name; else all of them, one at a time."""
    decision = _meant(turn)
    if decision is None:
        return tell_first(turn)
    decisions.explained(turn.session, decision, turn.now)
    what = _sentence(decisions.shortened(decision))
    if decision.status == "done":
        turn.say("utter_decisions_is_done", what=what, date=reviews.day(decision.done_at))
    else:
        turn.say("utter_decisions_is_open", what=what, details=_details(turn, decision))
    return [SlotSet("offer", f"{OFFER}{decision.number}")]


@answers("decision_not_done")
def not_done(turn: Turn) -> list[dict]:
    """It goes to the IRO, against the decision where it is plain which one is meant."""
    decision = _meant(turn)
    decisions.child_says_not_done(turn.session, turn.child, decision, text=turn.words, inbound_id=turn.message_id, now=turn.now)
    if decision is not None:
        turn.say("utter_decisions_not_done_this", what=_sentence(decisions.shortened(decision)), name=turn.iro_name())
    else:
        turn.say("utter_decisions_not_done", name=turn.iro_name())
    return [SlotSet("offer", "advocate")]


_SMALL = frozenset(
    "they them that this been done have hasn haven with what said from will would should your gets still ever the and you not get got "
    "has did she her him his for are was all any about anything nothing who when can see seeing next one it's don didn".split()
)


def _meant(turn: Turn) -> Decision | None:
    """The decision whose words the message shares, the one that was told last, or the only one that is open."""
    held = decisions.of_child(turn.session, turn.child.id)
    said = _words(turn.text)
    shared = {one.number: len(said & _words(f"{one.text} {one.who or ''}")) for one in held}
    best = max(shared.values(), default=0)
    named = [one for one in held if shared[one.number] == best]
    if best and len(named) == 1:
        return named[0]
    if number := re.search(r"\bnumber (\d+)\b", plain(turn.text)):
        return next((one for one in held if one.number == int(number[1])), None)
    if turn.slot("offer").startswith(OFFER):
        return next((one for one in held if f"{OFFER}{one.number}" == turn.slot("offer")), None)
    still_open = [one for one in held if one.status == "open"]
    return still_open[0] if len(still_open) == 1 else None


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[a-z]{3,}", plain(text))} - _SMALL


def _details(turn: Turn, decision: Decision) -> str:
    said = []
    if decision.who:
        said.append(turn.phrase("utter_decisions_part_who", who=decision.who))
    if decision.status == "done":
        said.append(turn.phrase("utter_decisions_part_done"))
    elif decision.due:
        due = reviews.day(datetime.combine(decision.due, time(12), reviews.LONDON))
        late = decision.due < turn.now.astimezone(reviews.LONDON).date()
        said.append(turn.phrase("utter_decisions_part_late" if late else "utter_decisions_part_due", date=due))
    return " ".join(said)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
