"""`make bench-nlu [FILE=…]`: what Heard makes of any file of the evaluation format, beside Rasa's default pipeline.

For {"text","intent","alt"}: share right, among the first three, macro F1, each intent's recall, confusions, how honest the confidence
is. For {"text","risk","category"}: what the safety net catches and what it alarms for. Both: latency, memory. Writes var/bench/nlu.json,
and for each file NAME a table of confusions (CSV), a reliability curve (SVG) and the errors to read (TXT) beside it.

The running model (the newest in HEARD_HOME) is measured. Rasa's default pipeline (benchmarks/diet.yml) is trained on data/nlu when
first asked for, which takes the best part of an hour, kept, and trained again when data/nlu changes; `--no-diet` leaves it out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import numpy as np

from benchmarks import intents, safety
from benchmarks.picture import write_reliability
from benchmarks.report import save
from cases.safety import data
from cases.settings import ROOT, Settings
from heard.rasa import PYTHON, environment, newest_model

OUT = ROOT / "var" / "bench"
OURS, DIET = "Heard", "Rasa default (DIET)"
HARM = "disclose_harm"
HELD_OUT = [data.HELD_OUT.with_name("intents.jsonl"), data.HELD_OUT]


class Bot:
    """A classifier in a process of its own: ask it about texts, and what that cost."""

    def __init__(self, module: str, model: Path, settings: Settings):
        argv = [str(PYTHON), "-m", module, str(model)]
        began = time.monotonic()
        self._process = subprocess.Popen(
            argv, cwd=ROOT, env=environment(settings), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._ask("hello")
        self.size_mb = round(model.stat().st_size / 1e6, 1)
        self.ready_s = round(time.monotonic() - began, 1)
        self._taken: list[float] = []
        self._spent = 0.0

    def _ask(self, text: str) -> dict:
        self._process.stdin.write(json.dumps({"text": text}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise click.ClickException("The model could not be loaded: run 'heard train --force'.")
        return json.loads(answer)

    def answers(self, texts: Sequence[str]) -> list[intents.Answer]:
        found, spent = [], self._cpu()
        for text in texts:
            began = time.monotonic()
            answer = self._ask(text)
            self._taken.append(1000 * (time.monotonic() - began))
            ranking = [(one["name"], one["confidence"]) for one in answer["ranking"]]
            if answer.get("intent", ranking[0][0]) != ranking[0][0]:  # nothing was understood
                ranking.insert(0, (answer["intent"], 0.0))
            found.append(intents.Answer(tuple(ranking), answer.get("understood", True)))
        self._spent += self._cpu() - spent
        return found

    def cost(self) -> dict[str, float]:
        """Wall and CPU milliseconds a message, memory of its process, size of the model's file."""
        taken = sorted(self._taken)
        return {
            "ms_median": round(taken[len(taken) // 2], 1),
            "ms_95": round(taken[int(len(taken) * 0.95)], 1),
            "cpu_ms": round(1000 * self._spent / len(taken), 1),
            "memory_mb": _memory(self._process.pid),
            "model_mb": self.size_mb,
            "ready_s": self.ready_s,
        }

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(30)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=HELD_OUT)
    parser.add_argument("--no-diet", action="store_true", help="leave Rasa's default pipeline out")
    options = parser.parse_args()
    try:
        print(f"\nwritten to {save('nlu', compared(options.files, Settings.from_env(), with_diet=not options.no_diet))}")
    except click.ClickException as problem:
        parser.exit(2, f"{problem.message}\n")


def compared(files: Sequence[Path], settings: Settings, with_diet: bool) -> dict[str, object]:
    """The figures of each file, printed too. Raises ClickException, in words for whoever typed the command."""
    measures = {path: _measure(path) for path in files}
    model = newest_model(settings)
    if model is None:
        raise click.ClickException("There is no trained model yet: run 'heard train' (or 'make train') first.")
    OUT.mkdir(parents=True, exist_ok=True)
    bots = {}
    try:
        bots[OURS] = Bot("bot.parse", model, settings)
        if with_diet:
            bots[DIET] = Bot("bot.parse_rasa", diet(settings), settings)
        results = {}
        for path, measure in measures.items():
            print(f"\n{path}")
            results[path.name] = measure(path, bots, settings)
        return results
    finally:
        for bot in bots.values():
            bot.close()


def _measure(path: Path) -> Callable[[Path, dict[str, Bot], Settings], dict[str, object]]:
    """How a file of this kind is measured."""
    try:
        first = json.loads(path.read_text("utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        first = {}
    if {"text", "intent"} <= first.keys():
        return _intents
    if {"text", "risk"} <= first.keys():
        return _safety
    raise click.ClickException(
        f'{path} holds no lines like {{"text","intent","alt"}} or {{"text","risk","category"}}; consultations are for "make talk-eval".'
    )


def _intents(path: Path, bots: dict[str, Bot], settings: Settings) -> dict[str, object]:
    lines = intents.read(path)
    answers = {name: bot.answers([line.text for line in lines]) for name, bot in bots.items()}
    found = {name: intents.figures(lines, mine) | bots[name].cost() for name, mine in answers.items()}
    _side_by_side({name: {key: value for key, value in mine.items() if key != "by_intent"} for name, mine in found.items()})
    print(f"\n  {'intent':<22}{'messages':>9}" + "".join(f"{name.split()[0] + ' recall':>16}" for name in found))
    for intent, one in found[OURS]["by_intent"].items():
        shares = "".join(f"{mine['by_intent'][intent]['recall']:>16}" for mine in found.values())
        print(f"  {intent:<22}{one['messages']:>9}{shares}")
    ours = answers[OURS]
    mistakes = intents.write_confusions(OUT / f"{path.stem}-confusions.csv", lines, ours)
    print("\n  most often mistaken:")
    for (meant, taken), count in mistakes.most_common(12):
        print(f"    {count:>3}  {meant} taken for {taken}")
    intents.write_errors(OUT / f"{path.stem}-errors.txt", lines, ours)
    curves = {name: intents.bands(lines, mine) for name, mine in answers.items()}
    write_reliability(OUT / f"{path.stem}-reliability.svg", f"Confidence of the intent, {path.name}", curves)
    return found


def _safety(path: Path, bots: dict[str, Bot], settings: Settings) -> dict[str, object]:
    """The safety net; and what P(disclose_harm) of the intent classifiers would catch at as many false alarms."""
    rows = data.rows(path)
    ours = safety.measured(path, settings.home, errors=0, listed=OUT / f"{path.stem}-errors.txt")
    curve = safety.reliability(rows, settings.home)
    write_reliability(OUT / f"{path.stem}-reliability.svg", f"Risk as the safety net sees it, {path.name}", {"safety net": curve})
    risky = np.array([row.risk != "none" for row in rows])
    ours["by_intent_classifier"] = {}
    for name, bot in bots.items():
        harm = np.array([dict(answer.ranking).get(HARM, 0.0) for answer in bot.answers([row.text for row in rows])])
        limit = np.quantile(harm[~risky], 1 - ours["check_in_false_alarms"]) if (~risky).any() else 0.5
        ours["by_intent_classifier"][name] = round(float((harm[risky] > limit).mean()), 4) if risky.any() else 0.0
    print(f"\n  recall of {HARM} at as many false alarms: {ours['by_intent_classifier']}")
    return ours


def _side_by_side(found: dict[str, dict[str, object]]) -> None:
    print(f"  {'':<26}" + "".join(f"{name:>22}" for name in found))
    for key in next(iter(found.values())):
        print(f"  {key:<26}" + "".join(f"{mine[key]!s:>22}" for mine in found.values()))


def diet(settings: Settings, lines: Path = data.NLU, folder: Path = OUT / "diet") -> Path:
    """Rasa's default pipeline, trained once on the lines as they are now and kept. Raises ClickException, saying where the log is."""
    digest = hashlib.sha256()
    for path in (Path(__file__).with_name("diet.yml"), *sorted(lines.glob("*.yml"))):
        digest.update(path.read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / f"diet-{digest.hexdigest()[:12]}.tar.gz"
    if not model.exists():
        print("Training Rasa's default pipeline; this takes 50 minutes of one core, once; --no-diet leaves it out.", flush=True)
        argv = [
            *(str(PYTHON), "-m", "rasa", "train", "nlu", "--config", "benchmarks/diet.yml", "--nlu", str(lines)),
            *("--domain", "domain.yml", "--out", str(folder), "--fixed-model-name", model.name),
        ]
        log = folder / "train.log"
        with log.open("wb") as output:
            done = subprocess.run(argv, cwd=ROOT, env=environment(settings), stdout=output, stderr=output)
        if done.returncode or not model.exists():
            raise click.ClickException(f"Rasa's default pipeline could not be trained; {log} says why.")
        for old in folder.glob("diet-*.tar.gz"):
            if old != model:
                old.unlink()
    return model


def _memory(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
