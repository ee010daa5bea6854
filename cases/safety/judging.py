"""From rules, classifier and what came before to one assessment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

import yaml

from cases.language import foreign as other_language
from cases.language import who_i_am
from cases.safety import data, rules
from cases.safety.model import Current, Model
from cases.safety.text import in_other_letters, plain

RISKS = data.LEVELS

#: Messages this close together, of which one is this short, may be one sentence sent in pieces.
SPLIT_WITHIN, SPLIT_WORDS, SPLIT_PARTS = timedelta(minutes=5), 6, 3
#: How long small things of one talk are added up; each counts half after HALVED.
ADD_UP, HALVED, ADD_UP_TO = timedelta(days=7), timedelta(days=2), 3
#: How long a message after a worrying one is read with more care.
STILL_OPEN = timedelta(hours=1)

#: Whole answers, as text.plain gives them, to a question of ours.
_NO = {
    "no", "n", "na", "not really", "no i am not", "i am not", "not safe", "no no", "no bad", "no not really", "never", "not at all",
}  # fmt: skip
_YES = {"yes", "y", "yes good", "yes i am", "i am", "yes please", "yes a bit", "yes kind of", "i think so", "it is", "yes there is"}
_UNCLEAR = {"i do not know", "do not know", "not sure", "maybe", "kind of", "sort of", "for now", "i guess", "a bit", "i think so"}


@dataclass(frozen=True)
class Assessment:
    """risk: none, concern or immediate. category: none, or one of DESIGN.md's. reasons: why, in plain words for staff.

    unsure: it may well be nothing. The child is asked one kind question and a person sees the message; no alarm is raised for it alone.
    faint: unsure, and more likely nothing than something. Where it answers a question of the form, a person alone sees it.
    """

    risk: str
    category: str = "none"
    reasons: tuple[str, ...] = ()
    unsure: bool = False
    faint: bool = False


@dataclass(frozen=True)
class Earlier:
    """A message of the same child before this one, and what we made of it.

    asked: the question that our answer to it ended with: "safe" (are you safe right now?), "worried" (is something wrong?), or nothing.
    """

    text: str
    risk: str = "none"
    at: datetime | None = None
    asked: str = ""


class Judge:
    """`current`: where the model is looked up; without one the rules work alone."""

    def __init__(self, current: Current):
        self._current = current

    def assess(self, text: str, history: Sequence[Earlier | str] = (), now: datetime | None = None) -> Assessment:
        """`history` is oldest first; `now`: when `text` was sent (by default, at once after what came before)."""
        before = [Earlier(one) if isinstance(one, str) else one for one in history]
        model = self._current.get()
        answered = _answer(text, before)
        if answered:
            return answered
        if who_i_am.says(plain(text)):
            return Assessment("none")
        pieces = _in_one(text, before, now)
        if model is not None:
            model.scores([written for written in (plain(text), plain(pieces)) if written])  # together: see Model.scores
        found = _alone(text, model)
        if found.risk == "immediate":
            return found
        if pieces:
            together = _alone(pieces, model)
            if RISKS.index(together.risk) > RISKS.index(found.risk) and not together.unsure:  # answers in a row are no sentence
                found = replace(together, reasons=(*together.reasons, _words()["context"]["split"]))
        if model is None:
            return found
        if found.risk == "none" or found.unsure:
            return _with_history(text, found, before, model, now)
        return found


def _alone(text: str, model: Model | None) -> Assessment:
    """One message by itself."""
    written = plain(text)
    firing = rules.matching(written, text)
    score = model.score(written) if model and written else None
    if score is not None:
        doubt = model.thresholds["overrule"]
        firing = [rule for rule in firing if rule.firm or score.risk > doubt]
    level = max((RISKS.index(rule.level) for rule in firing), default=0)
    reasons = tuple(dict.fromkeys(rule.reason for rule in firing))
    if score is None:
        return Assessment(RISKS[level], _category(firing, ""), reasons) if firing else Assessment("none")
    limits = model.thresholds
    judged = int(score.risk > limits["concern"])
    foreign = judged and (in_other_letters(written) or other_language.written(text))  # what the classifier has hardly met
    too_short = len(written.split()) == 1  # "tonight", "help": to page for one word is for the rules, that name which
    denied = rules.denial(written)
    for_people = foreign or too_short or denied or rules.settled(written)  # what the classifier alone pages nobody for
    if judged and score.immediate > limits["immediate"] and not for_people:
        judged = 2
    risk = RISKS[max(level, judged)]
    if risk == "none":
        return Assessment("none")
    category = _category([rule for rule in firing if rule.level == risk] or firing, score.category)
    if judged > level or not reasons:
        reasons = (*reasons, _words()[risk].get(category, _words()[risk]["unsafe_now"]))
    unsure = not firing and risk == "concern" and (foreign or too_short or denied or score.risk < limits["sure"])
    return Assessment(risk, category, reasons, unsure, faint=unsure and score.risk < limits["likely"])


def _category(firing: list[rules.Rule], likeliest: str) -> str:
    names = [rule.category for rule in firing]
    if likeliest and (not names or likeliest in names):
        return likeliest
    return names[0] if names else "unsafe_now"


def _answer(text: str, before: list[Earlier]) -> Assessment | None:
    """What a plain yes or no means, if we had just asked."""
    if not before or not before[-1].asked:
        return None
    said = plain(text).strip(" .!?,")
    why = _words()["context"]
    if before[-1].asked == "safe":
        if said in _NO:
            return Assessment("immediate", "unsafe_now", (why["not_safe"],))
        if said in _UNCLEAR:
            return Assessment("concern", "unsafe_now", (why["not_sure"],))
    elif said in _YES | _UNCLEAR:
        return Assessment("concern", "unsafe_now", (why["worried"],))
    return None


def _in_one(text: str, before: list[Earlier], now: datetime | None) -> str:
    """`text` with the pieces just before it, if it may be one sentence sent in pieces; else nothing."""
    parts = [text]
    at = now
    for one in reversed(before):
        close = at is None or one.at is None or at - one.at <= SPLIT_WITHIN
        short = min(len(one.text.split()), len(parts[0].split())) <= SPLIT_WORDS
        whole = plain(one.text).strip(" .!?,") in _NO | _YES | _UNCLEAR  # an answer, and no piece of a sentence
        if whole or one.risk != "none" or one.asked or not close or not short or len(parts) == SPLIT_PARTS:
            break
        parts.insert(0, one.text)
        at = one.at
    return " ".join(parts) if len(parts) > 1 else ""


def _with_history(text: str, found: Assessment, before: list[Earlier], model: Model, now: datetime | None) -> Assessment:
    """Small things add up over a talk, and count for less as days go by."""
    limits = model.thresholds
    score = model.score(plain(text))
    if score.risk <= limits["small"]:
        return found
    why = _words()["context"]
    if any(one.risk != "none" and _age(one, now) <= STILL_OPEN for one in before):
        return Assessment("concern", score.category or "unsafe_now", (*found.reasons, why["not_settled"]))
    weight = 1.0
    earlier = {plain(one.text): one for one in before if _age(one, now) <= ADD_UP}
    for one, score in zip(earlier.values(), model.scores(list(earlier)), strict=True):
        if one.risk != "none" or score.risk > limits["small"]:
            weight += 0.5 ** (_age(one, now) / HALVED)
    if weight > ADD_UP_TO - 0.5:
        return Assessment("concern", score.category or "unsafe_now", (*found.reasons, why["adding_up"]))
    return found


def _age(one: Earlier, now: datetime | None) -> timedelta:
    return now - one.at if now and one.at else timedelta(0)


@lru_cache(maxsize=1)
def _words() -> dict:
    return yaml.safe_load((data.FOLDER / "reasons.yml").read_text("utf-8"))
