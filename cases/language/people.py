"""Who a child names: 'my nan n uncle dave but not his gf' → come: nan, uncle Dave; not come: uncle Dave's girlfriend.

A person is kept as the child calls them: a name with the relation ('Imran (cousin)'), or the relation alone ('mum').
"""

from __future__ import annotations

import re

from cases.language.names import same_person
from cases.language.people_words import (
    A_RELATION,
    BECAUSE,
    CONDITION,
    JUST_ME,
    LEAD,
    NO_SPLIT,
    NOBODY,
    NOT_LEAD,
    NOT_NAMES,
    RELATION,
    SAME,
    TITLE,
    WORKERS,
)
from cases.language.person import Known, People, is_name, person
from cases.language.text import any_of


def read(text: str, known: Known | None = None, *, asked: str = "") -> People:
    """The people in `text` (in plain spelling). `asked`: "attend" or "exclude" when it answers that question."""
    known = known or Known()
    result = People()
    body = re.sub(rf"\((?=(?:my |the )?{A_RELATION}\))(?:my |the )?(.*?)\)", r" my \1 ", text)
    body = re.sub(r"^(?:no|nah|yes|yeah)[ ,]+(?:actually|wait|sorry|i mean)[ ,]+(?=\w)", "", re.sub(r"[()]", " ", body))
    body = re.sub(
        r",?\s+(?:and\s+)?(?:(?:she|he|they)(?:'s| is|'re| are)? (?:called|named)|(?:her|his|their) name(?:'s|"
        r" is)?)\s+(?=\w)",
        " ",
        body,
    )
    body = re.sub(
        rf"\b({A_RELATION}) (?:he|she|they) (?=(?:can |could |to |is |are )?(?:come|comes|coming|be there|there)\b)", r"\1 ", body
    )
    body = re.sub(r"\s+because (?:he|she|they|it|i|we)\b[^.,;]*", "", body)
    body = from_the_list(
        re.sub(
            r",? (?:so |and |just )*(?:tell|make|get|keep|ask) (?:her|him|them) (?:to |not to )?(?:stay|keep|go|away|come)\b.*$", "", body
        )
    )
    body = re.sub(r"\s+actually\b(?=\s+(?:he|she|they|it|i)\b|\s*(?:[,.!?]|$))", "", re.sub(r"[ \t]+", " ", body))
    if SAME.search(body):
        result.same_as_last = True
        body = SAME.sub(" ", body)
    for clause in re.split(r"[.!?;\n]+", body):
        clause = clause.strip(" ,-")
        if not clause:
            continue
        bare = clause.strip()
        if NOBODY.match(bare) or (asked == "attend" and JUST_ME.match(bare)):
            result.nobody = True
            continue
        before = len(result.come) + len(result.away)
        earlier = list(result.away)
        result.only = (
            result.only
            or bool(re.match(r"(?:\w+ ){0,3}(?:just|only)\b(?! (?:for|if|when|at|until|till|on|the|in|one)\b)", bare))
            or bool(re.search(r"\b(?:only|no one else|nobody else|that's it|that's all)$", bare))
        )
        _clause(bare, known, asked, result)
        if asked == "exclude" and _wants(bare):  # 'dad. actually dad can come'
            result.away = [name for name in result.away if not (name in earlier and name in result.come)]
        if len(result.come) + len(result.away) == before and re.match(_NONE, bare):
            result.nobody = True
    result.come = [name for name in dict.fromkeys(result.come) if name not in result.away]
    result.away = list(dict.fromkeys(result.away))
    if len(result.come) > 1:  # 'two people: mum and jo'
        result.come = [name for name in result.come if not _COUNT.fullmatch(name)]
    if result.come or result.away:
        result.nobody = False
    return result


#: 'take dad off', 'put nan on the list'.
_LIST = r"(?: (?:from |off |of )?(?:the |my |that )?(?:list|form|it))?"
_OFF_THE_LIST = re.compile(
    rf"\b(?:take|cross|leave|kick|knock|strike) ((?:\w[\w'-]* ){{1,4}}?)(?:back )?(?:off|out)(?: of)?{_LIST}(?=$|[ ,.!?])"
)
_REMOVE = re.compile(
    rf"^((?:(?:no|ok|and|please|wait|actually|can you|can we|could you)[ ,]+)*)(?:remove|cross (?:out|off)|uninvite|delete|take away) ((?:my |the )?\w[\w' -]{{1,30}}?){_LIST}(?=$|[.!?])"
)
_ADD = re.compile(
    rf"^((?:(?:no|ok|and|please|wait|actually|can you|can we|could you)[ ,]+)*)(?:add|invite) ((?:my |the )?\w[\w' -]{{1,30}}?)(?: to)?{_LIST}(?=$|[.!?])"
)
_ON_THE_LIST = re.compile(
    rf"\b(?:put|stick|get|write|add) ((?:\w[\w'-]* ){{1,4}}?)(?:back )?(?:on|in|down|to|onto)(?: to)?{_LIST}(?=$|[,.!?]| (?:please|instead|too|as well)\b)"
)

_COUNT = re.compile(r"(?:\d+|one|two|three|four|five|six|a few|some|only) (?:people|persons?|adults?)(?: max\w*| only)?", re.I)
#: 'nobody', and not 'nobody listens'.
_NONE = re.compile(
    r"(?:no ?-?one|nobody|none)\b(?! (?:ever |even |really )?(?:\w{3,}(?<!les)(?<!else)s|asked|told|cared|did|would|will|can)\b)"
)


def from_the_list(text: str) -> str:
    """'take kev off the list' is 'not kev', 'put nan on' is 'nan there too', and so are 'remove' and 'add'."""
    text = _REMOVE.sub(r"\1not \2", _OFF_THE_LIST.sub(r"not \1", text))
    return _ADD.sub(r"\1\2 there too", _ON_THE_LIST.sub(r"\1there too", text))


def mostly_people(text: str, found: People) -> bool:
    """Is the text a list of people, and little else?"""
    words = [
        w
        for w in re.findall(r"[a-z']+", text)
        if w
        not in (
            "and",
            "my",
            "the",
            "a",
            "not",
            "no",
            "just",
            "only",
            "or",
            "with",
            "too",
            "as",
            "well",
            "please",
            "i",
            "want",
        )
    ]
    named = {w for name in found.come + found.away for w in re.findall(r"[a-z']+", name.lower())}
    return bool(words) and sum(w in named or w.rstrip("s") in named for w in words) >= 0.6 * len(words)


_QUARREL = re.compile(r"\b(?:fell out|fallen out|falling out|argu\w+|(?:had|having|in) a (?:fight|row)|beef|broke up|split up) with\b")


def _is_a_wish(clause: str) -> bool:
    """'i want a dog', 'i want to see nan more', 'fell out with my mate': something to talk about, and nobody to invite."""
    if re.search(r"\b(?:come|there|invite|meeting|review)\b", clause):
        return False
    if _QUARREL.search(clause):
        return True
    something = re.match(
        r"(?:i |we )?(?:need|want|would like|wish|wish for|like) (?:(?P<thing>a|an|my own|another)|help|to|more|new|some)\b", clause
    )
    if something and (something["thing"] or not RELATION.search(clause)):
        return True
    return bool(re.search(r"\b(?:see|visit|live|living|stay|staying|spend|move|together|i miss)\b", clause))


def _clause(clause: str, known: Known, asked: str, result: People) -> None:
    if _is_a_wish(clause) and not (asked == "exclude" and _QUARREL.search(clause)):
        return
    everyone = re.match(
        r"^(?:.*\b)?(every(?:one|body)(?: else)?|all of them|anyone)\s*(?:,|but|except(?: for)?|apart from|other than|"
        r"can come (?:but|except|apart from))(?: not| for)?\s+(.+)$",
        clause,
    )
    if everyone and asked != "exclude":
        result.come.append("everyone" if everyone[1] == "anyone" else everyone[1].replace("body", "one"))
        result.away += _people(everyone[2], known, result, asked)
        result.strong = True
        return
    if everyone:
        result.away.append(f"everyone except {', '.join(_people(everyone[2], known, result, asked))}")
        result.strong = True
        return
    if re.match(r"(?:when|whenever|if|as long as|once|because)\b", clause):
        return
    if re.match(
        rf"(?:the |any |some )?(?:{A_RELATION}|people|ones|kids|adults) i (?:don't |do |really |can |can't )*(?:like|"
        r"trust|know|hate|get on)\b",
        clause,
    ):
        (result.away if asked == "exclude" else result.come).append(re.sub(r"^(?:the|any|some) ", "", clause))
        result.strong = True
        return
    if spoken_for := re.search(
        r"\b(?:doesn't|don't|didn't|never) (?:really )?want (?!to\b)(.+?) (?:there|to come|coming|at it|to be there)\b", clause
    ):
        result.away += _people(spoken_for[1], known, result, asked)
        return
    if re.search(r"\b(?:can't|cannot|won't|couldn't) (?:make it|get there|get time off)\b|\bis (?:working|at work|busy|away)\b", clause):
        return
    clause = re.sub(
        r"(?<=\w) (?:so |and )?(?:she|he|they)(?:'s|'re| is| are)? (?:not|isn't|aren't|can't|won't) (?:be )?(?:coming|come|allowed|there)$",
        "",
        clause,
    )
    negative = NOT_LEAD.match(clause)
    if negative and not is_name(clause.split()[0], known):
        rest = clause[negative.end() :]
        if re.search(r"\b(?:like|hate)\b", negative[0]) and not people_in(rest, known):
            return  # 'dont like meetings'
        # 'not dad, just mum' / 'no dad no uncle'
        turn = re.search(
            r"(?:,|\bbut|\bactually)\s+(?:(?:just|only|yes|i want|i do want)\s+)(?=\w)|,\s*(?=[^,]+\binstead\b)|"
            r"\s+(?:just|only)\s+(?=my|mum|nan|dad|\w+$)",
            rest,
        )
        away, come = (rest[: turn.start()], rest[turn.end() :]) if turn else (rest, "")
        for part in re.split(r"(?:,\s*|\s+)(?:and\s+|or\s+)?(?:not|no|nor)\s+(?!yet\b|if\b|for\b|at\b|when\b|there\b|way\b)", away):
            result.away += _people(part, known, result, asked)
        if come:
            result.come += _people(come, known, result, asked)
        return
    if not re.search(r"\bif\b", clause) and re.search(
        r"\b(?:can't|cannot|can not|shouldn't|isn't|aren't|mustn't|not|don't|doesn't|didn't|won't|isnt) (?:be )?(?:allowed|invited|"
        r"come|coming|there|to come|be there|welcome|attend|attending)\b|\b(?:no way|not coming|stays? away|shouldn't|can't|"
        r"isn't allowed)(?: come| be there| there)?$",
        clause,
    ):
        who = re.split(
            r"\b(?:can't|cannot|can not|shouldn't|should not|isn't|is not|aren't|are not|mustn't|not|don't|doesn't|won't|"
            r"no way|stays? away)\b",
            clause,
        )[0]
        who = re.sub(r"\b(?:did|do|does|should|would|is|are|to|(?:she|he|they)'(?:s|re))$", "", who.strip())
        who = NOT_LEAD.sub("", re.sub(r"^(?:i would|i'd) (?:rather|prefer)(?: if| that)?\s+", "", who))
        if who.strip():
            result.away += _people(who, known, result, asked)
            return
    parts = NO_SPLIT.split(f"{clause} ", maxsplit=1)
    before = parts[0]
    if (
        len(parts) > 1
        and _people_like(before)
        and not re.match(r"(?:yet|if|for|at|when|really|sure|until|till|bothered|there)\b", parts[1])
        and "only if" not in clause
    ):
        owner = _people(before, known, result, asked)
        swaps = any(_on_list(name, known) for name in _people(parts[1], known, People(), asked))  # 'dad, not mum', where mum was to come
        target = result.away if asked == "exclude" and not result.only and not swaps else result.come
        target += owner
        for part in re.split(r"(?:,\s*|\s+)(?:and\s+|or\s+)?(?:not|no|nor)\s+", parts[1]):
            result.away += [_whose(name, owner) for name in _people(part, known, result, asked)]
        result.away = [name for name in result.away if name]
        if asked == "exclude":  # 'just mum, not dad' said to 'who should not come' still says who should
            result.come += [name for name in owner if name in result.away and result.only]
            result.away = [name for name in result.away if not (name in owner and result.only)]
        return
    (result.away if asked == "exclude" and not _wants(clause) else result.come).extend(_people(clause, known, result, asked))


def people_in(text: str, known: Known) -> bool:
    """Does the text name anybody for sure: by a relation, a role, a title, or a name on a list or in capitals?"""
    found = People()
    named = _people(text, known, found, "")
    return bool(named) and (found.strong or any(word in known.capitals for word in text.split()) or len(text.split()) == 1)


def _wants(clause: str) -> bool:
    """Said to 'who should NOT come': does this ask for somebody to come?"""
    clause = re.split(r"\b(?:if|when|unless)\b", clause)[0]
    if re.search(r"\b(?:don't|not|never|no) (?:really )?(?:want|like|need|invite)\b", clause):
        return False
    return bool(
        re.search(
            r"\b(?:can|could|should|must|to|also) (?:still )?(?:come|be there)\b|\b(?:i|we) (?:do |really )?(?:want|"
            r"need)\b.*\b(?:there|to come|come|with me)\b|\binvite\b|\b(?:as well|also|too)$|\bbring\b|\bis (?:ok|fine|"
            r"allowed)\b|\bare (?:ok|fine|"
            r"allowed)\b|\bcan come\b",
            clause,
        )
    )


def _on_list(name: str, known: Known) -> bool:
    return any(same_person(name, other) for other in known.names)


def _people_like(text: str) -> bool:
    words = LEAD.sub("", text.strip() + " ").split()
    return bool(words) and len(words) <= 14 and not (len(words) == 1 and words[0] in NOT_NAMES)


def _whose(name: str, owners: list[str]) -> str:
    """'her boyfriend', said after mum, is mum's boyfriend."""
    if not owners:
        return name
    owner = re.sub(r"\s*\(.*\)$", "", owners[-1])
    return re.sub(r"(^|\()(?:her|his|their) ", rf"\g<1>{owner}'s ", name)


def _people(text: str, known: Known, result: People, asked: str) -> list[str]:
    """The list of people in a stretch of words that all stand on one side (come, or not)."""
    text = text.strip(" ,-")
    if NOBODY.match(text) or text in ("me", "myself", "i", "you", "them", "him", "her", "it", "one", "way"):
        return []
    condition = CONDITION.search(text)
    note = rest = ""
    if condition and len(text[: condition.start()].split()) >= 1:
        note = re.sub(r"^(?:but |and |maybe |ok )+", "", condition[1]).strip(" ,-")
        more = re.search(rf"(?:,|\s+and|\s+plus)\s+(?=(?:my\s+|the\s+)?{A_RELATION}\b)", note)
        rest = note[more.end() :] if more else ""
        note = note[: more.start()] if more else note
        text = text[: condition.start()]
    text = BECAUSE.sub("", f" {text}").strip()
    text = re.sub(r"\b(mum|mam|mummy|nan|nana|gran)(?:n|and|\+|/)(dad|daddy|grandad|nan|brother|sister)\b", r"\1 and \2", text)
    text = re.sub(rf"\b({any_of(WORKERS)}),\s+(?={TITLE}\b)", r"\1 ", text)
    text = re.sub(rf"\b({A_RELATION}) (?=my\b)", r"\1, ", text)
    # two relations side by side are two people: 'mum dad nan'
    text = re.sub(
        r"\b(mum|dad|nan|nana|grandad|gran|carer|carers|mummy|daddy) (?=(?:mum|dad|nan|nana|grandad|gran|my|mummy|daddy|"
        r"auntie|uncle|sister|brother)\b)",
        r"\1, ",
        text,
    )
    names = []
    for part in re.split(
        r"\s*,\s*(?:and\s+)?|\s+(?:and|plus|also|or|with|as well as|nor)\s+|\s*/\s*|\s+-\s+|(?<=mum|dad|nan|rer|"
        r"end)\s+(?=my\s)",
        text,
    ):
        name = person(part, known, result, asked)
        if name:
            names.append(_whose(name, names))
    if (
        names
        and note
        and not re.fullmatch(
            r"(?:if (?:possible|they can|he can|she can|that's ok|allowed|you can|i can|poss))|in the (?:meeting|room)|"
            r"at the (?:meeting|review)|for the (?:meeting|review)|for support|for the review",
            note,
        )
    ):
        note = "for now" if note in ("yet", "not yet", "for now") else note
        names[-1] = f"{names[-1]} ({note})" if not names[-1].endswith(")") else f"{names[-1][:-1]}, {note})"
    return names + _people(rest, known, result, asked) if rest else names
