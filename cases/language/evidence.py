"""Which questions a message speaks to, whatever was asked: a time, a place, people to come or not, leading, an advocate."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from cases.language import names, people, places, steering, times, yesno
from cases.language.people import RELATION, Known
from cases.language.people_words import NOT_NAMES

FIELDS = ("when", "where", "attend", "exclude", "chair", "issues", "advocate")

_COME = re.compile(
    r"\b(?:come(?! in\b| into\b| round\b| over\b)|comes|coming|be there|there too|invite|invited|bring|attend|with me|"
    r"(?:want|need|have|like) (?:[\w'-]+ ){1,5}there|(?:don't|not) want (?:[\w'-]+ ){1,4}(?:at|in) (?:my|the) (?:review|meeting))\b"
)
_WITH = re.compile(r"\bwith (?:my |the |our )?(?=\w)")
_LEADS = re.compile(
    r"\b(?:don't|do not) (?:like|want|enjoy) (?:to )?(?:lead|leading|chair|chairing|running it)\b|"
    r"\b(?:i|i'd|i'll|me|myself|let me|i'm|my own)\b[^.!?]*\b(?:lead|chair|run|in charge|host|be boss|be the boss|"
    r"take over|do the (?:start|beginning|intro|end|first|last|hello))\b|"
    r"\b(?:run|lead|chair|host) (?:it|the meeting|my (?:own )?(?:review|meeting)) (?:myself|me)\b|\bdon't want to (?:lead|chair|run|host)\b"
)
_ADVOCATE = re.compile(
    r"\badvocates?\b|\b(?:someone|somebody) (?:to|who can|that can) (?:speak|talk|say)\b[^.]*\bfor me\b|"
    r"\bspeak (?:up )?for me\b"
)
_JOINS = re.compile(
    r"[.](?!\d)|(?<!\d)[.]|[!?;\n]+|,\s*|\s+(?:and|but|also|plus|then)\s+(?=(?:can|could|i|i'd|i'll|at|in|on|please|"
    r"don't|not|is it|make|we|do|let|what|maybe|definitely|no|it|only if|with)\b)|\s+(?=with (?:my|mum|dad|nan|just))|"
    r"\s+(?=at (?:my|the|nan|mum|dad|school|home|college|costa|mcdonalds|nandos)\b)"
)


#: Where somebody is anyway: 'i work at tesco', 'im at football', which is why, and not where.
_NOT_THERE = re.compile(
    r"(?:it's |it is |make it |have it )?(?:at|in) (?:the |my )?([\w' ]+?),? (?:and )?not (?:at |in )?(?:the |my )?([\w' ]+)"
)
#: 'i want jay there too', 'can jay come', 'i don't want jay there': somebody, whether or not the name is known.
_FIRST = r"(?:(?:wait|oh|and|also|ok|no|actually|sorry|please)[ ,]+)*"
_SOMEBODY_COMES = re.compile(
    rf"{_FIRST}(?:i (?:also |really )?want|i'd like|can|could) ([a-z][a-z'-]+) "
    r"(?:to (?:come|be there)|come|be there|there)(?: too| as well| also)?(?: please)?[ .!?]*"
)
_SOMEBODY_AWAY = re.compile(
    rf"{_FIRST}i (?:really )?(?:don't|do not) want ([a-z][a-z'-]+) (?:to (?:come|be there)|coming|there)(?: either)?(?: please)?[ .!?]*"
)
_OWN_LIFE = re.compile(
    r"(?:because )?(?:i|we|he|she|they|mum|dad|nan|my \w+)(?:'m|'s|'re|'ll be|'ll| am| is| are| will be)? ?(?:work\w*|train\w*|play\w*|stay\w*|liv\w+|go|goes|at)\b"
)

#: What comes after this belongs to it: 'not | at school', 'i don't want it | at the office'.
_REFUSES = re.compile(r"\b(?:not|never|(?:don't|do not|didn't) (?:\w+ )?(?:want|like|do|have)(?: it| to be| to (?:do|have) it)?)$")


def clauses(text: str) -> list[str]:
    parts: list[str] = []
    for part in (part.strip(" ,-") for part in _JOINS.split(text) if part):
        if part and parts and _REFUSES.search(parts[-1]) and part.startswith("at "):
            parts[-1] = f"{parts[-1]} {part}"
        elif part:
            parts.append(part)
    return parts


def strong(clause: str, now: datetime, known: Known, asked: str) -> str:
    """The field that this clause speaks to whatever was asked, or ''."""
    if asked in ("exclude", "issues") and re.fullmatch(
        r"(?:only |just |maybe |yes |yeah )*(?:a |the )?(?:part|bit|some|half|start|beginning|end|first|last)(?: of it| bit| part| one)?",
        clause,
    ):
        return "chair"
    if (set_against := _NOT_THERE.fullmatch(clause)) and all(places.read(f"at {place}").strong for place in set_against.groups()):
        return "where"  # 'at the library not school' leaves nobody out
    if asked == "when" and re.fullmatch(
        r"(?:just |only |maybe )*some ?where (?!near|close|nearby|soon|around|between|in|on|at|after|before)[a-z]+(?: [a-z]+)?", clause
    ):
        return "where"  # 'somewhere quiet' is no time
    for pattern, field in ((_SOMEBODY_COMES, "attend"), (_SOMEBODY_AWAY, "exclude")):
        if (somebody := pattern.fullmatch(clause)) and somebody[1] not in NOT_NAMES:
            return field
    clause = people.from_the_list(clause)
    if asked not in ("when", "where", "begin") and re.fullmatch(
        r"(?:just |only |about )?(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)", clause
    ):
        return ""  # a number alone, so late, is no other time
    if re.search(r"\b(?!i\b)\w+ (?:can|should|could) (?:lead|chair|run it)\b", clause):
        return "chair"
    if asked == "exclude" and re.search(r"\b(?:i'm|i am) (?:too |very |really )?(?:shy|nervous|anxious)\b", clause):
        return "chair"
    if _LEADS.search(clause) and not re.search(r"\brun away\b", clause):
        return "chair"
    who = people.read(clause, known)
    named = who.strong or any(name for name in who.come + who.away if _on_list(name, known) or name.split()[0].lower() in known.capitals)
    coming = bool(_COME.search(clause)) or bool(_WITH.search(clause) and named and asked not in ("chair", "advocate", "issues", "send"))
    early = asked in ("when", "where", "begin")
    place = places.read(times.without_times(clause, now, asked=asked == "when"))
    if asked != "where" and _OWN_LIFE.match(clause):
        place = places.Where()
    if (
        place
        and asked == "where"
        and not coming
        and not steering.corrects(clause)
        or place.someones
        and not coming
        and (early or len(clause.split()) > 1 or places.covers(clause, place))
    ):
        return "where"
    if _ADVOCATE.search(clause) and asked not in ("attend", "exclude") and not coming:
        return "advocate"
    freely = asked in ("attend", "exclude", "begin", "when", "where")  # at the others, anything may be told about anybody
    if named and who.away and not who.come and (freely or coming or people.mostly_people(clause, who)):
        return "exclude"
    if named and coming and (who.come or who.nobody):
        return "attend"
    when = times.read(clause, now, asked=asked == "when")
    alone = len(re.sub(r"\b\d+\b", "", when.left_over).split()) <= (
        4 if asked in ("when", "where", "begin") or steering.corrects(clause) else 0
    )
    if (when.strong if early else when.exact) and not (named and asked in ("attend", "exclude")) and (alone or asked == "when"):
        return "when"
    if (
        asked == "where"
        and not place
        and len(clause.split()) <= 3
        and (loose := times.read(clause, now, asked=True))
        and not loose.left_over
        and not loose.condition
    ):
        return "when"
    if place.strong and (not named or asked == "where") and (early or steering.corrects(clause) or _settled(clause, place, asked)):
        return "where"
    if named and asked != "advocate" and people.mostly_people(clause, who):
        return "exclude" if who.away and not who.come else "attend"
    return ""


def _settled(clause: str, place: places.Where, asked: str) -> bool:
    """Where something else was asked, a place has to be the whole answer; at a yes-or-no question, said as a place too."""
    return places.covers(clause, place) and (
        asked in ("attend", "exclude") or bool(re.match(r"(?:not )?(?:at|in|on|online|by|over)\b", clause))
    )


def _on_list(name: str, known: Known) -> bool:
    return any(names.same_person(name, other) for other in known.names)


_HARM = re.compile(
    r"\b(?:kill\w*|die|dying|dead|death|suicid\w*|hurts?|hurting|hits?|hitting|beats?|beat(?:en|ing)|punch\w*|slap\w*|kick(?:s|ed|ing)? me|"
    r"touch\w*|rap(?:e|ed|es|ing)|abus\w*|cut(?:s|ting)? (?:myself|me)|self[ -]?harm\w*|overdos\w*|pills|run(?:ning)? away|threat\w*|knife|"
    r"stab\w*|bruis\w*|chok\w*|lock(?:s|ed) me|starv\w*|nudes?|naked|force(?:s|d) me|makes me do|end it|ending it|no point|not worth it|"
    r"nothing matters|done with (?:it all|everything|life)|give up on|can't go on|can't cope|don't want to (?:be here|live|wake)|"
    r"won't be (?:here|around|alive)|not be (?:here|around)|wish i (?:was|wasn't|were)|disappear|better off without|hate myself|scares? me|hid(?:e|es|ing)|frighten\w*|afraid|creepy|"
    r"scared of)\b"
)


def speaks_of_harm(text: str) -> bool:
    """Does `text` name harm, or hopelessness? Such words are for people, not for a form that others read."""
    return bool(_HARM.search(text))


def place_beside(text: str, now: datetime, *, asked: bool) -> str:
    """A place said in the same breath as a time: 'after lunch at school' → 'school'."""
    rest = ", ".join(part for part in times.without_times(text, now, asked=asked).split(",") if not _OWN_LIFE.match(part.strip()))
    found = places.read(rest)
    return (
        found.place
        if found.strong and re.search(r"\b(?:at|in|on|by|over|round|via)\b|^\W*\w+\W*$|(?:zoom|teams|phone|video)", rest)
        else ""
    )


_TO_TALK_ABOUT = re.compile(
    r"(?:(?:and|also|but|so|plus)\s+)*(?:(?:can|could) (?:i|we) |i |we |i'd )?(?:really |just |also |please )*(?:(?:need|want|would like|like|have got|got) to )?(?:(?:talk|speak|chat) about|discuss|bring up|mention)[ :]+"
    r"(?!(?:my |the )?(?:review|meeting|it|this|that)$)\w"
)


def to_talk_about(clause: str) -> bool:
    """'and i want to talk about my housing': it, and what follows it, are things to talk about."""
    return bool(_TO_TALK_ABOUT.match(clause))


def told_last(original: str) -> str:
    """The end of a message, from where it says what is to be talked about, in the child's own spelling."""
    found = re.search(
        r"\b(?:(?:talk|speak|chat|tlk) (?:about|abt|bout|abut)|discuss|bring up|mention)\b:?(?! (?:it|this|that)\b)",
        original,
        re.IGNORECASE,
    )
    return original[found.end() :] if found else original


def leads(text: str) -> bool:
    return bool(_LEADS.search(text))


def answers_chair(text: str) -> bool | str | None:
    return yesno.chairing(text)


def relation_told(text: str, *, left_out: Collection[str] = ()) -> tuple[str, str] | None:
    """'who is rex? hes my bear' → ('rex', 'bear'): who somebody is, said after naming them.

    left_out: who is not to come; 'sarah my social worker' then says who Sarah is, and invites nobody.
    """
    match = re.match(
        r"^(?:who(?:'s| is) )?([a-z][a-z'-]+)\W+(?:he's|she's|it's|they're|is|he is|she is) (?:my|our|a|the)\s+(.{2,40})$",
        text.strip(" .!?"),
    )
    match = match or re.match(
        r"^(?:no |actually |wait |sorry )*([a-z][a-z'-]+)(?: is|'s)? (?:my|our) (.{2,30}?),? not (?:my|our|a|the) .+$", text
    )
    beside = re.match(r"^([a-z][a-z'-]+),? (?:as in |i mean )?(?:my|our) (.{2,40})$", text.strip(" .!?"))
    match = match or (beside if beside and beside[1] in left_out else None)
    if match and match[1] not in ("he", "she", "it", "that", "this", "who", "they") and RELATION.search(match[2]):
        return match[1], match[2].strip()
    return None
