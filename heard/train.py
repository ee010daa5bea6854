"""`heard train`: a new model when what it is made of has changed, and only then."""

from __future__ import annotations

import hashlib
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cases.safety import model as safety_model
from cases.settings import ROOT, Settings
from heard.heldout import Worse, check_intents, check_safety
from heard.rasa import PYTHON, environment, newest_model

__all__ = ["Worse", "fingerprint", "newest_model", "train"]

LEARNED = ("data/nlu", "data/rules", "data/stories")
DATA = (*LEARNED, "data/responses")
SOURCES = ("config.yml", "domain.yml", *LEARNED, "data/tuned.npz", "bot/nlu", "bot/importer.py", "bot/uv.lock")
KEEP_MODELS = 3


def train(settings: Settings, force: bool = False, progress: Callable[[str], None] = print) -> Path:
    """The model for the present sources, trained now if there is none yet.

    Its name holds a hash of the sources. The old model stays until the new one is whole, so that a training that fails
    or is interrupted changes nothing; and it stays in use if the new one is worse on the held-out messages (see heldout.py).
    `force`: train in any case, and take the new model whatever it measures.
    Raises RuntimeError, saying where the log is; and Worse, which is one, where the new model was refused.
    """
    models = settings.home / "models"
    models.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"heard-{fingerprint()}"
    model = models / f"{name}.tar.gz"
    if model.exists() and not force:
        model.touch()  # the newest model is the one that is served
        _train_safety_net(settings, force)
        return model
    running = newest_model(settings)
    refused = models / f"refused-{name}.txt"
    if refused.exists() and running is not None and not force:
        _train_safety_net(settings, force)
        raise Worse(refused.read_text("utf-8"))
    log = settings.home / "train.log"
    progress("Training the bot: it reads its example messages. This takes about a minute.")
    began = time.monotonic()
    scratch = models / "new"
    with ThreadPoolExecutor(1) as beside:  # the safety net is learned here while Rasa works in a process of its own
        safety_net = beside.submit(_train_safety_net, settings, force)
        status = _run(settings, ["--out", str(scratch), "--fixed-model-name", name], log, progress)
    made = scratch / f"{name}.tar.gz"
    if status != 0 or not made.exists():
        raise RuntimeError(f"The bot could not be trained; {log} says why.")
    if running is not None and not force:
        progress("Comparing it with the model in use.")
        try:
            check_intents(running, made)
        except Worse as worse:
            made.unlink()
            refused.write_text(str(worse), "utf-8")  # the same sources would be refused again
            raise
    made.replace(model)
    _drop_old(models)
    progress(f"The bot is trained ({time.monotonic() - began:.0f} s).")
    safety_net.result()  # a safety net that was refused is told of last: each of the two is taken or refused by itself
    return model


def _train_safety_net(settings: Settings, force: bool) -> None:
    if force or not safety_model.is_trained(settings.home):
        safety_model.train(settings.home, check=None if force else check_safety)


def fingerprint(root: Path = ROOT) -> str:
    """A hash over everything that goes into a model."""
    digest = hashlib.sha256()
    for path in _files(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        path = root / source
        if path.is_file():
            yield path
        else:
            yield from sorted(file for file in path.rglob("*") if file.suffix in (".yml", ".yaml", ".py"))


def _run(settings: Settings, arguments: list[str], log: Path, progress: Callable[[str], None]) -> int:
    data = [folder for folder in DATA if (ROOT / folder).is_dir()]
    argv = [
        str(PYTHON),
        "-m",
        "rasa",
        "train",
        "--quiet",
        "--skip-validation",
        "--domain",
        "domain.yml",
        "--config",
        "config.yml",
        "--data",
        *data,
    ]
    began = time.monotonic()
    with log.open("wb") as output:
        running = subprocess.Popen(
            [*argv, *arguments], cwd=ROOT, env=environment(settings), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            while True:
                try:
                    return running.wait(15)
                except subprocess.TimeoutExpired:
                    progress(f"Still training ({time.monotonic() - began:.0f} s).")
        finally:
            if running.poll() is None:
                running.kill()


def _drop_old(models: Path) -> None:
    kept = sorted(models.glob("heard-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    for old in (*kept[:-KEEP_MODELS], *models.glob("refused-*.txt")):
        old.unlink()
