"""One person in a child's words: 'my mate tyrell' → 'Tyrell (mate)'; and what a list of people comes to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cases.language.people_words import (
    A_RELATION,
    ACRONYMS,
    EVERYONE,
    GROUP,
    HONORIFIC,
    LEAD,
    NAMES_BEFORE_RELATION,
    NOT_NAMES,
    RELATION,
    TAIL,
    TITLE,
)
from cases.language.text import any_of


@dataclass
class People:
    come: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)
    nobody: bool = False
    only: bool = False  # 'just mum': nobody but these
    same_as_last: bool = False
    strong: bool = False  # names a relation or a role, whatever was asked
    unsure: bool = False

    def __bool__(self) -> bool:
        return bool(self.come or self.away or self.nobody or self.same_as_last)


@dataclass
class Known:
    """What helps to read names: who is on the lists already, the IRO's name, and the child's own capitals."""

    names: list[str] = field(default_factory=list)
    iro: str = ""
    capitals: dict[str, str] = field(default_factory=dict)


def person(part: str, known: Known, result: People, asked: str) -> str:
    """One person as the child calls them: 'my mate tyrell' → 'Tyrell (mate)'; '' when it names nobody."""
    words = part.strip(" ,-'\"")
    for _ in range(2):
        words = TAIL.sub("", LEAD.sub("", words + " ").strip()).strip(" ,-")
    if re.match(r"(?:at|in|on|near|by)\b", words):  # a place
        return ""
    if re.fullmatch(r"(?:all|every one|any|none) of (?:them|you)", words):
        result.strong = True
        return words
    mine = bool(re.match(r"(?:my|our) ", words))
    words = re.sub(
        r"^(?:my|our|the|a|an|me|any|some|that|this|those|all (?:my|the)|all|both(?: my)?|any of (?:the|my))\s+(?=\w)", "", words
    )
    if words in ("me", "myself", "i", "you", "us", "them", "him", "her", "it", "", "one", "anything", "him there"):
        if words == "you" and known.iro and asked == "attend":
            return ""
        return ""
    if re.fullmatch(any_of(EVERYONE), words):
        result.strong = True
        return {
            "anyone": "",
            "whoever": "",
            "people": "",
            "everybody": "everyone",
            "everybody else": "everyone else",
            "the rest": "everyone else",
            "others": "everyone else",
            "the others": "everyone else",
        }.get(words, words)
    if re.match(
        r"(?:whoever|anyone|anybody|everyone|everybody|people|any|someone|all) (?:from|at|who|that|in|else|i|writes|is|was|does|did)\b",
        words,
    ):
        return _keep(words, known)
    if (
        words.split()[0] in NOT_NAMES
        and not RELATION.search(words)
        and not GROUP.search(words)
        and not re.match(r"(?:other|another|long|short|her|his|their|your) \w+", words)
    ):
        return ""
    if re.match(r"(?:i|i'm|i've|we|they|he|she|it|it's|that|that's|what|why|how|when|where|can|do|does|is|are) ", words):
        inner = RELATION.search(words)
        return "" if not inner or len(words.split()) > 6 else _tidy_relation(inner[0])
    if mine and not RELATION.search(words) and not GROUP.search(words) and not any(w in known.capitals for w in words.split()):
        of_theirs = asked and re.fullmatch(r"[a-z'-]{3,}", words) and words not in NOT_NAMES  # 'my zizzle': their word for somebody
        return _keep(words, known) if of_theirs else ""  # 'my room leaks' names nobody
    return _named(words, known, result)


def _named(words: str, known: Known, result: People) -> str:
    iro = known.iro.lower()
    if iro and words in (iro, iro.split()[0]) or words in ("iro", "reviewing officer", "independent reviewing officer", "your iro"):
        result.strong = True
        return f"IRO ({known.iro.split()[0]})" if known.iro else "IRO"
    old = next(
        (
            n
            for n in known.names
            if n.lower() == words
            or words in re.findall(r"[a-z'-]+", n.lower())
            and words not in NOT_NAMES
            and not RELATION.fullmatch(words)
        ),
        None,
    )
    if old:
        result.strong = True
        return old
    owned = re.match(
        rf"^((?:her|his|their)|{A_RELATION}'?s|[a-z]+'s)\s+((?:new |old |ex )?{A_RELATION})s?(?:\s+(?:called\s+|named\s+|"
        r"is\s+)?(.+))?$",
        words,
    )
    if owned:
        result.strong = True
        owner = _possessive(owned[1], known)
        relation = f"{owner} {_tidy_relation(owned[2])}"
        return f"{_title(owned[3], known)} ({relation})" if owned[3] and _is_names(owned[3], known) else relation
    match = re.match(r"^([a-z][a-z'-]+(?: [a-z][a-z'-]+)?) from (.+)$", words) or NAMES_BEFORE_RELATION.match(words)
    if match and re.fullmatch("iro|(?:independent )?reviewing officer", match[2]):
        result.strong = True
        return f"IRO ({_title(match[1], known)})"
    from_somewhere = match and words.startswith(f"{match[1]} from")
    if (
        match
        and _is_names(match[1], known)
        and not RELATION.search(match[1])
        and not GROUP.search(match[1])
        and (from_somewhere or RELATION.search(match[2]))
    ):
        relation = f"from {match[2]}" if from_somewhere else _tidy_relation(re.sub(r"^(?:my|our|the) ", "", match[2]))
        result.strong = True
        return f"{_title(match[1], known)} ({relation})"
    titled = re.match(rf"^(?:({A_RELATION}),?\s+)?({TITLE})\.?\s+([a-z'-]+(?: [a-z'-]+)?)$", words)
    if titled:
        result.strong = True
        name = f"{titled[2].title() if titled[2] != 'pc' else 'PC'} {_title(titled[3], known)}"
        return f"{name} ({_tidy_relation(titled[1])})" if titled[1] else name
    role = re.match(
        r"^((?:(?:new|old|ex|other|real|actual|little|big|older|younger|baby|own|best|school|class|maths|english|science|pe|"
        r"art|music|football|year \d+|youth|form|birth|foster|step|biological|previous|last|day|night|lead|"
        rf"head)\s+)*{A_RELATION})(?:,?\s+(?:called\s+|named\s+|is\s+|-\s*)?(.+))?$",
        words,
    )
    if role:
        result.strong = True
        relation, name = _tidy_relation(role[1]), role[2]
        if name and re.search(r"\b(?:mum|mam|dad|nan|auntie|aunty)s$", role[1]) and not name.startswith(("and ", "who ")):
            return ""  # 'mums benefits stopped': something of theirs
        if (
            name
            and len(name.split()) > 1
            and re.match(r"[a-z]+s\b", name)
            and not re.match(r"(?:james|chris|jess|ross|tess|miles)\b", name)
        ):
            return relation  # 'my consultant talks too fast'
        if not name:
            return relation
        if _is_names(name, known):
            if HONORIFIC.match(relation):
                return f"{relation} {_title(name, known)}"
            return f"{_title(name, known)} ({relation})"
        if re.match(r"(?:from|of|at|who|that|in|for)\b", name):
            return _keep(f"{relation} {name}", known)
        if re.match(
            r"(?:should|could|be|to|get|gets|need|needs|want|wants|who's|is|are|was|isn't|has|does|doesn't|said|says|always|"
            r"never|keeps|makes|shouts|cant|can't|might|won't|will|would|don't|because|so|she's|he's|they're|really|i|if|"
            r"it)\b",
            name,
        ):
            return relation
        return _keep(f"{relation} {name}", known)
    last = re.match(rf"^(.+?)\s+(?:the\s+)?({A_RELATION})$", words)
    if last and len(words.split()) <= 4:
        result.strong = True
        if _is_names(last[1], known) and len(last[1].split()) <= 2 and " the " in f" {words} ":
            return f"{_title(re.sub(r' the$', '', last[1]), known)} ({_tidy_relation(last[2])})"
        return _keep(words, known)
    if RELATION.search(words):
        result.strong = len(words.split()) <= 5
        return _keep(words, known) if len(words.split()) <= 7 else _tidy_relation(RELATION.search(words)[0])
    if GROUP.search(words):
        who, _, why = words.partition(" who ")
        return (
            _keep(words, known) if len(words.split()) <= 6 else f"{_keep(who, known)} (who {why})" if why and len(who.split()) <= 6 else ""
        )
    if _is_names(words, known):
        chatter = words.split()
        kept = [w for i, w in enumerate(chatter) if i == 0 or w not in NOT_NAMES]
        result.unsure = result.unsure or len(kept) != len(chatter)
        return _title(" ".join(kept[:3]), known)
    unknown = words.split()
    return _keep(words, known) if len(unknown) <= 3 and not any(w in NOT_NAMES for w in unknown) else ""


def is_name(word: str, known: Known) -> bool:
    return word in known.capitals and word not in NOT_NAMES


def _is_names(words: str, known: Known) -> bool:
    parts = words.split()
    return (
        not any(len(p) > 5 and p.endswith("ing") for p in parts)
        and 0 < len(parts) <= 3
        and parts[0] not in NOT_NAMES
        and all(re.fullmatch(r"[a-z][a-z'-]*", p) for p in parts)
        and sum(p in NOT_NAMES for p in parts) == 0
    )


def _title(words: str, known: Known) -> str:
    return " ".join(known.capitals.get(w) or ("-".join(p.capitalize() for p in w.split("-"))) for w in words.split())


def _possessive(word: str, known: Known) -> str:
    if word in ("her", "his", "their"):
        return word
    base = re.sub(r"'?s$", "", word)
    return f"{base if RELATION.fullmatch(base) else _title(base, known)}'s"


def _tidy_relation(words: str) -> str:
    words = re.sub(r"\b(mum|dad|nan|auntie|aunty)s$", r"\1", words.strip())
    words = {"head": "headteacher", "old head": "old headteacher"}.get(words, words)
    return " ".join(ACRONYMS.get(w, w) for w in words.split())


def _keep(words: str, known: Known) -> str:
    """Words that are not quite a name, as the child said them, with names in capitals where they were typed so."""
    kept = [
        known.capitals[w] if w in known.capitals and w not in NOT_NAMES and not RELATION.fullmatch(w) else ACRONYMS.get(w, w)
        for w in words.split()
    ]
    return " ".join(kept)
