"""Choices: as numbers in a text message, and what a child's answer to them means."""

from __future__ import annotations

import re
import unicodedata

from cases import segments, words

_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_NUMBER = re.compile(
    r"(?:(?:no|nr|num|number|option|answer|reply|press|its|it is|the)\s+)*([1-9]|one|two|three|four|five|six)(?:\s+(?:please|pls|plz))?"
)
_YES = {"yes", "y", "yeah", "yep", "yh", "ye", "ok", "okay", "sure"}
_NO = {"no", "n", "nah", "nope", "na"}


def as_sms(text: str, choices: list[dict] | None, language: str) -> str:
    """The text with its choices numbered: "… Reply 1 for yes, 2 for no." """
    text = segments.plain(text)
    if not choices:
        return text
    parts = [
        words.render("utter_channel_choice", language, number=str(number), title=one["title"]).text for number, one in enumerate(choices, 1)
    ]
    return f"{text} {segments.plain(words.render('utter_channel_choices', language, choices=', '.join(parts)).text)}"


def chosen(text: str, menu: list[dict] | None) -> str | None:
    """The payload of the choice that the text names by its number or its words, or None."""
    if not menu:
        return None
    answer = _plain(text)
    titles = [_plain(one["title"]) for one in menu]
    if answer in titles:
        return menu[titles.index(answer)]["payload"]
    number = _NUMBER.fullmatch(answer)
    if number:
        which = _NUMBER_WORDS.get(number[1]) or int(number[1])
        return menu[which - 1]["payload"] if which <= len(menu) else None
    for meaning in (_YES, _NO):
        if answer in meaning:
            named = [one["payload"] for one, title in zip(menu, titles, strict=True) if title.split()[:1] and title.split()[0] in meaning]
            return named[0] if len(named) == 1 else None
    return None


def _plain(text: str) -> str:
    """Lower case, without punctuation and emoji; a keycap emoji is its digit."""
    text = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "").replace("'", "")
    return " ".join("".join(c if c.isalnum() else " " for c in text if unicodedata.category(c) != "Mn" and c != "\u20e3").split())
