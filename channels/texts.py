"""What a child typed, made safe to handle, and the words that belong to the phone network."""

from __future__ import annotations

import re
import unicodedata

#: Exact single words that Twilio acts on by itself for ordinary numbers; it still hands them to us.
STOP = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
START = {"start", "yes", "unstop"}
HELP = {"help", "info"}

_NO = {
    "no",
    "nope",
    "nah",
    "na",
    "n",
    "not really",
    "no im not",
    "no i am not",
    "no not really",
    "not safe",
    "im not",
    "i am not",
    "i dont know",
    "idk",
}
_YES = {
    "yes",
    "yeah",
    "yep",
    "yh",
    "ye",
    "y",
    "i am",
    "im safe",
    "i am safe",
    "yes i am",
    "im ok",
    "i am ok",
    "yes im safe",
    "yes im ok",
    "yeah im safe",
    "im ok now",
    "im fine",
    "yeah im fine",
    "im alright",
}
#: Said to a question, but not clear enough to settle whether somebody is safe.
_EITHER = {"ok", "okay", "k", "kk", "sure", "fine", "yes please", "yes pls", "yeah please", "no thanks", "no thank you"}


def clean(text: str) -> str:
    """The text without control characters and broken halves of characters; line breaks and emoji stay."""
    kept = (
        character
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")
    )
    return unicodedata.normalize("NFC", "".join(kept)).strip(" \t\n\u200b\u2060\ufeff\u00a0")


def network_word(text: str) -> str | None:
    """ "stop", "start" or "help" when the whole text is one of the network's words; "stop him" is not one."""
    word = text.strip().lower()
    for name, those in (("stop", STOP), ("start", START), ("help", HELP)):
        if word in those:
            return name
    return None


def is_yes_or_no(text: str) -> bool:
    """Nothing but a yes, a no or an "ok", which means nothing without the question that it answers."""
    return says_safe(text) is not None or _answer(text) in _EITHER


def says_safe(text: str) -> bool | None:
    """The answer to "are you safe right now?": True, False, or None when it is no plain yes or no."""
    answer = _answer(text)
    if answer in _NO:
        return False
    return True if answer in _YES else None


def _answer(text: str) -> str:
    """Its words alone, without how it begins ("um no")."""
    words = re.sub(r"[^a-z ]", "", text.lower().replace("\u2019", "")).strip()
    return re.sub(r"^(?:(?:ok|okay|um+|er+m?|well) )+", "", words)


_CROSS = (
    r"\b(horrible|rude|mean|nasty|useless|rubbish|crap|shit|creepy|weird|bad|unfair|lie[sd]?|lying|liar|ignor\w+|hate|shout\w*|scare\w*|"
    r"(never|doesnt|dont|didnt|wont|not|isnt) (\w+ )?(listen\w*|care\w*|answer\w*|reply|believe\w*|help\w*|come|visit\w*))\b"
)


def may_be_about(text: str, name: str, *, risk: bool) -> bool:
    """Whether the text may speak of the IRO called `name` to somebody else, or begin a complaint.

    Used before the dialogue has understood the message: when in doubt, it is kept from that IRO. A name that is only
    spoken to ("tell Denise…", "hi Denise") is no sign. Where there is a risk, any other mention is; else a cross word too.
    """
    plain = " ".join(re.sub(r"[^\w ]", " ", re.sub(r"['\u2019]", "", text.lower())).split())
    if re.search(r"\bcompl[ai]\w*nt?\w*\b", plain):
        return True
    names = "|".join(re.escape(part) for part in {*name.lower().split(), "iro", "reviewing officer"} if len(part) > 1)
    spoken_to = re.sub(rf"\b(tell|ask|text|call|ring|message|let|hi|hey|hello|dear|thanks|thank you|to)( my)? ({names})\b", " ", plain)
    return bool(re.search(rf"\b({names})\b", spoken_to)) and (risk or bool(re.search(_CROSS, plain)))
