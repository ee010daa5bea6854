"""The messages that the safety net learns from: data/safety/*.jsonl and, as ordinary talk, data/nlu/*.yml."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from cases.safety.text import plain

FOLDER = Path(__file__).resolve().parents[2] / "data" / "safety"
NLU = FOLDER.parent / "nlu"
HELD_OUT = FOLDER.parent / "heldout" / "safety.jsonl"
LEVELS = ("none", "concern", "immediate")
CATEGORIES = (
    "none", "abuse_physical", "abuse_sexual", "abuse_emotional", "neglect", "self_harm", "suicide", "exploitation", "missing",
    "violence_threat", "bullying", "substance", "unsafe_now",
)  # fmt: skip

#: An entity in Rasa's notation: [friday](when) or [friday]{"entity": "when"}.
_ENTITY = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Row:
    """One message. `place`: how far down its file it stands, from 0 to 1, so that a block of a file can be held back."""

    text: str
    risk: str
    category: str
    source: str
    place: float


def rows(path: Path) -> list[Row]:
    """The rows of one file in the evaluation format."""
    read = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [Row(row["text"], row["risk"], row.get("category") or "none", path.stem, at / len(read)) for at, row in enumerate(read)]


def safety_rows() -> list[Row]:
    """What is learned from: nothing that the held-out set happens to say in the same words, but for the shortest."""
    held = held_out()
    return [row for path in sorted(FOLDER.glob("*.jsonl")) for row in rows(path) if plain(row.text) not in held]


def held_out() -> set[str]:
    texts = (plain(row.text) for row in rows(HELD_OUT)) if HELD_OUT.exists() else ()
    return {text for text in texts if len(text.split()) > 2}


def talk() -> Iterator[tuple[str, str]]:
    """Each example of data/nlu with its intent."""
    for path in sorted(NLU.glob("*.yml")):
        for entry in yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))["nlu"]:
            for line in (entry.get("examples") or "").splitlines() if "intent" in entry else ():
                text = _ENTITY.sub(r"\1", line.removeprefix("- ")).strip()
                if text:
                    yield text, entry["intent"]


def training_rows() -> tuple[list[str], list[int]]:
    """Plain texts and the numbers of their levels."""
    held = held_out()
    found = {plain(text): int(intent == "disclose_harm") for text, intent in talk() if plain(text) not in held}
    found |= {plain(row.text): LEVELS.index(row.risk) for row in safety_rows()}
    return list(found), list(found.values())


def fingerprint() -> str:
    """Changes when the training data or the way it is read does."""
    digest = hashlib.sha256()
    code = [Path(__file__).with_name(f"{name}.py") for name in ("data", "text", "spelling")]
    for path in (*sorted(FOLDER.glob("*.jsonl")), FOLDER / "spellings.yml", *sorted(NLU.glob("*.yml")), *code):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
