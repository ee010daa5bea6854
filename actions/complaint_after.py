"""After a complaint was sent: what became of it, adding to it, taking it back, and not being happy with the answer."""

from __future__ import annotations

import re

from rasa_sdk.events import FollowupAction, SlotSet

from actions.base import Turn
from actions.topics import answers
from cases import complaint_stages, complaints, working_days
from cases.store.models import Complaint

#: Offers that a yes or a no answers.
TAKE_BACK = "complaint_take_back"


@answers("complaint_status")
def tell_status(turn: Turn) -> list[dict]:
    complaint = _newest(turn)
    if complaint is None:
        return _none_sent(turn)
    due = complaint_stages.dates(complaint, complaint_stages.last_stage(turn.session, complaint))
    today = turn.now.astimezone(working_days.LONDON).date()
    if complaint.stage == "withdrawn":
        turn.say("utter_complaints_status_taken_back")
        return [SlotSet("offer", "complaint")]
    if complaint.stage == "closed":
        if due.ask_again:
            turn.say("utter_complaints_answered", date=complaint_stages.day(due.ask_again))
        else:
            turn.say("utter_complaints_answered_last")
    elif due.answer and today > due.answer:
        complaint_stages.remind(turn.session, complaint, turn.now)
        turn.say("utter_complaints_status_late", date=complaint_stages.day(due.answer))
        return [SlotSet("offer", "advocate")]
    else:
        stage = complaint.stage if complaint.stage in ("2", "3") else "1"
        turn.say(f"utter_complaints_status_{stage}", date=complaint_stages.day(due.answer), late=complaint_stages.day(due.latest))
    return [SlotSet("offer", None)]


@answers("complaint_withdraw")
def ask_to_take_back(turn: Turn) -> list[dict]:
    complaint = _newest(turn)
    if complaint is None or complaint.stage not in complaint_stages.OPEN:
        return _none_sent(turn)
    complaints.speak_in_confidence(turn.session, turn.conversation, complaint, turn.message_id, turn.now)
    turn.say("utter_complaints_take_back")
    return [SlotSet("offer", TAKE_BACK)]


def take_back(turn: Turn) -> list[dict]:
    """Yes: it is taken back."""
    complaint = _newest(turn)
    if complaint is not None:
        complaint_stages.withdraw(turn.session, complaint, turn.now)
        complaints.end_talk(turn.session, turn.conversation, complaint)
    turn.say("utter_complaints_taken_back")
    return [SlotSet("offer", None)]


def leave_it(turn: Turn) -> list[dict]:
    """No: it goes on."""
    complaints.end_talk(turn.session, turn.conversation, _newest(turn))
    turn.say("utter_complaints_left")
    return [SlotSet("offer", None)]


@answers("complaint_add")
def add(turn: Turn) -> list[dict]:
    """What is said beside 'add to my complaint' is added at once; where nothing is, it is asked for."""
    complaint = _newest(turn)
    if complaint is None or complaint.stage not in complaint_stages.OPEN:
        return _none_sent(turn)
    complaints.speak_in_confidence(turn.session, turn.conversation, complaint, turn.message_id, turn.now)
    if says_more(turn.text):
        return added(turn, complaint)
    return [
        SlotSet("message_text", None),
        SlotSet("message_for", f"complaint:{complaint.id}"),
        turn.before_question(turn.phrase("utter_complaints_ask_more")),
        FollowupAction("message_form"),
    ]


def added(turn: Turn, complaint: Complaint) -> list[dict]:
    complaint_stages.add(turn.session, complaint, turn.words, turn.now)
    complaints.end_talk(turn.session, turn.conversation, complaint)
    turn.say("utter_complaints_added")
    return [SlotSet("offer", None)]


@answers("complaint_again")
def not_happy(turn: Turn) -> list[dict]:
    """With an answer: the next stage is asked for. Without one there is nothing to be looked at again yet."""
    complaint = _newest(turn)
    if complaint is None:
        turn.say("utter_complaints_how")
        return [SlotSet("offer", "complaint")]
    if complaint.stage != "closed":
        return add(turn)
    last = complaint_stages.last_stage(turn.session, complaint)
    until = complaint_stages.dates(complaint, last).ask_again
    if until is None:
        turn.say("utter_complaints_answered_last")
        return [SlotSet("offer", "advocate")]
    complaint_stages.ask_again(turn.session, complaint, turn.words, turn.now)
    late = turn.now.astimezone(working_days.LONDON).date() > until
    turn.say("utter_complaints_asked_again_late" if late else "utter_complaints_asked_again")
    return [SlotSet("offer", "advocate")]


_ABOUT_ADDING = re.compile(
    r"\b(?:can|could|i|i'd|want|to|would|like|please|pls|add|something|else|more|my|the|complaint|thing|another|one|there's|is|in|"
    r"about|it|also|and|put|this|that|to say|need|ok|hi|hey|for)\b",
    re.IGNORECASE,
)


def says_more(text: str) -> bool:
    """Is there more in it than 'can i add something to my complaint'?"""
    return len(re.findall(r"[\w']+", _ABOUT_ADDING.sub(" ", text))) >= 3


def _newest(turn: Turn) -> Complaint | None:
    """The complaint that the child sent last. What is said about it is kept from whom it is kept from."""
    sent = complaint_stages.of_child(turn.session, turn.child.id)
    if sent and turn.inbound is not None:
        turn.inbound.hidden_from = complaint_stages.kept_from(turn.session, sent[-1]) or turn.hidden_from
    return sent[-1] if sent else None


def _none_sent(turn: Turn) -> list[dict]:
    held = complaints.draft(turn.session, turn.child.id)
    turn.say("utter_complaints_status_draft" if held is not None and held.text else "utter_complaints_status_none")
    return [SlotSet("offer", "complaint")]
