"""JSON lines {"text"} in, {"intent", "confidence", "ranking"} out, in order: what the served model makes of a text.

    python -m bot.parse MODEL.tar.gz

The classifier is taken out of the Rasa model and asked directly, which starts in two seconds instead of twenty; the
texts go through the same steps as in the connector. `understood` is false where the bot would not act on the intent
and ask a person instead.
"""

from __future__ import annotations

import json
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.commands import clean, neutralise
from bot.nlu.intents import IntentModel
from bot.nlu.understood import NOT_UNDERSTOOD, ranked

MODEL_FILES = ("model.json", "model.npz", "sentence.onnx", "tuned.onnx", "tokenizer.json")


class NoClassifier(Exception):
    """The file is not a model of this bot."""


def load(model: Path) -> IntentModel:
    """The classifier inside a model that `rasa train` made. Raises NoClassifier."""
    with tarfile.open(model) as archive, tempfile.TemporaryDirectory() as folder:
        for member in archive:
            name = Path(member.name).name
            if member.isfile() and name in MODEL_FILES and "HeardIntents" in member.name:
                Path(folder, name).write_bytes(archive.extractfile(member).read())
        if not Path(folder, "model.json").exists():
            raise NoClassifier(str(model))
        return IntentModel.load(Path(folder))


def parse(model: IntentModel, text: str) -> dict[str, Any]:
    """The likeliest intent with its confidence, all intents ranked, and whether the bot would act on it.

    The intent is "nlu_fallback" where there is no likeliest one: written like a command, or saying nothing by itself.
    """
    words, like_a_command = neutralise(clean(text))
    ranking = model.predict([words])[0]
    (best, confidence), (_, least) = ranking[0], ranking[-1]
    if like_a_command or confidence == least:
        best, confidence = NOT_UNDERSTOOD, 0.0
    first = ranked(ranking, model.options["threshold"], model.options["margin"])[0]["name"]
    return {
        "intent": best,
        "confidence": confidence,
        "understood": first == best != NOT_UNDERSTOOD,
        "ranking": [{"name": name, "confidence": chance} for name, chance in ranking],
    }


def parse_lines(model: IntentModel, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if line.strip():
            yield json.dumps(parse(model, str(json.loads(line)["text"])))


if __name__ == "__main__":
    classifier = load(Path(sys.argv[1]))
    for answer in parse_lines(classifier, sys.stdin):
        print(answer, flush=True)
