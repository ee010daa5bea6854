"""The bot's encrypted conversations on a real PostgreSQL: its own tests, in its own Python, on a database of ours."""

from __future__ import annotations

import os
import subprocess

from cases.settings import ROOT
from tests.standins.postgres import Postgres


def test_conversations_are_kept_on_postgresql_as_on_sqlite():
    with Postgres() as server, server.database() as url:
        done = subprocess.run(
            [str(ROOT / "bot" / ".venv" / "bin" / "python"), "-m", "pytest", "bot/tests/test_tracker.py", "-k", "postgresql"],
            cwd=ROOT,
            env={**os.environ, "HEARD_TEST_POSTGRES": url},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
