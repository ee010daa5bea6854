"""The review form: takes each message to cases.language.answers, writes what it means, and asks on.

`validate_consultation_form` is Rasa's own hook for the form. It sets the marker slots from the case store, so that the
form asks the first question without an answer. Setting none rejects the form: the rule of the message's intent answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from rasa_sdk.events import FollowupAction, SlotSet

from actions import as_before, beside_form, talk, topics, which_one
from actions.base import HeardAction, Turn, end_form
from actions.consultation_words import before_question, copy, question, read_back, topic_question
from cases import complaints, consultations, pass_on, questions
from cases.language import answers, evidence, openings, own_words, several, steering, topic_answers, yesno
from cases.language.form import FIELDS, Change, Outcome, State
from cases.language.people import Known
from cases.language.text import plain
from cases.store.db import Store
from cases.store.models import Consultation

#: What the form asks for, in order: the meeting, then whether there is more to say, what there is, and whether to send it.
SLOTS = ("begin", *FIELDS, "more", "topics", "send")
#: The marker that the child wants to change something and has not said what.
CHANGE = "change"
#: The marker that the message was in another language.
FOREIGN = "foreign"
#: A longer message that nobody understood is not taken for a wish.
LONGEST_WISH = 15
_CLOSING = {"stop": "utter_consultation_paused", "not_yet": "utter_consultation_not_sent_yet", "decline": "utter_consultation_wish_kept"}


class OpenConsultation(HeardAction):
    """Start the form, or go on with it. Facts in the opening message are taken; a form's own deadline is not one."""

    def name(self) -> str:
        return "action_open_consultation"

    def act(self, turn: Turn) -> list[dict]:
        held = consultations.current(turn.session, turn.child.id, turn.now)
        if asks_for_copy(turn) and held is not None and held.answers:
            copy(turn, held, asks_on=True)
        return open_form(turn)


class Wish(HeardAction):
    """A wish about the review, said without the form: kept, echoed, and the rest of the form offered.

    The rules open the form after it; what asks for something plainer is answered as that, and opens none.
    """

    def name(self) -> str:
        return "action_wish"

    def act(self, turn: Turn) -> list[dict]:
        if name := topics.asked(turn):
            return _no_form(topics.ANSWERS[name](turn))
        if turn.slot("offer") == talk.CALL and (kept := talk.keep_call_time(turn)):
            return _no_form(kept)
        opens = any(steering.is_start(clause) for clause in evidence.clauses(plain(turn.text)))
        talk.answer_questions(turn)
        return open_form(turn) if opens else take_wish(turn)


def _no_form(events: list[dict]) -> list[dict]:
    """Wait for the child, unless another action follows."""
    return events if any(event.get("event") == "followup" for event in events) else [*events, FollowupAction("action_listen")]


def is_wish(turn: Turn) -> bool:
    """A message that nobody understood: is it plainly about the time, the place or the people?"""
    said = plain(turn.text)
    fields = ("when", "where", "attend", "exclude", "chair")
    return (
        len(said.split()) <= LONGEST_WISH and evidence.strong(said, turn.now, Known(), "begin") in fields and not steering.is_question(said)
    )


def take_wish(turn: Turn) -> list[dict]:
    complaints.end_talk(turn.session, turn.conversation, complaints.draft(turn.session, turn.child.id))
    consultation, _ = consultations.open_one(turn.session, turn.child.id, turn.now)
    return keep_wish(turn, openings.as_wish(turn.text, turn.intent, _state(turn, consultation, "begin")))


def wishes_beside(turn: Turn) -> list[Change]:
    """What a message about something else says about the review."""
    held = consultations.current(turn.session, turn.child.id, turn.now)
    state = _state(turn, held, "begin") if held else State(asked="begin", now=turn.now)
    return several.wishes(turn.text, turn.intent, state)


def keep_wish(turn: Turn, changes: list[Change]) -> list[dict]:
    """Keep it, and say so in front of the form's next question."""
    consultation, _ = consultations.open_one(turn.session, turn.child.id, turn.now)
    changes = as_before.settled(turn, consultation, changes)
    which = which_one.mark(turn, consultation, changes)
    _write(turn, consultation, changes)
    said = before_question(turn, consultation, which_one.as_said(turn, Outcome("wish", changes)) if which else Outcome("wish", changes))
    return [
        *markers(consultation),
        *second_part(turn, consultation),
        SlotSet("consultation_begin", None),
        SlotSet("consultation_missed", which),
        SlotSet("offer", None),
        turn.before_question(said),
    ]


def asks_for_copy(turn: Turn) -> bool:
    return not turn.chosen and steering.side_question(plain(turn.text)) == "copy"


def tell_copy(turn: Turn) -> list[dict]:
    """'What did I say?', with no form open."""
    talk.tell_copy(turn)
    return [SlotSet("offer", "consultation")]


def open_form(turn: Turn) -> list[dict]:
    complaints.end_talk(turn.session, turn.conversation, complaints.draft(turn.session, turn.child.id))
    consultation, how = consultations.open_one(turn.session, turn.child.id, turn.now)
    state = _state(turn, consultation, "begin")
    changes = as_before.settled(turn, consultation, [] if turn.chosen else openings.facts_in_opening(turn.text, state))
    which = which_one.mark(turn, consultation, changes)
    _write(turn, consultation, changes)
    said = before_question(turn, consultation, which_one.as_said(turn, Outcome(how, changes)) if which else Outcome(how, changes))
    return [
        *markers(consultation),
        *second_part(turn, consultation),
        SlotSet("consultation_begin", "true"),
        SlotSet("consultation_missed", which),
        SlotSet("offer", None),
        turn.before_question(said),
    ]


def _write(turn: Turn, consultation: Consultation, changes: Iterable[Change]) -> None:
    """Keep what was said; a form that holds something is not forgotten when the child is."""
    changes = list(changes)
    consultations.write(turn.session, consultation, changes, turn.words, turn.message_id, turn.now)
    if changes:
        pass_on.watch(turn.session, consultation, turn.now)


def markers(consultation: Consultation, *, reopen: tuple[str, ...] = ()) -> list[dict]:
    """The slots that tell the form what is still to ask. What was told beside another answer is asked, to be confirmed."""
    states = consultations.states(consultation)
    slots = []
    for name in FIELDS:
        state = states.get(name)
        value = None if name in reopen or state in (None, "told", "last") else "skipped" if state == "skipped" else "true"
        slots.append(SlotSet(f"consultation_{name}", value))
    return [*slots, SlotSet("consultation_send", None)]


def second_part(turn: Turn, consultation: Consultation, outcome: Outcome | None = None) -> list[dict]:
    """The slots of the part beyond the meeting: whether it is wanted, and the question to ask next.

    consultation_more: true (yes), ended (enough said); consultation_topics: true once nothing of it is to be asked now.
    """
    band = turn.band()
    states, values = consultations.states(consultation), consultations.values(consultation)
    current, more = turn.slot("consultation_topic"), turn.slot("consultation_more")
    reopened = ""
    if outcome is None:  # the form is opened: go on where it was left
        begun = any("." in key and state != "told" for key, state in states.items())
        current, more = "", "true" if consultation.status == "open" and begun else ""
    else:
        more = {"enough": "ended", "topics": "true"}.get(outcome.kind, more)
        reopened = next((key for key in outcome.reopen if band.question(key)), "")
        answered = {change.field for change in outcome.changes if not change.told}
        if current and not band.question(current):  # asked before the child changed over to other questions
            answered.add(current)
        if turn.slot("requested_slot") != "consultation_topics" or outcome.kind in ("enough", "topics"):
            current = ""
        elif current not in answered and not reopened:
            reopened = current
    if reopened:
        asked = reopened
    elif more != "true":
        asked = ""
    else:
        keys = [one.key for one in questions.waiting(band, states, values)]
        asked = next(iter(questions.after(band, keys, current) or keys), "")
    return [
        SlotSet("consultation_more", more or ("ended" if reopened else None)),
        SlotSet("consultation_topic", asked or None),
        SlotSet("consultation_topics", None if asked or not (more or reopened) else "true"),
    ]


def _state(turn: Turn, consultation: Consultation, asked: str) -> State:
    states = consultations.states(consultation)
    iro = turn.iro()
    missed = turn.slot("consultation_missed")
    return State(
        asked=asked,
        now=turn.now,
        values=consultations.values(consultation),
        told=frozenset(name for name, state in states.items() if state in ("told", "last")),
        skipped=frozenset(name for name, state in states.items() if state == "skipped"),
        last=consultations.last_answered(consultation),
        iro=iro.name if iro else "",
        risk=turn.risk,
        foreign=missed == FOREIGN,
        missed=int(missed.partition(":")[2]) if missed.startswith(f"{asked}:") else 0,
    )


class ValidateConsultationForm(HeardAction):
    def name(self) -> str:
        return "validate_consultation_form"

    def act(self, turn: Turn) -> list[dict]:
        asked = turn.slot("requested_slot").removeprefix("consultation_")
        if not turn.fresh and asked == "topics" and not turn.band().question(turn.slot("consultation_topic")):
            return _asked_anew(turn)
        if not turn.fresh or asked not in SLOTS:
            return []
        return take_message(turn, asked)


def _asked_anew(turn: Turn) -> list[dict]:
    """The question that was asked is none of the child's any more: they have just asked for easy words. Their own comes next."""
    consultation, _ = consultations.open_one(turn.session, turn.child.id, turn.now)
    return second_part(turn, consultation, Outcome("again"))


def _about_this_talk(turn: Turn, asked: str) -> list[dict] | None:
    """What is plainly asked beside the form is answered at once, whatever the form asked, and is no answer to it. None otherwise."""
    if not beside_form.answered(turn):
        return None
    anew = _asked_anew(turn) if asked == "topics" else []
    return [*anew, SlotSet("consultation_missed", None), turn.before_question("")]


def take_message(turn: Turn, asked: str) -> list[dict]:
    """One message while the form is open. [] rejects the form, for the rule of the intent to answer."""
    if (answered := answer_notice(turn)) is not None:
        return answered
    if (beside := _about_this_talk(turn, asked)) is not None:
        return beside
    consultation, _ = consultations.open_one(turn.session, turn.child.id, turn.now)
    outcome = which_one.answered(turn, consultation) or _understood(
        turn, _state(turn, consultation, asked), asked, as_before.brought(consultation, asked)
    )
    outcome = replace(outcome, changes=as_before.settled(turn, consultation, outcome.changes))
    if turn.chosen and turn.intent not in ("affirm", "deny", "skip", "go_back"):
        return []
    if outcome.disclosure:
        talk.notice_harm(turn, enough=answers.VERY_SURE if outcome.changes else answers.SURE)
    which = which_one.mark(turn, consultation, outcome.changes)
    _write(turn, consultation, outcome.changes)
    if turn.risk == "none" and any(_worries(turn, change) for change in outcome.changes):
        talk.raise_concern(turn, "utter_issues_not_safe")
    if outcome.kind in ("stop", "not_yet", "decline"):
        turn.say(_CLOSING[outcome.kind])
        return [*end_form(), SlotSet("offer", "consultation"), SlotSet("consultation_missed", None)]
    if outcome.kind == "send":
        return _send(turn, consultation)
    if outcome.kind == "language":
        talk.note(turn, "language")
    if outcome.kind == "side":
        if outcome.side == turn.intent and outcome.side in answers.SIDE_INTENTS and not outcome.changes:
            return []
        talk.answer_side(turn, outcome.side)
    answered = {change.field for change in outcome.changes}
    waiting = tuple(name for name in FIELDS if not turn.slot(f"consultation_{name}") and name not in answered)
    return [
        *markers(consultation, reopen=(*outcome.reopen, *waiting)),
        *second_part(turn, consultation, outcome),
        SlotSet("consultation_begin", None if asked == "begin" and outcome.kind not in ("begin", "answers") else "true"),
        SlotSet("consultation_missed", which or (CHANGE if outcome.kind == "what_to_change" else _missed(turn, asked, outcome))),
        turn.before_question(before_question(turn, consultation, which_one.as_said(turn, outcome) if which else outcome)),
    ]


def _worries(turn: Turn, change: Change) -> bool:
    question = turn.band().question(change.field)
    return question is not None and not change.skipped and topic_answers.worries(change.value, question)


def _understood(turn: Turn, state: State, asked: str, brought: bool = False) -> Outcome:
    said = plain(turn.text)
    if brought and yesno.polarity(said) == "no" and len(said.split()) <= 3:  # not the same again
        return Outcome("answers", (Change(asked, None, cleared=True),))
    if brought and steering.the_same(said):
        return Outcome("answers", (Change(asked, state.values[asked]),))
    if asked in FIELDS and (same := as_before.everything(turn, said, state)):
        return Outcome("answers", same)
    if state.skipped and steering.unskips(said):  # asked afresh, each in its turn
        again = tuple(Change(name, None, cleared=True) for name in sorted(state.skipped))
        return Outcome("topics" if any(change.field not in FIELDS for change in again) else "back", again)
    how = {"intent": turn.intent, "confidence": turn.confidence}
    band = turn.band()
    if asked in ("begin", "when", "where", "attend", "exclude") and (change := not_coming(turn)):
        return Outcome("again", (change,))
    if asked == "more":
        return topic_answers.interpret_more(turn.text, state, band, **how)
    if asked == "topics":
        band = questions.asked_in(band, turn.slot("consultation_topic"))
    if asked == "topics" and (asking := band.question(turn.slot("consultation_topic"))):
        return topic_answers.interpret(turn.text, state, asking, band, **how)
    if asked in ("send", "topics") and (again := topic_answers.named(turn.text, band)):
        return Outcome("back", reopen=(again.key,))
    return answers.interpret(turn.text, replace(state, asked="send") if asked == "topics" else state, **how)


def not_coming(turn: Turn) -> Change | None:
    """'i dont want to go': what it answers in the part about the meeting, where a council asks that. It is asked about there."""
    question = turn.band().question("my_meeting.come")
    if question is None or turn.risk == "immediate" or not own_words.wont_come(turn.text):
        return None
    value = topic_answers.read(turn.text, question, turn.band())
    return Change(question.key, value or turn.text, told=True)


def answer_notice(turn: Turn) -> list[dict] | None:
    """A plain yes or no to "I will pass on what you said unless you say no". None for any other message."""
    held = pass_on.asked(turn.session, turn.child.id, turn.now)
    polarity = yesno.polarity(plain(turn.text)) if held is not None and len(turn.text.split()) <= 6 else None
    if held is None or polarity not in ("yes", "no") and not steering.keeps_back(plain(turn.text)):
        return None
    if polarity == "yes" and not steering.keeps_back(plain(turn.text)):
        return _send(turn, held)
    pass_on.keep_back(held)
    turn.say("utter_consultation_kept_back")
    return [*end_form(), SlotSet("offer", "consultation"), SlotSet("consultation_missed", None)]


def _missed(turn: Turn, asked: str, outcome: Outcome) -> str | None:
    """How often in a row the question went without an answer while something else was said; or that it was in another language."""
    if outcome.kind == "language":
        return FOREIGN
    answered = any(change.field == asked and not change.told for change in outcome.changes)
    if answered or asked not in (*FIELDS, "begin") or outcome.kind not in ("answers", "unclear"):
        return None
    before = turn.slot("consultation_missed")
    count = int(before.partition(":")[2]) if before.startswith(f"{asked}:") else 0
    return f"{asked}:{count + 1}"


def _send(turn: Turn, consultation: Consultation) -> list[dict]:
    """The one place where a form is sent: the child has just said yes to the read-back."""
    consultations.send(turn.session, consultation, turn.now)
    if turn.iro() is None:
        turn.say("utter_consultation_sent_no_iro")
    else:
        turn.say("utter_consultation_sent", iro=turn.iro_name())
    return [*end_form(), SlotSet("consultation_send", "true"), SlotSet("offer", None), SlotSet("consultation_missed", None)]


class AskConsultation(HeardAction):
    """Ask one question of the form, with what was just understood in front of it, in one message."""

    reads_only = True

    def __init__(self, store: Store, clock: Callable[[], datetime], field: str):
        super().__init__(store, clock)
        self.field = field

    def name(self) -> str:
        return f"action_ask_consultation_{self.field}"

    def act(self, turn: Turn) -> list[dict]:
        consultation = consultations.current(turn.session, turn.child.id, turn.now)
        said = turn.said_before()
        if which_one.ask(turn, consultation, said):
            return []
        if self.field == "send" and turn.slot("consultation_missed") == CHANGE:
            turn.say("utter_consultation_ask_change", said=said)
        elif self.field == "send":
            read_back(turn, consultation, said)
        elif self.field == "more":
            first, second, third, *_ = (*(turn.translated(topic.about) for topic in turn.band().topics), "", "", "")
            turn.say("utter_consultation_ask_more", said=said, first=first, second=second, third=third)
        elif self.field == "topics":
            topic_question(turn, consultation, said)
        else:
            response, values = question(turn, consultation, self.field)
            turn.say(response, said=said, **values)
        return []


def made(store: Store, clock: Callable[[], datetime]) -> Iterator[HeardAction]:
    """An asking action for each question."""
    return (AskConsultation(store, clock, field) for field in SLOTS)
