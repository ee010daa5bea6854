"""Dates and clock times in a message, the British way: 'half 4', '12/01', '1st of may', 'quarter to five', '430pm'.

Each is replaced by a mark, <16:30> or {1 May}, so that the rest of the sentence can be read around it. dateparser does
the calendar (day before month, no 31 February); clock times are ours, because no library takes 'half 4' or guesses that
a child's 'at 4' is in the afternoon.
"""

from __future__ import annotations

import re
from datetime import datetime
from difflib import get_close_matches

import dateparser

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12,
}  # fmt: skip
_H = r"(1[0-2]|0?[1-9]|" + "|".join(_NUMBERS) + ")"
_HALF_DAY = r"(?:\s*(a\.?m\b\.?|p\.?m\b\.?))?"
_MONTHS = (
    r"(jan(?:uary|ury)?|feb(?:ruary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_MONTH_NAMES = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]

_SLASHED = re.compile(
    r"\b(0?[1-9]|[12]\d|3[01])\s?[/]\s?(0?[1-9]|1[0-2])(?:\s?/\s?(\d{2,4}))?\b|\b(\d{1,2})[-.](0[1-9]|"
    r"1[0-2])(?:[-.](\d{2,4}))?\b(?!\s*[ap]m)"
)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})\s?(?:st|nd|rd|th)?\s*(?:of\s+)?{_MONTHS}\b(?:\s+(20\d\d))?")
_MONTH_DAY = re.compile(rf"\b{_MONTHS}\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d|\s*[ap]m)")
_DAY_ONLY = re.compile(r"\b(?:the\s+)?(\d{1,2})(st|nd|rd|th)\b(?!\s+(?:lesson|period|birthday|one|time|floor|thing|form))")
_MONTH_ONLY = re.compile(
    rf"\b(in|during|sometime in|early|late|mid|middle of|end of|start of|beginning of|before|after|not)\s+(?:in\s+)?(?:the\s+)?{_MONTHS}\b"
)

_BEFORE = (
    r"(?<=\bat )|(?<=\bafter )|(?<=\bmake it )|(?<=\bit to )|(?<=\bbefore )|(?<=\bfrom )|(?<=\btill )|(?<=\buntil )|"
    r"(?<=\bby )|(?<=\baround )|(?<=\babout )"
)
_BARE = re.compile(
    rf"(?:{_BEFORE}|(?<=\bpast )|(?<=\bgone )|(?<=\bsince )|(?<=\blike )|(?<=\bbetween )|(?<=day )|(?<=days )|(?<=> or )|(?<=> and )|"
    rf"(?<=> to )|(?<=\. )|(?<=\}} )|(?<=^))({_H[1:-1]})(?=ish\b|$|[\s,.!?-])(?!\s*(?:weeks?|days?|months?|years?|people|minutes|"
    r"of|or so|mates|friends|times|hours?|kids|th\b))"
)

WEEKDAYS = {
    "Monday": r"mon(?:day|dy)?|munday|moday",
    "Tuesday": r"tue(?:s(?:day)?)?|tusday|teusday|tuseday|tuesdy|tuesady|tuesda",
    "Wednesday": r"wed(?:s|nes(?:day)?)?|weds?n?sday|wendsday|wedensday|wendesday|wenesday|wednesdy|wednsday",
    "Thursday": r"thu(?:r(?:s(?:day)?)?)?|thursdy|thirsday|thrusday|thersday|thurday|thursda",
    "Friday": r"fri(?:day|dy)?|frday|fryday|firday",
    "Saturday": r"sat(?:urday|erday)?|satday|saturdy",
    "Sunday": r"sun(?:day)?|sundy",
}
DAY_WORDS = [name.lower() + plural for name in WEEKDAYS for plural in ("", "s")]
DAY = "(?:" + "|".join(WEEKDAYS).lower() + ")"


def mark(text: str, now: datetime, *, asked: bool) -> str:
    """`text` with every date as {1 May} and every clock time as <16:30>. `asked`: it answers 'when?', so 'tues 4' is a time."""
    text = _mark_dates(text, now)
    return _mark_times(text, asked=asked)


def _mark_dates(text: str, now: datetime) -> str:
    def slashed(match: re.Match[str]) -> str:
        day, month, year = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
        return _date(f"{day}/{month}" + (f"/{year}" if year else ""), now) or match[0]

    text = _SLASHED.sub(slashed, text)
    text = _DAY_MONTH.sub(lambda m: _date(f"{m[1]} {m[2]} {m[3] or ''}", now) or m[0], text)
    text = _MONTH_DAY.sub(lambda m: _date(f"{m[2]} {m[1]}", now) or m[0], text)
    text = _DAY_ONLY.sub(lambda m: f"{{{m[1]}{m[2]}}}" if 1 <= int(m[1]) <= 31 else m[0], text)
    return _MONTH_ONLY.sub(lambda m: f"{m[1]} {{{month_name(m[2])}}}", text)


def _date(text: str, now: datetime) -> str | None:
    settings = {"DATE_ORDER": "DMY", "PREFER_DATES_FROM": "future", "RELATIVE_BASE": now.replace(tzinfo=None)}
    found = dateparser.parse(text.strip(), languages=["en"], settings=settings)
    if found is None:
        return None
    year = f" {found.year}" if re.search(r"\d{4}$|/\d\d$", text.strip()) and text.count("/") != 1 else ""
    return f"{{{found.day} {_MONTH_NAMES[found.month - 1]}{year}}}"


def month_name(word: str) -> str:
    return next(name for name in _MONTH_NAMES if name[:3].lower() == word[:3])


def _mark_times(text: str, *, asked: bool) -> str:
    def near(pattern: str) -> bool:
        return bool(re.search(pattern, text)) and not re.search(
            rf"{pattern}.*(?:\bor\b|\bso\b|,|\.)|(?:\bor\b|\bso\b|,|\.).*{pattern}", text
        )

    late = near(r"\b(?:tonight|evenings?|at night|bedtime|after tea)\b")
    early = near(r"\b(?:mornings?|before school)\b")

    def at(hour: str | int, minute: int, half: str | None) -> str:
        h = _NUMBERS.get(hour) if isinstance(hour, str) and not hour.isdigit() else int(hour)
        if half:
            h = h % 12 + (12 if half[0] == "p" else 0)
        elif h <= 12:
            afternoon = h < 7 and not early or h == 12 or h == 7 and not early or h < 12 and late
            h = h % 12 + (12 if afternoon else 0)
        return f"<{h % 24:02}:{minute:02}>"

    def to(hour: str, minutes: int, half: str | None) -> str:
        stamp = at(hour, 0, half)
        h = (int(stamp[1:3]) - 1) % 24
        return f"<{h:02}:{60 - minutes:02}>"

    minutes = r"(five|ten|twenty|5|10|20|25)\s*(?:minutes\s+)?"
    count = {"five": 5, "ten": 10, "twenty": 20}
    text = re.sub(rf"\bhalf\s*(?:past|after)?\s*{_H}\b{_HALF_DAY}", lambda m: at(m[1], 30, m[2]), text)
    text = re.sub(rf"\b(?:a\s+)?(?:quarter|qtr|quater|1/4)\s*past\s+{_H}\b{_HALF_DAY}", lambda m: at(m[1], 15, m[2]), text)
    text = re.sub(rf"\b(?:a\s+)?(?:quarter|qtr|quater|1/4)\s*to\s+{_H}\b{_HALF_DAY}", lambda m: to(m[1], 15, m[2]), text)
    text = re.sub(rf"\b{minutes}past\s+{_H}\b{_HALF_DAY}", lambda m: at(m[2], count.get(m[1]) or int(m[1]), m[3]), text)
    text = re.sub(rf"\b{minutes}to\s+{_H}\b{_HALF_DAY}", lambda m: to(m[2], count.get(m[1]) or int(m[1]), m[3]), text)
    text = re.sub(
        rf"\b{_H}\s*(?:-|to|till|until)\s*{_H}\s*(a\.?m\b\.?|p\.?m\b\.?)(?!\w)",
        lambda m: f"{at(m[1], 0, m[3])} to {at(m[2], 0, m[3])}",
        text,
    )
    text = re.sub(r"(?<![\d/<])(2[0-3]|1[3-9]|00)[:.h]?([0-5]\d)(?![\d/])", lambda m: at(m[1], int(m[2]), None), text)
    text = re.sub(rf"(?<![\d/:.<]){_H}[:.]([0-5]\d)(?![\d/>]){_HALF_DAY}", lambda m: at(m[1], int(m[2]), m[3]), text)
    text = re.sub(r"(?<![\d/:.<])(1[0-2]|[1-9])([0-5]\d)\s*(a\.?m\b|p\.?m\b)", lambda m: at(m[1], int(m[2]), m[3]), text)
    if asked:
        text = re.sub(
            r"(?:(?<=\bat )|(?<=\bafter )|(?<=\bmake it )|(?<=\bit to )|(?<=day )|(?<=^))(1[0-2]|[1-9])([0134][05])(?![\d/])",
            lambda m: at(m[1], int(m[2]), None),
            text,
        )
    text = re.sub(rf"(?<![\d/:.<]){_H}\s*(a\.?m\b\.?|p\.?m\b\.?)", lambda m: at(m[1], 0, m[2]), text)
    text = re.sub(rf"\b{_H}\s*(?:o'?\s?clock|oclok|oclck)\b{_HALF_DAY}", lambda m: at(m[1], 0, m[2]), text)
    text = re.sub(r"\b(noon|midday|mid day)\b", "<12:00>", text)
    if asked:
        text = re.sub(
            rf"(?<![\d/<:{{]){_H}\s?(?:-|to|till|until)\s?{_H}(?![\d/:}}]|th)",
            lambda m: f"{at(m[1], 0, None)} to {at(m[2], 0, None)}",
            text,
        )
        text = re.sub(rf"(?:(?<=\bor )|(?<=\band ))({_H[1:-1]})(?=$|ish|[,.!?])", lambda m: at(m[1], 0, None), text)
    text = re.sub(rf"\b({_H[1:-1]})\s?-?ish\b", lambda m: f"{at(m[1], 0, None)} ish", text)
    for _ in range(2):  # 'between 4 and 6': the second number is only a time once the first is
        text = _BARE.sub(lambda m: at(m[1], 0, None), text)
    return text


def say(stamp: str) -> str:
    """'16:30' as people write it: '4:30pm'."""
    hour, minute = int(stamp[:2]), int(stamp[3:5])
    tail = f":{minute:02}" if minute else ""
    return f"{hour % 12 or 12}{tail}{'am' if hour < 12 else 'pm'}"


def day_names(text: str) -> str:
    """Weekdays written out: 'tues', 'saturdya' → 'tuesday', 'saturday'; 'tuesdays' stays plural."""
    text = re.sub(r"\b[mtwfs][a-z]{5,9}\b", lambda m: next(iter(get_close_matches(m[0], DAY_WORDS, 1, 0.8)), m[0]), text)
    for name, spelling in WEEKDAYS.items():
        text = re.sub(rf"\b(?:{spelling})(s?)(?=\b|\d)", lambda m, name=name: name.lower() + (m[1] if m[0].endswith("days") else ""), text)
    return text
