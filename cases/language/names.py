"""Names as they stand on a list: when two are the same person, whose somebody is, who is out for a part only."""

from __future__ import annotations

import re

from cases.language.people_words import HE, HONORIFIC, SHE


def whose(name: str, others: list[str]) -> str:
    """'his mum', where 'Jordan (boyfriend)' was named before, is Jordan's mum."""
    match = re.match(r"^(his|her) (.+)$", name)
    owner = next((o for o in others if match and (HE if match[1] == "his" else SHE).search(o)), None)
    return f"{re.sub(r' *[(].*', '', owner)}'s {match[2]}" if owner else name


def for_a_part(name: str) -> bool:
    """'stepdad (only for the end)' is not altogether out."""
    return bool(re.search(r"[(,] ?(?:only |not |just )*(?:for|at|when|if|until|after|before|in|during)\b", name))


def same_person(one: str, other: str) -> bool:
    """Are these two ways of naming the same person? 'mum' and 'Mummy' are not taken to be; 'Steve' and 'Steve (uncle)' are."""
    a, b = _core(one), _core(other)
    return a == b or bool(a and b) and (a in _parts(other) or b in _parts(one))


def _core(name: str) -> str:
    return re.sub(r"\s*\(.*\)$", "", name).lower().strip()


def _parts(name: str) -> list[str]:
    match = re.match(r"^(.*?)\s*\((.*)\)$", name.lower())
    if not match:
        words = name.lower().split()
        return [name.lower(), words[-1]] if len(words) == 2 and HONORIFIC.match(words[0]) else [name.lower()]
    return [match[1].strip(), *(part.strip() for part in re.split(r",|;| or ", match[2]))]


def better(old: str, new: str) -> bool:
    """Of two ways of naming the same person: does the new one say more, or settle one who was left open ('Sam (A or B)')?"""
    return len(new) > len(old) or " or " in old and " or " not in new and _core(new) != _core(old)


_CALLED = re.compile(
    r"(?:(?:and|oh|ok|yes|yeah)[ ,]+)*(?:(?:she|he|they)(?:'s| is|'re| are) (?:called|named)|(?:her|his|their) name(?:'s| is)) "
    r"(?P<name>[a-z][a-z'-]+(?: [a-z][a-z'-]+)?)[ .!]*"
)


def given(said: str, people: list[str]) -> list[str] | None:
    """`people` with the name of the last one, of whom no name was known: 'she's called pat' after 'nan' → 'Pat (nan)'. Else None."""
    found = _CALLED.fullmatch(said)
    if not found or not people or "(" in people[-1] or people[-1][:1].isupper():
        return None
    return [*people[:-1], f"{found['name'].title()} ({people[-1]})"]
