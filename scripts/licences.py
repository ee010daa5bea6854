"""What every installed package is licensed under; ends with 1 when one is under a licence that we have not accepted.

Runs with either environment's Python: `.venv/bin/python scripts/licences.py`, `bot/.venv/bin/python scripts/licences.py`.
"""

import re
import sys
from importlib.metadata import distributions

#: Permissive licences, and the LGPL and MPL for libraries that are used unchanged.
ACCEPTED = re.compile(
    r"\b(apache|mit|bsd|isc|psf|python[- ]software|python[- ]2\.0|cnri|zpl|zope|unlicense|public domain|hpnd|zlib|0bsd|wtfpl|"
    r"lgpl|lesser general public|mpl|mozilla|artistic|historical permission)\b|apache2|^3-clause",
    re.I,
)
#: Packages whose metadata names no licence; read by hand in their source.
READ_BY_HAND = {
    "heard": "Apache-2.0 (this project)",
    "heard-bot": "Apache-2.0 (this project)",
    "axe-playwright-python": "MIT (its LICENSE file); carries axe-core under MPL-2.0, for tests only",
    "pysqlite3": "zlib (its LICENSE file)",
    "zxcvbn-rs-py": "MIT (its LICENSE file); for tests only",
}


def licence(package) -> str:
    meta = package.metadata
    classifiers = [line.split(" :: ")[-1] for line in meta.get_all("Classifier") or [] if line.startswith("License ::")]
    whole = ", ".join([meta.get("License-Expression") or "", *classifiers, (meta.get("License") or "").strip().split("\n")[0]]).strip(", ")
    return READ_BY_HAND.get(meta["Name"].lower(), whole)


def main() -> int:
    unknown = []
    for package in sorted(distributions(), key=lambda one: one.metadata["Name"].lower()):
        found = licence(package)
        print(f"{package.metadata['Name']:<40} {found}")
        if not ACCEPTED.search(found):
            unknown.append(package.metadata["Name"])
    if unknown:
        print(f"Not accepted, read their licence: {', '.join(unknown)}", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
