"""all-MiniLM-L6-v2 in plain numpy, with the corrections that were learned for Heard (scripts/tune.py).

The published weights come from the package index; their hash is checked before they are used. The corrections are small: for each
matrix two thin ones whose product is added to it, and the offsets and scales.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from cases.safety.data import CATEGORIES
from cases.safety.wordpiece import WordPieces

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LONGEST = 64
#: How strongly the product of the thin matrices counts; the same when they are learned.
STRENGTH = 2.0
LAYERS, HEADS, WIDTH = 6, 12, 384


class MiniLM:
    """Reads a plain text and says how likely each level of risk is, and which category."""

    def __init__(self, folder: Path, tuned: Path):
        """Raises ValueError if the weights are not the published ones."""
        self._words = WordPieces(folder / "vocab.txt")
        weights = published(folder)
        with np.load(tuned, allow_pickle=False) as learned:
            found = {name: learned[name].astype(np.float32) for name in learned.files if not name.startswith("intent")}
        for name in found:
            if name.endswith(".A"):
                base = name.removesuffix(".A")
                weights[base] = weights[base] + STRENGTH * (found[name] @ found[base + ".B"]).T
        weights |= {name: value for name, value in found.items() if not name.endswith((".A", ".B"))}
        self._embedding = weights["embeddings.word_embeddings.weight"].astype(np.float16)
        self._positions = weights["embeddings.position_embeddings.weight"][:LONGEST] + weights["embeddings.token_type_embeddings.weight"][0]
        self._norm = _pair(weights, "embeddings.LayerNorm.")
        self._layers = [_Layer(weights, f"encoder.layer.{number}.") for number in range(LAYERS)]
        self._risk = weights["risk.w"], weights["risk.b"]
        self._category = weights["cat.w"], weights["cat.b"]

    def judge(self, plains: Sequence[str]) -> list[tuple[np.ndarray, str]]:
        """For each text the shares of none, concern and immediate, and the likeliest category that is not none."""
        sentences = self.sentences(plains)
        levels = _shares(sentences @ self._risk[0] + self._risk[1])
        categories = sentences @ self._category[0] + self._category[1]
        return [(shares, CATEGORIES[1 + number]) for shares, number in zip(levels, categories[:, 1:].argmax(1), strict=True)]

    def sentences(self, plains: Sequence[str]) -> np.ndarray:
        """A row of 384 numbers for each text, about alike for texts that mean about the same.

        Several together take little longer than one: most of the time goes into fetching the weights.
        """
        numbers = [self._words.numbers(plain, LONGEST) for plain in plains]
        ends = list(accumulate(map(len, numbers)))
        texts = [slice(end - len(one), end) for one, end in zip(numbers, ends, strict=True)]
        x = np.concatenate([self._embedding[one].astype(np.float32) + self._positions[: len(one)] for one in numbers])
        x = _normed(x, *self._norm)
        for layer in self._layers:
            x = layer(x, texts)
        return np.stack([x[text].mean(0) for text in texts])


class _Layer:
    """One layer, on a row for each word piece. The weights stand the way round that a few rows are multiplied with fastest.

    `texts`: which rows belong together; the pieces of one text look at each other and at no other text.
    """

    def __init__(self, weights: dict[str, np.ndarray], name: str):
        parts = [name + f"attention.self.{part}." for part in ("query", "key", "value")]
        self._in = np.ascontiguousarray(np.concatenate([weights[part + "weight"] for part in parts]).T)
        self._in_bias = np.concatenate([weights[part + "bias"] for part in parts])
        self._out, self._norm = _pair(weights, name + "attention.output.dense."), _pair(weights, name + "attention.output.LayerNorm.")
        self._up, self._down = _pair(weights, name + "intermediate.dense."), _pair(weights, name + "output.dense.")
        self._last = _pair(weights, name + "output.LayerNorm.")

    def __call__(self, x: np.ndarray, texts: Sequence[slice]) -> np.ndarray:
        drawn = (x @ self._in + self._in_bias).reshape(len(x), 3, HEADS, WIDTH // HEADS)
        attended = np.concatenate([self._attended(*drawn[text].transpose(1, 2, 0, 3)) for text in texts])
        x = _normed(x + attended @ self._out[0] + self._out[1], *self._norm)
        inner = _gelu(x @ self._up[0] + self._up[1])
        return _normed(x + inner @ self._down[0] + self._down[1], *self._last)

    @staticmethod
    def _attended(query: np.ndarray, key: np.ndarray, value: np.ndarray) -> np.ndarray:
        shares = _shares(query @ key.transpose(0, 2, 1) / math.sqrt(WIDTH // HEADS))
        return (shares @ value).transpose(1, 0, 2).reshape(-1, WIDTH)


def _shares(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def _pair(weights: dict[str, np.ndarray], name: str) -> tuple[np.ndarray, np.ndarray]:
    return np.ascontiguousarray(weights[name + "weight"].T), weights[name + "bias"]


def _normed(x: np.ndarray, scale: np.ndarray, shift: np.ndarray) -> np.ndarray:
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12) * scale + shift


def _gelu(x: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))


def published(folder: Path) -> dict[str, np.ndarray]:
    """The published weights by name, read where they lie. Raises ValueError if they are others."""
    path = folder / "model.safetensors"
    raw = np.memmap(path, np.uint8, "r")
    if hashlib.sha256(raw).hexdigest() != SHA256:
        raise ValueError("these are not the published weights")
    size = int.from_bytes(raw[:8].tobytes(), "little")
    header = json.loads(raw[8 : 8 + size].tobytes())

    def tensor(shape: list[int], begin: int) -> np.ndarray:
        return np.frombuffer(raw, np.float32, count=math.prod(shape), offset=8 + size + begin).reshape(shape)

    return {name: tensor(entry["shape"], entry["data_offsets"][0]) for name, entry in header.items() if entry.get("dtype") == "F32"}
