"""Languages as people name them, from the Unicode CLDR (by Babel)."""

from __future__ import annotations

import re
from functools import cache

LONGEST = 16  # as the store holds it


def name(code: str) -> str:
    """ "pl" → "Polish", "pt-BR" → "Brazilian Portuguese"; a code that is not known stays as it is."""
    if code == "en":
        return "English"
    known, parts = _names(), code.replace("-", "_")
    return known.get(parts) or known.get(parts.split("_")[0]) or code


def code(text: str) -> str | None:
    """What somebody wrote for a language, a code or its English name, as a code; None where it is neither."""
    wanted = text.strip()
    by_name = {name.casefold(): code.replace("_", "-") for code, name in _names().items()} if wanted else {}
    if wanted.casefold() in by_name:
        return by_name[wanted.casefold()]
    return wanted if len(wanted) <= LONGEST and re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", wanted) else None


@cache
def _names() -> dict[str, str]:
    from babel import Locale  # slow to import, and a service in English alone never needs it

    return dict(Locale("en").languages)
