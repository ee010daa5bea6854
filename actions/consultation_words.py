"""What the review form says: what it understood, the next question, and the read-back. All by response name."""

from __future__ import annotations

from typing import Any

from actions.base import Turn
from cases import consultations, questions
from cases.language import calendar
from cases.language.form import FIELDS, NO_PREFERENCE, Change, Outcome
from cases.language.text import sentence_case, shorten
from cases.store.models import Consultation

#: Two text messages; a longer read-back is sent as two replies.
TWO_SEGMENTS = 306
LONGEST_PART, LONGEST_ECHO = 70, 130

_BEFORE = {
    consultations.NEW: "opening",
    consultations.RESUMED: "resumed",
    consultations.SENT_BEFORE: "already_sent",
    "back": "back",
    "filler": "filler",
    "hint": "hint",
    "unclear": "unclear",
    "language": "english_only",
}
_SHARES = {"maybe (part)": "part", "start only": "start", "end only": "end"}
#: Side questions that the form answers itself, in front of its own question.
_EXPLAINED = {
    "explain_advocate": "advocate",
    "explain_chair": "chair",
    "why": "explained",
    "can_change": "can_change",
    "who_goes": "who_goes",
    "need_not": "need_not",
    "no_wrong": "no_wrong",
    "about_form": "about_form",
    "help": "help",
}


def before_question(turn: Turn, consultation: Consultation, outcome: Outcome) -> str:
    """What to say in front of the next question: what was understood, or what was done with the message."""
    if outcome.kind == "wish":
        what = _what(turn, outcome.changes)
        return turn.phrase("utter_reviews_wish_noted", what=what) if what else turn.phrase("utter_reviews_wish_kept_words")
    said = []
    if outcome.kind == "topics" and not consultation_has_topics(consultation):
        said.append(_phrase(turn, "topics"))
    if outcome.kind in _BEFORE and not outcome.disclosure:
        said.append(_phrase(turn, _BEFORE[outcome.kind]))
    kept = [change for change in outcome.changes if change.state in ("given", "told")]
    if any(change.last for change in outcome.changes) and not kept:
        return " ".join(said)  # it is said with the question
    if outcome.disclosure and turn.risk != "none" and not kept:
        said.append(_phrase(turn, "with_you"))
    if kept or outcome.changes and not outcome.disclosure and outcome.kind != "language":
        said.append(_echo(turn, consultation, outcome))
    if outcome.kind == "side" and outcome.side in _EXPLAINED:
        said.append(_explained(turn, outcome.side))
    return " ".join(part for part in said if part)


def consultation_has_topics(consultation: Consultation) -> bool:
    return any("." in key for key in consultations.states(consultation))


def _phrase(turn: Turn, name: str, **values: str) -> str:
    return turn.phrase(f"utter_consultation_said_{name}", **values)


def _explained(turn: Turn, side: str) -> str:
    asked = turn.slot("requested_slot").removeprefix("consultation_")
    if side == "help" and asked in ("advocate", "chair"):
        side = f"explain_{asked}"
    return turn.phrase("utter_shared_form_help") if side == "help" else _phrase(turn, _EXPLAINED[side])


def _echo(turn: Turn, consultation: Consultation, outcome: Outcome) -> str:
    """'OK: Tuesday or Thursday at 4:30pm.', or that an earlier answer was changed, or that one was skipped."""
    what = _what(turn, outcome.changes)
    if not what and any("." in change.field and not change.skipped for change in outcome.changes):
        return _phrase(turn, "kept")
    if not what:
        return _phrase(turn, "skipped") if outcome.kind == "answers" and outcome.changes[0].skipped else ""
    before = {row.field for row in consultation.answers if row.inbound_id != turn.message_id and row.state == "given"}
    changed = any(change.field in before and change.field != "issues" for change in outcome.changes)
    said = _phrase(turn, "changed" if changed else "ok", what=what)
    wishes = any(change.field in ("when", "where", "attend", "exclude") for change in outcome.changes)
    if not before and wishes and outcome.kind == "answers":  # once, at the first wish: nobody should think that it is settled
        said = f"{said} {_phrase(turn, 'iro_decides')}"
    return said


def _what(turn: Turn, changes: tuple[Change, ...]) -> str:
    about_meeting = [change for change in changes if change.state in ("given", "told") and change.field in FIELDS]
    parts = [shorten(part, LONGEST_PART) for change in about_meeting if (part := _part(turn, change.field, change.value))]
    return shorten("; ".join(dict.fromkeys(parts)), LONGEST_ECHO)


def _part(turn: Turn, field: str, value: Any) -> str:
    """One answer in a few words, as it stands inside a sentence."""
    if value is None:
        return ""
    if value == NO_PREFERENCE:
        return turn.phrase("utter_consultation_part_no_preference")
    if field == "exclude" and value == [consultations.SAME]:
        return consultations.SAME
    if field == "exclude":
        return (
            turn.phrase("utter_consultation_part_exclude", names=", ".join(value))
            if value
            else turn.phrase("utter_consultation_part_none_exclude")
        )
    if field == "attend":
        return ", ".join(value) if value else turn.phrase("utter_consultation_part_none_attend")
    if field == "chair":
        if isinstance(value, bool):
            return turn.phrase(f"utter_consultation_part_chair_{'yes' if value else 'no'}")
        name = _SHARES.get(value)
        return (
            turn.phrase(f"utter_consultation_part_chair_{name}")
            if name
            else turn.phrase("utter_consultation_part_chair_other", which=value)
        )
    if field == "issues":
        return ", ".join(value) if value else turn.phrase("utter_consultation_part_no_issues")
    if field == "advocate":
        name = "no" if value is False else "maybe" if value == "maybe" else "yes" if value is True else "have"
        return turn.phrase(f"utter_consultation_part_advocate_{name}")
    return _dated(turn, field, str(value))


def _dated(turn: Turn, field: str, value: str, consultation: Consultation | None = None) -> str:
    """'next Tuesday' as it was said, with the date that it came to on the day that it was said: today, or as the form has it."""
    said = consultations.newest(consultation).get(field) if consultation is not None else None
    meant = calendar.dates(value, said.created_at if said else turn.now) if field == "when" else ""
    return turn.phrase("utter_consultation_part_dated", when=value, dates=meant) if meant else value


def question(turn: Turn, consultation: Consultation, field: str) -> tuple[str, dict[str, str]]:
    """The response that asks for a field of the meeting part. Where it was told before, it is said back and asked about."""
    number, state = str(FIELDS.index(field) + 1) if field in FIELDS else "", consultations.states(consultation).get(field)
    if state in ("told", "last"):
        held = consultations.values(consultation).get(field)
        value = _dated(turn, field, held, consultation) if field == "when" else _part(turn, field, held)
        response = "utter_consultation_last" if state == "last" else f"utter_consultation_confirm_{field}"
        return response, {"value": shorten(value, LONGEST_PART), "number": number}
    if field in FIELDS:
        asks = turn.translated(turn.one_of(turn.band().meeting[field]))
        return f"utter_consultation_ask_{'issues' if field == 'issues' else 'meeting'}", {"number": number, "question": asks}
    return f"utter_consultation_ask_{field}", {}


def topic_question(turn: Turn, consultation: Consultation, said: str) -> None:
    """Ask the question beyond the meeting whose turn it is; what was told about it before is said back."""
    band = turn.band()
    asking = band.question(turn.slot("consultation_topic"))
    topic = band.topic(asking.topic)
    values = {"said": said, "title": turn.translated(topic.title), "number": str(band.number(topic.name)), "total": str(len(band.topics))}
    if consultations.states(consultation).get(asking.key) == "told":
        held = str(consultations.values(consultation).get(asking.key))
        turn.say("utter_consultation_confirm_topic", **values, value=shorten(held, LONGEST_ECHO))
        return
    asks = turn.translated(asking.ask)
    asks = f"{asks} {turn.translated(band.hint)}" if asking.kind == "scale" else asks
    turn.say("utter_consultation_ask_topic", band.buttons(asking), **values, question=asks)


def read_back(turn: Turn, consultation: Consultation, said: str) -> None:
    """All that will be sent, in the child's words, and 'shall I send it?': in more messages where it is long, before it is cut."""
    room = TWO_SEGMENTS - len(turn.phrase("utter_consultation_ask_send", said="", summary="")) - 60
    held = lines(turn, consultation, TWO_SEGMENTS - 60)
    summary = "\n".join(held)
    if len(summary) + len(said) <= room:
        turn.say("utter_consultation_ask_send", said=said, summary=summary)
        return
    tell_all(turn, held, said)
    turn.say("utter_consultation_ask_send_it")


def copy(turn: Turn, consultation: Consultation | None, *, asks_on: bool = False) -> None:
    """'What did I say?': everything that the form holds, sent or not, as the child's own copy. asks_on: a form's question follows."""
    held = lines(turn, consultation, TWO_SEGMENTS - 40) if consultation is not None else []
    if not held:
        turn.say("utter_consultation_copy_nothing")
        return
    if asks_on or (turn.tracker.active_loop or {}).get("name"):
        tell_all(turn, held, "", most=4, response="utter_consultation_copy")
        return
    tell_all(turn, held, "", most=4, response="utter_consultation_copy")
    turn.say(f"utter_consultation_copy_{'sent' if consultation.status == 'sent' else 'open'}")


def tell_all(turn: Turn, every: list[str], said: str, *, most: int = 3, response: str = "utter_consultation_read_back") -> None:
    """The lines in up to `most` messages of two segments each; where they are too many, each is cut."""
    head = len(turn.phrase(response, said=said, summary=""))
    for longest in (TWO_SEGMENTS, 70, 40, 24):
        parts = _packed([shorten(line, longest) for line in every], TWO_SEGMENTS - head)
        if len(parts) <= most:
            break
    turn.say(response, said=said, summary=parts[0])
    for part in parts[1:most]:
        turn.say("utter_consultation_read_on", summary=part)


def _packed(every: list[str], room: int) -> list[str]:
    parts: list[str] = []
    for line in every:
        if parts and len(parts[-1]) + 1 + len(line) <= room:
            parts[-1] = f"{parts[-1]}\n{line}"
        else:
            parts.append(shorten(line, room))
    return parts


def lines(turn: Turn, consultation: Consultation, longest: int) -> list[str]:
    """A line for each answer about the meeting and for each topic. Empty where nothing at all was said."""
    held, states = consultations.values(consultation), consultations.states(consultation)
    if not states:
        return []
    said = [line for field in FIELDS if (line := _line(turn, consultation, field, held.get(field), states.get(field), longest))]
    for topic in questions.topics_of(turn.band(), held):
        about = [str(value) for key, value in held.items() if key.partition(".")[0] == topic.name and value]
        if about:
            value = sentence_case(shorten("; ".join(dict.fromkeys(about)), longest))
            said.append(turn.phrase("utter_consultation_line_topic", title=turn.translated(topic.title), value=value))
    return said


def _line(turn: Turn, consultation: Consultation, field: str, value: Any, state: str | None, longest: int) -> str:
    if state in (None, "skipped") and field in ("issues", "chair", "advocate"):
        return ""
    if value is None:
        said = turn.phrase("utter_consultation_part_nothing")
    elif value == []:
        said = turn.phrase("utter_consultation_line_nothing" if field == "issues" else "utter_consultation_line_nobody")
    elif isinstance(value, bool):
        said = turn.phrase(f"utter_consultation_line_{'yes' if value else 'no'}")
    elif value == NO_PREFERENCE:
        said = turn.phrase("utter_consultation_part_no_preference")
    elif field == "chair" and value in _SHARES:
        said = turn.phrase(f"utter_consultation_line_{_SHARES[value]}")
    else:
        said = ", ".join(value) if isinstance(value, list) else _dated(turn, field, str(value), consultation)
    return turn.phrase(f"utter_consultation_line_{field}", value=sentence_case(shorten(said, longest)))
