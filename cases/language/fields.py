"""Each field's own reading of a message that speaks to it: the change that it makes, joined with what was said before."""

from __future__ import annotations

import re

from cases.language import names, people, places, steering, times, topics, when, yesno
from cases.language.form import NO_PREFERENCE, Change, State
from cases.language.people import Known
from cases.language.text import shorten, spoken_case


def known_of(original: str, state: State) -> Known:
    """What helps to read names in this message."""
    listed = [*(state.values.get("attend") or []), *(state.values.get("exclude") or [])]
    return Known(names=listed, iro=state.iro, capitals=spoken_case(original))


def read_field(name: str, said: str, original: str, state: State, known: Known, *, alone: bool = True) -> list[Change] | None:
    """Read `said` as an answer to the field `name`. `alone`: it is the whole message, so that the child's own words can stand."""
    reader = {"when": _when, "where": _where, "attend": _who, "exclude": _who, "chair": _chair, "advocate": _advocate}.get(name)
    if reader is None:
        return more_topics(original if alone else said, state)
    return reader(name, said, original, state, known)


def _when(name: str, said: str, original: str, state: State, known: Known) -> list[Change]:
    if steering.same_as_last_time(said):
        return [Change(name, "same as last time")]
    if re.match(r"(?:(?:but|and|so|um+)[ ,]+)*(?:what|how) ", said) and not times.read(said, state.now).strong:
        return []  # 'what if i say something wrong'
    before = state.values.get(name)
    said = _day_corrected(_instead(said, before or "", state), before or "")
    wish = times.read(said, state.now, asked=True)
    replaces = steering.takes_back(said) and not (wish.options and not wish.options[0]["days"])
    if not wish:
        return [Change(name, None, skipped=True)] if yesno.polarity(said) == "no" and len(said.split()) <= 2 and name == state.asked else []
    if not wish.strong and len(wish.left_over.split()) > 3 and not wish.condition:
        return []
    if (
        before
        and re.match(r"(?:or|or maybe|maybe|or else|or even) ", said)
        and (also := f"{before} or {wish.gist()}")
        and wish.strong
        and " or " not in before
    ):
        return [Change(name, shorten(also, 160))]
    old = when.When() if before in (None, NO_PREFERENCE, "same as last time") else times.from_gist(before, state.now)
    return [Change(name, shorten(when.join(old, wish, replaces=replaces).gist(), 160))]


_NO_AND_A_DAY = re.compile(
    r"^(?:(?:no|nah|wait|actually|oh|sorry|hang on|i mean)[ ,]+)+(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b(?!s| i'?ve?\b| is\b)"
)
_RATHER = re.compile(
    r"\b(?:(?:can|could|should) (?:it|we|i) (?:please )?(?:be|do|have|make)(?: it)?|(?:make|change) it(?: to)?|how about|what about)"
    r"(?: on| for)?\b"
)


def _instead(said: str, before: str, state: State) -> str:
    """What a correction puts in the place of what was said: 'no wednesday', after Tuesday, is Wednesday; '… can it be the 13th'."""
    day = _NO_AND_A_DAY.match(said)
    if before and day and day["day"] not in before.lower():
        return said[day.start("day") :]
    rather = _RATHER.search(said)
    if before and rather and times.read(said[rather.end() :], state.now, asked=True).strong:
        return said[rather.end() :].strip()
    return said


def _day_corrected(said: str, before: str) -> str:
    """'i meant 17', or 'the 17th', after '7 December': the 17th of that month."""
    number = re.match(
        r"^(?:i mean(?:t)?|sorry|no|oops|actually|wait)[ ,]+(?:i mean(?:t)? )?(?:the )?(\d{1,2})(?:st|nd|rd|th)?$", said.strip(" .!?")
    ) or re.match(r"^(?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th)$", said.strip(" .!?"))
    month = re.search(r"\b\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December)\b", before)
    return f"{number[1]} {month[1].lower()}" if number and month else said


def _where(name: str, said: str, original: str, state: State, known: Known) -> list[Change]:
    if steering.same_as_last_time(said):
        return [Change(name, "same as last time")]
    polarity = yesno.polarity(said)
    if polarity and len(said.split()) <= 2:
        return [Change(name, None, skipped=True)] if polarity == "no" and name == state.asked else []
    who = people.read(said, known, asked="attend")
    found = places.read(said, asked=False)
    if found and name == state.asked:
        found = places.read(said, asked=True)
    if not found and name == state.asked and who.strong and who.come and len(said.split()) <= 4:
        return people_changes(who, "attend", said, state)
    if (
        not found
        and not steering.is_question(said)
        and not re.match(r"(?:i|he|she|they|it|you|that|this|we|why|who)(?:'\w+)?\b", places.tidy(said))
    ):
        found = places.read(said, asked=True)
    if not found:
        return []
    before = state.values.get(name) or ""
    gist = places.join("" if before in (NO_PREFERENCE, "same as last time") else before, found)
    return [Change(name, shorten(gist, 120))]


_COMES = re.compile(r"\b(?:come|there|invite|want|with|too|also|as well)\b")
_NOT = re.compile(r"\b(?:not|no|don't|without|except|never|can't|hate|shouldn't)\b")


_ONLY = re.compile(r"\b(?:just|only)\b")
_MEANT = re.compile(r"\b(?:i mean(?:t)?|as in)\b")


def _one_more(said: str, known: Known) -> bool:
    """Only a name or two, and no word of coming."""
    return (
        not _COMES.search(said)
        and not _ONLY.search(said)
        and len(said.split()) <= 5
        and people.mostly_people(said, people.read(said, known, asked="exclude"))
    )


def _meant(who: people.People, state: State) -> list[Change]:
    """'ms bright i mean', right after 'ms b': the last one named is said again, better."""
    return [Change("attend", [*(state.values.get("attend") or [])[:-1], *who.come])] if who.come else []


def _who(name: str, said: str, original: str, state: State, known: Known) -> list[Change]:
    asked = name if name == state.asked else ("attend" if name == "attend" else "exclude")
    left_out = bool(state.values.get("exclude")) and not any(
        names.same_person(name, one) for one in state.values.get("attend") or [] for name in people.read(said, known).come
    )
    if (
        name == "attend"
        and state.asked in ("chair", "issues", "advocate")
        and state.last == "exclude"
        and left_out
        and _one_more(said, known)
    ):
        # one more, right after 'who should not come'
        return people_changes(people.read(said, known, asked="exclude"), "exclude", said, state)
    if state.asked == "exclude" and state.last == "attend" and (meant := _MEANT.search(said)) and not _NOT.search(said):
        better = said[meant.end() :] if said[meant.end() :].strip() else said[: meant.start()]
        return _meant(people.read(better, known, asked="attend"), state)
    if name == state.asked and topics.nothing(said) and "nothing" in said:
        said = "no one"
    if state.asked == "exclude" and (friend := _who_it_is(said, state, known)):
        return friend
    if asked != state.asked and name == "exclude" and not _NOT.search(said):
        asked = "attend"
    return people_changes(people.read(said, known, asked=asked), name, said, state)


_A_FRIEND = re.compile(r"(?:best |another |one |school )?(?:friend|mate|pal|bestie)", re.I)


def _who_it_is(said: str, state: State, known: Known) -> list[Change]:
    """'my mate jay', right after 'can i bring a friend': who that friend is, and nobody to leave out."""
    come = list(state.values.get("attend") or [])
    at = next((at for at, one in enumerate(come) if _A_FRIEND.fullmatch(one)), None)
    who = people.read(said, known, asked="attend")
    if at is None or state.last != "attend" or _NOT.search(said) or who.away or len(who.come) != 1:
        return []
    return (
        [Change("attend", [*come[:at], *who.come, *come[at + 1 :]])]
        if re.search(r"\((?:best )?(?:friend|mate|pal|bestie)\)", who.come[0])
        else []
    )


def people_changes(who: people.People, name: str, said: str, state: State) -> list[Change]:
    come, away = list(state.values.get("attend") or []), list(state.values.get("exclude") or [])
    asked, polarity = state.asked, yesno.polarity(said)
    if asked == name and re.match(r"no,? (?:thank you|thanks|ta)\b", said) and not who.strong:
        return [Change(name, list(state.values.get(name) or []) if name in state.told else [])]
    if (
        not who
        and asked == name == "exclude"
        and re.search(r"\b(?:can't|cannot|won't|couldn't) (?:make it|get there)\b|\bis (?:working|busy|away)\b", said)
    ):
        return [Change("exclude", away)]
    if not who:
        if asked == name and polarity == "no" and len(said.split()) <= 5:
            return [Change(name, come if name == "attend" and name in state.told else away if name in state.told else [])]
        return []
    if who.same_as_last and not who.come:
        return [Change("attend" if name == "attend" else name, ["same as last time"])]
    if who.nobody:
        if name != asked:
            return []
        return [Change(name, (come if name == "attend" else away) if name in state.told else [])]
    if swapped := _swapped(who, said, state):
        return swapped
    new_come = (["same as last time"] if who.same_as_last else []) + who.come
    new_away = [names.whose(name, come) for name in who.away]
    if asked == "exclude":  # 'gaz can come but not for the money bit'
        partly = [name for name in new_come if re.search(r"[(,] ?not (?:for|at|when|in|during)\b", name)]
        new_come = [name for name in new_come if name not in partly]
        new_away += partly
    if asked == "exclude" and who.only and new_away and not new_come and all(any(names.same_person(n, c) for c in come) for n in new_away):
        named = [c for c in come if any(names.same_person(n, c) for n in new_away)]  # 'just my mate': who should come, said once more
        return [Change("attend", named)] if len(named) < len(come) else [Change("exclude", away)]
    adds = (
        bool(re.match(r"(?:and|also|plus|oh|can|could|add)\b", said))
        or bool(re.search(r"\b(?:too|as well|also|add)\b", said))
        or "attend" in state.told
    )
    if new_come:
        corrected = steering.corrects(said) and asked != "exclude" and not all(any(names.same_person(n, c) for c in come) for n in new_come)
        replaces = who.only or not adds and (name == "attend" == asked or corrected)
        come = new_come if replaces or not come else united(come, new_come)
        away = [n for n in away if not any(names.same_person(n, c) for c in new_come)]
    if new_away:
        replaces = name == "exclude" == asked and "exclude" not in state.told
        away = (
            new_away if replaces or not away else united([n for n in away if not any(names.same_person(n, a) for a in new_away)], new_away)
        )
        come = [n for n in come if not any(names.same_person(n, a) and not names.for_a_part(a) for a in new_away)]
    changes = []
    if new_come or come != (state.values.get("attend") or []):
        changes.append(Change("attend", come))
    if new_away or away != (state.values.get("exclude") or []):
        moved = asked == "exclude" and "exclude" not in state.values and come != (state.values.get("attend") or []) and not new_come
        changes.append(Change("exclude", away, told=moved))  # taken off the guests' list: is there anybody else?
    if asked == "exclude" and not any(c.field == "exclude" for c in changes) and new_come and not who.only and name == "exclude":
        changes.append(Change("exclude", away))
    return changes


def _swapped(who: people.People, said: str, state: State) -> list[Change]:
    """'no wait, dad not sarah', right after 'sarah' was left out: it is dad who should not come, and sarah who may."""
    come, away = list(state.values.get("attend") or []), list(state.values.get("exclude") or [])
    out = [c for c in come if any(names.same_person(n, c) for n in who.come)]
    back = [a for a in away if any(names.same_person(n, a) for n in who.away)]
    if state.last != "exclude" or state.asked in ("attend", "exclude") or who.only or not (out and back) or not steering.corrects(said):
        return []
    if len(out) != len(who.come) or len(back) != len(who.away) or _COMES.search(said):
        return []
    return [
        Change("attend", [*(c for c in come if c not in out), *back]),
        Change("exclude", [*(a for a in away if a not in back), *out]),
    ]


def united(old: list[str], new: list[str]) -> list[str]:
    fuller = [next((n for n in new if names.same_person(o, n) and names.better(o, n)), o) for o in old]
    return fuller + [n for n in new if not any(names.same_person(n, o) for o in old)]


def rename(told: tuple[str, str], state: State) -> list[Change]:
    name, relation = told
    for list_name in ("attend", "exclude"):
        held = state.values.get(list_name) or []
        cores = [re.sub(r"\s*\(.*\)$", "", one) for one in held]
        if name in (core.lower() for core in cores):
            named = zip(held, cores, strict=True)
            return [Change(list_name, [f"{core} ({relation})" if core.lower() == name else one for one, core in named])]
    return []


def _chair(name: str, said: str, original: str, state: State, known: Known) -> list[Change]:
    value = yesno.chairing(said)
    return [] if value is None else [Change(name, value)]


def _advocate(name: str, said: str, original: str, state: State, known: Known) -> list[Change]:
    value, who = yesno.advocacy(said)
    if value is None and who == "maybe":
        return [Change(name, "maybe")]
    if value is None:
        return more_topics(original, state, more=True) if name == state.asked and len(said) >= 3 and not steering.is_question(said) else []
    return [Change(name, f"{value and 'yes'} ({who})" if who else value)]


def more_topics(original: str, state: State, *, more: bool = False) -> list[Change]:
    found = topics.split(original)
    if not found:
        return []
    held = list(state.values.get("issues") or [])
    add = more or "issues" in state.told or state.asked != "issues"
    return [Change("issues", held + [t for t in found if t not in held] if add else found)]
