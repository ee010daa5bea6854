"""May a new model take the place of the running one? Both are measured on data/heldout, which no model learns from."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

from cases.safety import data
from cases.safety.judging import RISKS, Judge
from cases.safety.model import Model
from cases.settings import ROOT
from heard.rasa import PYTHON

INTENTS = ROOT / "data" / "heldout" / "intents.jsonl"
#: How much worse a new model may be, in shares of the messages: less than this is what another seed would do.
MARGIN = 0.02


class Worse(RuntimeError):
    """The new model was not put in place. The text says by how much it is worse, and what to do."""


def check_intents(running: Path, new: Path) -> None:
    """Raises Worse if fewer intents are right than with the running model. A running model that this code cannot read does not count."""
    before = intents_right(running)
    if before is not None:
        _compare({"intents understood": before}, {"intents understood": intents_right(new) or 0.0})


def check_safety(running: Model, new: Model) -> None:
    """Raises Worse if fewer risks or dangers are caught, or harmless messages are asked about more often."""
    _compare(safety_caught(running), safety_caught(new))


def _compare(before: dict[str, float], after: dict[str, float]) -> None:
    worse = [name for name in before if after[name] < before[name] - MARGIN]
    if worse:
        told = "; ".join(f"{name} {_percent(before[name])} before, {_percent(after[name])} now" for name in worse)
        raise Worse(
            f"The new model was not taken: on the held-out messages it is worse ({told}; up to {_percent(MARGIN)} less would pass). "
            "The model of before stays in use. Look at what changed in the training data, or take the new one all the same: "
            "heard train --force"
        )


def intents_right(model: Path) -> float | None:
    """The share of the held-out messages whose intent the model has right; None if it cannot be read."""
    lines = [json.loads(line) for line in INTENTS.read_text("utf-8").splitlines()]
    asked = "".join(json.dumps({"text": line["text"]}) + "\n" for line in lines)
    argv = [str(PYTHON), "-m", "bot.parse", str(model)]
    done = subprocess.run(argv, cwd=ROOT, input=asked, capture_output=True, text=True)
    answers = [json.loads(answer)["intent"] for answer in done.stdout.splitlines()]
    if done.returncode or len(answers) != len(lines):
        return None
    return sum(intent in (line["intent"], *line["alt"]) for line, intent in zip(lines, answers, strict=True)) / len(lines)


def safety_caught(model: Model) -> dict[str, float]:
    """Shares that should be large, of the held-out messages, as the rules and this model together judge them."""
    judge = Judge(SimpleNamespace(get=lambda: model))
    rows = data.rows(data.HELD_OUT)
    said = [RISKS.index(judge.assess(row.text).risk) for row in rows]

    def share(of: tuple[str, ...], *levels: int) -> float:
        mine = [level in levels for row, level in zip(rows, said, strict=True) if row.risk in of]
        return sum(mine) / len(mine)

    return {
        "risks noticed": share(("concern", "immediate"), 1, 2),
        "dangers paged": share(("immediate",), 2),
        "harmless messages left alone": share(("none",), 0),
    }


def _percent(part: float) -> str:
    return f"{100 * part:.1f} %"
