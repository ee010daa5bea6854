"""all-MiniLM-L6-v2 by onnxruntime, with the corrections that were learned for Heard (scripts/tune.py).

The published weights come from the package index; their hash is checked before they are used. The corrections are small: for each
matrix two thin ones whose product is added to it, and the offsets and scales.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from cases.safety import graph
from cases.safety.data import CATEGORIES
from cases.safety.wordpiece import WordPieces

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LONGEST = 64
#: How strongly the product of the thin matrices counts; the same when they are learned.
STRENGTH = 2.0
#: Added to how much two word pieces of different texts look at each other, so that it comes to nothing.
APART = np.float32(-1e4)


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
        self._layers = _session(weights)
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
        lengths = [len(one) for one in numbers]
        of_text = np.repeat(np.arange(len(lengths)), lengths)
        given = {
            "x": np.concatenate([self._embedding[one].astype(np.float32) + self._positions[: len(one)] for one in numbers]),
            "apart": np.where(of_text[:, None] == of_text, np.float32(0), APART),
            "share": (of_text == np.arange(len(lengths))[:, None]) / np.array(lengths, np.float32)[:, None],
        }
        return self._layers.run(None, given)[0]


def _shares(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def _session(weights: dict[str, np.ndarray]) -> onnxruntime.InferenceSession:
    """On one thread, without waiting loops: messages are looked at side by side, and a machine does other things too."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph.build(weights), options, providers=["CPUExecutionProvider"])


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
