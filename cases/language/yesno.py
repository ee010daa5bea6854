"""Yes, no, maybe, a part of it: 'nah', 'yh ill be boss', 'no thank u', 'just the start', 'no i am shy'."""

from __future__ import annotations

import re

from cases.language.text import any_of, word_set

_YES = any_of(
    "yes yeah yep yup yh ye yea yas yass yus yess yer ya yeh yuh yaa aye ok sure definitely absolutely certainly deffo "
    "defo please obviously obvs ofc of_course course go_on "
    "go_ahead go_for_it why_not sounds_good sound safe bet correct right exactly true fine alright alrite aight "
    "i_think_so i_guess_so i_suppose_so "
    "that's_right that's_it that's_fine yes_please mhm mmhm uh_huh si oui tak haan indeed totally 100 100% happy_to love_to for_sure"
)
#: Yes, when it is all that is said: 'i want to' is, 'i want to get baptised' is not.
_YES_ALONE = any_of(
    "i_do i_would i'd_like_that i'd_like_to i'd_love_to i_want_to i_want_one i_want_that i_want i_will i'll_do_it "
    "i_can i_guess i_suppose can_i "
    "can_i_please could_i need_one do_it i_need_one i'd_like_one get_me_one if_i_can"
)
_NO = any_of(
    "no nope nah na naa naah nahh noo nay never no_way not_really no_thanks no_thank_you no_thank nuh_uh nuhuh not_me "
    "i_don't_think_so i_doubt_it don't_think_so i'd_rather_not rather_not prefer_not i'd_prefer_not not_at_all hell_no "
    "god_no i'm_good i'm_ok i'm_fine i'm_alright not_now not_yet not_today not_this_time not_for_me not_right_now negative nein "
    "you're_alright you're_ok not_keen not_fussed no_chance absolutely_not definitely_not ew not_interested no_need"
)
_NO_ALONE = any_of(
    "i_don't i_don't_want i_don't_want_to don't_want don't_want_to don't_need i_don't_need don't_need_one i_don't_need_one don't_want_one "
    "i_don't_want_one can't i_can't i_couldn't i_won't i_wouldn't wouldn't i_don't_want_that don't_like_that"
)
_OPENING = r"(?:(?:oh|um+|erm*|hmm+|well|so|ok|like|actually|honestly|i think|maybe|lol|haha|omg|god|hell|right|wait|sorry)[ ,]+)*"
_YES_AT = re.compile(rf"^{_OPENING}{_YES}(?=$|[ ,.!?])")
_NO_AT = re.compile(rf"^{_OPENING}{_NO}(?=$|[ ,.!?])")
_END = (
    r"(?:[ ,]+(?:please|pls|thanks|thank you|really|lol|now|then|too|it|that|me|so|yes|no|one|an advocate|to|do it|help|"
    r"though|tho))*[ .!?]*$"
)
_YES_ONLY = re.compile(rf"^{_OPENING}{_YES_ALONE}{_END}")
_NO_ONLY = re.compile(rf"^{_OPENING}{_NO_ALONE}{_END}")
_MAYBE = re.compile(
    r"\b(?:maybe|perhaps|might|possibly|not sure|unsure|dunno|depends|i'll think|think about it|we'll see|50 50|"
    r"half and half|kind of|sort of|could do|don't know)\b"
)

_START = re.compile(
    r"\b(?:(?:do|say|run|lead|open|start|chair|have|read|just|only|for|at|be)\s+(?:just\s+|only\s+|the\s+)*(?:start|"
    r"beginning|first (?:bit|part|half|(?:\w+ )?min(?:ute)?s?)|intro|introductions?|hello|hellos|opening|welcome)"
    r"|start (?:it|the meeting) (?:off)?|(?:just|only) (?:the )?(?:start|beginning|first bit|first part|intro)|(?:open|"
    r"kick) (?:it|the meeting)(?: off)?|say hello|introduce (?:every ?one|people)|i'll start|(?:me|i) (?:will )?start|(?:the )?(?:start|"
    r"beginning|first bit|intro)(?: only| bit)?$)\b"
)
_END = re.compile(
    r"\b(?:(?:do|say|run|lead|just|only|for)\s+(?:just\s+|only\s+|the\s+)*(?:end|ending|last (?:bit|part|half|(?:\w+ )?min(?:ute)?s?))|close (?:it|"
    r"the meeting)|(?:just |only )?(?:the )?(?:end|last bit)(?: bit| part)?$)"
)
_PART = re.compile(
    r"\b(?:most|small|little|part|parts|bit|bits|some|half|a little|sometimes|one thing|my bit|my part|my section|sections?|with help|"
    r"bits of it|not all)\b"
)
_TOGETHER = re.compile(
    r"\b(?:with (?:my |the )?(?P<who>[a-z]+(?: [a-z]+)?)|together|co-?(?:chair|lead|host)|both of us|share it|help (?:me|"
    r"you)|if (?:someone|denise|they|you) helps?)\b"
)
_NOT_I = re.compile(
    r"(?:no |nah |maybe )?(?:(?:my|me|the) )?(?!i\b|we\b)[a-z]+(?: (?!i\b|we\b)[a-z]+)? (?:can|will|could|should)(?: do| lead| talk| speak| chair| run)?(?: it| that)?"
)
_ME = re.compile(
    r"^(?:me|i will|i'll try|i'll do it|i do|i want to?|i'd (?:like|love)(?: to| that)?|could i|can i|may i)(?: please| too|"
    r" me| then| really)*$"
)
_WITH_ME = re.compile(
    r"\b(?:can|could|will|if)\s+(?:my |the )?(?P<who>[a-z]+(?: [a-z]+)?) (?:does |do |help |helps |leads? |"
    r"runs? )(?:it )?(?:with me|me|too|as well)\b"
)
_LEAD = re.compile(
    r"\b(?:lead|leading|chair|chairing|run|running|boss|in charge|host|hosting|take over|be the (?:chair|boss|leader|head)|"
    r"do it myself|do it|do the talking|present|presenting)\b"
)
_NOT_ME = re.compile(
    r"\b(?:(?:you|u|denise|someone else|somebody else|they|her|him|the iro|iro|my (?:iro|sw|social worker|carer|mum|nan|"
    r"advocate)|adults?|let (?:her|him|them|denise)|an adult)\s+(?:can|should|do|does|will|to)?\s*(?:do|lead|run|chair|"
    r"it)|"
    r"rather (?:someone|somebody|you|they)|too shy|i'm shy|i am shy|shy|too scared|scared|nervous|too nervous|i'd panic|"
    r"embarrass\w*|hate talking|too young|"
    r"don't (?:want|wanna|like)|can't speak|rather not|i'd die|no chance|not good at|too hard|anxious|anxiety|"
    r"just (?:listen|sit|watch)|sit and listen|same person|she always does|he always does)\b"
)


def polarity(text: str) -> str | None:
    """ "yes", "no", "maybe", or None when the text (in plain spelling) says neither."""
    text = text.strip(" .!?,")
    if re.match(r"(?:do|does|did|will|would|what|why|how|who|when|are) (?!do\b)\w+ \w+ \w", text):
        return None  # 'do you think they will say yes' asks
    if re.match(r"(?:no[ -]?one|nobody) \w", text):  # 'no one asks me' says no to nothing
        return None
    first, _, last = text.rpartition(". ")
    if (
        first
        and len(last.split()) <= 3
        and polarity(last) in ("yes", "no")
        and re.match(r"(?:i )?(?:don't|do not) (?:really )?know\b", first)
    ):
        return polarity(last)  # 'i don't know how. no'
    if re.search(r"\b(?:yes and no|no and yes|yes but no)\b", text):
        return "maybe"
    if re.search(r"^(?:no|nah)[ ,]+(?:wait|actually|sorry|i mean)[ ,]+(?=yes|yeah|yh|i do|i'll|i want|ok)", text):
        return "yes"
    if re.search(r"^(?:yes|yeah|yh)[ ,]+(?:wait|actually|no|nah)[ ,]*(?:no|nah|not)?\b", text) and re.search(
        r"\b(?:no|nah|not|don't)\b", text
    ):
        return "no"
    if re.match(rf"^{_OPENING}why not\W+\w", text):
        return None
    if _MAYBE.search(text) and not re.search(r"\bmaybe (?:not|no|later)\b", text) and not _YES_AT.match(text.replace("maybe", "").strip()):
        return "no" if _NO_AT.match(text) and not re.match(r"(?:i )?don't know|i don't (?:know|mind)", text) else "maybe"
    if re.match(r"(?:i )?don't (?:know|mind|care)", text):
        return None
    if ending := re.search(r"\bso (?:it's |i'd say |that's |i think )?(yes|yeah|no|nah)$", text):
        return "yes" if ending[1][0] == "y" else "no"
    if re.search(r"\b(?:yes|yeah|yep)(?: please)?$", text) and not re.search(r"\b(?:no|not|nah)\b", text):
        return "yes"
    if _NO_AT.match(text) or _NO_ONLY.match(text) or re.search(r"\bmaybe (?:not|later)\b", text):
        return "no"
    if _YES_AT.match(text) or _YES_ONLY.match(text):
        return "yes"
    if re.search(r"(?<!says )(?<!say )(?<!said )\b(?:no|not|nah|nope)$", text) and len(text.split()) <= 4:
        return "no"
    return None


_YES_AND_NO_MORE = frozenset(
    "yes yeah yep yup yh ye yea yeh ya ok okay please go on then sure alright fine i do would like to want so and".split()
)


def only_yes(text: str) -> bool:
    """'yeah go on then': a yes, and nothing else."""
    return polarity(text) == "yes" and set(re.findall(r"[a-z']+", text)) <= _YES_AND_NO_MORE


def chairing(text: str) -> bool | str | None:
    """An answer to 'do you want to lead it?': True, False, "start only", "end only", "maybe (part)", or None."""
    said = polarity(text)
    if re.fullmatch(
        r"(?:no |nah |maybe |i think )?(?:(?:someone|somebody|anyone|anybody) else|not me|you|her|him|she|he|them|an adult|(?:the |my )?iro)",
        text.strip(" .!?"),
    ):
        return False
    if _NOT_I.fullmatch(text.strip(" .!")) and not re.match(r"(?:yes|yeah|maybe|if) (?:i|we)\b", text):
        return False
    if re.fullmatch(
        r"(?:no |nah |maybe )?(?:you|she|he|they|denise|the iro|someone else|somebody else) (?:can|do|should|could)(?: do)?(?: it)?",
        text.strip(" .!"),
    ):
        return False
    if re.match(r"(?:only )?if (?:i (?:have|had|need) to|no one else|you want|they want|i must)\b", text):
        return "maybe (part)"
    if (
        re.search(r"\b(?!i\b|you\b)[a-z]+ (?:can|should|could) (?:lead|chair|run it|do it|do that)\b(?!.*\b(?:with me|help)\b)", text)
        and said != "yes"
    ):
        return False
    talks_of_it = bool(_LEAD.search(text))
    refuses = bool(_NOT_ME.search(text)) or bool(
        re.search(r"\b(?:not|don't|won't|can't|never|wouldn't)\b[^.,!?]*\b(?:lead|chair|run|boss|in charge|host|do it|speak|talk)\b", text)
    )
    if said == "no" and re.search(r"\bbut (?:i'd|i want|i'll|i can|can i|i would|i might|maybe i)\b", text):
        return "maybe (part)"
    if said == "no" and not re.search(r"\b(?:but|just|only|maybe|actually yes)\b", text):
        return False
    if _START.search(text) and not (said == "no" and "not the start" in text):
        return "start only"
    if _END.search(text):
        return "end only"
    if (
        re.search(
            r"\b(?:i will|i'll|i can|i could|i'd like to|i want to|can i|could i|let me)\b[^.]*\b(?:read|say|speak|talk|present|show)\b",
            text,
        )
        and said != "no"
    ):
        return "maybe (part)"
    if said == "maybe" or (said != "no" and re.search(r"\bmaybe\b", text)):
        return "maybe (part)" if _PART.search(text) or not refuses else False
    if (
        _PART.search(text)
        and not re.search(r"\b(?:all of it|the whole|whole thing|every bit|not (?:a|any|one) (?:bit|part))\b", text)
        and (said in ("yes", None, "no") and (talks_of_it or said or len(text.split()) <= 8))
    ):
        return "maybe (part)" if not refuses or said == "yes" else False
    if refuses and said != "yes":
        return False
    if re.search(r"\b(?:someone|somebody|anyone|you)\b.*\bhelp me\b|\bhelp me (?:lead|run|chair|do)\b", text) and said != "no":
        return "yes, with help"
    if beside := _WITH_ME.search(text):
        return f"together with {beside['who'].title()}"
    if _TOGETHER.search(text) and (said == "yes" or talks_of_it or re.search(r"^(?:with|together|both|only with)\b|\bi'd like to\b", text)):
        who = _TOGETHER.search(text)["who"]
        return f"together with {who.title()}" if who and who not in ("help", "someone", "you", "u", "a") else "yes, with help"
    if said == "no":
        return False
    if (
        said == "yes"
        or talks_of_it
        and re.search(r"\b(?:i|i'd|i'll|me|i'm|let me|myself|can i|want to|my)\b", text)
        or _ME.match(text.strip(" .!"))
    ):
        return True
    return None


_ADVOCATE = re.compile(
    r"\b(?:advocate|advocates|helper|someone (?:to|who|on my side|for me)|somebody to|speak (?:up )?for me|talk for me|"
    r"say it for me|help me (?:speak|say|talk)|on my side|have one|need one|want one|got one|somebody)\b"
)
_HAVE_ONE = re.compile(
    r"\b(?:already (?:got|have|had)|(?:i've|i have|i) (?:already )?(?:got|have) (?:one|an advocate|a)|got one|have one|"
    r"i've one|(?:he's|she's|they're) my advocate|is my advocate|'s my advocate|my advocate(?: is|'s)?|same one|keep (?:him|"
    r"her|them|my))\b"
)
_NAME_AFTER = re.compile(
    r"(?:called|named|name(?:'s| is)|it's|its|advocate is|advocate's|one,|one called|got one|have one|already got|got|have|"
    r"advocate)[ ,:-]+(?:already[ ,]+)?(?:called |named |it's |she's |he's )?([a-z][a-z'-]+)(?: from [a-z ]+)?\s*$"
)
#: Who the advocate is, where a child has one and gives no name.
HAS_ONE = "has one already"
_HAS_NO_NAME = word_set(
    """
    one an a already advocate thanks please her him them it now though tho here someone yes yeah ok who to from so for with and that
    this me you
    """
)


def advocacy(text: str) -> tuple[bool | None, str]:
    """An answer to 'do you want an advocate?': (True, False or None; the name of one they have already, or '')."""
    said = polarity(text)
    if re.match(r"(?:(?:but|so|and|um+|well|ok)[ ,]+)*(?:do|does|must|should|would|why|what|who|how|is|are)\b", text) and said is None:
        return None, ""  # 'do i need one' asks
    if _HAVE_ONE.search(text) and not re.search(r"\b(?:don't|not|never|haven't|no)\b[^.,]*\b(?:got|have|had)\b", text):
        match = _NAME_AFTER.search(text.strip(" .!?"))
        lead = re.match(r"^(?:yes |yeah )?([a-z][a-z'-]+)(?: is|'s) my advocate", text)
        name = lead[1] if lead else match[1] if match else ""
        return True, HAS_ONE if name in _HAS_NO_NAME or not name else name.capitalize()
    if re.search(r"\b(?:no|not|don't|without|never)\b[^.,]*\b(?:advocate|one|helper|help)\b", text) and said != "yes":
        return False, ""
    if said in ("yes", "no"):
        return said == "yes", ""
    if (
        _ADVOCATE.search(text)
        or re.search(r"\b(?:help|someone|somebody)\b", text)
        and re.search(r"\b(?:need|want|like|please|could|would)\b", text)
    ):
        return True, ""
    if said == "maybe":
        return None, "maybe"
    return None, ""
