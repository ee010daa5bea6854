"""How good something is, from 1 to 5: a number, a face, or words such as 'alright' and 'rubbish'."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cases.language.text import plain

_FACES = {
    5: "😀 😃 😄 😁 😆 😍 🥰 🤩 😊 🥳 ❤ 👍👍",
    4: "🙂 😺 👍 😌 ☺",
    3: "😐 😑 😶 🤷 🫤",
    2: "🙁 ☹ 😕 😟 😔 😞 👎 😒 😬",
    1: "😢 😭 😡 😠 🤬 😩 😫 😖 💔 🤮",
}
_TYPED = ((r"[:=]['´]-?\(|D:", 1), (r"[:=]-?D", 5), (r"[:=]-?[)\]]", 5), (r"[:=]-?[|/]", 3), (r"[:=]-?[(\[]", 1))
_WORDS = {
    5: "amazing great brilliant excellent fantastic perfect lovely class ace the_best best really_good very_good so_good love_it "
    "i_love_it really_happy very_happy really_well very_well all_good",
    4: "good nice happy well pretty_good quite_good decent like_it i_like_it better going_well fun",
    3: "ok fine alright all_right meh so_so so-so not_bad not_too_bad could_be_better could_be_worse average mixed up_and_down bit_of_both "
    "in_the_middle middle 50/50 depends",
    2: "bad not_good not_great not_very_good not_so_good rubbish boring sad not_happy unhappy not_well not_really_good poor hard "
    "dont_like_it don't_like_it crap rough not_nice down low bit_bad",
    1: "awful terrible horrible hate_it i_hate_it worst the_worst really_bad very_bad so_bad shit really_sad very_sad really_hard "
    "very_low dead",
}
_BY_WORD = {word.replace("_", " "): number for number, words in _WORDS.items() for word in words.split()}
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_OUT_OF = re.compile(r"\b([1-5]|one|two|three|four|five)\s*(?:/\s*5|out of (?:5|five))")
_ALONE = re.compile(
    r"^(?:(?:um+|erm*|like|maybe|probably|about|a|its|it's|i'd say|i would say|prob|number|ok|so|id say)[ ,]+)*"
    r"([1-5]|one|two|three|four|five)\b(?!\s*(?:days?|times?|of|weeks?|years?|hours?|people|brothers?|sisters?))"
)


def read(original: str, named: Sequence[str]) -> int | None:
    """1 to 5, or None where the message does not say. `named`: the scale's own five words."""
    if face := _face(original):
        return face
    said = plain(original).strip(" .!")
    if match := _OUT_OF.search(said) or _ALONE.match(said):
        return _NUMBERS.get(match[1]) or int(match[1])
    by_word: Mapping[str, int] = {**_BY_WORD, **{plain(word): number for number, word in enumerate(named, 1)}}
    found = []
    rest = said
    for word in sorted(by_word, key=len, reverse=True):
        if re.search(rf"(?<![\w']){re.escape(word)}(?![\w'])", rest):
            rest = re.sub(rf"(?<![\w']){re.escape(word)}(?![\w'])", " # ", rest)
            found.append(by_word[word])
    if not found or re.search(r"\b(?:not|n't|never|isn't|wasn't|aren't|don't|doesn't)\b[^#,.]{0,12}#", rest):
        return None
    return found[0] if len(set(found)) == 1 else None


def _face(original: str) -> int | None:
    found = {number for number, faces in _FACES.items() for face in faces.split() if face in original}
    if not found:
        found = {number for pattern, number in _TYPED if re.search(rf"(?:^|\s)(?:{pattern})(?=\s|$)", original)}
    return min(found) if len(found) == 1 or found == {4, 5} else None


def said(number: int, named: Sequence[str]) -> str:
    """'4 (good)': how an answer on the scale is kept."""
    return f"{number} ({named[number - 1]})"
