"""BERT's word pieces, as far as MiniLM needs them: lower case, accents off, greedy longest match from the front."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

_TOKEN = re.compile(r"[^\W_]+|\S")
_LONGEST_WORD = 40


class WordPieces:
    """Turns a normalised text into the numbers of MiniLM's vocabulary."""

    def __init__(self, vocabulary: Path):
        self._numbers = {piece: number for number, piece in enumerate(vocabulary.read_text("utf-8").split("\n")) if piece}
        self._start, self._end, self._unknown = (self._numbers[name] for name in ("[CLS]", "[SEP]", "[UNK]"))
        self._pieces = lru_cache(maxsize=20_000)(self._split)

    def numbers(self, text: str, longest: int) -> list[int]:
        """The numbers of `text`, with the marks for start and end. A text that is too long keeps its beginning and its end."""
        text = "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(letter) != "Mn")
        found = [number for word in _TOKEN.findall(text) for number in self._pieces(word)]
        room = longest - 2
        if len(found) > room:
            found = found[: room // 2] + found[-(room - room // 2) :]
        return [self._start, *found, self._end]

    def _split(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        pieces: list[int] = []
        begin = 0
        while begin < len(word):
            for end in range(len(word), begin, -1):
                number = self._numbers.get(("##" if begin else "") + word[begin:end])
                if number is not None:
                    break
            else:
                return (self._unknown,)
            pieces.append(number)
            begin = end
        return tuple(pieces)
