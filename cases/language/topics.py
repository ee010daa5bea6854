"""What a child wants talked about: their words, cut into one short gist a topic."""

from __future__ import annotations

import re

from cases.language.people import RELATION
from cases.language.text import clean, plain, shorten

_LEAD = re.compile(
    r"^(?:(?:um+|erm*|hmm+|so|well|ok|oh|yes|yeah|yep|no(?=,| just| but| only| i\b)|like|just|"
    r"maybe|and|also|mainly|mostly|probably|basically|"
    r"the main thing is|i think|i guess|i suppose|actually|please|pls|plz|but|it's|its|thats|that's|that|about|"
    r"another thing is|"
    r"(?:i |we )?(?:want|wanna|need|would like|would love|have)(?: to|na)? (?:talk|say|chat|speak|tell (?:them|you|her|"
    r"him|everyone|u)|discuss|ask|bring up|mention|know)(?: (?:about|that|on|to them about|to her about|something about|"
    r"is))?|i'd like to (?:talk|say|discuss|ask|tell them)(?: (?:about|that))?|"
    r"(?:can|could) (?:we|i|you|u) (?:please )?(?:talk|say|tell (?:them|her)|discuss|ask|put)(?: (?:about|that))?|"
    r"tell (?:them|her|him|denise|everyone)(?: (?:about|that))?|say(?: that)?|talk about|put(?: down)?(?: that)?|"
    r"write(?: down)?(?: that)?)[ ,:]+)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[ ,]+(?:(?:on|in|for|at) (?:my|the) (?:review form|form|review|meeting)|please|pls|plz|thanks|thank you|thx|ty|lol|that's it|thats it|that's all|thats all|and that|and stuff|tbh|"
    r"really|i guess|i think|xx*|innit|init|etc))+$",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"^(?:(?:um+|erm*|no|nah|nope|hmm+|oh|well|not|honestly|i think|i'm|it's|ok)[ ,]+)*(?:no|nope|nah|nothing|"
    r"nothing (?:really|much|else|to say|comes to mind|to talk about|i can think of)|not really|none|no (?:issues?|"
    r"problems?|worries|thanks|ta|complaints|thank you)|n/?a|all (?:good|fine|ok)|everything(?:'s| is) (?:fine|good|ok|"
    r"great|alright|all right|cool)|"
    r"i'm (?:fine|ok|good|happy)|(?:i'm |that's )?(?:good|fine|ok)|(?:i )?don't (?:have|want) anything|"
    r"(?:there's )?not(?:hing)? (?:a lot|much|really)|don't think so)(?:[ ,]+(?:really|thanks|thank you|please|atm|"
    r"right now|(?:it's )?all (?:good|fine|ok)|at the moment|for now|i don't think|lol|tbh|honestly|everything(?:'s|"
    r" is) (?:fine|good|ok)|all good|"
    r"else|to say|here|i guess))*[ .!]*$"
)
_KEEP_TOGETHER = re.compile(
    r"\b(?:me|him|her|them|us|bed|fish|black|up|more|again|on|over|back|round|both|between|better|worse|my|he|she|they|i|"
    r"you|off|in|out|now|then|day|night|by|longer|louder|bigger)$",
    re.IGNORECASE,
)


_AMOUNT = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a few|ages|years|months|weeks)"
#: An age, or how long: a fact that stands for nothing alone, and says why or how bad what it stands beside is.
_EXPLAINS = re.compile(
    r"(?:(?:and|but|because|cos|like|well|so)\s+)*(?:(?:i|he|she|it|that|they|we|this|my \w+|the \w+)"
    r"(?:'?m|'?s|'?re|'?ve| am| is| are| was| were| has| have|'s| had)? )?(?:(?:got|been|only|just|nearly|almost|turning|wait|waiting|waited|over|about|like|for|since) )*"
    rf"{_AMOUNT}(?: (?:years?|yrs?|months?|weeks?|days?|times|hours?|mins?|minutes))?(?: old)?(?: now| already| ago| this (?:week|month|year|term)| not \d+)*",
    re.IGNORECASE,
)


def nothing(text: str) -> bool:
    """Does `text` (in plain spelling) say that there is nothing to talk about?"""
    return bool(_NOTHING.match(text.strip(" ?")))


def split(original: str) -> list[str]:
    """The topics in the child's own words and spelling, without what leads up to them."""
    gists: list[str] = []
    if re.match(r"\s*1[.)]\s*\D", original):  # '1) my phone 2) bedtime'
        original = re.sub(r"(?:^|\s)\d{1,2}[.)]\s*(?=\D)", "\n", original)
    for sentence in re.split(r"(?<!\d)[.](?!\d)|[!;\n]+|(?<=\w)\?+|\.{2,}", clean(original)):
        for part in _parts(sentence.strip(" ,-")):
            part = re.sub(r"^\d{1,2}[.)]\s+(?=\D)", "", part.strip(" ,-"))  # a list that was numbered
            gist = _TAIL.sub("", _LEAD.sub("", part + " ").strip()).strip(" ,-")
            if (
                re.search(r"[^\W\d_]{2}", gist)
                and not nothing(plain(gist))
                and gist.lower() not in ("yes", "yeah", "yh", "ok", "lol", "please")
            ):
                gists.append(shorten(gist, 160))
    return _explained(list(dict.fromkeys(gists)))


def _explained(gists: list[str]) -> list[str]:
    """'i am 15' belongs to 'they say im too young for the gym', whichever of them comes first."""
    joined: list[str] = []
    for gist in gists:
        if joined and (_EXPLAINS.fullmatch(gist) or _EXPLAINS.fullmatch(joined[-1])):
            joined[-1] = shorten(f"{joined[-1]}, {gist}", 160)
        else:
            joined.append(gist)
    return joined


def _parts(sentence: str) -> list[str]:
    """Split at commas and 'and', where both sides can stand alone."""
    parts: list[str] = []
    for piece in re.split(r",\s*(?:and\s+|n\s+)?|\s+(?:also|plus)\s+", sentence):
        held, *rest = re.split(r"\s+(and|n|&|\+)\s+", piece, flags=re.IGNORECASE)
        for joint, after in zip(rest[::2], rest[1::2], strict=True):
            if _one_thing(held, after):
                held = f"{held} {joint} {after}"
            else:
                parts.append(held)
                held = after
        parts.append(held)
    merged: list[str] = []
    for part in parts:  # a scrap such as 'because im 16' belongs to what it explains
        if merged and (
            re.match(r"(?:because|cos|cuz|coz|bc|so|but|when|if|which|who|as|since|even though|then|or|like)\b", part, re.IGNORECASE)
            or not part.strip()
        ):
            merged[-1] = f"{merged[-1]}, {part}" if part.strip() else merged[-1]
        else:
            merged.append(part)
    return merged


def _one_thing(before: str, after: str) -> bool:
    """Is 'before and after' one thing: 'mum and dad argue', 'it goes on and on'?"""
    last, first = before.split()[-1] if before.split() else "", after.split()[0] if after.split() else ""
    if last and last.lower() == first.lower():  # 'lots and lots'
        return True
    relations = RELATION.search(plain(" ".join(before.split()[-2:]))) and re.match(
        rf"(?:(?:my|the|her|his|step|foster|big|little) )*{RELATION.pattern}", plain(after)
    )
    pronoun = re.match(
        r"(?:it|that|they|he|she|then|no one|nobody|dont|don't|doesnt|doesn't|not|never|its|it's|thats|i cant|i can't|"
        r"i dont|i don't|now|still|so|nothing|makes|gets|keeps)\b",
        after,
        re.IGNORECASE,
    )
    return bool(relations or pronoun or _KEEP_TOGETHER.search(last) or not first or len(before.split()) == 1 and len(after.split()) > 4)
