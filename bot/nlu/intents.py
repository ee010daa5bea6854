"""The classifier: words and pieces of words (tf-idf) beside a sentence vector, a linear SVM; with it, the tuned sentence model's reading.

Saved as JSON, numpy arrays without objects, and an ONNX file: loading a model runs no code out of it.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.nlu import sentence
from bot.nlu.normalise import normalise, wordless
from bot.nlu.tuned import Tuned

DEFAULTS = {
    "C": 0.3,
    "sentence_weight": 0.75,  # of the sentence vector beside the tf-idf vectors, each of length 1; 0 leaves it out
    "tuned": "",  # data/tuned.npz: the sentence model tuned to the intents, asked beside the SVM; empty leaves it out
    "tuned_share": 0.4,  # how much of the decision is the tuned model's
    "min_df": 2,
    "word_ngrams": [1, 2],
    "char_ngrams": [2, 4],
    "seed": 7,
    # Below this confidence, or with the first two intents this close, a message counts as not understood.
    "threshold": 0.3,
    "margin": 0.05,
}
CALIBRATE_ON = 5  # every intent's last fifth, written by other personas than the rest
PARTS = ("words", "pieces")
SMALLEST = 1e-12


class IntentModel:
    """fit, then predict; save and load."""

    def __init__(self, options: dict[str, Any] | None = None):
        self.options = {**DEFAULTS, **{key: value for key, value in (options or {}).items() if key in DEFAULTS}}
        self.labels: list[str] = []
        self._sentences: sentence.Sentences | None = None
        self._files: tuple[bytes, str] | None = None  # of the sentence model, kept from fit to save
        self._tfidf: list[TfidfVectorizer] = []
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._bias = np.zeros(0, dtype=np.float32)
        self._sharpness = 1.0  # of the SVM's scores
        self._tuned: Tuned | None = None

    def fit(self, texts: Sequence[str], labels: Sequence[str], sentences: sentence.Sentences | None = None) -> IntentModel:
        """Learn from the texts. `sentences` saves building the sentence model where that was done before; save() needs it built."""
        normal = [normalise(text) for text in texts]
        vectors = None
        if self.options["sentence_weight"]:
            if sentences is None:
                self._files = sentence.build()
                sentences = sentence.Sentences(*self._files, threads=os.cpu_count() or 1)
            self._sentences = sentences
            vectors = sentences.encode(texts)
        self.labels = sorted(set(labels))
        answers = np.array([self.labels.index(label) for label in labels])
        self._learn_spellings(normal)
        features = self._features(self._spelled(normal), vectors)
        self._sharpness = self._calibrate(features, answers)
        self._learn_intents(features, answers)
        if self.options["tuned"]:
            self._tuned = Tuned.build(Path(self.options["tuned"]))
        return self

    def _learn_spellings(self, normal: Sequence[str]) -> None:
        common = {"sublinear_tf": True, "min_df": self.options["min_df"], "dtype": np.float32}
        self._tfidf = [TfidfVectorizer(**how, **common).fit(normal) for how in self._analyzers()]

    def _analyzers(self) -> tuple[dict[str, Any], dict[str, Any]]:
        return (
            {"token_pattern": r"\S+", "ngram_range": tuple(self.options["word_ngrams"])},
            {"analyzer": "char_wb", "ngram_range": tuple(self.options["char_ngrams"])},
        )

    def _learn_intents(self, features: csr_matrix, answers: np.ndarray) -> None:
        svm = LinearSVC(C=self.options["C"], tol=0.01, random_state=self.options["seed"]).fit(features, answers)
        weights, bias = svm.coef_, svm.intercept_
        if len(self.labels) == 2:  # scikit-learn keeps one row for two classes
            weights, bias = np.vstack([-weights, weights]), np.hstack([-bias, bias])
        self._weights = np.ascontiguousarray(weights.T, dtype=np.float32)
        self._bias = bias.astype(np.float32)

    def _calibrate(self, features: csr_matrix, answers: np.ndarray) -> float:
        """How sharp the softmax over the scores must be for 80 % to mean right in 80 of 100, on lines held out."""
        rows: dict[int, list[int]] = defaultdict(list)
        for row, answer in enumerate(answers):
            rows[answer].append(row)
        held = sorted(row for mine in rows.values() for row in mine[len(mine) - len(mine) // CALIBRATE_ON :])
        kept = sorted(set(range(len(answers))) - set(held))
        if len(held) < len(rows):
            return 1.0
        self._learn_intents(features[kept], answers[kept])
        scores = self._scores(features[held])

        def loss(sharpness: float) -> float:
            chances = _softmax(scores * sharpness)[np.arange(len(held)), answers[held]]
            return float(-np.log(np.maximum(chances, SMALLEST)).mean())

        return float(minimize_scalar(loss, bounds=(0.5, 20), method="bounded").x)

    def _spelled(self, normal: Sequence[str]) -> list[csr_matrix]:
        return [part.transform(normal) for part in self._tfidf]

    def _features(self, spelled: list[csr_matrix], vectors: np.ndarray | None) -> csr_matrix:
        parts = list(spelled)
        if vectors is not None:
            parts.append(csr_matrix(vectors * np.float32(self.options["sentence_weight"])))
        return hstack(parts, format="csr", dtype=np.float32)

    def _scores(self, features: csr_matrix) -> np.ndarray:
        return np.asarray(features @ self._weights) + self._bias

    def _scores_of_parts(self, spelled: list[csr_matrix], vectors: np.ndarray | None) -> np.ndarray:
        """As `_scores` of `_features`: for one message it takes longer to put the parts side by side than to weigh them."""
        parts = spelled if vectors is None else [*spelled, vectors * np.float32(self.options["sentence_weight"])]
        scores, begin = self._bias, 0
        for part in parts:
            scores = scores + part @ self._weights[begin : begin + part.shape[1]]
            begin += part.shape[1]
        return scores

    def _together(self, scores: np.ndarray, normal: Sequence[str]) -> np.ndarray:
        """The logarithms of the SVM's shares, mixed with the tuned model's where it knows the intent."""
        scores = _log_shares(scores * self._sharpness)
        if self._tuned is None:
            return scores
        known = [row for row, label in enumerate(self.labels) if label in self._tuned.labels]
        theirs = _log_shares(self._tuned.scores(normal))[:, [self._tuned.labels.index(self.labels[row]) for row in known]]
        share = self.options["tuned_share"]
        scores[:, known] = share * theirs + (1 - share) * scores[:, known]
        return scores

    def predict(self, texts: Sequence[str]) -> list[list[tuple[str, float]]]:
        """For each text every intent with its confidence, likeliest first.

        A text that says nothing by itself (only dots, a face) or holds nothing the model has ever seen is every intent alike.
        """
        vectors = self._sentences.encode(texts) if self._sentences else None
        normal = [normalise(text) for text in texts]
        spelled = self._spelled(normal)
        chances = _softmax(self._together(self._scores_of_parts(spelled, vectors), normal))
        known = sum(part.getnnz(axis=1) for part in spelled)
        chances[[row for row, text in enumerate(texts) if not known[row] or wordless(text)]] = 1 / len(self.labels)
        orders = np.argsort(-chances, axis=1, kind="stable")
        return [[(self.labels[index], round(float(row[index]), 4)) for index in order] for row, order in zip(chances, orders, strict=True)]

    def save(self, folder: Path) -> None:
        vocabularies = [sorted(part.vocabulary_, key=part.vocabulary_.get) for part in self._tfidf]
        about = {
            "options": self.options,
            "labels": self.labels,
            "sharpness": self._sharpness,
            "tuned_labels": self._tuned.labels if self._tuned else [],
            "vocabularies": vocabularies,
        }
        (folder / "model.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        rarities = {name: part.idf_ for name, part in zip(PARTS, self._tfidf, strict=True)}
        tuned = self._tuned.save(folder) if self._tuned else {}
        np.savez(folder / "model.npz", weights=self._weights, bias=self._bias, **rarities, **tuned)
        if self._files:
            (folder / "sentence.onnx").write_bytes(self._files[0])
            (folder / "tokenizer.json").write_text(self._files[1], encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        model = cls(about["options"])
        model.labels, model._sharpness = about["labels"], about["sharpness"]
        tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8") if (folder / "tokenizer.json").exists() else ""
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            model._weights, model._bias = arrays["weights"], arrays["bias"]
            for name, vocabulary, how in zip(PARTS, about["vocabularies"], model._analyzers(), strict=True):
                part = TfidfVectorizer(vocabulary=vocabulary, sublinear_tf=True, dtype=np.float32, **how)
                part.idf_ = arrays[name]
                model._tfidf.append(part)
            if about["tuned_labels"]:
                model._tuned = Tuned.load(folder, tokenizer, arrays, about["tuned_labels"])
        if (folder / "sentence.onnx").exists():
            model._sentences = sentence.Sentences((folder / "sentence.onnx").read_bytes(), tokenizer)
        return model


def _log_shares(scores: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(_softmax(scores), SMALLEST))


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
