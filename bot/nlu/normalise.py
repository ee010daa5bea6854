"""Text as children type it, made a little more alike: case, txt-speak, stretched letters, emoji, letters in disguise.

Only for understanding: what a child wrote is kept and shown as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Only what is meant the same nearly every time; the classifier learns the rest.
TXT_SPEAK = {
    "abt": "about", "agen": "again", "aint": "is not", "b4": "before", "bc": "because", "becoz": "because", "bcos": "because",
    "bout": "about", "cant": "can not", "carnt": "can not",
    "coz": "because", "cos": "because", "cuz": "because", "cba": "can not be bothered",
    "cud": "could", "da": "the", "dat": "that", "dis": "this", "dem": "them", "didnt": "did not", "doesnt": "does not",
    "dont": "do not", "dnt": "do not", "dunno": "do not know", "enuf": "enough", "evry": "every", "every1": "everyone",
    "gd": "good", "gna": "going to", "gonna": "going to", "gr8": "great", "hav": "have", "havent": "have not", "hasnt": "has not",
    "hw": "homework", "idc": "i do not care", "idk": "i do not know", "im": "i am", "isnt": "is not", "ive": "i have",
    "jst": "just", "l8r": "later", "l8": "late", "lemme": "let me", "luv": "love", "m8": "mate", "meself": "myself", "msg": "message",
    "mi": "my", "nah": "no", "nd": "and", "ne1": "anyone", "neva": "never", "no1": "no one", "nope": "no", "nowt": "nothing",
    "nuffin": "nothing", "nuthin": "nothing", "nvm": "never mind", "ok": "okay", "k": "okay", "kk": "okay", "omg": "oh my god",
    "owt": "anything", "pls": "please", "plz": "please", "ppl": "people", "r": "are", "rn": "right now", "rly": "really",
    "shud": "should", "skool": "school", "skl": "school", "som1": "someone", "some1": "someone", "soz": "sorry", "summat": "something",
    "sumthin": "something", "sumfin": "something", "sw": "social worker",
    "ta": "thanks", "tbh": "to be honest", "ngl": "not going to lie",
    "thats": "that is", "thx": "thanks", "thanx": "thanks",
    "tmr": "tomorrow", "tmrw": "tomorrow", "tmoz": "tomorrow", "2moro": "tomorrow",
    "2day": "today", "2nite": "tonight", "u": "you", "ur": "your",
    "urself": "yourself", "wanna": "want to", "wan": "want", "wasnt": "was not",
    "wat": "what", "wats": "what is", "wen": "when", "wens": "when is", "whats": "what is", "whens": "when is", "wheres": "where is",
    "whos": "who is", "hoo": "who", "wiv": "with", "wont": "will not",
    "wot": "what", "wots": "what is", "wud": "would", "wtf": "what the fuck",
    "wuz": "was", "y": "why", "ya": "you", "yea": "yes", "yeh": "yes", "yeah": "yes", "yep": "yes", "yh": "yes", "yup": "yes",
}  # fmt: skip

#: Names of emoji are long ("smiling face with open mouth"): the ones that say something of their own, in words.
EMOJI = {
    "👍": "yes thumbsup", "👎": "no thumbsdown", "👌": "okay", "✅": "yes", "❌": "no", "👋": "wave hello", "🙏": "please thanks",
    "❤": "love", "💔": "heartbroken", "😂": "laughing", "🤣": "laughing",
    "😭": "crying", "😢": "crying", "😡": "angry", "🤬": "angry swearing",
    "😠": "angry", "🖕": "fuckyou", "🤷": "do not know", "❓": "?", "❔": "?",
    "🆘": "help", "🏠": "home", "🏡": "home", "🏫": "school", "🐶": "dog",
    "🐕": "dog", "🐱": "cat", "😴": "sleepy", "🥱": "bored", "⏭": "skip",
    "⏩": "skip", "🔙": "back", "↩": "back", "🔁": "restart", "🔄": "restart",
    "🚫": "no", "🛑": "stop", "⛔": "no stop", "📅": "date", "🗓": "date",
    "⏰": "time", "🕐": "time", "📞": "phone", "☎": "phone", "📱": "phone",
}  # fmt: skip

#: Emoji that are an answer in themselves. Any other, alone, is left for a person to read.
ANSWERS = frozenset("👍👎👌✅❌👋🙏🖕🤷🆘⏭⏩🔙↩🔁🔄🚫🛑⛔?")

_IGNORED = dict.fromkeys([0x200D, 0x2640, 0x2642, 0xFE0F, 0xFE0E, 0x20E3, *range(0x1F3FB, 0x1F400)])
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "…": "...", "–": "-", "—": "-"})
# "i.r.o" and "w h o i s", but not "u r a".
_SPACED = re.compile(r"\b(?:[a-z][.*_-]){2,}[a-z]\b|\b(?:[a-z] ){3,}[a-z]\b")
_STARRED = re.compile(r"(?<=[a-z])[*_](?=[a-z])")
_STRETCHED = re.compile(r"([^\W\d])\1{2,}")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[?!]+|\S")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Lower case words between single spaces. Empty only if the text holds nothing but spaces."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES).translate(_IGNORED).lower()
    text = _STARRED.sub("", text)
    text = _SPACED.sub(lambda match: re.sub(r"[^a-z]", "", match[0]), text)
    text = _STRETCHED.sub(r"\1\1", text)
    return " ".join(word for token in _TOKEN.findall(text) for word in _words(token).split())


def wordless(text: str) -> bool:
    """True for a text without a letter, a digit, a question mark or an emoji that answers by itself."""
    return not any(mark.isalnum() or mark in ANSWERS for mark in unicodedata.normalize("NFKC", text))


def _words(token: str) -> str:
    if token in TXT_SPEAK:
        return TXT_SPEAK[token]
    if token[0] in "?!":
        return token[0]
    if len(token) == 1 and not token.isalnum():
        return _symbol(token)
    return TXT_SPEAK.get(token.replace("'", ""), token.replace("'", ""))


def _symbol(token: str) -> str:
    if token in EMOJI:
        return EMOJI[token]
    if unicodedata.category(token) in ("So", "Sk"):
        return "emoji" + unicodedata.name(token, "").lower().replace(" ", "").replace("-", "")
    return token
