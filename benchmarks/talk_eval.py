"""`make talk-eval`: play consultation scripts through the signed webhook and score what was kept.

Each script is a new child with a phone. A turn is a text; the next goes out when the answer to it has arrived. At the end
the child's newest consultation, as `heard export` prints it, is held against the script's `expect`, field by field.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.matching import right
from benchmarks.report import save
from cases.settings import ROOT
from tests.stack import Child, Stack

SCRIPTS = ROOT.parent / "shared" / "eval" / "consultations.jsonl"
FIELDS = ("when", "where", "attend", "exclude", "chair", "issues", "advocate")
AT_ONCE = 4


@dataclass
class Played:
    script: dict
    talk: list[tuple[str, list[str]]] = field(default_factory=list)
    kept: dict = field(default_factory=dict)

    @property
    def wrong(self) -> list[str]:
        return [name for name in FIELDS if not right(self.script["expect"].get(name), self.kept.get(name))]

    @property
    def silent(self) -> int:
        """Turns that nothing came back for."""
        return sum(not replies for _, replies in self.talk)

    @property
    def looped(self) -> bool:
        """The same reply three times running."""
        said = [tuple(replies) for _, replies in self.talk]
        return any(said[at] and said[at] == said[at + 1] == said[at + 2] for at in range(len(said) - 2))


def play(child: Child, script: dict) -> Played:
    played = Played(script)
    for turn in script["turns"]:
        played.talk.append((turn, child.says(turn)))
    held = child.record()["consultations"]
    played.kept = held[-1] if held else {}
    return played


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=SCRIPTS)
    parser.add_argument("--quiet", action="store_true", help="figures only, no talks")
    options = parser.parse_args()
    scripts = [json.loads(line) for line in options.file.read_text().splitlines() if line.strip()]
    with tempfile.TemporaryDirectory(prefix="heard-talk-") as folder, Stack(Path(folder) / "home") as stack:
        iro = stack.staff("iro", "Denise Demo")
        for kind in ("manager", "duty", "complaints"):
            stack.staff(kind, kind.title())
        stack.wait_for_gateway()
        stack.wait_for_rasa()
        children = [stack.child(iro=iro) for _ in scripts]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = list(pool.map(play, children, scripts))
    if not options.quiet:
        for number, played in enumerate(results, 1):
            _print(number, played)
    _summary(results)


def _print(number: int, played: Played) -> None:
    print(f"\n=== {number}: {played.script.get('note', '')}")
    for turn, replies in played.talk:
        print(f"  > {turn}")
        for reply in replies:
            print("      " + reply.replace("\n", "\n      "))
    for name in FIELDS:
        mark = "WRONG" if name in played.wrong else "  ok "
        print(f"  {mark} {name}: expected {played.script['expect'].get(name)!r}, kept {played.kept.get(name)!r}")


def _summary(results: list[Played]) -> None:
    total = len(results) * len(FIELDS)
    wrong = sum(len(played.wrong) for played in results)
    by_field = {name: sum(name not in played.wrong for played in results) / len(results) for name in FIELDS}
    figures = {
        "scripts": len(results),
        "fields_right": round(1 - wrong / total, 4),
        "scripts_all_right": sum(not played.wrong for played in results),
        "silent_turns": sum(played.silent for played in results),
        "loops": sum(played.looped for played in results),
        "by_field": {name: round(share, 3) for name, share in by_field.items()},
    }
    print(f"\n{figures['fields_right']:.1%} of {total} fields right; {figures['scripts_all_right']} of {len(results)} scripts all right;")
    print(f"{figures['silent_turns']} silent turns; {figures['loops']} loops; by field: {figures['by_field']}")
    save("talk-eval", figures)


if __name__ == "__main__":
    main()
