"""Rights and explanations: who sees what, what is kept and for how long, who else can help, and a real person."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions import beside, talk
from actions.base import Turn
from actions.topics import Topic, answers
from cases import services
from cases.language import asks
from cases.language.text import plain


class AskHuman(Topic):
    def name(self) -> str:
        return "action_ask_human"

    def respond(self, turn: Turn) -> list[dict]:
        talk.ask_for_a_person(turn)
        talk.answer_questions(turn)
        return [SlotSet("offer", talk.CALL), *beside.keep_wishes(turn)]


class AskRights(Topic):
    def name(self) -> str:
        return "action_ask_rights"

    def respond(self, turn: Turn) -> list[dict]:
        turn.say("utter_rights_rights")
        talk.answer_questions(turn)
        return beside.keep_wishes(turn)


class AskLegal(Topic):
    """Legal help: who gives it, and the question itself goes to a person, since some cannot wait."""

    def name(self) -> str:
        return "action_ask_legal"

    def respond(self, turn: Turn) -> list[dict]:
        talk.note(turn, "question")
        turn.say("utter_rights_legal")
        talk.answer_questions(turn)
        return [SlotSet("offer", "advocate"), *beside.keep_wishes(turn)]


@answers("who_decides")
def tell_who_decides(turn: Turn) -> list[dict]:
    turn.say("utter_rights_who_decides")
    return [SlotSet("offer", "message")]


@answers("kept_how_long")
def tell_how_long(turn: Turn) -> list[dict]:
    turn.say("utter_rights_kept")
    return []


@answers("see_record")
def see(turn: Turn) -> list[dict]:
    return _request(turn, "see_record", "utter_rights_see")


@answers("correct_record")
def correct(turn: Turn) -> list[dict]:
    return _request(turn, "correct_record", "utter_rights_correct")


@answers("delete_record")
def delete(turn: Turn) -> list[dict]:
    return _request(turn, "delete_record", "utter_rights_delete")


def _request(turn: Turn, kind: str, response: str) -> list[dict]:
    """A request under data protection law: a person decides and answers; nothing is shown or deleted by a text alone."""
    talk.note(turn, kind)
    turn.say(response, name=turn.iro_name())
    return []


@answers("services")
def tell_services(turn: Turn) -> list[dict]:
    turn.say("utter_rights_services")
    return []


@answers("emergency")
def tell_emergency(turn: Turn) -> list[dict]:
    turn.say("utter_rights_emergency")
    return []


@answers("service_childline", "service_shout", "service_help_at_hand", "service_coram_voice", "service_nyas", "service_ombudsman")
def tell_one(turn: Turn) -> list[dict]:
    """One service with number and hours; of one that nobody has checked, no number."""
    name = (asks.read(plain(turn.text)) or "").removeprefix("service_")
    turn.say(f"utter_rights_{name}" if name in services.confirmed() else "utter_rights_not_checked")
    return []
