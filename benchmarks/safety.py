"""`python -m benchmarks.safety FILE…`: what the safety net catches and what it alarms for, on files of {"text","risk","category"}.

Prints recall, false alarms, recall by category, who was taken for what, speed and the errors to read; writes var/bench/safety.json.
The model in HEARD_HOME is used; `--train` trains one in a temporary folder first.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from benchmarks.report import save
from cases import safety
from cases.safety import data
from cases.safety import model as safety_model
from cases.safety.judging import Judge
from cases.safety.text import plain
from cases.settings import Settings

LEVELS = data.LEVELS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--sweep", action="store_true", help="print recall and false alarms at other thresholds too")
    parser.add_argument("--errors", type=int, default=40, help="how many errors of each kind to print; 0 leaves them out")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        home = Settings.from_env().home
        if options.train:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="heard-safety-")))
            began = time.monotonic()
            safety.train(home)
            print(f"trained in {time.monotonic() - began:.1f} s")
        if options.sweep:
            for path in options.files:
                sweep(path, home)
        figures = {path.name: measured(path, home, options.errors) for path in options.files}
    print(f"written to {save('safety', figures)}")


def measured(path: Path, home: Path, errors: int, listed: Path | None = None) -> dict[str, object]:
    """The figures of one file, printed too. `errors`: how many of each kind are printed; `listed`: a file for all of them."""
    rows = data.rows(path)
    safety.assess("warm up", home=home)
    found, taken = [], []
    for row in rows:
        began = time.process_time()
        found.append(safety.assess(row.text, home=home))
        taken.append((time.process_time() - began) * 1000)
    true, said = ([LEVELS.index(one.risk) for one in each] for each in (rows, found))
    true, said = np.array(true), np.array(said)
    unsure = np.array([one.unsure for one in found])
    figures = {
        "messages": len(rows),
        "check_in_recall": _share(said[true > 0] > 0),
        "check_in_false_alarms": _share(said[true == 0] > 0),
        "of_them_only_asked": _share(unsure[true == 0]),
        "paging_recall": _share(said[true == 2] == 2),
        "paging_false_on_none": _share(said[true == 0] == 2),
        "paging_false_on_none_or_concern": _share(said[true < 2] == 2),
        "immediate_checked_in": _share(said[true == 2] > 0),
        "category_right": _share(np.array([one.category == row.category for one, row in zip(found, rows, strict=True)])[true > 0]),
        "ms_median": round(statistics.median(taken), 1),
        "ms_95": round(sorted(taken)[int(len(taken) * 0.95)], 1),
    }
    print(f"\n{path}")
    for name, value in figures.items():
        print(f"  {name:<34} {value}")
    print(f"\n  {'is':<12}" + "".join(f"{'said ' + level:>16}" for level in LEVELS))
    for number, level in enumerate(LEVELS):
        print(f"  {level:<12}" + "".join(f"{int(((true == number) & (said == other)).sum()):>16}" for other in range(3)))
    figures["by_category"] = _by_category(rows, said)
    kinds = (
        ("missed", (true > 0) & (said == 0)),
        ("false alarms", (true == 0) & (said > 0)),
        ("not paged", (true == 2) & (said == 1)),
        ("paged for nothing", (true < 2) & (said == 2)),
    )
    for title, wrong in kinds:
        print(f"\n  {title}: {int(wrong.sum())}")
        for line in _errors(rows, found, wrong)[:errors]:
            print(f"    {line}")
    if listed is not None:
        listed.write_text("\n".join(f"{title}: {line}" for title, wrong in kinds for line in _errors(rows, found, wrong)) + "\n", "utf-8")
    return figures


def reliability(rows: list[data.Row], home: Path) -> list[tuple[float, float, int]]:
    """(mean share of risk that the model sees, share that is a risk, messages), by tenths of the messages in that order."""
    model = safety_model.load(home)
    seen = np.array([1 / (1 + np.exp(-model.score(plain(row.text)).risk)) for row in rows])
    risky = np.array([row.risk != "none" for row in rows])
    parts = np.array_split(np.argsort(seen), 10)
    return [(float(seen[part].mean()), float(risky[part].mean()), len(part)) for part in parts if len(part)]


def sweep(path: Path, home: Path) -> None:
    """What other thresholds would do on this file: for setting data/safety/thresholds.yml."""
    rows, model = data.rows(path), safety_model.load(home)
    true = np.array([LEVELS.index(row.risk) for row in rows])
    judge = Judge(SimpleNamespace(get=lambda: model))
    before = model.thresholds
    print(f"\n{path}\n  {'threshold':<12}{'recall':>8}{'of none':>9}{'| paged':>9}{'of none':>9}{'of less':>9}")
    for limit in np.arange(-4, 1.01, 0.5):
        model.thresholds = before | {"concern": limit}
        checked = np.array([judge.assess(row.text).risk != "none" for row in rows])
        model.thresholds = before | {"immediate": limit}
        paged = np.array([judge.assess(row.text).risk == "immediate" for row in rows])
        shares = (checked[true > 0], checked[true == 0], paged[true == 2], paged[true == 0], paged[true < 2])
        print(f"  {limit:<12}" + "".join(f"{_share(one):>9.3f}" for one in shares))


def _by_category(rows: list[data.Row], said: np.ndarray) -> dict[str, float]:
    print(f"\n  {'category':<18}{'messages':>9}{'caught':>9}{'immediate':>11}{'paged':>8}")
    shares = {}
    for category, count in sorted(Counter(row.category for row in rows if row.risk != "none").items()):
        mine = np.array([row.category == category and row.risk != "none" for row in rows])
        urgent = np.array([row.category == category and row.risk == "immediate" for row in rows])
        shares[category] = _share(said[mine] > 0)
        print(f"  {category:<18}{count:>9}{shares[category]:>9}{int(urgent.sum()):>11}{_share(said[urgent] == 2):>8}")
    return shares


def _errors(rows: list[data.Row], found: list[safety.Assessment], wrong: np.ndarray) -> list[str]:
    return [
        f"{rows[at].risk:<10}{rows[at].category:<17}{found[at].category:<17}{rows[at].text}  {list(found[at].reasons) or ''}"
        for at in np.flatnonzero(wrong)
    ]


def _share(which: np.ndarray) -> float:
    return round(float(which.mean()), 4) if len(which) else float("nan")


if __name__ == "__main__":
    main()
