"""Near-duplicates among the training messages: `python -m scripts.duplicates` lists them, `--fail` ends with status 1 if there are any.

Two messages are near-duplicates when the same words are left of both once spelling, case and punctuation are made plain, in the same
order; or, of six words and more, when at most one word in eight differs. Messages of one or two words may stand in several places:
a bare "no" has to. Also listed: one message under two intents or two levels of risk, and training messages that stand in a set to
measure on (data/heldout, benchmarks/).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from cases.safety import data
from cases.safety.text import plain

ROOT = data.FOLDER.parent.parent
MEASURED_ON = [data.HELD_OUT.with_name("intents.jsonl"), data.HELD_OUT, *sorted((ROOT / "benchmarks").glob("*.jsonl"))]
SHORT, LONG, DIFFER = 2, 6, 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fail", action="store_true")
    options = parser.parse_args()
    held = {plain(json.loads(line)["text"]): path.name for path in MEASURED_ON for line in path.read_text("utf-8").splitlines()}
    found = 0
    for name, rows in {"data/nlu": list(data.talk()), "data/safety": [(row.text, row.risk) for row in _safety()]}.items():
        for line in (*problems(rows), *measured_on(rows, held)):
            found += 1
            print(f"{name}: {line}")
    print(f"{found} found")
    sys.exit(1 if options.fail and found else 0)


def _safety() -> Iterator[data.Row]:
    for path in sorted(data.FOLDER.glob("*.jsonl")):
        yield from data.rows(Path(path))


def measured_on(rows: list[tuple[str, str]], held: dict[str, str]) -> Iterator[str]:
    """One line for each message of more than two words that is measured on too. `held`: in which file, by plain text."""
    for text, label in rows:
        if plain(text) in held and len(text.split()) > SHORT:
            yield f"in {held[plain(text)]} too ({label}): {text}"


def problems(rows: list[tuple[str, str]]) -> Iterator[str]:
    """One line for each pair, the later message named first."""
    seen: dict[str, tuple[str, str]] = {}
    by_part: dict[tuple[str, ...], list[tuple[list[str], str, str]]] = defaultdict(list)
    for text, label in rows:
        said = plain(text)
        words = said.split()
        if said in seen:
            before, other = seen[said]
            if label != other:
                yield f"{label} and {other}: {text}"
            elif len(words) > SHORT:
                yield f"twice in {label}: {text}"
            continue
        seen[said] = text, label
        if len(words) < LONG or not any(letter.isalnum() for letter in text):  # a flag is read as many words
            continue
        parts = {tuple(words[: len(words) // 2]), tuple(words[len(words) // 2 :])}  # one word more or less leaves one half whole
        near = {before: other for part in parts for held, before, other in by_part[part] if _near(words, held)}
        for before, other in near.items():
            yield f"{label} and {other}, nearly the same: {text} | {before}"
        for part in parts:
            by_part[part].append((words, text, label))


def _near(words: list[str], other: list[str]) -> bool:
    shared = len(set(words) & set(other))
    return max(len(set(words)), len(set(other))) - shared <= max(len(words), len(other)) // DIFFER


if __name__ == "__main__":
    main()
