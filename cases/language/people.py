"""Who a child names: 'my nan n uncle dave but not his gf' → come: nan, uncle Dave; not come: uncle Dave's girlfriend.

A person is kept as the child calls them: a name with the relation ('Imran (cousin)'), or the relation alone ('mum').
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cases.language.text import any_of

_FAMILY = (
    "mum mums mam mammy mummy mom mommy ma mama mumma mother birth_mum birth_mother real_mum real_dad birth_dad dad "
    "dads daddy father papa da step_mum "
    "stepmum step_dad stepdad stepmother stepfather nan nana nanna nanny gran granny grandma nain grandad granddad "
    "grandpa gramps grampa taid pops "
    "auntie aunty aunt auntys aunties uncle cousin brother sister sibling twin half_brother half_sister stepbrother "
    "stepsister step_brother step_sister "
    "big_brother big_sister little_brother little_sister baby_brother baby_sister older_brother older_sister "
    "younger_brother younger_sister brothers sisters "
    "siblings cousins parents grandparents family niece nephew godmother godfather son daughter baby husband wife "
    "fiance partner girlfriend "
    "boyfriend ex"
)
_WORKERS = (
    "foster_carer foster_carers foster_mum foster_dad foster_mother foster_father foster_parents foster_family "
    "foster_sister foster_brother carer carers "
    "key_worker supervisor social_worker social_workers support_worker youth_worker family_support_worker residential_worker "
    "personal_adviser personal_advisor pa iro "
    "independent_reviewing_officer reviewing_officer advocate independent_visitor mentor solicitor lawyer barrister "
    "guardian interpreter translator teacher "
    "head_teacher headteacher head head_of_year deputy_head form_tutor personal_tutor tutor ta teaching_assistant "
    "senco designated_teacher virtual_school "
    "learning_mentor pastoral_lead pastoral school_nurse nurse doctor gp psychologist psychiatrist therapist "
    "counsellor camhs camhs_worker physio "
    "speech_therapist health_visitor midwife police feds police_officer pcso youth_offending_worker yot yot_worker "
    "probation probation_officer "
    "manager home_manager team_manager deputy_manager staff night_staff coach football_coach boss landlord "
    "housing_officer imam priest vicar rabbi pastor "
    "dinner_lady lollipop_lady bus_driver taxi_driver escort minibus_driver contact_supervisor contact_worker "
    "family_worker chair pep_teacher yp_worker "
    "social_services worker workers teachers grown_ups adults professionals judge magistrate mp councillor reviewing_lady review_lady"
)
_FRIENDS = (
    "friend friends best_friend best_mate bestie mate mates pal pals buddy classmate roommate flatmate housemate neighbour neighbours "
    "neighbor godparents"
)
_PETS = (
    "dog cat puppy kitten hamster rabbit bunny guinea_pig fish goldfish budgie parrot horse pony tortoise snake lizard "
    "rat ferret teddy teddy_bear bear toy "
    "doll dolly blanket blankie cuddly stuffed_toy unicorn elephant monkey dinosaur penguin imaginary_friend"
)
_EVERYONE = "everyone everybody all_of_them all_of_you everyone_else everybody_else the_rest others the_others people anyone whoever"
_RELATION = any_of(f"{_FAMILY} {_WORKERS} {_FRIENDS} {_PETS}")
RELATION = re.compile(rf"\b{_RELATION}(?:'s|s)?\b")
_WORKER = re.compile(rf"^{any_of(_WORKERS)}$")
_HONORIFIC = re.compile(
    r"^(?:auntie|aunty|aunt|uncle|nan|nana|nanny|nanna|gran|granny|grandma|grandad|granddad|grandpa|father|mama|papa|mummy|daddy)$"
)
_TITLE = r"(?:mr|mrs|miss|ms|mx|dr|doctor|sir|pc|prof|professor)"
_GROUP = re.compile(
    r"\b(?:class|council|home office|school|social|people|person|men|man|women|woman|lady|ladies|boys?|girls?|kids?|"
    r"children|strangers?|students?|ones?|lot|guys?|blokes?|bullies)\b"
)

NOBODY = re.compile(
    r"^(?:(?:um+|erm*|no|nah|nope|hmm+|oh|well|just|there's|there is|i don't think so|not really|probably|honestly|"
    r"literally|actually|want|i want|i'd like)[ ,]+)*"
    r"(?:no ?-?one|nobody|none|no people|no persons?|not anyone|not anybody|no adults|nil|zero|n/?a|noone|0|nobody else|"
    r"no one else|none of them|no-one|"
    r"(?:no|not)(?: one| body)? ?(?:i can think of|to leave out|in particular|really|that i (?:know|can think) of))"
    r"(?:[ ,]+(?:else|really|just me|thanks|please|at all|i can think of|in particular|lol|comes to mind|"
    r"that i can think of|is fine|extra|i don't think|specific|special|to be honest|for now|needed|pls|i guess|"
    r"i suppose|springs to mind|else thanks))*$"
)
JUST_ME = re.compile(
    r"^(?:just|only)? ?(?:me|myself|me myself and i|by myself|on my own|me only|me alone|alone)(?: please| thanks| and you|"
    r" lol| really| on my own)*$"
)
SAME = re.compile(
    r"\b(?:same|the usual|usual|like)\s+(?:people|ones?|lot|place|time|day|as|everyone)?\s*(?:as\s+)?(?:last|before|always|"
    r"usual|the other)\b(?:\s+(?:time|one|review|meeting|year))?|\bthe usual(?: people| ones| lot| place)?\b"
)

_LEAD = re.compile(
    r"^(?:(?:so|and|um+|erm*|hmm+|oh|well|like|ok|yes|yeah|yep|yh|ye|yea|no|nah|nope|probably|maybe|definitely|i think|"
    r"i guess|i suppose|actually|sorry|i mean|mean|lol|please|just|only|also|plus|too|even|ideally|wait|hang on|"
    r"obviously|obvs|about|with|is it|"
    r"(?:i|we) (?:really |also |just |only |do )?(?:want|need|would like|would love|like|love|prefer|wish|choose|pick)|"
    r"i'd (?:really |also )?(?:like|love|want|prefer|rather)|want|need|would like|i would like|like|"
    r"can(?: you)?|could(?: you)?|please can|will|would|invite|bring|ask|add|tell|get|have|let|include|put|keep|come|"
    r"comes|there's|to have|to invite|to bring|to see|to be|be|"
    r"there is|it is|it's|that's|thats|i can bring|i could bring|how about|what about|as well|again|still|instead|"
    r"rather|maybe even|make sure|got to be|has to be|it has to be|must|for)\s+)+"
)
_TAIL = re.compile(
    r"(?:\s+(?:please|thanks|thank you|lol|haha|too|also|as well|there|to come|come|comes|coming|can come|could come|"
    r"should come|to be there|be there|being there|should be there|is coming|are coming|must come|will come|would come|"
    r"to go|with me|along|"
    r"maybe|probably|definitely|i think|i guess|i suppose|and that's it|and that's all|that's it|that's all|is all|"
    r"is it|obviously|obvs|if (?:that's ok|possible|allowed|i'm allowed|they can|he can|she can|poss|you can)|is fine|"
    r"are fine|"
    r"is ok|would be (?:good|nice|ok|fine|great)|idm|really|then|now|though|tho|again|at it|in there|at the meeting|"
    r"in the meeting|at my review|at my meeting|in my meeting|in my review|at my lac|to my review|to the review|to my meeting|to it|to the meeting|for support|in it|"
    r"and stuff|and that|etc|"
    r"innit|init|ofc|of course|no way|not coming|to attend|attend|attending|away|out|at all|ever|anywhere near (?:it|"
    r"me)|near me|near it|there please|i don't mind|still|instead|only|alone|allowed|invited|involved|this time|"
    r"in the room|but|and|or|pls|or something|or whatever|"
    r"for definite|for sure|always|i mean|i meant|like i said|as i said|i said|already said|everyone))+$"
)
_NOT_LEAD = re.compile(
    r"^(?:(?:definitely|just|and|or|please|pls|actually|oh|but|also|wait|sorry|hang on|maybe|probably|i really|really|yes|yeah|um+|erm*|"
    r"well|lol|omg|i|we)\s+)*"
    r"(?:not|no|never|nor|don't(?: let| want| invite| ask| tell| bring| have| include| need| like)?|do not(?: let| want|"
    r" invite| ask| tell| bring| have| need| like)?|"
    r"(?:i )?(?:don't|do not|not|didn't|never) (?:really |even )?(?:want|like|need|invite|trust|wanna)|(?:i )?(?:can't|"
    r"cannot) (?:stand|have|see|cope with|speak in front of|talk in front of)|(?:i )?(?:hate|despise)|"
    r"(?:i'd|i would|would) (?:rather|prefer) not(?: have)?|keep|without|except|apart from|anyone but|anything but|"
    r"(?:you )?(?:don't|do not) need to invite|no need for|get rid of|uninvite|leave out|i won't come if|not if|"
    r"i'm not coming if|take off|remove|minus|excluding|cross out|scrap|drop|lose)\s+"
    r"(?:(?:to (?:have|see|invite|be with|come with)|have|my)\s+(?=my|the|any|\w))?"
)
_NO_SPLIT = re.compile(
    r"\s+(?:but (?:definitely |just |please )?(?:not|no|don't (?:want|invite)|without|never)|and (?:definitely |"
    r"just )?(?:not|no)|, ?(?:not|no)|not|without|except(?: for)?|apart from|minus|(?:and|but) (?:i )?don't (?:want|invite|"
    r"let)|no)\s+"
)
_BECAUSE = re.compile(
    r"\s+(?:because|as (?=he|she|they|i\b|it)|since (?=he|she|they|i\b)|(?:and |but )?(?=(?:he|she|they|it)(?:'\w+)?\s+[a-z]+)|"
    r"(?:and )?(?=(?:her|his|their) \w+ (?:is|are|was|were|always|never|keeps?|gets?|makes?|can|shouts?)\b)|who (?=always|never|keeps|makes|shouts)).*$"
)
_CONDITION = re.compile(
    r"\s+((?:but |and |maybe |ok )*(?:only )?(?:(?:if|when|unless|as long as|for the|for a|for some|at the|until|till|once|"
    r"after|before|during|just for|not yet|for now|not for|not at|not when|on zoom|on the phone|online|by phone|on facetime|"
    r"on video|in the|over)\b|yet$|not yet$|sometimes$|for now$).*)$"
)
_NAMES_BEFORE_RELATION = re.compile(
    r"^([a-z][a-z'-]+(?: [a-z][a-z'-]+)?),? (?:(?:is|who is|who's|that's|thats|he's|she's|aka|=|-) )?(?:my|our|the|his|her|"
    r"from)\s+(.+)$"
)

_NOT_NAMES = set(
    
        "longer shorter more less better bigger hello hi hey hiya dear i you me we us it he she they them him her his hers their that this these those what who when where why how which "
        "there here the a an and or but if is are was were be been am do does did "
    
        "don't doesn't didn't can can't could would should will won't have has had has not no yes yeah yep nah nope ok "
        "okay maybe please thanks sorry idk lol haha jk hmm um erm er well so just only "
    
        "like want need know think mean said say tell told go going come came get got make made see let help talk feel "
        "hate love good bad nice fine weird long short time day week meeting review my mine "
    
        "your yours our ours really very too also still again then now later never always because about with without for "
        "from to at in on of by up down out off over under really actually "
    
        "something anything nothing everything someone anyone somebody anybody done skip pass next stop pause bored boring "
        "dunno whatever sure right left all both some any none other another else "
    
        "monday tuesday wednesday thursday friday saturday sunday tomorrow today tonight morning afternoon evening it's "
        "i'm i've i'd i'll that's there's what's who's he's she's they're".split()
)  # fmt: skip


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


def read(text: str, known: Known | None = None, *, asked: str = "") -> People:
    """The people in `text` (in plain spelling). `asked`: "attend" or "exclude" when it answers that question."""
    known = known or Known()
    result = People()
    body = re.sub(rf"\((?=(?:my |the )?{_RELATION}\))(?:my |the )?(.*?)\)", r" my \1 ", text)
    body = re.sub(r"^(?:no|nah|yes|yeah)[ ,]+(?:actually|wait|sorry|i mean)[ ,]+(?=\w)", "", re.sub(r"[()]", " ", body))
    body = re.sub(
        r",?\s+(?:and\s+)?(?:(?:she|he|they)(?:'s| is|'re| are)? (?:called|named)|(?:her|his|their) name(?:'s|"
        r" is)?)\s+(?=\w)",
        " ",
        body,
    )
    body = re.sub(r"[ \t]+", " ", body)
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
        if len(result.come) + len(result.away) == before and re.match(r"(?:no ?-?one|nobody|none)\b", bare):
            result.nobody = True
    result.come = [name for name in dict.fromkeys(result.come) if name not in result.away]
    result.away = list(dict.fromkeys(result.away))
    if result.come or result.away:
        result.nobody = False
    return result


def mostly_people(text: str, found: People) -> bool:
    """Is the text a list of people, and little else?"""
    words = [
        w
        for w in re.findall(r"[a-z']+", text)
        if w not in ("and", "my", "the", "a", "not", "no", "just", "only", "or", "with", "please", "i", "want")
    ]
    named = {w for name in found.come + found.away for w in re.findall(r"[a-z']+", name.lower())}
    return bool(words) and sum(w in named or w.rstrip("s") in named for w in words) >= 0.6 * len(words)


def _clause(clause: str, known: Known, asked: str, result: People) -> None:
    if re.match(r"(?:i |we )?(?:need|want|would like|wish|like) (?:help|to|more|a|new|my own|some)\b", clause) and not RELATION.search(
        clause
    ):
        return
    if re.search(r"\b(?:see|visit|live|living|stay|staying|spend|move|together|i miss)\b", clause) and not re.search(
        r"\b(?:come|there|invite|meeting|review)\b", clause
    ):
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
    if spoken_for := re.search(
        r"\b(?:doesn't|don't|didn't|never) (?:really )?want (?!to\b)(.+?) (?:there|to come|coming|at it|to be there)\b", clause
    ):
        result.away += _people(spoken_for[1], known, result, asked)
        return
    if re.search(r"\b(?:can't|cannot|won't|couldn't) (?:make it|get there|get time off)\b|\bis (?:working|at work|busy|away)\b", clause):
        return
    negative = _NOT_LEAD.match(clause)
    if negative and not _is_name(clause.split()[0], known):
        rest = clause[negative.end() :]
        # 'not dad, just mum' / 'no dad no uncle'
        turn = re.search(
            r"(?:,|\bbut|\bactually)\s+(?:(?:just|only|yes|i want|i do want)\s+)(?=\w)|,\s*(?=[^,]+\binstead\b)|\s+(?:just|only)\s+(?=my|mum|nan|dad|\w+$)",
            rest,
        )
        away, come = (rest[: turn.start()], rest[turn.end() :]) if turn else (rest, "")
        for part in re.split(r"(?:,\s*|\s+)(?:and\s+|or\s+)?(?:not|no|nor)\s+(?!yet\b|if\b|for\b|at\b|when\b|there\b|way\b)", away):
            result.away += _people(part, known, result, asked)
        if come:
            result.come += _people(come, known, result, asked)
        return
    if not re.search(r"\bif\b", clause) and re.search(
        r"\b(?:can't|cannot|can not|shouldn't|isn't|aren't|mustn't|not|don't|doesn't|won't|isnt) (?:be )?(?:allowed|invited|"
        r"come|coming|there|to come|be there|welcome)\b|\b(?:no way|not coming|stays? away|shouldn't|can't|"
        r"isn't allowed)(?: come| be there| there)?$",
        clause,
    ):
        who = re.split(
            r"\b(?:can't|cannot|can not|shouldn't|should not|isn't|is not|aren't|are not|mustn't|not|don't|doesn't|won't|"
            r"no way|stays? away)\b",
            clause,
        )[0]
        if who.strip():
            result.away += _people(who, known, result, asked)
            return
    parts = _NO_SPLIT.split(f"{clause} ", maxsplit=1)
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


def _wants(clause: str) -> bool:
    """Said to 'who should NOT come': does this ask for somebody to come?"""
    if re.search(r"\b(?:don't|not|never|no) (?:really )?(?:want|like|need|invite)\b", clause):
        return False
    return bool(
        re.search(
            r"\b(?:can|could|should|must|to|also) (?:still )?(?:come|be there)\b|\b(?:i|we) (?:do |really )?(?:want|"
            r"need)\b.*\b(?:there|to come|come|with me)\b|\binvite\b|\b(?:as well|too|also)\b|\bbring\b|\bis (?:ok|fine|allowed)\b|\bare (?:ok|fine|"
            r"allowed)\b|\bcan come\b",
            clause,
        )
    )


def _on_list(name: str, known: Known) -> bool:
    return any(same_person(name, other) for other in known.names)


def _people_like(text: str) -> bool:
    words = _LEAD.sub("", text.strip() + " ").split()
    return bool(words) and len(words) <= 14 and not (len(words) == 1 and words[0] in _NOT_NAMES)


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
    condition = _CONDITION.search(text)
    note = rest = ""
    if condition and len(text[: condition.start()].split()) >= 1:
        note = re.sub(r"^(?:but |and |maybe |ok )+", "", condition[1]).strip(" ,-")
        more = re.search(rf"(?:,|\s+and|\s+plus)\s+(?=(?:my\s+|the\s+)?{_RELATION}\b)", note)
        rest = note[more.end() :] if more else ""
        note = note[: more.start()] if more else note
        text = text[: condition.start()]
    text = _BECAUSE.sub("", f" {text}").strip()
    text = re.sub(rf"\b(mum|mam|mummy|nan|nana|gran)(?:n|and|\+|/)(dad|daddy|grandad|nan|brother|sister)\b", r"\1 and \2", text)
    text = re.sub(rf"\b({any_of(_WORKERS)}),\s+(?={_TITLE}\b)", r"\1 ", text)
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
        name = _person(part, known, result, asked)
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


def _person(part: str, known: Known, result: People, asked: str) -> str:
    """One person as the child calls them: 'my mate tyrell' → 'Tyrell (mate)'; '' when it names nobody."""
    words = part.strip(" ,-'\"")
    for _ in range(2):
        words = _TAIL.sub("", _LEAD.sub("", words + " ").strip()).strip(" ,-")
    mine = bool(re.match(r"(?:my|our) ", words))
    words = re.sub(
        r"^(?:my|our|the|a|an|me|any|some|that|this|those|all (?:my|the)|all|both(?: my)?|any of (?:the|my))\s+(?=\w)", "", words
    )
    if words in ("me", "myself", "i", "you", "us", "them", "him", "her", "it", "", "one", "anything", "him there"):
        if words == "you" and known.iro and asked == "attend":
            return ""
        return ""
    if re.fullmatch(any_of(_EVERYONE), words):
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
        words.split()[0] in _NOT_NAMES
        and not RELATION.search(words)
        and not _GROUP.search(words)
        and not re.match(r"(?:other|another|long|short|her|his|their|your) \w+", words)
    ):
        return ""
    if re.match(r"(?:i|i'm|i've|we|they|he|she|it|it's|that|that's|what|why|how|when|where|can|do|does|is|are) ", words):
        inner = RELATION.search(words)
        return "" if not inner or len(words.split()) > 6 else _tidy_relation(inner[0])
    if mine and not RELATION.search(words) and not _GROUP.search(words) and not any(w in known.capitals for w in words.split()):
        return ""  # 'my room leaks' names nobody
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
            and words not in _NOT_NAMES
            and not RELATION.fullmatch(words)
        ),
        None,
    )
    if old:
        result.strong = True
        return old
    owned = re.match(
        rf"^((?:her|his|their)|{_RELATION}'?s|[a-z]+'s)\s+((?:new |old |ex )?{_RELATION})s?(?:\s+(?:called\s+|named\s+|"
        r"is\s+)?(.+))?$",
        words,
    )
    if owned:
        result.strong = True
        owner = _possessive(owned[1], known)
        relation = f"{owner} {_tidy_relation(owned[2])}"
        return f"{_title(owned[3], known)} ({relation})" if owned[3] and _is_names(owned[3], known) else relation
    match = re.match(r"^([a-z][a-z'-]+(?: [a-z][a-z'-]+)?) from (.+)$", words) or _NAMES_BEFORE_RELATION.match(words)
    if match and re.fullmatch("iro|(?:independent )?reviewing officer", match[2]):
        result.strong = True
        return f"IRO ({_title(match[1], known)})"
    from_somewhere = match and words.startswith(f"{match[1]} from")
    if (
        match
        and _is_names(match[1], known)
        and not RELATION.search(match[1])
        and not _GROUP.search(match[1])
        and (from_somewhere or RELATION.search(match[2]))
    ):
        relation = f"from {match[2]}" if from_somewhere else _tidy_relation(re.sub(r"^(?:my|our|the) ", "", match[2]))
        result.strong = True
        return f"{_title(match[1], known)} ({relation})"
    titled = re.match(rf"^(?:({_RELATION}),?\s+)?({_TITLE})\.?\s+([a-z'-]+(?: [a-z'-]+)?)$", words)
    if titled:
        result.strong = True
        name = f"{titled[2].title() if titled[2] != 'pc' else 'PC'} {_title(titled[3], known)}"
        return f"{name} ({_tidy_relation(titled[1])})" if titled[1] else name
    role = re.match(
        r"^((?:(?:new|old|ex|other|real|actual|little|big|older|younger|baby|own|best|school|class|maths|english|science|pe|"
        r"art|music|football|year \d+|youth|form|birth|foster|step|biological|previous|last|day|night|lead|"
        rf"head)\s+)*{_RELATION})(?:,?\s+(?:called\s+|named\s+|is\s+|-\s*)?(.+))?$",
        words,
    )
    if role:
        result.strong = True
        relation, name = _tidy_relation(role[1]), role[2]
        if not name:
            return relation
        if _is_names(name, known):
            if _HONORIFIC.match(relation):
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
    last = re.match(rf"^(.+?)\s+(?:the\s+)?({_RELATION})$", words)
    if last and len(words.split()) <= 4:
        result.strong = True
        if _is_names(last[1], known) and len(last[1].split()) <= 2 and " the " in f" {words} ":
            return f"{_title(re.sub(r' the$', '', last[1]), known)} ({_tidy_relation(last[2])})"
        return _keep(words, known)
    if RELATION.search(words):
        result.strong = len(words.split()) <= 5
        return _keep(words, known) if len(words.split()) <= 7 else _tidy_relation(RELATION.search(words)[0])
    if _GROUP.search(words):
        who, _, why = words.partition(" who ")
        return (
            _keep(words, known) if len(words.split()) <= 6 else f"{_keep(who, known)} (who {why})" if why and len(who.split()) <= 6 else ""
        )
    if _is_names(words, known):
        chatter = words.split()
        kept = [w for i, w in enumerate(chatter) if i == 0 or w not in _NOT_NAMES]
        result.unsure = result.unsure or len(kept) != len(chatter)
        return _title(" ".join(kept[:3]), known)
    unknown = words.split()
    return _keep(words, known) if len(unknown) <= 3 and not any(w in _NOT_NAMES for w in unknown) else ""


def _is_name(word: str, known: Known) -> bool:
    return word in known.capitals and word not in _NOT_NAMES


def _is_names(words: str, known: Known) -> bool:
    parts = words.split()
    return (
        0 < len(parts) <= 3
        and parts[0] not in _NOT_NAMES
        and all(re.fullmatch(r"[a-z][a-z'-]*", p) for p in parts)
        and sum(p in _NOT_NAMES for p in parts) == 0
    )


def _title(words: str, known: Known) -> str:
    return " ".join(known.capitals.get(w) or ("-".join(p.capitalize() for p in w.split("-"))) for w in words.split())


def _possessive(word: str, known: Known) -> str:
    if word in ("her", "his", "their"):
        return word
    base = re.sub(r"'?s$", "", word)
    return f"{base if RELATION.fullmatch(base) else _title(base, known)}'s"


_ACRONYMS = {
    "pa": "PA",
    "iro": "IRO",
    "ta": "TA",
    "gp": "GP",
    "senco": "SENCO",
    "camhs": "CAMHS",
    "yot": "YOT",
    "pcso": "PCSO",
    "mp": "MP",
    "pe": "PE",
}


def _tidy_relation(words: str) -> str:
    words = re.sub(r"\b(mum|dad|nan|auntie|aunty)s$", r"\1", words.strip())
    words = {"head": "headteacher", "old head": "old headteacher"}.get(words, words)
    return " ".join(_ACRONYMS.get(w, w) for w in words.split())


def _keep(words: str, known: Known) -> str:
    """Words that are not quite a name, as the child said them, with names in capitals where they were typed so."""
    kept = [
        known.capitals[w] if w in known.capitals and w not in _NOT_NAMES and not RELATION.fullmatch(w) else _ACRONYMS.get(w, w)
        for w in words.split()
    ]
    return " ".join(kept)


_HE = re.compile(r"\b(?:boyfriend|dad|daddy|brother|uncle|grandad|stepdad|son|husband)\b")
_SHE = re.compile(r"\b(?:mum|mummy|girlfriend|sister|nan|nana|gran|grandma|auntie|aunty|stepmum|daughter|wife)\b")


def whose(name: str, others: list[str]) -> str:
    """'his mum', where 'Jordan (boyfriend)' was named before, is Jordan's mum."""
    match = re.match(r"^(his|her) (.+)$", name)
    owner = next((o for o in others if match and (_HE if match[1] == "his" else _SHE).search(o)), None)
    return f"{re.sub(r' *[(].*', '', owner)}'s {match[2]}" if owner else name


def for_a_part(name: str) -> bool:
    """'stepdad (only for the end)' is not altogether out."""
    return bool(re.search(r"[(,] ?(?:only |not |just )*(?:for|at|when|if|until|after|before|in|during)\b", name))


def same_person(one: str, other: str) -> bool:
    """Are these two ways of naming the same person? 'mum' and 'Mummy' are not taken to be; 'Steve' and 'Steve (uncle)' are."""
    a, b = _core(one), _core(other)
    return a == b or bool(a and b) and (a in _parts(other) or b in _parts(one))


def _core(name: str) -> str:
    return re.sub(r"\s*\(.*\)$", "", name).lower().strip()


def _parts(name: str) -> list[str]:
    match = re.match(r"^(.*?)\s*\((.*)\)$", name.lower())
    if not match:
        words = name.lower().split()
        return [name.lower(), words[-1]] if len(words) == 2 and _HONORIFIC.match(words[0]) else [name.lower()]
    return [match[1].strip(), *(part.strip() for part in match[2].split(","))]
