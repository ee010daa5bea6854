"""How well a bot understands a file of {"text","intent","alt"}: the figures, the confusions, how honest its confidence is."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BANDS = 10


@dataclass(frozen=True)
class Line:
    """One message; `right`: the intents that count as right, the meant one first."""

    text: str
    right: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What the bot made of it. `ranking`: intents with their confidence, likeliest first; `understood`: it would act on the first."""

    ranking: tuple[tuple[str, float], ...]
    understood: bool

    @property
    def intent(self) -> str:
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        return self.ranking[0][1]


def read(path: Path) -> list[Line]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [Line(row["text"], (row["intent"], *(row.get("alt") or ()))) for row in rows]


def figures(lines: Sequence[Line], answers: Sequence[Answer]) -> dict[str, object]:
    """Shares from 0 to 1. A wrong answer counts against the intent that was meant; an `alt` is right and counts for itself."""
    right = [answer.intent in line.right for line, answer in zip(lines, answers, strict=True)]
    three = [any(name in line.right for name, _ in answer.ranking[:3]) for line, answer in zip(lines, answers, strict=True)]
    acted = [answer.understood for answer in answers]
    each = _by_intent(lines, answers)
    return {
        "messages": len(lines),
        "right": _share(sum(right), len(right)),
        "among_the_first_three": _share(sum(three), len(three)),
        "macro_f1": round(sum(one["f1"] for one in each.values()) / len(each), 4),
        "acted_on": _share(sum(acted), len(acted)),
        "right_where_acted_on": _share(sum(a and r for a, r in zip(acted, right, strict=True)), sum(acted)),
        "calibration_error": round(sum(abs(said - was) * count for said, was, count in bands(lines, answers)) / len(lines), 4),
        "by_intent": each,
    }


def _by_intent(lines: Sequence[Line], answers: Sequence[Answer]) -> dict[str, dict[str, float]]:
    meant: Counter[str] = Counter(line.right[0] for line in lines)
    caught: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for line, answer in zip(lines, answers, strict=True):
        good = answer.intent in line.right
        caught[line.right[0]] += good
        said[answer.intent] += 1
        hit[answer.intent] += good
    found = {}
    for name in sorted(meant):
        recall, precision = caught[name] / meant[name], hit[name] / said[name] if said[name] else 0.0
        f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
        found[name] = {"messages": meant[name], "recall": round(recall, 4), "precision": round(precision, 4), "f1": round(f1, 4)}
    return found


def bands(lines: Sequence[Line], answers: Sequence[Answer]) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, messages) of each tenth of confidence that holds any."""
    held: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for line, answer in zip(lines, answers, strict=True):
        held[min(int(answer.confidence * BANDS), BANDS - 1)].append((answer.confidence, answer.intent in line.right))
    return [
        (sum(one for one, _ in mine) / len(mine), sum(good for _, good in mine) / len(mine), len(mine)) for _, mine in sorted(held.items())
    ]


def write_confusions(path: Path, lines: Sequence[Line], answers: Sequence[Answer]) -> Counter[tuple[str, str]]:
    """The whole table as CSV, a row for what was meant and a column for what was understood. Returns the mistakes."""
    table: Counter[tuple[str, str]] = Counter()
    for line, answer in zip(lines, answers, strict=True):
        table[line.right[0], line.right[0] if answer.intent in line.right else answer.intent] += 1
    names = sorted({name for pair in table for name in pair})
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["meant", *names])
        out.writerows([meant, *(table[meant, taken] or "" for taken in names)] for meant in names)
    return Counter({pair: count for pair, count in table.items() if pair[0] != pair[1]})


def write_errors(path: Path, lines: Sequence[Line], answers: Sequence[Answer]) -> None:
    """What was misunderstood, surest first, for reading."""
    wrong = [(answer, line) for line, answer in zip(lines, answers, strict=True) if answer.intent not in line.right]
    wrong.sort(key=lambda pair: -pair[0].confidence)
    told = [f"{a.confidence:.2f}  {'/'.join(line.right)} taken for {a.intent}: {line.text}" for a, line in wrong]
    path.write_text("\n".join(told) + "\n", encoding="utf-8")


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
