"""Text as children type it, made plain for the safety net: case, txt-speak, disguised spellings, stretched letters, emoji.

Only for judging risk. What a child wrote is kept and shown as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml

_WORDS = yaml.safe_load((Path(__file__).resolve().parents[2] / "data" / "safety" / "spellings.yml").read_text("utf-8"))
_TXT: dict[str, str] = {str(short): str(full) for short, full in _WORDS["short"].items()}
_EMOJI: dict[str, str] = _WORDS["emoji"]
_DISGUISED: tuple[str, ...] = tuple(_WORDS["disguised"].split())
_LITTLE: tuple[str, ...] = tuple(_WORDS["little"].split())
_JOINABLE = set(_DISGUISED) | set(_LITTLE)

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "…": "...", "–": "-", "—": "-"})
_UNSEEN = dict.fromkeys([0x200B, 0x200C, 0x200D, 0xFE0F, 0xFE0E, 0x20E3, 0xFEFF, *range(0x1F3FB, 0x1F400)])
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i", "|": "l"})
_SPACED = re.compile(r"(?<![\w'])[a-z](?:[ ._*\-]+[a-z]){2,}(?![\w'])")
_MIXED = re.compile(r"(?<![\w'])(?:[\w@$!|*#]*(?:[@$!|*#]|\d)[\w@$!|*#]*[\w@$*]|[a-z]\d)(?!\w)")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[?!]+|\S")
_RUN = re.compile(r"(.)\1+")


def _squeezed(word: str) -> str:
    return _RUN.sub(r"\1", word)


_BY_SQUEEZED = {_squeezed(word): word for word in reversed(_DISGUISED)}


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower-case words between single spaces; other scripts and their marks are kept."""
    text = unicodedata.normalize("NFKC", text.translate(_QUOTES).translate(_UNSEEN)).lower().replace("ı", "i")
    text = _SPACED.sub(_closed_up, text)
    text = _MIXED.sub(_unmasked, text)
    return " ".join(word for token in _TOKEN.findall(text) for word in _said(token).split())


def in_other_letters(plain: str) -> bool:
    """True if so many words have letters that English has not that the classifier, which knows English, cannot be sure."""
    words = [word for word in plain.split() if word[0].isalpha()]
    return bool(words) and sum(not word.isascii() for word in words) / len(words) >= 0.2


def _said(token: str) -> str:
    if token in _TXT:
        return _TXT[token]
    if token[0] in "?!":
        return token[0]
    if len(token) == 1 and not token.isalnum():
        return _symbol(token)
    bare = token.replace("'", "")
    if bare in _TXT:
        return _TXT[bare]
    if _STRETCHED.search(bare):
        bare = _BY_SQUEEZED.get(_squeezed(bare)) or _STRETCHED.sub(r"\1\1", bare)
        return _TXT.get(bare) or _TXT.get(_squeezed(bare)) or bare
    return bare


def _symbol(token: str) -> str:
    if token in _EMOJI:
        return _EMOJI[token]
    if unicodedata.category(token) in ("So", "Sk"):
        return unicodedata.name(token, "").lower().replace("-", " ").removesuffix(" face")
    return token


def _closed_up(match: re.Match) -> str:
    """ "k i l l  m e" becomes "kill me", and "b o r e d" one word."""
    letters = re.sub(r"[^a-z]", "", match[0])
    words = _split(letters)
    if any(word in _DISGUISED for word in words):
        return " ".join(words)
    return letters if len(letters) > 4 else match[0]


def _split(letters: str) -> list[str]:
    """The fewest known words that spell `letters`; none if it cannot be spelled."""
    best: list[list[str] | None] = [[]] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for begin in range(max(0, end - 12), end):
            before = best[begin]
            if before is not None and letters[begin:end] in _JOINABLE:
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = [*before, letters[begin:end]]
    return best[-1] or []


def _unmasked(match: re.Match) -> str:
    """ "su1c1de", "d!e" and "k*ll" become the word that they hide; anything else stays as it is."""
    token = match[0]
    if token in _TXT:
        return _TXT[token]
    guess = token.translate(_LEET)
    if "*" in guess or "#" in guess:
        pattern = re.compile(re.sub(r"[*#]+", lambda stars: f"[a-z]{{0,{len(stars[0]) + 1}}}", re.sub(r"[^a-z*#]", "", guess)))
        if len(re.sub(r"[*#]", "", guess)) >= 2:
            same = [word for word in _DISGUISED if pattern.fullmatch(word)]
            return min(same, key=lambda word: abs(len(word) - len(token))) if same else token
        return token
    for word in (guess, guess.replace("i", "l"), token.replace("11", "ll").translate(_LEET)):
        if word in _DISGUISED or (word != token and len(word) < 3 and word in _LITTLE and token[0].isalpha()):
            return word
    return _BY_SQUEEZED.get(_squeezed(guess), token) if re.search(r"[a-z].*[\d@$!|].*[a-z]", token) else token
