"""How a message is spelled: its words, pairs of words and pieces of words, weighed by a linear model.

scikit-learn fits it; using it needs numpy alone, which is quicker for one message and saves a worker 100 MB.
"""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np


def words(plain: str) -> list[str]:
    """Words and pairs of words."""
    each = plain.split()
    return each + [f"{first} {second}" for first, second in zip(each, each[1:], strict=False)]


def letters(plain: str) -> list[str]:
    """Pieces of three to five letters of each word, its ends marked by spaces."""
    found = []
    for word in plain.split():
        marked = f" {word} "
        for size in (3, 4, 5):
            found += [marked[at : at + size] for at in range(max(1, len(marked) - size + 1))]
    return found


KINDS = {"words": words, "letters": letters}


class Spelling:
    """`numbers`: for each kind of feature, what is known by which number. `weights`: by feature, for none, concern, immediate."""

    def __init__(self, numbers: dict[str, dict[str, int]], rarity: dict[str, np.ndarray], weights: np.ndarray, offsets: np.ndarray):
        self._numbers, self._rarity, self._weights, self._offsets = numbers, rarity, weights, offsets

    @classmethod
    def trained(cls, texts: list[str], labels: list[int], seed: int = 0) -> Spelling:
        """A model of plain `texts` with labels 0 (none), 1 (concern), 2 (immediate). The same each time for the same seed."""
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import SGDClassifier

        made = {kind: TfidfVectorizer(analyzer=pieces, sublinear_tf=True, min_df=2, dtype=np.float32) for kind, pieces in KINDS.items()}
        features = hstack([vectorizer.fit_transform(texts) for vectorizer in made.values()]).tocsr()
        fitted = SGDClassifier(loss="log_loss", alpha=3e-6, class_weight="balanced", random_state=seed, max_iter=30, tol=1e-4)
        fitted.fit(features, labels)
        numbers, offset = {}, 0
        for kind, vectorizer in made.items():
            numbers[kind] = {name: int(at) + offset for name, at in sorted(vectorizer.vocabulary_.items(), key=lambda entry: entry[1])}
            offset += len(numbers[kind])
        rarity = {kind: vectorizer.idf_.astype(np.float32) for kind, vectorizer in made.items()}
        return cls(numbers, rarity, fitted.coef_.T.astype(np.float32), fitted.intercept_.astype(np.float32))

    def shares(self, plain: str) -> np.ndarray:
        """Of none, concern and immediate; they add to one."""
        score = self._offsets.astype(np.float64)
        begin = 0
        for kind, pieces in KINDS.items():
            known = self._numbers[kind]
            counts = Counter(known[piece] for piece in pieces(plain) if piece in known)
            if counts:
                at = np.fromiter(counts, np.int64, len(counts))
                weight = np.array([1 + math.log(count) for count in counts.values()]) * self._rarity[kind][at - begin]
                score = score + (weight / np.linalg.norm(weight)) @ self._weights[at]
            begin += len(known)
        each = 1 / (1 + np.exp(-score))
        return each / each.sum()

    def save(self, path: Path) -> None:
        arrays = {"weights": self._weights, "offsets": self._offsets}
        for kind in KINDS:
            arrays[kind] = np.frombuffer("\n".join(self._numbers[kind]).encode(), np.uint8)
            arrays[f"{kind}_rarity"] = self._rarity[kind]
        np.savez_compressed(path, **arrays)

    @classmethod
    def load(cls, path: Path) -> Spelling:
        with np.load(path, allow_pickle=False) as held:
            numbers, begin = {}, 0
            for kind in KINDS:
                names = held[kind].tobytes().decode().split("\n")
                numbers[kind] = {name: begin + at for at, name in enumerate(names)}
                begin += len(names)
            return cls(numbers, {kind: held[f"{kind}_rarity"] for kind in KINDS}, held["weights"], held["offsets"])
