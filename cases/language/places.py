"""Where a child would like their review: 'mcdonalds lol jk, at home' is home; 'zoom' is online (Zoom)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cases.language.text import any_of

_ONLINE = {
    r"zoom": "online (Zoom)",
    r"(?:ms |microsoft )?teams": "online (Teams)",
    r"google meet|meet": "online (Google Meet)",
    r"face ?time": "online (FaceTime)",
    r"whats ?app(?: video)?(?: call)?": "online (WhatsApp)",
    r"skype": "online (Skype)",
    r"(?:video|vid) ?(?:call|chat|link)?": "video call",
    r"on ?-?line|over the (?:internet|computer)|virtual(?:ly)?|on (?:a|the|my) (?:screen|laptop|ipad|tablet|computer)": "online",
    r"(?:on |by |over )?(?:the |my )?(?:phone|telephone)(?: call)?|on a call|(?:phone|voice) call|ring me|call me": "by phone",
}  # fmt: skip

_VENUE = any_of(
    "home house flat room bedroom lounge kitchen garden garage school college uni university academy nursery classroom "
    "library hall sports_hall "
    "canteen dining_room office offices council civic_centre town_hall centre center contact_centre family_centre "
    "community_centre leisure_centre "
    "youth_centre youth_club children's_centre childrens_centre club clubhouse sports_centre gym pool church mosque "
    "temple synagogue chapel cafe caff "
    "café coffee_shop costa starbucks greggs nero mcdonalds mcdonald's nandos nando's kfc pizza_hut subway burger_king "
    "wetherspoons pub restaurant chippy "
    "shop tesco asda ikea shopping_centre park playground beach farm woods field pitch allotment zoo cinema bowling "
    "theatre museum hospital ward clinic "
    "surgery camhs unit placement children's_home childrens_home secure prison car van bus caravan boat site stables "
    "hostel halls lobby reception "
    "student_support pastoral sensory_room quiet_room rainbow_room meeting_room staff_room form_room music_room "
    "art_room common_room chill_out_room "
    "court police_station station outside outdoors somewhere_else anywhere_else hub base cabin shed treehouse "
    "tree_house hotel airport allotments coffee_place pizza_place chicken_shop studio mother_and_baby_unit road street "
    "avenue lane close drive crescent work workplace town town_centre "
    "academy pru inclusion hospital_school special_school boarding_house respite day_centre job_centre jobcentre"
)
_PREPOSITION = r"(?:at|in|to|near|by|round|around|over at|down|outside|inside|from|on)"
_PERSON_WORDS = (
    "mum mums mum's mam mams mam's mummy mummy's mummys dad dads dad's daddy's daddys nan nans nan's nana nana's nanas "
    "nanny's gran grans gran's grandma "
    "grandma's grandmas grandad's grandads auntie's aunties aunty's auntys aunt's aunts uncle's uncles cousin's "
    "cousins foster_mum's foster_mums foster_dad's foster_dads sister's sisters brother's "
    "brothers carer's carers mate's mates friend's friends girlfriend's boyfriend's foster_carer's foster_carers "
    "head's heads teacher's teachers "
    "manager's social_worker's social_workers key_worker's key_workers iro's tutor's"
)
_PERSON = any_of(_PERSON_WORDS)
_SOMEONES = re.compile(
    rf"\b(?:{_PREPOSITION}\s+)?(?:my\s+|our\s+)?(?:(?:{_PERSON})|[a-z]+'s|(?:auntie|aunty|uncle|nan|nanny|grandma)\s+[a-z]+?'?s)\s+"
    r"(?:(?:new|old|own)\s+)?(?:house|place|flat|home|gaff|yard|caravan|office|room|work(?:place)?(?:\s+canteen)?|shop|"
    r"garden|school|cafe|pub|church)\b(?:\s+canteen)?"
    r"(?:\s+(?:in|near|on|by)\s+(?!the (?:morning|afternoon|evening)|monday|tuesday|wednesday|thursday|friday|saturday|sunday)[a-z' ]+)?"
)
_POSSESSIVES = any_of(" ".join(word for word in _PERSON_WORDS.split() if word.endswith("s")))
_AT_SOMEONES = re.compile(
    rf"\b(?:at|round|to|near|back at|over at|down)\s+(?:my\s+)?(?:{_POSSESSIVES}|(?:auntie|aunty|uncle|nan|nanny|"
    r"grandma)\s+[a-z]+?'?s|[a-z]+'s|mine|yours|hers|theirs)\b(?!\s+(?:work|birthday))"
)
_SOMEONES_ALONE = re.compile(rf"^(?:my\s+)?(?:{_PERSON.replace('mum ', '')})$")
_HOUSE = re.compile(r"(?:my |our )?(?:mum|mam|mummy|dad|daddy|nan|nana|nanny|gran|grandma|grandad|auntie|aunty)'?s")
_VENUE_PHRASE = re.compile(
    rf"\b(?:(?P<prep>{_PREPOSITION})\s+)?(?P<own>(?:the|my|our|a|her|his|their|that|this|some|"
    r"your)\s+)?(?P<adj>(?:(?!at\b|in\b|the\b|and\b|or\b|not\b|my\b|"
    rf"to\b)[a-z'-]+\s+){{0,3}}?)(?P<venue>{_VENUE})\b(?:\s+(?:\d{{1,3}}[a-z]?|bit|part|area|end)\b)?"
    r"(?P<tail>(?:\s+(?:of|in|at|near|by|on|where|opposite|next to|down|round)\s+(?!(?:monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|the morning|the afternoon|the evening|my mum|my dad|mum|dad|"
    r"nan)\b)[a-z' ]{2,30}?)?)(?=$|[,.!?;]|\s+(?:and|but|or|please|because|so|if|not|then|with)\b|\s*$)"
)
_WHERE_CLAUSE = re.compile(
    r"\b(?:where(?:ver)?)\s+(?!is\b|are\b|do\b|should\b|would\b|we\b|it\b)[a-z' ]+?(?:lives?|works?|is|are|stays?|live|goes|"
    r"go|play|sleep|was|want|wants|likes?)\b(?:\s+or\s+near(?:by| there)?(?:\s+there)?)?"
)

_PROPER = {
    "nandos": "Nando's", "nando's": "Nando's", "mcdonalds": "McDonald's", "mcdonald's": "McDonald's", "costa": "Costa", "greggs": "Greggs",
    "starbucks": "Starbucks", "kfc": "KFC", "pizza_hut": "Pizza Hut", "subway": "Subway", "burger_king": "Burger King", "tesco": "Tesco",
    "wetherspoons": "Wetherspoons", "asda": "Asda", "ikea": "IKEA", "camhs": "CAMHS", "pru": "PRU",
}  # fmt: skip

_ROOM = re.compile(
    r"\b(?:room|hall|library|garden|kitchen|canteen|office|lounge|classroom|bit|corner|upstairs|downstairs|outside|inside|"
    r"reception|block|area)\b"
)
_BUILDING = re.compile(
    r"\b(?:school|college|uni|university|home|house|hospital|centre|center|placement|unit|church|mosque|academy|nursery|"
    r"club|work)\b"
)
_STRONG = re.compile(rf"\b(?:zoom|teams|mcdonalds|nandos|costa|library|contact centre|{_PREPOSITION}\s+(?:home|school|college|uni))\b")

_NOT = re.compile(r"\b(?:not|no|never|anywhere but|don't want(?: it)?|isn't|rather not|hate|can't|don't do|except|apart from)\b")
#: 'not at school, at the library', with or without the comma.
_NOT_AT_BUT_AT = re.compile(r"(at .+) (at .+)")
_LEAD = re.compile(
    r"^(?:(?:so|and|held|also|(?:i|we) also (?:want|like|need)(?: it| to have it)?|(?:i would|i'd|would) (?:prefer|like|rather)(?: it| to have it| to do it)?(?: to be| be)?|(?:i )?don't know|not sure|um+|erm*|hmm+|oh|well|like|ok|yes|yeah|yep|probably|maybe|definitely|i think|"
    r"i guess|i suppose|actually|no|sorry|i mean|instead|lol|please|just|prob|ideally|preferably|"
    r"i'd (?:like|prefer|rather)(?: it| to have it| to do it)?(?: to be)?|i (?:want|would like|prefer|like)(?: it|"
    r" to have it| to do it| to)?(?: to be)?|can (?:it|we|i)(?: please)?(?: be| do it| have it| meet)?|could (?:it|we|"
    r"i)(?: be| do it| have it| meet)?|"
    r"(?:it|that) (?:should|could|can) be|let's (?:do it|do|go|have it)?|do it|have it|make it|how about|what about|"
    r"somewhere like|i don't mind|it is|it's|want|prefer|rather|is|be|wanna|meet|we could (?:do it|meet)?|"
    r"change (?:it|the place|place|where)(?: to)?|the place is|place|any|over at|want it|to be|to do it|put)\s+)+"
)
_TAIL = re.compile(
    r"(?:\s+(?:ok|okay|fine|please|thanks|lol|haha|i think|i guess|would be (?:good|nice|best|ok|fine|better)|is (?:good|fine|ok|"
    r"best|better|nice)|would be|for me|instead|maybe|if (?:that's ok|possible|i can|we can)|"
    r"i don't mind|then|now|cool|works|is fine with me|idm|actually|obvs|obviously|ideally|again|as usual|like usual|tbh|though|tho|pls))+$"
)


#: 'not at the office its grim': what comes after the place says why.
_WHY = re.compile(r"(?<=\w)(?<!where)(?<!\bif)(?<!think) (?:it's|it is|it smells|it feels|they're|there's|i hate|i feel)\b.*$")


@dataclass
class Where:
    place: str = ""
    out: str = ""  # where it should not be
    strong: bool = False  # a place, whatever was asked
    inside: bool = False  # said to be in something: 'in the library'
    someones: bool = False  # where somebody lives or works: 'nan's', 'mum's work canteen'

    def __bool__(self) -> bool:
        return bool(self.place or self.out)

    def gist(self) -> str:
        if self.out:
            return f"{self.place}, not {self.out}" if self.place else f"not {self.out}"
        return self.place


def read(text: str, *, asked: bool = False) -> Where:
    """What `text` (in plain spelling) says about the place. `asked`: it answers 'where?', so an unknown name is one."""
    result = Where()
    said: list[str] = []
    for clause in re.split(r"[.!?;\n]|,\s*|\bbut\b|\bthen\b|\bbecause\b.*?(?=$|[.!?;,])", text):
        clause = _WHY.sub("", (clause or "").strip())
        if not clause:
            continue
        negative, _, positive = clause.rpartition(" so ")
        clause = positive if negative and _find(positive) else clause
        no = _NOT.search(clause)
        if no and (both := _NOT_AT_BUT_AT.fullmatch(clause[no.end() :].strip())) and _find(both[1]) and (there := _find(both[2])):
            result.out, result.strong = _find(both[1]), True
            said.append(there)
            continue
        if no and (found := _find(clause[no.end() :])):
            before = clause[: no.start()].strip()
            if before and (first := _find(before) or (asked and _named(before))):
                said.append(first)
            result.out = found
            result.strong = result.strong or bool(re.match(r"(?: it)? (?:at|in|round|over at)\b", clause[no.end() :]))
            continue
        found = _find(clause, asked)
        if found:
            result.strong = result.strong or _certain(clause)
            result.someones = result.someones or _is_someones(clause)
            result.inside = result.inside or bool(re.search(r"\b(?:in|inside)\b", clause))
            said.append(_wider(clause, found) if asked else found)
        elif asked and not said and not no and (named := _named(clause)):
            said.append(named)
    if len(said) > 1 and re.search(r"\b(?:lol|haha\w*)\b[ .!]*[.!]", text):
        said = said[1:]  # the first was a joke
    result.place = _together(said)
    return result


def _together(said: list[str]) -> str:
    said = list(dict.fromkeys(said))
    if len(said) > 1 and _ROOM.search(said[1]) and _BUILDING.search(said[0]):
        return ", ".join(said[:2])
    return " or ".join(said[:3])


def _wider(clause: str, found: str) -> str:
    """'the pond behind the shed' is more than the shed."""
    words = tidy(clause)
    sentence = re.search(r"\b(?:i|it|is|was|we|want|like|have|where|not|or|and)\b", words)
    return found if found.lower() not in words or sentence or len(words.split()) > 6 or covers(clause, Where(found)) else _name(words)


def _certain(clause: str) -> bool:
    """Whatever was asked, this is a place: it stands with 'at' or 'in', or is nothing else, or is somewhere online."""
    words = tidy(clause)
    return bool(
        re.fullmatch("|".join(_ONLINE), words)
        or re.match(rf"{_PREPOSITION}\s", words)
        and len(words.split()) < 8
        or _is_someones(clause)
        or _WHERE_CLAUSE.match(words)
        or len(words.split()) <= 4
        and _find(words)
        and not re.search(r"\b(?:manager|teacher|staff|carer|worker|people|team|head|nurse|friend|mate)s?\b", words)
        or _STRONG.search(words)
    )


def _is_someones(clause: str) -> bool:
    words = tidy(clause)
    return bool(_SOMEONES.search(words) or _AT_SOMEONES.search(words) or _HOUSE.fullmatch(words))


def _find(clause: str, asked: bool = False) -> str:
    """The place in a clause, in the child's own words, or nothing."""
    bare = tidy(clause)
    for pattern, name in _ONLINE.items():
        if re.fullmatch(rf"(?:on |by |over |via |through |a |do |have )*(?:{pattern})(?: (?:call|meeting|please|thing))*", bare):
            return name
    parts = re.split(r"\s+or\s+", bare)
    if len(parts) > 1 and not re.search(r"\bnear\b", parts[-1]):
        found = [place for part in parts if (place := _find(part) or (part if len(part.split()) < 3 and _find(parts[0]) else ""))]
        return " or ".join(found)
    for pattern in (_WHERE_CLAUSE, _SOMEONES, _AT_SOMEONES, _VENUE_PHRASE):
        match = pattern.search(bare)
        if match:
            return _name(match[0])
    if _HOUSE.fullmatch(bare) or asked and _SOMEONES_ALONE.match(bare) and bare.endswith("s"):
        return _name(bare)
    for pattern, name in _ONLINE.items():
        if (
            re.search(rf"\b(?:on|by|over|via|through|do|use)\s+(?:a\s+)?(?:{pattern})\b", clause)
            or re.search(r"\b(?:zoom|teams|facetime|skype)\b", clause)
            and re.search(rf"\b(?:{pattern})\b", clause)
        ):
            return name
    return ""


def _named(clause: str) -> str:
    """An answer to 'where?' that holds no place we know: kept as it is, when it is short enough to be one."""
    if likes(clause):
        return ""
    words = tidy(clause)
    return _name(words) if 0 < len(words.split()) <= 8 and re.search(r"[a-z]{2}", words) else ""


def likes(text: str) -> bool:
    """'hate maths, like art': what somebody likes is no place, unless it names one."""
    return bool(re.match(r"(?:(?:and|but|also)\s+)*(?:i )?(?:really )?(?:like|love|hate|don't like|can't stand|enjoy|miss) ", text))


def tidy(clause: str) -> str:
    """Without the words that lead up to the place and trail after it."""
    return _TAIL.sub("", _LEAD.sub("", clause.strip(" ,-") + " ").strip()).strip(" ,-")


def _name(words: str) -> str:
    words = re.sub(r"^(?:at|in|to|over at|round at|from|inside|on)\s+(?=\w)", "", words.strip())
    words = re.sub(r"^(?:the|a)\s+(?=\w)", "", words)
    words = {"my room": "my room (bedroom)", "mine": "my place"}.get(words, words)
    words = re.sub(rf"\b{any_of(' '.join(_PROPER))}\b", lambda m: _PROPER[re.sub(r"\s+", "_", m[0])], words)
    words = re.sub(
        r"\b(mum|mam|dad|nan|nana|gran|grandma|cousin|carer|auntie|aunty|uncle|sister|brother|mummy|daddy|grandad)s\b(?=\s|"
        r"$)",
        r"\1's",
        words,
    )
    return re.sub(r"\s+", " ", words).strip()


def covers(clause: str, found: Where) -> bool:
    """Is the clause this place and little else?"""
    said = re.findall(r"[a-z]+", tidy(clause))
    named = set(re.findall(r"[a-z]+", (found.place + " " + found.out).lower().replace("'", ""))) | {
        "at",
        "in",
        "the",
        "on",
        "my",
        "to",
        "a",
        "not",
        "video",
        "call",
    }
    return bool(said) and sum(word in named for word in said) >= 0.75 * len(said)


def join(old: str, new: Where) -> str:
    """An earlier place and what was said since: a room goes into its building, anything else takes its place."""
    if new.out and new.out in old:
        return new.place
    if not new.place:
        return f"{old}, not {new.out}" if old and new.out else new.gist() or old
    if new.out:
        return new.gist()
    if (
        old
        and _ROOM.search(new.place)
        and not _BUILDING.search(new.place)
        and _BUILDING.search(old)
        and not _ROOM.search(old)
        and (new.inside or re.search(r"\b(?:room|classroom|bit|corner|upstairs|downstairs)\b", new.place))
        and not re.search(r"\bmy room\b|bedroom", new.place)
    ):
        return f"{old}, {new.place}"
    return new.place
