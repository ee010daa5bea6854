"""How the tuned sentence model reads a text: the share of each intent, by one linear layer over its vector (scripts/tune.py)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.nlu import sentence

#: The layer was learned over vectors of this length; as in scripts/tune.py.
SCALE = 8.0
MODEL = "tuned.onnx"


class Tuned:
    """`weights`, `bias`: the layer, a column for each of `labels`."""

    def __init__(self, sentences: Any, weights: np.ndarray, bias: np.ndarray, labels: Sequence[str], files: tuple[bytes, str] = (b"", "")):
        self._sentences, self._weights, self._bias, self._files = sentences, weights, bias, files
        self.labels = list(labels)

    @classmethod
    def build(cls, corrections: Path) -> Tuned:
        """From data/tuned.npz and the published weights, in some seconds."""
        files = sentence.build(corrections)
        with np.load(corrections, allow_pickle=False) as learned:
            weights, bias = learned["intent.w"].astype(np.float32), learned["intent.b"].astype(np.float32)
            labels = learned["intents"].tolist()
        return cls(sentence.Sentences(*files, threads=os.cpu_count() or 1), weights, bias, labels, files)

    def scores(self, normal: Sequence[str]) -> np.ndarray:
        """A row for each normalised text, a column for each of `labels`."""
        return SCALE * self._sentences.encode(normal) @ self._weights + self._bias

    def save(self, folder: Path) -> dict[str, np.ndarray]:
        """Write the sentence model into `folder`; the arrays that must be kept with it."""
        (folder / MODEL).write_bytes(self._files[0])
        (folder / "tokenizer.json").write_text(self._files[1], encoding="utf-8")
        return {"tuned_weights": self._weights, "tuned_bias": self._bias}

    @classmethod
    def load(cls, folder: Path, tokenizer: str, arrays: Any, labels: Sequence[str]) -> Tuned:
        sentences = sentence.Sentences((folder / MODEL).read_bytes(), tokenizer)
        return cls(sentences, arrays["tuned_weights"], arrays["tuned_bias"], labels)
