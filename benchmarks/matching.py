"""Does an answer that Heard kept mean what was expected? Gists are compared, not strings.

Used by `make talk-eval` only. The comparison is deliberately plain: words are lower-cased, spelled-out numbers and times
become one form, words that carry nothing are dropped, and enough of what was expected has to be there, without much else.
"""

from __future__ import annotations

import re

EMPTY_WORDS = frozenset(
    """
    a about an and any around at be by can do does for from get had has have her his i if in is it just like me my near
    no not of old on only or our please so some that the their this to too want wants when with would your
    """.split()
)
SAME = {
    "mam": "mum", "mummy": "mum", "mom": "mum", "daddy": "dad", "gran": "nan", "nana": "nan", "grandma": "nan",
    "mon": "monday", "tues": "tuesday", "tue": "tuesday", "wed": "wednesday", "weds": "wednesday", "thurs": "thursday", "thur": "thursday",
    "thu": "thursday", "fri": "friday", "sat": "saturday", "sun": "sunday", "tmrw": "tomorrow", "wkend": "weekend", "weekends": "weekend",
    "evenings": "evening", "mornings": "morning", "afternoons": "afternoon", "skl": "school", "headteacher": "head", "flat": "home",
    "zoom": "online", "teams": "online", "video": "online", "mate": "friend", "boyfriend": "bf", "girlfriend": "gf", "fosters": "foster",
}  # fmt: skip
ENOUGH = 0.5


def right(expected, got) -> bool:
    """True when `got` says what `expected` says. null, "" and [] are all 'nothing stated'; literals must be equal."""
    if expected in (None, "", []):
        return got in (None, "", [])
    if isinstance(expected, bool):
        return got is expected
    if isinstance(expected, list):
        return isinstance(got, list) and _lists_agree(expected, got)
    return isinstance(got, str) and _overlap(words(expected), words(got)) >= ENOUGH


def _lists_agree(expected: list[str], got: list[str]) -> bool:
    """Each item expected is there, and no more than that (an item may have been kept as two)."""
    left = [words(item) for item in got]
    for item in expected:
        best = max(range(len(left)), key=lambda index: _share(words(item), left[index]), default=None)
        if best is None or _share(words(item), left[best]) < ENOUGH:
            return False
        left.pop(best)
    whole = set().union(*(words(item) for item in expected))
    return all(extra & whole for extra in left)


def words(text: str) -> set[str]:
    text = text.lower().replace("’", "'")
    text = re.sub(r"\bhalf (?:past )?(\d{1,2})\b", r"\1:30", text)
    text = re.sub(r"\b(\d{1,2})[.:](\d\d)\s*(?:am|pm)?\b", lambda found: found[1] + (":" + found[2] if found[2] != "00" else ""), text)
    text = re.sub(r"\b(\d{1,2})\s*(?:am|pm|o'?clock)\b", r"\1", text)
    text = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1", text)
    found = re.findall(r"[\w:]+", text.replace("'s", ""))
    return {SAME.get(word, word.rstrip("s") if len(word) > 4 else word) for word in found if word not in EMPTY_WORDS}


def _share(expected: set[str], got: set[str]) -> float:
    """How much of the shorter of the two is in the other."""
    if not expected or not got:
        return float(expected == got)
    return len(expected & got) / min(len(expected), len(got))


def _overlap(expected: set[str], got: set[str]) -> float:
    if not expected or not got:
        return float(expected == got)
    return len(expected & got) / len(expected)
