"""How hard a text is to read: a hint for staff who write to a child, by the Flesch-Kincaid grade of its sentences and words."""

from __future__ import annotations

import re
from dataclasses import dataclass

SHORTEST = 4  # words; fewer say nothing about reading age

_WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)?")
_DAYS = {"saturday", "january", "february"}  # there is no shorter word for these
_SILENT = re.compile(r"(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$")


@dataclass(frozen=True)
class Reading:
    """age: in years (5 for the easiest). hard: the longest words, up to five."""

    age: int
    hard: list[str]


def measure(text: str) -> Reading | None:
    """The reading age of an English text, or None where there is too little to tell."""
    words = _WORD.findall(text)
    if len(words) < SHORTEST:
        return None
    sentences = max(1, len([part for part in re.split(r"[.!?\n]+", text) if _WORD.search(part)]))
    grade = 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    hard = sorted({word.lower() for word in words if syllables(word) > 2} - _DAYS, key=lambda word: (-syllables(word), word))
    return Reading(max(5, round(grade + 5)), hard[:5])


def syllables(word: str) -> int:
    """How many syllables an English word has, by its vowels: near enough for an average."""
    word = re.sub(r"[^a-z]", "", word.lower())
    if len(word) > 2:
        word = _SILENT.sub(lambda found: found[0][0], word)
    return max(1, len(re.findall(r"[aeiouy]+", word)))
