"""When a child would like their review: 'not mondays ive got footy, any other day after 4' → days, times, what is out.

The answer keeps the child's own parts (a day, 'after tea', 'when nan can bring me') and can be joined with an earlier
one: a time said after a day is added to it, another day takes its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cases.language import clock
from cases.language.times_words import (
    ANY_DAY,
    CLOCK,
    COMING_HOME,
    CONDITION,
    DATE,
    DAY_RANGE,
    EARLY_LATE,
    EVENT,
    LOOSE_PART,
    NAMED_DAY,
    NOT,
    NOT_ENDS,
    PARTS,
    REASON,
    RELATIVE,
    STOP,
    WEEKS,
)
from cases.language.when import When

LONDON = ZoneInfo("Europe/London")


def read(text: str, now: datetime, *, asked: bool = False) -> When:
    """What `text` (in plain spelling) says about time. `asked`: it answers 'when?', so that bare numbers and vague words count."""
    if not asked:  # "sat" and "sun", "mon" are words too; only take them as days next to what makes them one
        text = re.sub(r"\b(sat|sun|wed|mon)\b(?!\s+(?:\d|at|after|morning|afternoon|or|and|the))", r"\1_", text)
    text = re.sub(r"^(?:(?:ok|okay|so|um+|er+m*|like|maybe|actually|sorry|then|well|oh|yes|yeah|let's say|i'd say)[ ,]+)+(?=\d)", "", text)
    text = re.sub(r"(?<=day) ([ap])m\b", lambda m: " morning" if m[1] == "a" else " afternoon", clock.day_names(text))
    marked = clock.mark(text, now, asked=asked)
    marked = REASON.sub(",", marked)
    result = When()
    condition = CONDITION.search(COMING_HOME.sub(lambda m: "#" * len(m[0]), marked)) if asked else None
    if condition and len(condition[0].split()) > 2:
        words = condition[0]
        cut = re.search(r"\bso\b|,(?=[^,]*$)", words)
        if cut and _items(words[cut.end() :], asked=asked):
            words = words[: cut.start()]
        if not _only_time(words):
            result.condition = clock_words(words.strip(" ,"))
            marked = marked.replace(condition[0][: len(words)], " , ", 1)
    chunks = []
    for sentence in re.split(r"[.;!?\n]", marked):
        sentence = re.sub(
            r"^(.*?)(<[\d:]+>)(.*?)\bso\s+(?:(?:any\s?time|sometime)\s+)?after(?:\s+(?:that|then))?\s*$", r"\1 \3 after \2", sentence
        )
        reason, so, answer = sentence.rpartition(" so ")
        if so and _items(answer, asked=asked):
            _chunks(reason, now, asked, result)  # only for what it rules out
            sentence = answer
        chunks += _chunks(sentence, now, asked, result)
    result.options = _options(chunks)
    result.left_over = _left_over(marked, asked)
    return result


def _only_time(words: str) -> bool:
    """'if its after 5' is a time, not a condition."""
    return bool(
        re.fullmatch(
            r"(?:if|as long as|so long as|only if)\s+(?:it's|it is|its)\s+(?:not\s+)?(?:at |after |before |on |"
            r"in )?\s*(?:<[\d:]+>|\w*day s?|after school|\w+day).*",
            words.strip(),
        )
    )


def clock_words(text: str) -> str:
    """Marks back to words: '<16:30>' → '4:30pm', '{1 May}' → '1 May'."""
    text = re.sub(r"<([\d:]+)>", lambda m: clock.say(m[1]), text)
    text = re.sub(r"\{([^}]+)\}", r"\1", text).replace("_", "")
    text = re.sub(rf"\b({clock.DAY})", lambda m: m[1].title(), text)
    return re.sub(r"\s+", " ", text).strip()


def from_gist(gist: str | None, now: datetime) -> When:
    """An earlier answer as it was kept, ready to be joined with a new one."""
    if not gist:
        return When()
    dated: list[str] = []

    def hide(match: re.Match[str]) -> str:
        dated.append(match[0])
        return f"{{d{len(dated) - 1}}}"

    text = re.sub(r"\b(?:today|tonight|tomorrow|day after tomorrow) \([^)]*\)", hide, gist)
    condition = re.search(r" \(([^)]*)\)$", text)
    when = read((text[: condition.start()] if condition else text).lower(), now, asked=True)
    for option in when.options:
        option["days"] = [re.sub(r"^d(\d+)$", lambda m: dated[int(m[1])], day) for day in option["days"]]
    when.out = [re.sub(r"^d(\d+)$", lambda m: dated[int(m[1])], day) for day in when.out]
    if condition:
        when.condition = condition[1]
    return when


def without_times(text: str, now: datetime, *, asked: bool) -> str:
    """The text with everything that was read as a time blanked out, so that 'after school' is not taken for a place."""
    marked = clock.mark(clock.day_names(text), now, asked=asked)
    for item in reversed(_items(marked, asked=asked)):
        marked = marked[: item.start] + " , " + marked[item.end :]
    return re.sub(r"\s+", " ", marked)


@dataclass
class _Item:
    kind: str  # days, parts, times
    text: str
    start: int
    end: int
    strong: bool = True


def _items(text: str, *, asked: bool) -> list[_Item]:
    """Every day, part of day and clock time in the text, in order, none overlapping."""
    found: list[_Item] = []

    def take(kind: str, match: re.Match[str], said: str, strong: bool = True) -> None:
        start, end = match.span()
        if all(end <= item.start or start >= item.end for item in found) and said:
            found.append(_Item(kind, said, start, end, strong))

    for match in re.finditer(r"\b(?:after|before)\s+\{[^}]+\}", text):
        take("parts", match, clock_words(match[0]))
    for match in DAY_RANGE.finditer(text):
        take("days", match, f"{match[1].title()} to {match[2].title()}")
    for match in NAMED_DAY.finditer(text):
        take("days", match, _day(match))
    for match in RELATIVE.finditer(text):
        take("days", match, re.sub(r"^the ", "", match[0]))
    for match in CLOCK.finditer(text):
        take("times", match, _clock(match))
    for match in COMING_HOME.finditer(text) if asked else ():
        take("parts", match, clock_words(match[0]).strip())
    for pattern in PARTS:
        for match in pattern.finditer(text):
            said = clock_words(match[0])
            weak = bool(re.match(r"(?:in|at|over|around)\s", said)) and not re.search(
                r"morning|afternoon|evening|night|time|term|holi|hols|summer|christmas|\d", said
            )
            take("parts", match, _part(said), strong=not weak and not re.search(r"\b(?:too )?(?:early|late|asap|soon)\b", said))
    for match in ANY_DAY.finditer(text):
        said = re.sub(r"^(?:on|at) ", "", match[0].strip())
        take(
            "days",
            match,
            re.sub(r"^(?:a |the |other |another |a different )(?=\w*(?:week|school))", "", said),
            strong=bool(re.search(r"week|school|any|every", said)),
        )
    for match in DATE.finditer(text):
        take("days", match, match[0][1:-1])
    if asked:
        for match in LOOSE_PART.finditer(text):
            take("parts", match, clock_words(match[0]).strip(), strong=False)
        for match in re.finditer(rf"(?<!')\b(?:{EVENT})\b", text):
            if re.fullmatch(
                r"lunch|dinner|tea|break|breakfast|half.?term|summer|easter|christmas|xmas|holidays|hols|lunchtime|"
                r"dinnertime|registration|form time|tutor time",
                match[0],
            ):
                take("parts", match, match[0], strong=False)
        for match in EARLY_LATE.finditer(text):
            take("parts", match, match[0], strong=False)
    return sorted(found, key=lambda item: item.start)


def _part(said: str) -> str:
    return re.sub(r"^(?:in the|at the|any|sometime) (?=(?:early |late )?(?:morning|afternoon|evening|night)|start|end)", "", said)


def _day(match: re.Match[str]) -> str:
    before, name, plural, week, day = match.groups()
    said = name.title() + ("s" if plural else "")
    if before:
        said = f"{'every' if before == 'every' else before} {said}"
    if week:
        said += " week"
    return f"{said} {day[1:-1]}" if day else said


def _clock(match: re.Match[str]) -> str:
    if match["b1"]:
        return f"between {clock.say(match['b1'][1:-1])} and {clock.say(match['b2'][1:-1])}"
    if match["r1"]:
        return f"{clock.say(match['r1'][1:-1])} to {clock.say(match['r2'][1:-1])}"
    time, how, tail = clock.say(match["t"][1:-1]), (match["how"] or "").strip(), (match["tail"] or "").strip()
    if re.match(r"about|around|roughly|like", how) or tail in ("ish", "or so") and not how:
        return f"about {time}"
    if how.startswith(("any", "sometime", "gone", "past", "just after", "straight after", "not before", "no earlier", "from", "after")):
        return f"{'from' if how.startswith('from') else 'after'} {time}"
    if how.startswith(("before", "by", "till", "until", "not after", "no later")):
        return f"before {time}"
    if tail in ("onwards", "or later", "or after", "earliest", "at the earliest"):
        return f"from {time}"
    if tail in ("latest", "at the latest", "or earlier", "or before"):
        return f"before {time}"
    return time


def _chunks(sentence: str, now: datetime, asked: bool, result: When) -> list[list[_Item]]:
    """The good items of a sentence, split where 'or' or a comma sets alternatives apart; what is refused goes to result.out."""
    kept: list[_Item] = []
    items = _items(sentence, asked=asked)
    for item in items:
        said = _with_date(item.text, now)
        result.strong = result.strong or item.strong
        result.exact = result.exact or item.strong and item.kind != "parts"
        if re.match(r"not (?:too )?", item.text):
            result.out.append(re.sub(r"^not ", "", item.text))
        elif _refused(sentence, item, items):
            result.out.append(f"in the {said}" if re.fullmatch(r"morning|afternoon|evening", said) else said)
        else:
            kept.append(_Item(item.kind, said, item.start, item.end, item.strong))
    chunks: list[list[_Item]] = []
    for index, item in enumerate(kept):
        between = sentence[kept[index - 1].end : item.start] if index else ""
        if not index or re.search(r"\bor\b|,|\band\b|/", between):
            chunks.append([])
        last = chunks[-1][-1] if chunks[-1] else None
        if (
            last is not None
            and last.kind == item.kind == "parts"
            or last is not None
            and last.kind == item.kind == "days"
            and WEEKS.fullmatch(item.text)
        ):  # 'early morning before work' is one
            last.text = f"{last.text} {item.text}"
        elif last is not None and last.kind == item.kind == "days" and WEEKS.fullmatch(last.text):
            last.text = f"{item.text} {last.text}"
        else:
            chunks[-1].append(item)
    return chunks


def _with_date(said: str, now: datetime) -> str:
    """'tomorrow' means nothing a day later, so the date goes with it."""
    here = now.astimezone(LONDON).date()
    days = {"today": 0, "tonight": 0, "tomorrow": 1, "day after tomorrow": 2}.get(said)
    if days is None:
        return said
    date = here + timedelta(days=days)
    return f"{said} ({date:%A} {date.day} {date:%B})"


def _refused(sentence: str, item: _Item, items: list[_Item]) -> bool:
    """Is there a 'not' before this item that still reaches it?"""
    nots = [m for m in NOT.finditer(sentence) if m.end() <= item.start]
    after = sentence[item.end : item.end + 30]
    if re.match(
        r"\s*(?:is|are|isn't|aren't|'s|s)?\s*(?:no good|not good|is bad|are bad|is rubbish|is out|are out|no way|isn't good|"
        r"don't work|doesn't work|not really|is no|(?:no|not)\s*(?:$|,))",
        after,
    ):
        return True
    if re.search(r"\b(?:so )?(?:not then|not that (?:day|one|time))\b", sentence[item.end :]):
        return True
    if (
        item.kind == "days"
        and re.match(r"\s*(?:i have|i've got|i've|i got|i go to|i'm at|is my|there's)\s+(?!nothing|free|no\b)[^,.]*", sentence[item.end :])
        and len(items) > 1
    ):
        return True
    if not nots:
        return False
    last = nots[-1]
    between = sentence[last.end() : item.start]
    word = last[0]
    if word in ("but", "any day but", "every day but", "anything but", "anytime but"):
        before = sentence[: last.start()]
        return (word != "but" or bool(re.search(r"\b(?:any|every|all)\s?(?:other\s+)?(?:days?|time)\s*$", before))) and not between.strip(
            " on"
        )
    if word in ("i've got", "i have got", "i got", "i have") and re.match(
        r"\s*(?:got )?(?:some |a )?(?:free|time|nothing|no\b|off)", sentence[last.end() :]
    ):
        return False
    if word in ("i've got", "i have got", "i got", "i have", "i'm at", "i go", "got", "busy"):
        return bool(between.strip()) and item.kind == "days" and not NOT_ENDS.search(between)
    if word in ("no", "not") and re.match(r"\s*(?:bothered|sure|fussed|wait|one|idea|,|but\b)", sentence[last.end() :]):
        return False
    if re.match(r"\s*(?:mind|care|know|want to miss)", sentence[last.end() :]):
        return False
    return not NOT_ENDS.search(between)


def _options(chunks: list[list[_Item]]) -> list[dict[str, list[str]]]:
    def bundle(items: list[_Item]) -> dict[str, list[str]]:
        return {kind: list(dict.fromkeys(i.text for i in items if i.kind == kind)) for kind in ("days", "parts", "times")}

    full = [c for c in chunks if any(i.kind == "days" for i in c) and any(i.kind != "days" for i in c)]
    if len(full) < 2:
        everything = [item for chunk in chunks for item in chunk]
        return [bundle(everything)] if everything else []
    options: list[list[_Item]] = []
    waiting: list[_Item] = []
    for chunk in chunks:
        if chunk in full:
            options.append(waiting + chunk)
            waiting = []
        elif any(i.kind == "days" for i in chunk):
            waiting += chunk
        elif options:
            options[-1] += chunk
        else:
            waiting += chunk
    return [bundle(option) for option in options]


def _left_over(marked: str, asked: bool) -> str:
    """The words with content that were not read as a time."""
    text = marked
    for item in reversed(_items(marked, asked=asked)):
        text = text[: item.start] + " " + text[item.end :]
    words = [w for w in re.findall(r"[a-z0-9']+", text) if w not in STOP]
    return " ".join(words)
