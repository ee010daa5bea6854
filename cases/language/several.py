"""Several things in one message outside of a form: what stands beside the one thing that a classifier took it for."""

from __future__ import annotations

import re

from cases.language import evidence, steering
from cases.language.form import Change, State
from cases.language.openings import WISHES, facts_in_opening
from cases.language.text import plain

#: What has an answer that can be given beside another one.
_ANSWERED = frozenset(("who_is_my_iro", "next_review", "who_are_you", "ask_human", "ask_legal", "ask_rights", "ask_confidentiality"))
_AND_ASKS = re.compile(
    r"\s*(?:[,;.?!]\s*)?\b(?:and|but|also|n|plus|oh)\s+(?=(?:also )?(?:who|when|what|where|can|could|is|are|am|will|do|does|how)\b)"
)
#: The form takes "who knows …" for this question, since there it is asked between answers; here it must be plainer.
_WHO_READS = re.compile(
    r"\b(?:who(?: else)?(?: can| will| gets to)? (?:reads?|sees?) (?:this|these|it|that|what)|is (?:this|it) (?:private|secret|confidential)|"
    r"(?:will|do) (?:you|u) tell (?:any|my|them))"
)
_LONGEST = 40


def parts(text: str) -> list[str]:
    """The clauses of a message in plain spelling, also where two questions are joined by no more than "and"."""
    return [part for clause in evidence.clauses(plain(text)) for part in _AND_ASKS.split(clause) if part.strip()]


def questions(text: str, intent: str) -> tuple[str, ...]:
    """The questions in it, in order, that the answer to `intent` leaves open. None in a message of a single part."""
    each = parts(text)
    if len(each) < 2 or len(text.split()) > _LONGEST:
        return ()
    found = [steering.side_question(part) for part in each]
    found = [side for side, part in zip(found, each, strict=True) if side != "ask_confidentiality" or _WHO_READS.search(part)]
    return tuple(side for side in dict.fromkeys(found) if side in _ANSWERED and side != intent)


def wishes(text: str, intent: str, state: State) -> list[Change]:
    """What it says about the coming review beside a question ("who is my iro and can my nan come")."""
    each = parts(text)
    if intent in WISHES or len(each) < 2 or len(text.split()) > _LONGEST:
        return []
    return [
        change
        for part in each
        if not steering.side_question(part)
        for change in facts_in_opening(part, state)
        if change.field in WISHES.values()
    ]
