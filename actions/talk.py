"""Answers that a topic gives by itself and a form gives in between: who is my IRO, who reads this, when is my review."""

from __future__ import annotations

import re

from rasa_sdk.events import SlotSet

from actions import consultation_words, who_read
from actions.base import Turn
from cases import alerts, consultations, issues, people, reviews
from cases.language import several, times
from cases.language.answers import VERY_SURE
from cases.language.text import plain
from cases.store.models import Inbound

#: Offered last: that a person gets in touch. A time that is said next is when.
CALL = "call"
#: More answers than this beside the thing itself would be a wall of text.
MOST_BESIDE = 2

_WHAT = (
    ("utter_shared_what_advocate", r"advocat|helper|speak for me|on my side"),
    ("utter_shared_what_consultation", r"consult|form|booklet|questions?\b"),
    ("utter_shared_what_plan", r"\bplan"),
    ("utter_shared_what_review", r"review|\blac\b|\bcla\b|meeting"),
)

#: What the answer offers, so that "yes i want one" starts it.
_OFFERED = {
    "utter_shared_what_advocate": "advocate",
    "utter_shared_what_consultation": "consultation",
    "utter_shared_what_review": "consultation",
}


def tell_iro(turn: Turn) -> None:
    """Who the IRO is; who covers while they are away; and where there is none, a person is told."""
    iro = turn.iro()
    if iro is None:
        issue = issues.record(
            turn.session, turn.child, kind="question", text=turn.words, inbound_id=turn.message_id, now=turn.now, alert=False
        )
        alerts.raise_alert(turn.session, level="message", about="issue", about_id=issue.id, child_id=turn.child.id, now=turn.now)
        turn.say("utter_my_iro_none")
        return
    cover = people.cover_of(turn.session, iro.id, turn.now)
    if cover is not None:
        turn.say("utter_my_iro_away", name=iro.name, cover=cover.name)
        return
    held, before = people.allocation_of(turn.session, turn.child.id)
    if before is not None and held.child_told_at is None:
        turn.say("utter_my_iro_changed", name=iro.name, before=before.name)
    else:
        turn.say("utter_my_iro_name", name=iro.name, first=people.first_name(iro))
    held.child_told_at = held.child_told_at or turn.now


def tell_review(turn: Turn) -> None:
    """When and where the next review is, or that no date is known and somebody is asked to say."""
    review = people.next_review(turn.session, turn.child.id, turn.now)
    if review is None:
        issues.record(turn.session, turn.child, kind="question", text=turn.words, inbound_id=turn.message_id, now=turn.now)
        turn.say("utter_reviews_none", who=turn.iro_name())
        return
    said = reviews.described(review, unknown_place=turn.phrase("utter_reviews_place_not_known"))
    turn.say("utter_reviews_next" if "time" in said else "utter_reviews_next_day", **said)


def tell_what(turn: Turn) -> str:
    """What an advocate, the form, a plan, a review or an IRO is: whichever was asked about. Returns what is offered with it, or ''."""
    said = turn.text.lower()
    asked = [] if re.search(r"\biro\b", said) else [response for response, words in _WHAT if re.search(words, said)]
    turn.say(asked[0] if asked else "utter_shared_what_iro")
    return _OFFERED.get(asked[0], "") if asked else ""


def note(turn: Turn, kind: str, *, detail: str | None = None) -> None:
    """What the child said, written down for a person to deal with, who is told."""
    issues.record(turn.session, turn.child, kind=kind, text=turn.words, inbound_id=turn.message_id, now=turn.now, detail=detail, alert=True)


def ask_for_a_person(turn: Turn) -> None:
    issues.record(turn.session, turn.child, kind="call_back", text=turn.words, inbound_id=turn.message_id, now=turn.now)
    turn.say("utter_shared_human", who=turn.iro_name())


def keep_call_time(turn: Turn) -> list[dict]:
    """'after 4', said to "I've asked them to get back to you": when that suits, and no wish for the review. [] for any other message."""
    when = times.read(plain(turn.text), turn.now, asked=True)
    if not when.strong or when.left_over or re.search(r"\b(?:review|meeting|form)\b", turn.text.lower()):
        return []
    said = when.gist()
    issues.record(
        turn.session, turn.child, kind="call_back", text=turn.words, inbound_id=turn.message_id, now=turn.now, detail=said, alert=True
    )
    turn.say("utter_my_iro_call_time_kept", name=turn.iro_name(), when=said)
    return [SlotSet("offer", None)]


def notice_harm(turn: Turn, *, enough: float = VERY_SURE) -> None:
    """Inside a form, where people tell of bad things anyway: only when the classifier is very sure, and of more than a word."""
    sure = turn.intent == "disclose_harm" and turn.confidence >= enough and len(turn.text.split()) > 3
    if turn.risk == "none" and sure:
        raise_concern(turn)


def raise_concern(turn: Turn, say: str = "utter_issues_harm") -> None:
    """Harm where the safety net saw none, by the classifier or by what was asked: kind words, and people are told within the hour."""
    inbound = turn.session.get(Inbound, turn.message_id) if turn.message_id else None
    alerts.raise_alert(
        turn.session,
        level="concern",
        about="inbound",
        about_id=inbound.id if inbound else turn.conversation.id,
        child_id=turn.child.id,
        conversation_id=turn.conversation.id,
        now=turn.now,
        hidden_from=inbound.hidden_from if inbound else None,
    )
    if inbound is not None and inbound.risk in (None, "none"):
        inbound.risk = "concern"
    turn.say(say)


def tell_copy(turn: Turn) -> None:
    """'What did I say?': what the form for the coming review holds."""
    consultation_words.copy(turn, consultations.current(turn.session, turn.child.id, turn.now))


def answer_side(turn: Turn, side: str) -> None:
    """A question put in the middle of a form, known by its words and not by the classifier."""
    tellers = {
        "who_is_my_iro": tell_iro,
        "next_review": tell_review,
        "ask_human": ask_for_a_person,
        "explain_iro": tell_what,
        "what_is_iro": tell_what,
        "copy": tell_copy,
    }
    responses = {
        "ask_confidentiality": "utter_rights_confidentiality",
        "who_are_you": "utter_shared_who_are_you",
        "make_complaint": "utter_complaints_how",
        "ask_rights": "utter_rights_rights",
        "ask_legal": "utter_rights_legal",
        "about_form": "utter_consultation_about_form",
    }
    if side == "about_form" and (turn.tracker.active_loop or {}).get("name") == "consultation_form":
        return  # said in front of the form's next question
    if side == "ask_confidentiality" and who_read.answer(turn):
        return
    if side in tellers:
        tellers[side](turn)
    elif side in responses:
        turn.say(responses[side])


def answer_questions(turn: Turn) -> bool:
    """Answer what else is asked, outside of a form. True if something was."""
    if turn.chosen or (turn.tracker.active_loop or {}).get("name"):
        return False
    asked = several.questions(turn.text, turn.intent)[:MOST_BESIDE]
    for side in asked:
        answer_side(turn, side)
    return bool(asked)
