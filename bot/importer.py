"""Training data for Rasa, without the tens of thousands of lines that it would copy and hash a dozen times."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import examples


class HeardImporter(RasaFileImporter):
    """Rasa's own importer, but of each intent's lines Rasa sees the first: the classifier reads the files itself.

    That halves the time of a training. `rasa data validate` therefore does not see all lines; a test of ours does.
    """

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        paths = [Path(path) for path in sorted(self._nlu_files)]
        messages = [Message.build(text=lines[0], intent=intent) for intent, lines in examples.read(paths).items()]
        return TrainingData(messages, responses=responses(paths))


def responses(paths: Iterable[Path]) -> dict[str, list[dict[str, Any]]]:
    """The replies that stand in the same files. Raises ValueError for a name in two of them: Rasa would drop one silently."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in paths:
        for name, variations in (examples.content(path).get("responses") or {}).items():
            if name in found:
                raise ValueError(f"The reply {name} is in {path} and in another file.")
            found[name] = variations
    return found
