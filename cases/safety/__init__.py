"""The safety net's one door: `assess`. It needs neither Rasa nor the network.

Behind it is, for now, a short list of plain phrases: it catches what is said outright and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

RISKS = ("none", "concern", "immediate")


@dataclass(frozen=True)
class Assessment:
    """risk: none, concern or immediate. category: none, or one of DESIGN.md's. reasons: why, in plain words for staff."""

    risk: str
    category: str = "none"
    reasons: tuple[str, ...] = ()


_PHRASES: tuple[tuple[str, str, str], ...] = (
    (
        "immediate",
        "suicide",
        r"\b(kill(ing)? my ?self|kms|end my life|want(ed)? to die|wanna die|taken? (loads of|too many|all the) (pills|tablets))\b",
    ),
    (
        "immediate",
        "unsafe_now",
        r"\b(i'?m|i am) (in danger|not safe (right )?now)|\bcall the police\b|\bhe'?s outside (my|the) (door|window|house)\b",
    ),
    ("immediate", "abuse_sexual", r"\braped?\b"),
    ("immediate", "violence_threat", r"\b(gonna|going to|said (he|she)'?ll|threaten(s|ed)? to) (kill|stab|shoot) (me|us)\b"),
    ("concern", "self_harm", r"\b(cut(ting)? my ?self|self[- ]?harm\w*|hurt(ing)? my ?self)\b"),
    ("concern", "abuse_sexual", r"\b(touch(es|ed|ing)? me|sent (him|her|them) nudes|asked? (me )?for nudes)\b"),
    (
        "concern",
        "abuse_physical",
        r"\b(hits?|hitting|hurts?|hurting|punch(es|ed)|slap(s|ped)|kick(s|ed)|beats?|chok(es|ed)) (me|us|my (brother|sister))\b",
    ),
    ("concern", "abuse_emotional", r"\b(locks? me in|calls? me (worthless|stupid|names))\b"),
    ("concern", "neglect", r"\b(no food|not fed|don'?t feed me|nothing to eat|starving me)\b"),
    ("concern", "exploitation", r"\b(make(s)? me (sell|carry|deliver)|county lines|(drop|carry) (packages|drugs) for)\b"),
    ("concern", "missing", r"\b(run(ning)? away|ran away|leg(ging)? it tonight)\b"),
    ("concern", "bullying", r"\b(bull(y|ied|ies|ying) me|being bullied|getting bullied)\b"),
    ("concern", "unsafe_now", r"\b(not|don'?t feel|dont feel) safe\b|\bscared to go (home|back)\b"),
)
_COMPILED = tuple((risk, category, re.compile(pattern)) for risk, category, pattern in _PHRASES)


def assess(text: str, history: Sequence[str] = ()) -> Assessment:
    """The risk in `text`. `history`: what the same child wrote shortly before, oldest first."""
    plain = " ".join(text.lower().replace("\u2019", "'").split())
    for risk, category, pattern in _COMPILED:
        found = pattern.search(plain)
        if found:
            return Assessment(risk, category, (f"says “{found.group(0)}”",))
    return Assessment("none")
