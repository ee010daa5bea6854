"""A wish about the time: what it is made of, how it is said, and how a later one joins an earlier one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass
class When:
    """A wish about the time. `options`: [{"days": [...], "parts": [...], "times": [...]}], each one good on its own."""

    options: list[dict[str, list[str]]] = field(default_factory=list)
    out: list[str] = field(default_factory=list)  # days or times that are no good
    condition: str = ""
    left_over: str = ""  # content that no rule read
    strong: bool = False  # says a time whatever was asked
    exact: bool = False  # with a day, a date or a clock time in it

    def __bool__(self) -> bool:
        return bool(self.options or self.out or self.condition)

    def gist(self) -> str:
        """Short English in the child's own parts: 'any day after 4pm, not Mondays'."""
        text = " or ".join(_say_option(option) for option in self.options if any(option.values()))
        if self.out:
            text = f"{text}, not {' or '.join(self.out)}" if text else f"not {' or '.join(self.out)}"
        if self.condition:
            text = f"{text} ({self.condition})" if text else self.condition
        return text


def _say_option(option: dict[str, list[str]]) -> str:
    days, parts, times = option["days"], option["parts"], option["times"]
    if any(re.search(r"\d(?:am|pm)$", time) for time in times):  # '10am in the morning'
        parts = [part for part in parts if part not in ("morning", "afternoon", "evening", "in the morning", "in the afternoon")]
    said = [_or_list(days)] if days else []
    if parts:
        said.append(_or_list(parts))
    if times:
        said.append(("at " if days and not parts and times[0][0].isdigit() else "") + _or_list(times))
    return " ".join(said) if len(said) < 3 or not times else f"{said[0]} {said[1]}, {said[2]}"


def _or_list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def join(old: When, new: When, *, replaces: bool = False) -> When:
    """An earlier answer and what was said since: another day takes the day's place, a time is added to the day.

    `replaces`: the child said that the earlier one was wrong as a whole ('neither', 'scrap that').
    """
    if replaces or not old.options or len(old.options) > 1 or len(new.options) > 1:
        merged_out = [] if replaces else [o for o in old.out if o not in new.out]
        if not new.options and not replaces:
            kept = [{kind: [v for v in values if v not in new.out] for kind, values in option.items()} for option in old.options]
            return When([o for o in kept if any(o.values())], merged_out + new.out, new.condition or old.condition, strong=new.strong)
        said_before = [day for option in old.options for day in option["days"]]
        options = [{**option, "days": [_fuller(day, said_before) for day in option["days"]]} for option in new.options]
        return When(options, merged_out + new.out, new.condition, strong=new.strong)
    before = old.options[0]
    said = new.options[0] if new.options else {"days": [], "parts": [], "times": []}
    days = [_fuller(day, before["days"]) for day in said["days"]]
    if (
        days
        and all(re.match(r"(?:any|every|all|most)\b", day) for day in days)
        and before["days"]
        and all(re.search(r"week|month|term", day) for day in before["days"])
    ):
        days = [f"{days[0]} {before['days'][0]}"]  # 'next week', and then 'any day'
    elif days and before["days"] and all(re.fullmatch(r"(?:next|this) week", day) for day in before["days"]) and set(days) <= set(WEEKDAYS):
        days = [f"{day} {before['days'][0]}" for day in days]
    days = days or [d for d in before["days"] if not _names_one_of(d, new.out)]
    if said["times"] and not said["parts"] and not said["days"]:
        parts = [] if any(re.match(r"\d", t) for t in said["times"]) and not before["days"] else before["parts"]
        parts = [p for p in parts if "school" not in p or not any(re.match(r"\d", t) for t in said["times"])] if before["times"] else parts
        times = said["times"]
    elif said["parts"] and not said["times"]:
        parts, times = said["parts"], [] if not said["days"] else before["times"]
    elif said["parts"] or said["times"]:
        parts, times = said["parts"], said["times"]
    else:
        parts, times = before["parts"], before["times"]
    parts = [p for p in parts if not _names_one_of(p, new.out)]
    taken_back = [o for o in new.out if any(o.lower() in day.lower() for day in before["days"])]
    out = [o for o in old.out if not _names_one_of(o, days)] + [o for o in new.out if o not in old.out and o not in taken_back]
    return When([{"days": days, "parts": parts, "times": times}], out, new.condition or old.condition, strong=new.strong)


def _fuller(day: str, before: list[str]) -> str:
    """'11th', when 'Tuesday 11th' was said before, is that Tuesday."""
    return next((b for b in before if b.endswith(f" {day}") and day[0].isdigit()), day)


def _names_one_of(text: str, others: list[str]) -> bool:
    mine = text.lower().rstrip("s")
    return any(mine == other.lower().rstrip("s") or mine.startswith(other.lower().rstrip("s") + " (") for other in others)
