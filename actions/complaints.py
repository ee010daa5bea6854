"""A complaint: what happened, about whom, what should happen, an advocate, the read-back, and who has it by when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time

from rasa_sdk.events import FollowupAction, SlotSet

from actions import talk, topics
from actions.base import HeardAction, Turn, end_form
from actions.topics import Topic
from cases import complaints, reviews
from cases.language import steering, yesno
from cases.language.people import RELATION
from cases.language.text import plain, sentence_case, shorten
from cases.store.db import Store
from cases.store.models import Complaint

FIELDS = ("text", "about", "wanted", "advocate", "send")
_COLUMN = {"text": "text", "about": "about", "wanted": "wanted", "advocate": "wants_advocate"}
#: Shown in the read-back; the whole text is in the store.
LONGEST = {"text": 90, "about": 40, "wanted": 50}


class StartComplaint(Topic):
    def name(self) -> str:
        return "action_start_complaint"

    def respond(self, turn: Turn) -> list[dict]:
        return [*start(turn, about_iro=False), FollowupAction("complaint_form")]


class StartComplaintAboutIro(Topic):
    """A classifier takes it to be about the IRO. Where the words do not say so, the child is asked whom it is about: until that is
    known it is kept from the IRO in any case.
    """

    def name(self) -> str:
        return "action_start_complaint_about_iro"

    def respond(self, turn: Turn) -> list[dict]:
        about_iro = turn.chosen or complaints.may_be_about_iro(turn.session, turn.child, turn.text)
        return [*start(turn, about_iro=about_iro), FollowupAction("complaint_form")]


def _about_whom(turn: Turn) -> str | None:
    return complaints.about_whom(turn.text, names_iro=complaints.may_be_about_iro(turn.session, turn.child, turn.text))


def start(turn: Turn, *, about_iro: bool) -> list[dict]:
    held = complaints.draft(turn.session, turn.child.id)
    complaint = complaints.begin(turn.session, turn.conversation, turn.child, turn.now, inbound_id=turn.message_id, about_iro=about_iro)
    if complaint.text is None and not turn.chosen and says_what_happened(turn.text):
        complaints.describe(turn.session, complaint, turn.child, text=turn.text)
    if complaint.about is None and not turn.chosen and (about := _about_whom(turn)):
        complaints.describe(turn.session, complaint, turn.child, about=about)
    iro = turn.iro()
    if held is not None and held.text:
        said = turn.phrase("utter_complaints_said_resumed")
    elif complaint.about_iro_id and iro is not None:
        said = turn.phrase("utter_complaints_said_about_iro", name=iro.name)
    else:
        said = turn.phrase("utter_complaints_said_opening")
    return [*markers(complaint), SlotSet("offer", None), turn.before_question(said)]


_DROPS = re.compile(
    r"(?:(?:no|ok|actually|wait|please|can i|could i|i want to|want to)[ ,]+)*"
    r"(?:take (?:it|that|this) back|don't send(?: it)?|cancel(?: it| that)?|forget (?:it|about it)|"
    r"stop it|drop it|changed? my mind)(?: please| now)?"
)
#: What should happen, and not whom it is about.
_WANTS = re.compile(
    r"(?:i |we )?(?:just |really )*(?:want|need|would like|wish|'d like) (?!to complain)\w|to (?:say|get|be|have|give|stop) "
)
_OPENING = frozenset(
    "i i'd i'm want to would like make a an complain complaint complaints complaining about my the iro reviewing officer can you how do "
    "please put in need wish somebody someone her him them this is formal report hi hello and so of with form not happy unhappy".split()
)


def says_what_happened(text: str) -> bool:
    """Is there more in it than 'i want to make a complaint about my iro'?"""
    return len([word for word in plain(text).replace(",", " ").replace(".", " ").split() if word not in _OPENING]) >= 3


def markers(complaint: Complaint, **over: str | None) -> list[dict]:
    """The slots that tell the form what is still to ask."""
    done = {
        "text": complaint.text is not None,
        "about": complaint.about is not None,
        "wanted": complaint.wanted is not None,
        "advocate": complaint.wants_advocate is not None,
        "send": False,
    }
    return [SlotSet(f"complaint_{name}", over.get(name, "true" if filled else None)) for name, filled in done.items()]


class ValidateComplaintForm(HeardAction):
    def name(self) -> str:
        return "validate_complaint_form"

    def act(self, turn: Turn) -> list[dict]:
        asked = turn.slot("requested_slot").removeprefix("complaint_")
        if not turn.fresh or asked not in FIELDS:
            return []
        return take_message(turn, asked)


def take_message(turn: Turn, asked: str) -> list[dict]:
    complaint = complaints.draft(turn.session, turn.child.id)
    if complaint is None:
        return end_form()
    said = plain(turn.text)
    steer = steering.read(said)
    if turn.chosen and turn.intent not in ("affirm", "deny", "skip", "go_back"):
        return []
    if steer is not None and steer.side == "ask_confidentiality" or turn.intent == "ask_confidentiality" and steering.is_question(said):
        return [*markers(complaint), turn.before_question(turn.phrase("utter_complaints_said_who_sees"))]
    if turn.intent == "start_consultation" and steering.is_start(said):
        return []
    asks_for = topics.asked(turn)
    stops = steer is not None and steer.kind == "stop" or asks_for == "complaint_withdraw"
    if stops and not (asked == "wanted" and re.match(r"stop (?:it|this)\b", said)):  # that is what should happen
        return _put_away(turn, complaint, "utter_complaints_paused")
    if asked == "send" and _DROPS.fullmatch(said.strip(" .!?")):
        return _put_away(turn, complaint, "utter_complaints_paused")
    if asked == "send" and asks_for == "complaint_add" and len(said.split()) <= 6:  # they may just say it
        return [*markers(complaint), turn.before_question(turn.phrase("utter_complaints_said_when_ready"))]
    if asks_for == "complaint_status":
        return [*markers(complaint), turn.before_question(turn.phrase("utter_complaints_said_not_sent"))]
    if steer is not None and steer.kind == "side":
        return _side(turn, complaint, steer.side)
    talk.notice_harm(turn)
    if steer is not None and steer.kind == "back":
        return _back(turn, complaint, asked)
    if asked == "send":
        return _at_send(turn, complaint, said)
    if steer is not None and steer.kind in ("filler", "again") and not (asked == "advocate" and yesno.polarity(said)):
        return [*markers(complaint), turn.before_question(turn.phrase("utter_complaints_said_when_ready"))]
    if asked == "about" and complaint.wanted is None and _WANTS.match(said):  # 'i want her to come when she says' is nobody's name
        complaints.describe(turn.session, complaint, turn.child, wanted=turn.text)
        return [*markers(complaint), turn.before_question(turn.phrase("utter_complaints_said_kept"))]
    tells_more = (
        asked == "about" and len(said.split()) > 4 and not RELATION.search(said) and re.search(r"\b(?:he|she|they|it)(?:'s|'ve)?\b", said)
    )
    if tells_more and complaint.text:  # 'not fair shes done it 4 times' is more of the story
        complaints.describe(turn.session, complaint, turn.child, text=f"{complaint.text}\n{turn.text}")
        return [*markers(complaint), turn.before_question(turn.phrase("utter_complaints_said_kept"))]
    value = _value(turn, asked, said, steer)
    if value is None and asked == "advocate" and not steering.is_question(said) and len(said.split()) > 3:
        complaints.describe(turn.session, complaint, turn.child, text=f"{complaint.text}\n{turn.text}")
        return [*markers(complaint), turn.before_question(turn.phrase("utter_complaints_said_kept"))]
    if value is None:
        again = "utter_complaints_said_whom" if asked == "about" else "utter_complaints_said_when_ready"
        return [*markers(complaint), turn.before_question(turn.phrase(again))]
    complaints.describe(turn.session, complaint, turn.child, **{_COLUMN[asked]: value})
    if asked == "text" and complaint.about is None and (about := _about_whom(turn)):
        complaints.describe(turn.session, complaint, turn.child, about=about)
    thanks = turn.phrase("utter_complaints_said_kept") if asked != "advocate" else ""
    return [*markers(complaint), turn.before_question(thanks)]


def _value(turn: Turn, asked: str, said: str, steer: steering.Steer | None) -> str | bool | None:
    skipped = steer is not None and steer.kind in ("skip", "refuse", "no_preference")
    if asked == "advocate":
        wanted, name = yesno.advocacy(said)
        in_a_hurry = bool(re.search(r"\bsend (?:it|this|that)\b", said))
        return False if skipped or in_a_hurry or name == "maybe" else wanted
    if skipped:
        return "" if asked in ("wanted", "about") else None
    if asked == "wanted" and yesno.polarity(said) == "no" and len(said.split()) <= 3:
        return ""
    if asked == "wanted" and yesno.only_yes(said):  # that says nothing of what should happen, and is no reason to ask again
        return ""
    if asked in ("text", "about") and yesno.polarity(said) and len(said.split()) <= 2:  # a "no" tells neither what nor whom
        return None
    return re.sub(r"^(?:it'?s |it is |this is )?(?:about|against) ", "", turn.text, flags=re.IGNORECASE) if asked == "about" else turn.text


def _side(turn: Turn, complaint: Complaint, side: str) -> list[dict]:
    if side == "make_complaint":
        return [*markers(complaint), turn.before_question("")]
    if side == turn.intent:
        return []
    if side in ("explain_advocate", "help", "why", "explain_chair"):
        said = turn.phrase("utter_complaints_said_advocate" if side == "explain_advocate" else "utter_shared_form_help")
        return [*markers(complaint), turn.before_question(said)]
    talk.answer_side(turn, side)
    return [*markers(complaint), turn.before_question("")]


def _back(turn: Turn, complaint: Complaint, asked: str) -> list[dict]:
    before = FIELDS[max(0, FIELDS.index(asked) - 1)]
    return [*markers(complaint, **{before: None}), turn.before_question(turn.phrase("utter_consultation_said_back"))]


def _at_send(turn: Turn, complaint: Complaint, said: str) -> list[dict]:
    answer = yesno.polarity(said)
    if answer == "yes" or "send" in said.split() and answer != "no":
        receipt = complaints.lodge(turn.session, turn.conversation, complaint, turn.child, turn.now)
        turn.say(
            "utter_complaints_received",
            who=_to_whom(turn, receipt.about_iro),
            date=reviews.day(datetime.combine(receipt.answer_by, time(12), reviews.LONDON)),
            late=reviews.day(datetime.combine(receipt.latest, time(12), reviews.LONDON)),
        )
        return [*end_form(), *markers(complaint), SlotSet("complaint_send", "true")]
    if answer == "no" and len(said.split()) <= 6:
        return _put_away(turn, complaint, "utter_complaints_paused")
    if steering.is_question(said) and len(said.split()) <= 6:
        return [*markers(complaint), turn.before_question(turn.phrase("utter_shared_unclear_in_form"))]
    complaints.describe(turn.session, complaint, turn.child, text=f"{complaint.text}\n{turn.text}")
    return [*markers(complaint), turn.before_question(turn.phrase("utter_complaints_said_kept"))]


def _put_away(turn: Turn, complaint: Complaint, response: str) -> list[dict]:
    complaints.end_talk(turn.session, turn.conversation, complaint)
    turn.say(response)
    return [*end_form(), *markers(complaint), SlotSet("offer", "complaint")]


def _to_whom(turn: Turn, about_iro: bool) -> str:
    return turn.phrase("utter_complaints_to_both" if about_iro else "utter_complaints_to_manager")


class AskComplaint(HeardAction):
    """Ask one question of the complaint, or read it back."""

    reads_only = True

    def __init__(self, store: Store, clock: Callable[[], datetime], field: str):
        super().__init__(store, clock)
        self.field = field

    def name(self) -> str:
        return f"action_ask_complaint_{self.field}"

    def act(self, turn: Turn) -> list[dict]:
        said = turn.said_before()
        if self.field != "send":
            turn.say(f"utter_complaints_ask_{self.field}", said=said)
            return []
        complaint = complaints.draft(turn.session, turn.child.id)
        lines = [
            turn.phrase(f"utter_complaints_line_{name}", value=sentence_case(shorten(value, LONGEST[name])))
            for name in ("text", "about", "wanted")
            if (value := getattr(complaint, name))
        ]
        if complaint.wants_advocate:
            lines.append(turn.phrase("utter_complaints_line_advocate"))
        turn.say(
            "utter_complaints_ask_send",
            said=said,
            summary="\n".join(lines),
            who=_to_whom(turn, complaint.about_iro_id is not None),
        )
        return []


def made(store: Store, clock: Callable[[], datetime]) -> Iterator[HeardAction]:
    """An asking action for each question."""
    return (AskComplaint(store, clock, field) for field in FIELDS)
