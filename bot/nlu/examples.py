"""The example messages of data/nlu, read quickly."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(paths: Iterable[Path]) -> dict[str, list[str]]:
    """The lines of each intent, in the order of the files."""
    lines: dict[str, list[str]] = {}
    for path in paths:
        for entry in content(path).get("nlu") or ():
            mine = lines.setdefault(entry["intent"], [])
            mine += [line[2:].strip() for line in entry["examples"].splitlines() if line.startswith("- ")]
    return lines


def content(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader) or {}
