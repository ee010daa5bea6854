"""What the review form says: what it understood, the next question, and the read-back. All by response name."""

from __future__ import annotations

from typing import Any

from actions.base import Turn
from cases import consultations
from cases.language.form import NO_PREFERENCE, Change, Outcome
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
    "unclear": "unclear",
    "language": "english_only",
}
_SHARES = {"maybe (part)": "part", "start only": "start", "end only": "end"}
_EXPLAINED = {"explain_advocate": "advocate", "explain_chair": "chair", "why": "explained", "help": "help"}


def before_question(turn: Turn, consultation: Consultation, outcome: Outcome) -> str:
    """What to say in front of the next question: what was understood, or what was done with the message."""
    if outcome.kind == "wish":
        what = _what(turn, outcome.changes)
        return turn.phrase("utter_reviews_wish_noted", what=what) if what else turn.phrase("utter_reviews_wish_kept_words")
    said = []
    if outcome.kind in _BEFORE and not outcome.disclosure:
        said.append(_phrase(turn, _BEFORE[outcome.kind]))
    kept = [change for change in outcome.changes if not change.skipped]
    if outcome.disclosure and turn.risk != "none" and not kept:
        said.append(_phrase(turn, "with_you"))
    if kept or outcome.changes and not outcome.disclosure:
        said.append(_echo(turn, consultation, outcome))
    if outcome.kind == "side" and outcome.side in _EXPLAINED:
        said.append(_explained(turn, outcome.side))
    return " ".join(part for part in said if part)


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
    parts = [shorten(part, LONGEST_PART) for change in changes if not change.skipped and (part := _part(turn, change.field, change.value))]
    return shorten("; ".join(parts), LONGEST_ECHO)


def _part(turn: Turn, field: str, value: Any) -> str:
    """One answer in a few words, as it stands inside a sentence."""
    if value is None:
        return ""
    if value == NO_PREFERENCE:
        return turn.phrase("utter_consultation_part_no_preference")
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
        return turn.phrase(f"utter_consultation_part_advocate_{'no' if value is False else 'maybe' if value == 'maybe' else 'yes'}")
    return str(value)


def question(turn: Turn, consultation: Consultation, field: str) -> tuple[str, dict[str, str]]:
    """The response that asks for a field. Where it was told before, it is said back and asked about."""
    if consultations.states(consultation).get(field) == "told":
        value = _part(turn, field, consultations.values(consultation).get(field))
        return f"utter_consultation_confirm_{field}", {"value": shorten(value, LONGEST_PART)}
    return f"utter_consultation_ask_{field}", {}


def read_back(turn: Turn, consultation: Consultation, said: str) -> None:
    """All that will be sent, in the child's words, and 'shall I send it?'. Long answers are cut here, not in the store."""
    held, states = consultations.values(consultation), consultations.states(consultation)
    lines = [line for field in consultations.FIELDS if (line := _line(turn, field, held.get(field), states.get(field), 110))]
    short = [line for field in consultations.FIELDS if (line := _line(turn, field, held.get(field), states.get(field), 36))]
    room = TWO_SEGMENTS - len(turn.phrase("utter_consultation_ask_send", said="", summary="")) - 60
    if len("\n".join(lines)) + len(said) <= room:
        turn.say("utter_consultation_ask_send", said=said, summary="\n".join(lines))
    elif len("\n".join(short)) + len(said) <= room:
        turn.say("utter_consultation_ask_send", said=said, summary="\n".join(short))
    else:
        turn.say("utter_consultation_read_back", said=said, summary=shorten("\n".join(lines), 2 * TWO_SEGMENTS))
        turn.say("utter_consultation_ask_send_it")


def _line(turn: Turn, field: str, value: Any, state: str | None, longest: int) -> str:
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
        said = ", ".join(value) if isinstance(value, list) else str(value)
    return turn.phrase(f"utter_consultation_line_{field}", value=sentence_case(shorten(said, longest)))
