"""When and where the next review is. Wishes about it are the review form's: see consultation.py."""

from __future__ import annotations

from rasa_sdk.events import FollowupAction, SlotSet

from actions import beside, consultation, my_iro, talk, topics
from actions.base import Turn
from actions.topics import Topic, answers


class NextReview(Topic):
    def name(self) -> str:
        return "action_next_review"

    def respond(self, turn: Turn) -> list[dict]:
        talk.tell_review(turn)
        talk.answer_questions(turn)
        return [SlotSet("offer", "consultation"), *beside.keep_wishes(turn)]


@answers("not_coming")
def keep_not_coming(turn: Turn) -> list[dict]:
    """'i dont want to go to my review' is a wish for it, and no complaint: what they want said there is asked for."""
    change = consultation.not_coming(turn)
    if change is None:
        talk.note(turn, "issue")
        turn.say("utter_issues_passed_on", name=turn.iro_name())
        return [SlotSet("offer", "consultation")]
    turn.say("utter_reviews_not_coming", name=turn.iro_name())
    return [*consultation.keep_wish(turn, [change]), turn.before_question(""), FollowupAction("consultation_form")]


@answers("who_goes", "need_not")
def tell_of_reviews(turn: Turn) -> list[dict]:
    """Who comes to one, and that nobody has to talk, or to stay for all of it."""
    turn.say("utter_reviews_who_goes" if topics.asked(turn) == "who_goes" else "utter_reviews_need_not")
    return [SlotSet("offer", "consultation")]


@answers("review_word")
def tell_of_the_next(turn: Turn) -> list[dict]:
    """'review', and not a word more: when it is, and the form is offered."""
    talk.tell_review(turn)
    return [SlotSet("offer", "consultation")]


@answers("form_about")
def tell_about_form(turn: Turn) -> list[dict]:
    """How long the form is, and that nobody has to. 'How long does it take', after a word to the IRO, is about their answer."""
    if turn.slot("offer") == "message" and "long" in turn.text.lower():
        return my_iro.tell_when(turn)
    turn.say("utter_consultation_about_form")
    return [SlotSet("offer", "consultation")]
