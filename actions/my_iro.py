"""Who my IRO is, and a message or a request for a call to them."""

from __future__ import annotations

from rasa_sdk.events import FollowupAction, SlotSet

from actions import beside, complaint_after, talk, topics
from actions.base import HeardAction, Turn, end_form
from actions.topics import Topic, answers
from cases import complaints, issues, known_people, people, reviews
from cases.language import asks, steering, times, yesno
from cases.language.answers import SIDE_INTENTS, SURE
from cases.language.text import plain
from cases.language.topics import nothing
from cases.store.models import Complaint

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


#: What the words that are waited for belong to, beside a message to the IRO: a call that was asked for; "complaint:<id>".
CALL = "call"
#: What is said to whoever reads it, while words are waited for, or would begin another talk.
_NOT_BESIDE = ("complaint_", "decision", "not_coming", "misses_", "asks_iro", "tell_them", "gives_number", "who_i_am")
#: Words of a question that holds no message as well.
LONGEST_QUESTION = 12


class MyIro(Topic):
    def name(self) -> str:
        return "action_my_iro"

    def respond(self, turn: Turn) -> list[dict]:
        talk.tell_iro(turn)
        talk.answer_questions(turn)
        return [SlotSet("offer", "message"), *beside.keep_wishes(turn)]


class ContactIro(Topic):
    """A message or a call back: kept at once when it says something, asked for when it does not."""

    def name(self) -> str:
        return "action_contact_iro"

    def respond(self, turn: Turn) -> list[dict]:
        return [*start_message(turn), FollowupAction("message_form")]


def start_message(turn: Turn) -> list[dict]:
    complaints.end_talk(turn.session, turn.conversation, complaints.draft(turn.session, turn.child.id))
    iro = turn.iro()
    names = iro.name.split() if iro else []
    wants_call = issues.wants_a_call(turn.text)
    asks_who = steering.side_question(plain(turn.text)) == "who_is_my_iro" and len(turn.text.split()) <= LONGEST_QUESTION
    if asks_who:  # 'whos my iro n how do i get hold of her'
        talk.tell_iro(turn)
    empty = turn.chosen or asks_who or issues.says_nothing_yet(turn.text, *names)
    reset = [SlotSet("message_text", None), SlotSet("message_for", None), SlotSet("offer", None)]
    if wants_call:
        when = good_time(turn)
        issues.record(turn.session, turn.child, kind="call_back", text=turn.text, inbound_id=turn.message_id, now=turn.now, detail=when)
        said = "utter_my_iro_call_asked_for" if when else "utter_my_iro_call_asked"
        return [*reset, SlotSet("message_for", CALL), turn.before_question(turn.phrase(said, name=turn.iro_name(), when=when or ""))]
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
        complaints.end_talk(turn.session, turn.conversation, _complaint(turn))
        turn.say("utter_my_iro_message_done" if _kept_any(turn) else "utter_my_iro_message_dropped", name=turn.iro_name())
        return [*end_form(), SlotSet("message_text", None)]
    if asks_us(turn, steer) or starts_another(turn):
        return []
    if answer := asked_beside(turn, "message_text"):
        return answer
    if steer is not None and steer.kind in ("filler", "again"):
        return [SlotSet("message_text", None), turn.before_question("")]
    talk.notice_harm(turn)
    if complaint := _complaint(turn):
        return [*complaint_after.added(turn, complaint), *end_form(), SlotSet("message_text", "true"), SlotSet("message_for", None)]
    kind = "call_back" if len(said.split()) <= 8 and issues.asks_for_a_call(turn.text) else "message"
    when = good_time(turn) if kind == "call_back" or turn.slot("message_for") == CALL else None
    issues.record(turn.session, turn.child, kind=kind, text=turn.text, inbound_id=turn.message_id, now=turn.now, detail=when)
    turn.say("utter_my_iro_call_time_kept" if when else "utter_my_iro_message_done", name=turn.iro_name(), when=when or "")
    return [*end_form(), SlotSet("message_text", "true")]


def _complaint(turn: Turn) -> Complaint | None:
    """The complaint that the words asked for go to, where they go to one."""
    kind, _, ref = turn.slot("message_for").partition(":")
    return turn.session.get(Complaint, ref) if kind == "complaint" else None


def good_time(turn: Turn) -> str | None:
    """'after 4pm on Tuesdays', where the message names a time."""
    when = times.read(plain(turn.text), turn.now)
    return when.gist() if when and when.strong else None


def asked_beside(turn: Turn, slot: str) -> list[dict] | None:
    """A plain question to us while words are waited for: it is answered, and the words are still waited for.

    None where there is none, and for what would begin another talk.
    """
    name = topics.asked(turn)
    if name is None or name.startswith(_NOT_BESIDE):
        return None
    topics.ANSWERS[name](turn)
    return [SlotSet(slot, None), turn.before_question("")]


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
        "thank you",
        "ok thank you",
        "cool thanks",
        "ok",
        "no that's it",
    )
    return closing or nothing(said) or (yesno.polarity(said) == "no" and len(said.split()) <= 4)


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


@answers("iro_photo")
def tell_photo(turn: Turn) -> list[dict]:
    iro = turn.iro()
    if iro is None:
        talk.tell_iro(turn)
    elif iro.photo:
        turn.say("utter_my_iro_photo", name=people.first_name(iro), link=iro.photo)
    else:
        turn.say("utter_my_iro_no_photo", name=people.first_name(iro))
    return [SlotSet("offer", "message")]


@answers("iro_when")
def tell_when(turn: Turn) -> list[dict]:
    """How and when they answer, as they put it themselves; and whether the last message was read."""
    iro = turn.iro()
    if iro is None or people.cover_of(turn.session, iro.id, turn.now):
        talk.tell_iro(turn)
    elif iro.answers:
        turn.say("utter_my_iro_answers", name=people.first_name(iro), answers=iro.answers)
    else:
        turn.say("utter_my_iro_when_not_known", name=people.first_name(iro))
    return [SlotSet("offer", "message")]


@answers("iro_away")
def tell_away(turn: Turn) -> list[dict]:
    iro = turn.iro()
    absence = people.absence_of(turn.session, iro.id, turn.now) if iro else None
    cover = people.cover_of(turn.session, iro.id, turn.now) if iro else None
    if iro is None:
        talk.tell_iro(turn)
    elif absence is None or cover is None:
        turn.say("utter_my_iro_here", name=people.first_name(iro))
    else:
        turn.say("utter_my_iro_away_until", name=people.first_name(iro), cover=cover.name, date=reviews.day(absence.ends))
    return [SlotSet("offer", "message")]


@answers("who_is_worker")
def tell_worker(turn: Turn) -> list[dict]:
    """'who is my social worker': by the child's record, where one is on it; else the IRO is asked."""
    role = asks.worker(plain(turn.text))
    names = [one.name for one in known_people.around(turn.session, turn.child) if one.role and role.endswith(one.role)]
    if names:
        turn.say("utter_my_iro_worker", role=role, name=" and ".join(names))
        return [SlotSet("offer", "message")]
    talk.note(turn, "question")
    turn.say("utter_my_iro_worker_not_known", role=role.upper() if role == "pa" else role, name=turn.iro_name())
    return [SlotSet("offer", "message")]


@answers("iro_change")
def change_iro(turn: Turn) -> list[dict]:
    """It may be about the IRO, so it is kept from them, and their manager is told."""
    iro = turn.iro()
    if iro is not None and turn.inbound is not None:
        turn.inbound.hidden_from = iro.id
    talk.note(turn, "change_iro")
    turn.say("utter_my_iro_change", name=people.first_name(iro) if iro else turn.iro_name())
    return [SlotSet("offer", "advocate")]


@answers("early_review")
def ask_for_early_review(turn: Turn) -> list[dict]:
    """A child may ask for a review at any time; whether there is one is the IRO's to decide."""
    talk.note(turn, "early_review")
    turn.say("utter_my_iro_early_review", name=turn.iro_name())
    return [SlotSet("offer", "consultation")]
