"""Answers that no rule reads: the child's own words where they can stand, an emoji, a yes to a question that asks for more."""

from __future__ import annotations

import re

from cases.language import people, places, steering, yesno
from cases.language.form import Change, Outcome, State
from cases.language.text import clean, plain, shorten

#: A message of these alone says this.
_EMOJI = {
    "👍": "yes", "👌": "yes", "✅": "yes", "✔": "yes", "🙌": "yes", "👎": "no", "❌": "no", "🚫": "no", "🙅": "no",
    "🤷": "don't know", "🏠": "home", "🏡": "home", "🏫": "school",
}  # fmt: skip
_BESIDE_EMOJI = re.compile(r"[\uFE0F\u200D♀♂\s\U0001F3FB-\U0001F3FF]")

#: The questions that a yes answers.
YES_OR_NO = ("begin", "chair", "advocate", "send")
_NOT_AN_ANSWER = re.compile(r"\b(?:hi|hello|hey|bye|thanks|thank you|sorry|shut up|hate you|stupid bot|who are you)\b")
_SENTENCE = re.compile(
    r"\b(?:i|i'm|it|it's|that's|there's|can|is|are|was|were|has|have|had|will|would|mean|means|does|do|did|get|gets|want|need|like|said|says|my)\b"
)
_NOBODY_DOES = re.compile(r"(?:nobody|no ?one|no-one|every ?one|everybody|people) (?!else\b|from\b|at\b|in\b)\w+")
_WONT_COME = re.compile(
    r"^(?:(?:no|but|and|so|ok|actually|well|um+|i think|sorry)[ ,]+)*(?:i'm |i am |i )(?:really |just |deffo |definitely )*"
    r"(?:(?:don't|do not) (?:really )?(?:want|like) to (?:come|go|be there|attend)|(?:won't|will not) (?:come|go|be there|attend|be coming)|"
    r"(?:not|never) (?:coming|going|want to come|going to (?:come|go)))"
    r"(?: to)?(?: (?:it|there|the meeting|the review|my review|my meeting|my lac(?: review)?|this|that|this time|at all|any ?more))*"
    r"(?:,? (?:because|it's|its|they|there's|thanks|please|sorry)\b.*)?$"
)


def of_emoji(text: str) -> str:
    """A message that is nothing but one emoji, as the word that it stands for; any other as it is."""
    said = set(_BESIDE_EMOJI.sub("", text))
    return _EMOJI.get(said.pop(), text) if len(said) == 1 else text


def wont_come(text: str) -> bool:
    """'i dont want to go to my review': not to be there is what is wanted."""
    return bool(_WONT_COME.match(plain(text).strip(" .!")))


def after_no_but(text: str) -> str:
    """'no but i dont want her to know where i live': what comes after it, or ''."""
    found = re.match(r"^(?:no|nah|nope|no ?one|nobody)[ ,]+but\s+(\w+ \w+ \w+.*)$", clean(text), re.IGNORECASE | re.DOTALL)
    return found[1] if found else ""


def in_another_language(state: State) -> Outcome:
    """For a person to read: nothing in it may be guessed. Who goes on in that language has answered; the next question comes."""
    goes_on = state.foreign and state.asked not in ("begin", "more", "send")
    return Outcome("language", (Change(state.asked, None, skipped=True),) if goes_on and state.asked not in state.values else ())


def filler(said: str, state: State) -> Outcome:
    """Nothing to use. Who says yes, or sends a picture, where words are asked for hears how to answer."""
    hint = state.asked not in YES_OR_NO and (yesno.polarity(said) == "yes" or not re.search(r"[a-z]", said))
    return Outcome("hint" if hint else "filler")


def read(said: str, original: str, state: State, *, small_talk: bool, understood: bool) -> Outcome:
    """No rule reads it, but it answers in its own way: 'the last one before we break up'. The IRO will know what is meant.

    small_talk: a classifier is sure that it is. understood: it has some idea of what is meant.
    """
    asked = state.asked
    words = shorten(clean(original).strip(" .!").replace("\n", " "), 100)
    unlikely = (
        steering.is_question(said)
        or steering.is_start(said)
        or re.search(r"^\s*/|[{}]", original)  # a command, and not for us
        or _NOT_AN_ANSWER.search(said)
        or small_talk
    )
    if yesno.polarity(said) is not None and len(said.split()) <= 3:
        return filler(said, state)
    if asked in ("when", "where", "attend", "exclude") and re.match(r"that's (?:all|every|it|enough)", said):
        return Outcome("hint")
    no_time = people.NOBODY.match(said.strip(" .!")) or re.search(r"\b(?:don't|do not) know\b", said)
    if asked == "where" and places.likes(said):
        return Outcome("unclear")
    if asked in ("when", "where") and no_time:  # 'no one else', 'on a day i dont know'
        return Outcome("hint")
    if asked in ("chair", "advocate") and steering.is_question(said):
        return Outcome("side", side=f"explain_{asked}")
    if unlikely or not understood and len(said.split()) < 2:
        return Outcome("unclear")
    if asked in ("when", "where") and len(said.split()) <= 15:
        return Outcome("answers", (Change(asked, words),))
    if asked in ("attend", "exclude") and len(said.split()) <= 5 and not _SENTENCE.search(said) and not _NOBODY_DOES.match(said):
        return Outcome("answers", (Change(asked, [words]),))
    return Outcome("unclear")
