"""Text that a child typed, made safe to hand to Rasa, for whom a leading "/" is an order.

Rasa runs a text that begins with "/", also after spaces, for every declared intent and for /restart. So the slash is
taken off, and a text that was written like a command counts as one that was not understood.
"""

from __future__ import annotations

import re

MAX_TEXT = 2_000

# Control characters say nothing, and lone surrogates (half an emoji) cannot be stored or sent on.
_UNUSABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SLASHES = re.compile(r"[\s/]*/[\s/]*")
_COMMAND = re.compile(r"[\w-]+\s*([@{].*)?", re.DOTALL)


def clean(text: str) -> str:
    """The text without what cannot be used, and no longer than Rasa can bear."""
    return _UNUSABLE.sub("", text)[:MAX_TEXT]


def neutralise(text: str) -> tuple[str, bool]:
    """The text without leading slashes, and whether it was written like a command ("/restart", "/intent{…}")."""
    match = _SLASHES.match(text)
    if not match:
        return text.strip(), False
    rest = text[match.end() :].strip()
    return rest, not rest or bool(_COMMAND.fullmatch(rest))
