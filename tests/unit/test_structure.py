"""The rules of the house that a machine can check: imports go one way, and only some modules touch some things."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"cases", "actions", "channels", "inbox", "demo", "heard", "bot"}
MAY_IMPORT = {
    "cases": {"cases"},
    "actions": {"actions", "cases"},
    "channels": {"channels", "cases"},
    "inbox": {"inbox", "cases"},
    "demo": {"demo", "cases"},
    "bot": {"bot"},
    "heard": OURS - {"bot"},
}
EXCEPTIONS = {("channels/app.py", "inbox")}  # the gateway mounts the inbox
FILES = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py")) if ".venv" not in path.parts]


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path):
    name = str(path.relative_to(ROOT))
    package = path.relative_to(ROOT).parts[0]
    if "tests" in path.parts:
        return
    roots = {module.split(".")[0] for module in imports(path)}
    wrong = {root for root in roots & OURS - MAY_IMPORT[package] if (name, root) not in EXCEPTIONS}
    assert not wrong, f"{name} imports {wrong}"
    assert "twilio" not in roots or name.startswith("channels/twilio/")
    assert "rasa_sdk" not in roots or package == "actions"
    assert "rasa" not in roots or package == "bot"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_settings_reads_the_environment_and_files_stay_small(path):
    name, source = str(path.relative_to(ROOT)), path.read_text()
    starts_processes = path.relative_to(ROOT).parts[0] in ("heard", "bot")  # hand an environment on, or live in another process
    assert name == "cases/settings.py" or starts_processes or "os.environ" not in source and "getenv" not in source
    assert source.count("\n") <= 400, f"{name} has more than 400 lines"
