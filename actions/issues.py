"""Something that a child wants to say: kept in their own words, 'anything else?', and harm that the classifier sees."""

from __future__ import annotations

import re

from rasa_sdk.events import FollowupAction, SlotSet

from actions import consultation, talk
from actions.base import HeardAction, Turn, end_form
from actions.my_iro import asked_beside, asks_us, nothing_more, starts_another
from actions.topics import Topic, answers, asked
from cases import advocacy, complaints, issues
from cases.language import asks, steering, yesno
from cases.language.text import plain

#: Words of a wish for a call that says nothing else.
SHORT = 8


class RaiseIssue(Topic):
    def name(self) -> str:
        return "action_raise_issue"

    def respond(self, turn: Turn) -> list[dict]:
        complaints.end_talk(turn.session, turn.conversation, complaints.draft(turn.session, turn.child.id))
        if turn.asks_to_begin:
            return [*consultation.open_form(turn), FollowupAction("consultation_form")]
        reset = [SlotSet("issue_more", None), SlotSet("offer", None)]
        if issues.says_nothing_yet(turn.text):
            return [*reset, turn.before_question(turn.phrase("utter_issues_ask")), FollowupAction("issue_form")]
        issues.record(turn.session, turn.child, kind="issue", text=turn.text, inbound_id=turn.message_id, now=turn.now)
        talk.answer_questions(turn)
        if asks.disagrees_with_plan(plain(turn.text)) and advocacy.offer_due(turn.session, turn.child, "plan", turn.now):
            advocacy.offered(turn.session, turn.child, "plan", turn.now)
            turn.say("utter_advocacy_offer_plan", name=turn.iro_name())
            return [*reset, SlotSet("offer", "advocate")]
        return [
            *reset,
            turn.before_question(turn.phrase("utter_issues_passed_on", name=turn.iro_name())),
            FollowupAction("issue_form"),
        ]


@answers("misses_somebody")
def miss_somebody(turn: Turn) -> list[dict]:
    """'i want my mum', with no form open: for a person to read, and no name on a list of guests."""
    return _passed_on(turn, "issue", "utter_issues_misses")


@answers("asks_iro")
def ask_the_iro(turn: Turn) -> list[dict]:
    """'am i moving', 'when can i see my mum': no computer knows; the IRO is asked."""
    return _passed_on(turn, "question", "utter_issues_asked_iro")


@answers("who_i_am")
def hear_who_they_are(turn: Turn) -> list[dict]:
    """'im trans': a child who says who they are is thanked, and told honestly who can read it."""
    return _passed_on(turn, "issue", "utter_issues_who_i_am")


@answers("tell_them")
def tell_them(turn: Turn) -> list[dict]:
    """'yes tell her', of what was written before this."""
    return _passed_on(turn, "message", "utter_issues_told")


def _passed_on(turn: Turn, kind: str, response: str) -> list[dict]:
    complaints.end_talk(turn.session, turn.conversation, complaints.draft(turn.session, turn.child.id))
    issues.record(turn.session, turn.child, kind=kind, text=turn.text, inbound_id=turn.message_id, now=turn.now)
    said = turn.before_question(turn.phrase(response, name=turn.iro_name()))
    return [SlotSet("issue_more", None), SlotSet("offer", None), said, FollowupAction("issue_form")]


class AskMore(HeardAction):
    reads_only = True

    def name(self) -> str:
        return "action_ask_issue_more"

    def act(self, turn: Turn) -> list[dict]:
        said = turn.said_before().strip()
        turn.say("utter_shared_said", said=said) if said else turn.say("utter_issues_still_more")
        return []


class ValidateIssueForm(HeardAction):
    def name(self) -> str:
        return "validate_issue_form"

    def act(self, turn: Turn) -> list[dict]:
        if not turn.fresh or turn.slot("requested_slot") != "issue_more":
            return []
        said = plain(turn.text)
        steer = steering.read(said)
        if nothing_more(said, steer):
            turn.say("utter_issues_done", name=turn.iro_name())
            return [*end_form(), SlotSet("issue_more", None), SlotSet("offer", "advocate")]
        if asks_us(turn, steer) or starts_another(turn) and not _goes_on(turn):
            return []
        if answer := asked_beside(turn, "issue_more"):
            return answer
        if yesno.polarity(said) == "yes" and len(said.split()) <= 2 or steer is not None and steer.kind in ("filler", "again"):
            return [SlotSet("issue_more", None), turn.before_question(turn.phrase("utter_issues_ask"))]
        talk.notice_harm(turn)
        call = len(said.split()) <= SHORT and issues.asks_for_a_call(turn.text)
        kind, response = ("call_back", "utter_issues_call_asked") if call else ("issue", "utter_issues_more_passed_on")
        issues.record(turn.session, turn.child, kind=kind, text=turn.text, inbound_id=turn.message_id, now=turn.now)
        return [SlotSet("issue_more", None), turn.before_question(turn.phrase(response, name=turn.iro_name()))]


_COMPLAINS = re.compile(r"\bcompl[ai]+n\w*|\breport (?:him|her|them|it|this|my)\b", re.IGNORECASE)


def _goes_on(turn: Turn) -> bool:
    """More of what was being told ('shes cancelled 3 times'), which a classifier takes for a complaint; nothing about the IRO."""
    complaint = turn.intent in ("make_complaint", "complain_about_iro")
    return complaint and not _COMPLAINS.search(turn.text) and not complaints.may_be_about_iro(turn.session, turn.child, turn.text)


class DiscloseHarm(HeardAction):
    """The second pair of eyes: nothing is said again where the safety net has spoken already."""

    def name(self) -> str:
        return "action_disclose_harm"

    def act(self, turn: Turn) -> list[dict]:
        if asked(turn) == "who_i_am":
            return hear_who_they_are(turn)
        if turn.risk != "none":
            turn.say("utter_issues_here")
        else:
            talk.raise_concern(turn)
        return []
