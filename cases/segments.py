"""What a text message costs and how it is made to fit: GSM-7 (160, then 153 a segment) or UCS-2 (70, then 67)."""

from __future__ import annotations

BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
EXTENSION = "^{}\\[~]|€\f"

_COSTS = dict.fromkeys(BASIC, 1) | dict.fromkeys(EXTENSION, 2)

_PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "\u00b4": "'", "`": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"', "\u2033": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-",
        "\u2026": "...", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2022": "-", "\u00d7": "x", "\t": " ",
        "\u200b": "", "\ufeff": "",
    }
)  # fmt: skip


def plain(text: str) -> str:
    """Typographic quotes, dashes and spaces as the plain ones that a text message carries cheaply."""
    return text.translate(_PLAIN)


def is_gsm7(text: str) -> bool:
    return all(character in _COSTS for character in text)


def count(text: str) -> int:
    """How many segments the text takes. A character is never cut in two between segments."""
    if is_gsm7(text):
        return _fill((_COSTS[character] for character in text), 160, 153)
    return _fill((2 if ord(character) > 0xFFFF else 1 for character in text), 70, 67)


def _fill(costs, whole: int, part: int) -> int:
    costs = list(costs)
    if sum(costs) <= whole:
        return 1
    segments, used = 1, 0
    for cost in costs:
        if used + cost > part:
            segments, used = segments + 1, 0
        used += cost
    return segments
