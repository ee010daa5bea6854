"""How to reach and speak to a child: a new number, quiet times, the web or texts, a shared phone, easy words, who helps."""

from __future__ import annotations

from datetime import time

from rasa_sdk.events import SlotSet

from actions import talk
from actions.base import Turn
from actions.topics import ANSWERS, Topic, answers
from cases import contact, issues
from cases.language import asks, follow_ups
from cases.language.text import plain


@answers("other_language")
def english_only(turn: Turn) -> list[dict]:
    """A language that Heard has not got: it is put down, the IRO is told, and the child hears that there is English only."""
    wanted = contact.language_named(turn.text)
    if wanted and wanted != "en":
        contact.change(turn.session, turn.child, language=wanted)
    talk.note(turn, "language", detail=wanted)
    turn.say("utter_language_noted", name=turn.iro_name())
    return []


class ChangeLanguage(Topic):
    def name(self) -> str:
        return "action_change_language"

    def respond(self, turn: Turn) -> list[dict]:
        return english_only(turn)


class ChangeContact(Topic):
    """What cannot be read as one of the settings goes to a person: a text alone moves no child's talk to another number."""

    def name(self) -> str:
        return "action_change_contact"

    def respond(self, turn: Turn) -> list[dict]:
        talk.note(turn, "contact_change")
        turn.say("utter_shared_contact_noted", name=turn.iro_name())
        return []


class StopMessages(Topic):
    def name(self) -> str:
        return "action_stop_messages"

    def respond(self, turn: Turn) -> list[dict]:
        if not turn.chosen and not follow_ups.wants_fewer_texts(plain(turn.text)):  # 'can you stop them'
            return ANSWERS["asks_iro"](turn)
        talk.note(turn, "contact_change")
        turn.say("utter_shared_stop_explained", name=turn.iro_name())
        return []


@answers("change_number", "gives_number")
def change_number(turn: Turn) -> list[dict]:
    """Proved where the child is known already: here. The code is texted from the new phone."""
    talk.note(turn, "contact_change")
    turn.say("utter_contact_new_number", code=contact.code_for_new_phone(turn.session, turn.child, turn.now))
    return []


@answers("phone_shared", "phone_own")
def share_phone(turn: Turn) -> list[dict]:
    shared = asks.read(plain(turn.text)) == "phone_shared"
    phone = contact.phone_written_on(turn.session, turn.child, turn.message_id)
    if phone is not None:
        phone.shared = shared
    turn.say("utter_contact_phone_shared" if shared else "utter_contact_phone_own")
    return []


@answers("quiet")
def keep_quiet(turn: Turn) -> list[dict]:
    """What people send waits until the quiet time is over, and answers still come: see contact.holds_until."""
    times = asks.quiet(plain(turn.text))
    begins, ends = times or (None, None)
    contact.change(turn.session, turn.child, quiet_from=begins, quiet_until=ends)
    if times:
        turn.say("utter_contact_quiet", begins=_clock(begins), ends=_clock(ends))
    else:
        turn.say("utter_contact_any_time")
    return []


@answers("use_english")
def use_english(turn: Turn) -> list[dict]:
    contact.change(turn.session, turn.child, language="en")
    turn.say("utter_language_english")
    return []


@answers("use_web", "use_sms")
def prefer(turn: Turn) -> list[dict]:
    web = asks.read(plain(turn.text)) == "use_web"
    contact.change(turn.session, turn.child, channel="web" if web else "sms")
    turn.say("utter_contact_use_web" if web else "utter_contact_use_sms")
    return []


@answers("easy_read", "easy_off")
def use_easy_words(turn: Turn) -> list[dict]:
    easy = asks.read(plain(turn.text)) == "easy_read"
    contact.change(turn.session, turn.child, easy_read=easy)
    talk.note(turn, "language", detail="easy read" if easy else "no easy read")
    in_form = "said_" if (turn.tracker.active_loop or {}).get("name") else ""  # the form's question follows
    turn.say(f"utter_language_{in_form}{'simpler' if easy else 'usual'}", name=turn.iro_name())
    return []


@answers("helper", "helper_gone")
def note_helper(turn: Turn) -> list[dict]:
    """Somebody writes for the child, or no longer does: whoever reads it has to know."""
    said = plain(turn.text)
    if asks.read(said) == "helper_gone":
        contact.helped(turn.session, turn.child, None, turn.now)
        turn.say("utter_contact_helper_gone")
        return []
    who = asks.helper(said)
    contact.helped(turn.session, turn.child, who, turn.now)
    issues.record(
        turn.session, turn.child, kind="issue", text=turn.words, inbound_id=turn.message_id, now=turn.now, detail=f"helped by: {who}"
    )
    turn.say("utter_contact_helper", who=who)
    return [SlotSet("offer", None)]


def _clock(text: str) -> str:
    """'9pm' of '21:00'."""
    at = time.fromisoformat(text)
    minute = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minute}{'am' if at.hour < 12 else 'pm'}"
