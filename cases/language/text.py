"""A child's message made regular enough to read: spelling of the phone kind, apostrophes, emoji, sentences.

Nothing here changes what is kept: the child's own words stay as they came. This is what the parsers look at.
"""

from __future__ import annotations

import re
import unicodedata

from cases.language.mending import mend
from cases.language.spellings import SPELLINGS

_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})
_EMOJI = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200D\u20E3]")

# 'miss k', 'mr n': a teacher's letter, and no phone spelling. 'miss u' is not about a teacher.
_INITIAL = r"\b(?:miss|mrs|ms|mr|dr|sir) [a-tv-z]\b"

#: 'can you tell her i want …': what is to be told, without whom.
_TELL_THEM = re.compile(
    r"^(?:(?:and|ok|please|hi|also)[ ,]+)*(?:(?:can|could|will|would) you )?(?:please )?(?:tell|let) (?:(?:my|the) [a-z ]{2,18}?|(?!me\b|us\b|you\b)[a-z]+) "
    r"(?:know )?(?:that )?(?=(?:i|i'm|i'd|it|it's|my|no one|nobody)\b)"
)


def clean(text: str) -> str:
    """One form of quotes and spaces, no emoji and no control characters; still in the child's letters and case."""
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    text = _EMOJI.sub(" ", text)
    text = "".join(c if c == "\n" or unicodedata.category(c)[0] != "C" else " " for c in text)
    return re.sub(r"[ \t]+", " ", re.sub(r"\s*\n\s*", "\n", text)).strip()


def plain(original: str) -> str:
    """Lower case, phone spelling written out, stretched letters drawn in, words spelt by ear mended: what the parsers look at."""
    text = re.sub(r"[{}<>]", " ", clean(original).lower())  # the marks of clock.py
    text = re.sub(r"([a-z])\1{2,}", r"\1\1", text)
    text = re.sub(r"\s*[&+]\s*(?=[a-z])", " and ", text)
    text = re.sub(r"\bw/\s*", "with ", text)
    text = re.sub(r"\bs/w\b", "social worker", text)
    named = spoken_case(original)
    text = re.sub(
        rf"{_INITIAL}|[a-z0-9']+",
        lambda match: match[0] if " " in match[0] else spell(match[0]) if match[0] in named else spell(mend(spell(match[0]))),
        text,
    )
    text = re.sub(
        r"\bme (?=(?:mum|mam|da|dad|nan|nana|gran|grandad|auntie|aunty|uncle|cousin|brother|sister|carer|mate|key worker|"
        r"own|house|room|tea|dinner|shift|exam)s?\b)",
        "my ",
        text,
    )
    text = re.sub(r"\bmy (?:g|guy|boy|mandem) (?=[a-z])", "my mate ", text)
    text = re.sub(r"\b(review|my|the) from(?=[ ,.!?]*(?:please|now|in)?[ .!?]*$)", r"\1 form", text)
    text = re.sub(r"\ban (?=[b-df-gj-np-tv-z])", "and ", text)  # before such a letter it is no article
    text = re.sub(r"\ban (?=(?:my|our|mum|mummy|dad|nan|the|her|his|maybe|also|uncle|aunt\w*|brother|sister)\b)", "and ", text)
    text = re.sub(r"^i (?:said|put|wrote) (?:\w+ ){1,4}(?:but|no|sorry)[ ,]+i mean(?:t)? ", "", text)  # 'i said friday but i mean monday'
    text = re.sub(
        r"^(?:(?:but|no|ok|um+)[ ,]+)*(?:i (?:already |just )?(?:said|told you)|like i said|as i said)(?: that)?[ ,]+(?=(?:i|not|no|my)\b)",
        "",
        text,
    )
    text = _TELL_THEM.sub("", text)
    text = re.sub(r"\bwon't (?=(?:to|my|the|a|an|some|more|no one|her|him|them|me)\b)", "want ", text)  # 'i wont my nan to come'
    text = re.sub(r"\bdon't no\b(?! (?:one|body)\b)", "don't know", text)
    text = re.sub(r"\bare kid\b", "our kid", text)  # 'r kid': a brother or sister, in the north
    text = re.sub(r"(?<=\ws) how's(?=[ .,!]*$)", " house", text)  # 'at my nans hows'
    text = re.sub(r"\b(\d{1,2}) (?:o |a )?clocks?\b", r"\1 o'clock", text)
    text = re.sub(r"\bno (?:1|wun)\b", "no one", text)
    text = re.sub(r"\b(no|some|any|every) body\b", r"\1body", text)
    text = re.sub(
        r"\b(i|we|they) (?:no|not) (?=(?:want|like|need|have|know|understand|feel|go|come|think)\b)", r"\1 don't ", text
    )  # as one says who learns English
    return re.sub(r"[ \t]+", " ", text).strip()


def spell(word: str) -> str:
    """One word in plain spelling: 'tmrw' is 'tomorrow', 'yesss' is 'yes'."""
    if word in SPELLINGS:
        return SPELLINGS[word]
    drawn_in = re.sub(r"(.)\1$", r"\1", word)  # the end of a word is what gets stretched
    if word.endswith(("ss", "ll", "ee", "ff", "oo")) and drawn_in not in _STRETCHED:
        return word
    if drawn_in in _STRETCHED:
        return drawn_in
    return SPELLINGS.get(drawn_in, word) if len(drawn_in) > 2 else word


_STRETCHED = frozenset(
    ["yes", "no", "ok", "please", "mum", "dad", "hi", "hey", "hello", "nah", "yeah", "lol", "nope", "home", "nan", "bye", "so", "me"]
)


def sentences(text: str) -> list[str]:
    """Split at full stops, question and exclamation marks, semicolons and line ends; the dot in 4.30 stays."""
    parts = re.split(r"[.](?!\d)|(?<!\d)[.](?=\d)|[!?;\n]+", text)
    return [part.strip(" ,-") for part in parts if part.strip(" ,-")]


def any_of(words: str) -> str:
    """A regular expression for any of the words: given with spaces between, '_' for a space inside one."""
    alternatives = sorted((re.escape(word).replace("_", r"\s+") for word in words.split()), key=len, reverse=True)
    return "(?:" + "|".join(alternatives) + ")"


def word_set(words: str) -> frozenset[str]:
    """The words of a text, for looking them up."""
    return frozenset(words.split())


def shorten(text: str, limit: int) -> str:
    """Cut at a word, with three dots, when longer than `limit`."""
    if len(text) <= limit:
        return text
    return text[: limit - 3].rsplit(" ", 1)[0].rstrip(" ,.;") + "..."


def mostly_latin(text: str) -> bool:
    """False when most letters are of a script other than Latin (Arabic, Ethiopic, Cyrillic and so on)."""
    letters = [c for c in text if c.isalpha()]
    latin = sum(1 for c in letters if "LATIN" in unicodedata.name(c, ""))
    return not letters or latin * 2 >= len(letters)


def spoken_case(original: str) -> dict[str, str]:
    """The child's own capitals, word by word: {"mckenzie": "McKenzie"}. Not where a sentence begins, nor when ALL IS CAPITALS."""
    text = clean(original)
    if text.isupper():
        return {}
    found = {}
    for match in re.finditer(r"[^\W\d_]+(?:['-][^\W\d_]+)*", text):
        word = match[0]
        begins = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1] in ".!?\n"
        if word != word.lower() and not (begins and word == word.capitalize()):
            found[word.lower()] = word
    return found


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
