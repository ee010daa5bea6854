"""The reading age of a message: Flesch-Kincaid grade + 5 years, over the message as a child sees it.

grade = 0.39 × words a sentence + 11.8 × syllables a word − 15.59 (Kincaid and others, 1975; a grade of school begins at the
age of its number + 5). Syllables are counted by groups of vowels, with the English endings that are not spoken left out.

The formula was made for running text. Two things are no measure of it here: names, numbers and links count as one syllable;
and the words that the service has to use, and says the meaning of when asked (TAUGHT), as two at most.
"""

from __future__ import annotations

import re

#: Words that stand for themselves and are explained to the child where they first come up.
TAUGHT = frozenset(
    "advocate advocates iro complaint complaints complain review reviews decision decisions manager message messages ombudsman council "
    "computer childline reviewing officer independent question questions "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october "
    "november december".split()
)
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]e|[^aeioulrstdcgzx]es|[^aeioutd]ed)$")


def syllables(word: str) -> int:
    """How many syllables an English word has, by its spelling."""
    word = re.sub(r"[^a-z]", "", word.lower())
    if not word:
        return 1
    count = len(_VOWELS.findall(word))
    if _SILENT.search(word) and count > 1:
        count -= 1
    return max(1, count)


def _spoken(word: str, names: frozenset[str]) -> int:
    if word[0].isdigit() or word.lower() in names:
        return 1
    return min(2, syllables(word)) if word.lower() in TAUGHT else syllables(word)


def reading_age(text: str, names: frozenset[str] = frozenset()) -> float:
    """In years. `names`: words (small letters) that are names or other values that were filled in."""
    sentences = [part for part in re.split(r"[.!?:\n]+(?:\s|$)", text) if re.search(r"\w", part)]
    words = re.findall(r"[A-Za-z][A-Za-z']*|\d[\d.:,-]*", re.sub(r"https?://\S+", "link", text))
    if not words or not sentences:
        return 0.0
    count = sum(_spoken(word, names) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * count / len(words) - 15.59 + 5
