"""What a child asks for in the middle of the review form that is no answer to it: easy words, news of a complaint."""

from __future__ import annotations

import re

from actions import topics
from actions.base import Turn
from cases.language import steering
from cases.language.text import plain

#: A wish for easier (or the usual) words, and not a word of what is hard at school.
_WORDS_PLEASE = re.compile(
    r"^(?:\w+ ){0,2}(?:can|could|please|use|want|need|speak|talk|text|make|prefer)\b|\beasy ?-?read\b|\b(?:big|hard|easier) words\b"
)
_SETTINGS = ("helper", "helper_gone")
#: Answered where it is asked as a question: an answer to the form may speak of the same things.
_QUESTIONS = (
    "complaint_status",
    "advocate_status",
    "iro_away",
    "iro_when",
    "iro_photo",
    "who_is_worker",
    "who_decides",
    "kept_how_long",
    "services",
    "someone_else",
)
LONGEST = 10


def answered(turn: Turn) -> bool:
    """Was it one of these, and is it done?"""
    name = topics.asked(turn)
    if name is None or turn.risk != "none":
        return False
    said, short = plain(turn.text), len(turn.text.split()) <= LONGEST
    words = short and name in ("easy_read", "easy_off") and _WORDS_PLEASE.search(said)
    question = short and (name in _QUESTIONS or name.startswith("service_")) and steering.is_question(said)
    if not (words or question or name in _SETTINGS):
        return False
    topics.ANSWERS[name](turn)
    return True
