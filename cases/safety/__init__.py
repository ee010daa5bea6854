"""The safety net's one door: `assess`. It needs neither Rasa nor the network.

Rules (data/safety/rules.yml) say what must never be missed; a classifier judges the rest; what was written shortly before counts too.
See docs/decisions/0006.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cases.safety.judging import RISKS, Assessment, Earlier, Judge
from cases.safety.model import Current, is_trained, train

__all__ = ["RISKS", "Assessment", "Earlier", "assess", "is_trained", "train"]


def assess(text: str, history: Sequence[Earlier] = (), *, now: datetime | None = None, home: Path | None = None) -> Assessment:
    """The risk in `text`. `history`: what the same child wrote before, oldest first; `home`: where the model is, if not HEARD_HOME."""
    return _judge(home or _home()).assess(text, history, now)


@lru_cache(maxsize=4)
def _judge(home: Path) -> Judge:
    return Judge(Current(home))


@lru_cache(maxsize=1)
def _home() -> Path:
    from cases.settings import ROOT, BadSettings, Settings

    try:
        return Settings.from_env().home
    except BadSettings:
        return ROOT / "var"
