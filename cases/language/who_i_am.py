"""A child who says who they are ("i'm trans", "i wear hijab", "they/them pls"), and nothing else: data/who_i_am.yml."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

PATTERNS = Path(__file__).resolve().parents[2] / "data" / "who_i_am.yml"


def says(plain: str) -> bool:
    """Is that the whole message? `plain`: in plain spelling, the dialogue's or the safety net's."""
    return bool(_pattern().fullmatch(plain.strip(" .!,?")))


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern:
    read = yaml.safe_load(PATTERNS.read_text("utf-8"))
    said = "|".join(one.replace("{who}", read["who"]).replace("{has}", read["has"]) for one in read["says"])
    return re.compile(f"{read['begins']}(?:{said}){read['ends']}")
