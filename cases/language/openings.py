"""What is said about a review outside of the form, and in the message that opens it."""

from __future__ import annotations

import re
from dataclasses import replace

from cases.language import evidence, foreign, steering, times
from cases.language.answers import at_question
from cases.language.fields import known_of, read_field
from cases.language.form import Change, State
from cases.language.text import plain

#: What a wish is about when its words alone do not tell.
WISHES = {
    "review_time": "when",
    "review_place": "where",
    "review_attend": "attend",
    "review_exclude": "exclude",
    "chair_own_review": "chair",
}

#: Words of a message that is no single wish: each of its clauses is read by itself.
LONG = 25
_AND_THEN = re.compile(r"\s+(?=(?:i want|i'd like|i need|i don't want|can my|can we|can it|with my)\b)")
_FORM_WORD = re.compile(r"\b(?:form|book|booklet|bit|part|consultation|questions|thing|paper|survey|this|it|my say)\b")


_NAMES_FORM = re.compile(r"\b(?:form|book|booklet|consultation|survey|paper)\b")
_WANTS_IT = re.compile(
    r"\b(?:i'd like|i would like|i want|want|prefer|rather have|have|make|be) (?:it|this)\b(?! (?:done|finished|sent|sorted))"
)
_REVIEW = re.compile(r"\b(?:review|meeting)\b(?! (?:form|book|bit|thing|questions))")
_REASON = re.compile(r"(?<=\w) because\b.*$")


def _with(state: State, changes: list[Change]) -> dict:
    return state.values | {change.field: change.value for change in changes}


def as_wish(text: str, intent: str, state: State) -> list[Change]:
    """What a message says about the review when no form is open; the classifier's intent tells which question it answers."""
    said, _ = steering.without_jokes(plain(text))
    if any(map(steering.side_question, evidence.clauses(said))):  # 'who is my iro and can my nan come' invites no IRO
        said = ", ".join(clause for clause in evidence.clauses(said) if not steering.side_question(clause))
    name = WISHES.get(intent, "when")
    if len(said.split()) > LONG and (changes := facts_in_opening(text, state)):
        return [replace(change, told=change.field == "issues") for change in changes]
    changes = at_question(said, text, replace(state, asked=name, told=frozenset()), known_of(text, state))
    if name == "where" and not any(change.field == "when" for change in changes) and times.read(said, state.now).strong:
        changes += read_field("when", said, text, state, known_of(text, state), alone=False) or []  # 'at nans on friday'
    if name == "chair" and not changes:
        return [Change("chair", True)]
    return changes


def facts_in_opening(text: str, state: State) -> list[Change]:
    """What an opening such as 'can i do my form, i want nan there' already says. When the form itself is due is no wish."""
    said, _ = steering.without_jokes(plain(text))
    said = re.sub(r"^(?:good|gd) (?:morning|afternoon|evening)\b[ ,.!]*", "", said)
    if foreign.written(text):
        return []
    changes: list[Change] = []
    known = known_of(text, state)
    parts = [part for clause in evidence.clauses(said) for part in _AND_THEN.split(clause) if part.strip()]
    for clause in (_REASON.sub("", part) for part in parts):
        speaks_to = evidence.strong(clause, state.now, known, "begin")
        about_form = (
            _FORM_WORD.search(clause) and not _WANTS_IT.search(clause) and not _REVIEW.search(clause if _NAMES_FORM.search(said) else said)
        )
        if speaks_to == "" and evidence.to_talk_about(clause):
            changes += read_field("issues", clause, text, replace(state, values=_with(state, changes)), known, alone=False) or []
        if speaks_to in ("", "advocate") or about_form and speaks_to in ("when", "where", "chair"):
            continue
        if speaks_to == "when" and re.search(r"\b(?:before|by)\b", clause) and _FORM_WORD.search(said):
            continue
        changes += read_field(speaks_to, clause, text, state, known, alone=False) or []
        if speaks_to != "when" and times.read(clause, state.now).exact and not any(change.field == "when" for change in changes):
            changes += read_field("when", clause, text, state, known, alone=False) or []  # 'at my nans on friday'
    return [replace(change, told=True) for change in changes]
