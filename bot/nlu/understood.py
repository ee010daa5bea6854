"""The decision that a message was not understood."""

from __future__ import annotations

from typing import Any

NOT_UNDERSTOOD = "nlu_fallback"


def ranked(ranking: list[tuple[str, float]], threshold: float, margin: float) -> list[dict[str, Any]]:
    """The full ranking as Rasa keeps it, with "not understood" in front if the best guess is not good enough.

    It carries the best guess's confidence: that is what was too low.
    """
    entries = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    best = ranking[0][1]
    second = ranking[1][1] if len(ranking) > 1 else 0.0
    if best < threshold or best - second < margin:
        entries.insert(0, {"name": NOT_UNDERSTOOD, "confidence": best})
    return entries
