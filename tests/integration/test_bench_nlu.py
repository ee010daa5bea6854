"""Rasa's default pipeline beside ours: trained when first asked for, kept, and trained again when the lines have changed."""

from pathlib import Path

import click
import pytest

from benchmarks import nlu
from cases.settings import Settings

LINES = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hiya
    - good morning
    - hey there
- intent: goodbye
  examples: |
    - bye
    - see you later
    - good night
    - laters
"""


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    folder = tmp_path / "lines"
    folder.mkdir()
    (folder / "some.yml").write_text(LINES)
    return folder


def test_rasas_pipeline_is_trained_once_kept_and_asked(lines, tmp_path, capsys):
    settings = Settings.from_env({"HEARD_HOME": str(tmp_path)})
    first = nlu.diet(settings, lines, tmp_path / "diet")
    made = first.stat().st_mtime_ns
    assert "once" in capsys.readouterr().out
    assert nlu.diet(settings, lines, tmp_path / "diet") == first and first.stat().st_mtime_ns == made
    assert capsys.readouterr().out == "", "nothing was trained the second time"
    bot = nlu.Bot("bot.parse_rasa", first, settings)
    try:
        hello, bye = bot.answers(["hello", "see you later"])
        assert (hello.intent, bye.intent) == ("greet", "goodbye") and len(hello.ranking) == 2
        assert bot.cost()["memory_mb"] > 100
    finally:
        bot.close()
    (lines / "some.yml").write_text(LINES.replace("- laters", "- later then"))
    second = nlu.diet(settings, lines, tmp_path / "diet")
    assert second != first and second.exists() and not first.exists(), "other lines, another model; the old one goes"


def test_training_that_fails_says_where_the_log_is(lines, tmp_path):
    (lines / "some.yml").write_text("nlu: [broken")
    with pytest.raises(click.ClickException, match="train.log says why"):
        nlu.diet(Settings.from_env({"HEARD_HOME": str(tmp_path)}), lines, tmp_path / "diet")
