"""What a child says to be done with it: that is all, leave that out, I have changed my mind."""

from __future__ import annotations

import re

from cases.language import steering, yesno
from cases.language.form import FIELDS, LISTS, Change, Outcome, State
from cases.language.text import plain

_ALL = re.compile(
    r"(?:(?:ok|no|nah|yes|yeah|um+|and|but|i think|please|right|cool|ffs|just|can (?:we|you))[ ,]+)*"
    r"(?:that's (?:it|all|everything|me done|enough)(?: i want to say| from me| really)?|(?:just )?send(?: (?:it|this|that|my form|the form))?(?: (?:in|off))?|"
    r"submit(?: it)?|that's all i want to say|i've said (?:enough|everything)|nothing (?:else|more) to say)"
    r"(?:[ ,]+(?:now|then|please|thanks|thank you|already|for now|lol|i guess))*"
)
_LEAVE_OUT = (
    re.compile(
        r"(?:don't|do not|no longer|not) (?:really )?(?:want|need|like) to (?:talk|speak|chat|say anything|say stuff) about (?P<what>.+?)"
        r"(?: any ?more| now| after all| at all| please| though)*$"
    ),
    re.compile(
        r"^(?:(?:no|ok|and|actually|wait|please|can (?:you|we)|could you)[ ,]+)*(?:take|leave|cross|cut|get rid of|remove|delete|scrap|drop|miss) "
        r"(?:out )?(?:the |my |what i said )?(?:bit |part |thing |stuff |one )?(?:about )?(?P<what>.+?)(?: (?:off|out|bit|part|thing))*(?: please)?$"
    ),
)
_SMALL = frozenset("the my a an about it that this bit part thing and or i me of to in on".split())
_CHANGED = re.compile(r"\b(?:changed? my mind|actually|but|wait|instead|except|only not|apart from|hang on)\b")


def all_said(said: str, state: State) -> Outcome | None:
    """'That's all', 'just send it', in the middle of the meeting part: what is left is left out, and what there is is read back."""
    if state.asked not in FIELDS or not _ALL.fullmatch(said.strip(" .!")) or not state.values:
        return None
    if "send" not in said and (state.asked in LISTS or re.match(r"(?:no|nah|yes|yeah)\b", said)):
        return None  # nobody else, nothing more of this; or a no and that is all
    left = (name for name in FIELDS if name not in state.values and name not in state.skipped)
    told = (name for name in FIELDS if name in state.told and name in state.values)
    return Outcome("enough", (*(Change(name, None, skipped=True) for name in left), *(Change(name, state.values[name]) for name in told)))


def left_out(said: str, state: State) -> Change | None:
    """'I dont want to talk about moving any more', where moving was to be talked about: it comes off the list."""
    held = state.values.get("issues") or []
    found = next((match for pattern in _LEAVE_OUT if (match := pattern.search(said.strip(" .!")))), None)
    words = {word.rstrip("s") for word in re.findall(r"[a-z']+", found["what"])} - _SMALL if found else set()
    if not words:
        return None
    keeps = [one for one in held if not words <= {word.rstrip("s") for word in re.findall(r"[a-z']+", plain(one))}]
    return Change("issues", keeps) if len(keeps) < len(held) else None


def wants_to_change(said: str) -> bool:
    """'yes lead it, changed my mind', to 'shall I send it?': not yet."""
    return bool(_CHANGED.search(said)) and not re.search(r"\b(?:send|thank\w*)\b", said)


def chairs_after_all(said: str) -> Change | None:
    value = yesno.chairing(said) if re.search(r"\b(?:lead|chair|run it|in charge)\b", said) and not steering.is_question(said) else None
    return None if value is None else Change("chair", value)
