"""How well the classifier understands lines that it has not seen, by cross-validation on data/nlu.

    python -m bot.measure            (both parts, words and letters alone, sentence vectors alone)

Each intent's lines are cut into five blocks in the order of the file. Neighbouring lines were written by one persona in
one sitting, so a block holds other personas than the rest; a random split would flatter.
"""

from __future__ import annotations

import json
import resource
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.nlu import examples, sentence
from bot.nlu.intents import IntentModel
from bot.nlu.understood import NOT_UNDERSTOOD, ranked

NLU = Path(__file__).resolve().parent.parent / "data" / "nlu"
FOLDS = 5
VARIANTS: dict[str, dict[str, Any]] = {
    "words, letters and sentence": {},
    "words and letters": {"sentence_weight": 0},
}


class Remembered:
    """Sentence vectors, each computed once for all folds."""

    def __init__(self, sentences: sentence.Sentences, texts: Sequence[str]):
        self._vectors = dict(zip(texts, sentences.encode(texts), strict=True))

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._vectors[text] for text in texts])


def read(folder: Path = NLU) -> tuple[list[str], list[str], list[int]]:
    """Texts, intents, and the block each line is in."""
    lines = examples.read(sorted(folder.glob("*.yml")))
    rows = [(text, intent, number * FOLDS // len(mine)) for intent, mine in lines.items() for number, text in enumerate(mine)]
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def measure(options: dict[str, Any], texts: list[str], labels: list[str], blocks: list[int], sentences: Any) -> dict[str, Any]:
    right, among_three, acted, acted_right, confidences = [], [], [], [], []
    wrong: Counter[str] = Counter()
    for fold in range(FOLDS):
        kept = [row for row, block in enumerate(blocks) if block != fold]
        held = [row for row, block in enumerate(blocks) if block == fold]
        model = IntentModel(options)
        model.fit([texts[row] for row in kept], [labels[row] for row in kept], sentences)
        for row, ranking in zip(held, model.predict([texts[row] for row in held]), strict=True):
            first = ranking[0][0] == labels[row]
            right.append(first)
            among_three.append(labels[row] in [name for name, _ in ranking[:3]])
            confidences.append(ranking[0][1])
            acted.append(ranked(ranking, model.options["threshold"], model.options["margin"])[0]["name"] != NOT_UNDERSTOOD)
            acted_right.append(acted[-1] and first)
            if not first:
                wrong[f"{labels[row]} taken for {ranking[0][0]}"] += 1
    return {
        "lines": len(right),
        "right": round(float(np.mean(right)), 4),
        "among_the_first_three": round(float(np.mean(among_three)), 4),
        "acted_on": round(float(np.mean(acted)), 4),
        "right_where_acted_on": round(sum(acted_right) / max(sum(acted), 1), 4),
        "calibration_error": round(_calibration_error(np.array(confidences), np.array(right)), 4),
        "commonest_mistakes": wrong.most_common(15),
    }


def _calibration_error(confidences: np.ndarray, right: np.ndarray) -> float:
    """The mean gap between confidence and share right, over ten bands of confidence."""
    bands = np.minimum((confidences * 10).astype(int), 9)
    gaps = [abs(confidences[bands == b].mean() - right[bands == b].mean()) * (bands == b).mean() for b in range(10) if (bands == b).any()]
    return float(sum(gaps))


def main() -> None:
    texts, labels, blocks = read()
    real = sentence.Sentences(*sentence.build())
    sentences = Remembered(real, texts)
    for name, options in VARIANTS.items():
        print(json.dumps({"pipeline": name, **measure(options, texts, labels, blocks, sentences)}, indent=1))
    model = IntentModel().fit(texts, labels, sentences)
    model._sentences = real
    began = time.process_time()
    for text in texts[::50]:
        model.predict([text])
    spent = 1000 * (time.process_time() - began) / len(texts[::50])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"cpu_ms_a_message": round(spent, 1), "peak_mb_of_this_process": memory}))


if __name__ == "__main__":
    main()
