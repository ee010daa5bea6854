"""A new model takes the place of the running one only if it is not worse on messages that neither has learned from."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.safety import data
from cases.safety import model as safety_model
from cases.settings import Settings
from heard import heldout, train
from heard.rasa import newest_model


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"HEARD_HOME": str(tmp_path)})


@pytest.fixture
def running(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model in use; a training that "makes" another file; how many held-out messages each has right is said by the test."""
    path = settings.home / "models" / "heard-before.tar.gz"
    path.parent.mkdir(parents=True)
    path.write_text("before")

    def makes_one(settings, arguments, log, progress) -> int:
        made = Path(arguments[arguments.index("--out") + 1]) / f"{arguments[-1]}.tar.gz"
        made.parent.mkdir(exist_ok=True)
        made.write_text("new")
        return 0

    monkeypatch.setattr(train, "_run", makes_one)
    monkeypatch.setattr(train.safety_model, "is_trained", lambda home: True)
    return path


def measures(monkeypatch: pytest.MonkeyPatch, before: float | None, new: float | None) -> None:
    monkeypatch.setattr(heldout, "intents_right", lambda path: before if path.read_text() == "before" else new)


def quiet(line: str) -> None:
    pass


@pytest.mark.parametrize(("before", "new"), [(0.80, 0.90), (0.80, 0.79), (None, 0.40)])
def test_model_that_is_as_good_is_served(settings, running, monkeypatch, before, new):
    measures(monkeypatch, before, new)
    made = train.train(settings, progress=quiet)
    assert newest_model(settings) == made != running


@pytest.mark.parametrize("new", [0.77, None])
def test_worse_model_is_refused_in_plain_words_and_the_old_one_stays(settings, running, monkeypatch, new):
    measures(monkeypatch, 0.80, new)
    with pytest.raises(train.Worse, match=r"80\.0 % before.*heard train --force"):
        train.train(settings, progress=quiet)
    assert newest_model(settings) == running


def test_what_was_refused_is_not_trained_again_at_every_start(settings, running, monkeypatch):
    measures(monkeypatch, 0.80, 0.50)
    with pytest.raises(train.Worse):
        train.train(settings, progress=quiet)
    monkeypatch.setattr(train, "_run", lambda *args: pytest.fail("it trained"))
    with pytest.raises(train.Worse, match="50.0 % now"):
        train.train(settings, progress=quiet)


def test_force_takes_it_all_the_same(settings, running, monkeypatch):
    measures(monkeypatch, 0.80, 0.50)
    with pytest.raises(train.Worse):
        train.train(settings, progress=quiet)
    monkeypatch.setattr(train.safety_model, "train", lambda home, check: None)
    assert newest_model(settings) == running != train.train(settings, force=True, progress=quiet)
    assert newest_model(settings) != running


def test_safety_net_that_misses_more_is_refused_and_the_one_in_place_goes_on(tmp_path, monkeypatch):
    texts, labels = data.training_rows()
    harm = [(text, level) for text, level in zip(texts, labels, strict=True) if level]
    calm = [(text, level) for text, level in zip(texts, labels, strict=True) if not level]
    monkeypatch.setattr(safety_model, "_meaning", lambda: None)  # by spelling alone: quick, and nothing hides the change
    monkeypatch.setattr(data, "training_rows", lambda: _columns(harm[::4] + calm[::16]))
    good = safety_model.train(tmp_path)
    monkeypatch.setattr(data, "training_rows", lambda: _columns(harm[::400] + calm[::16]))
    with pytest.raises(heldout.Worse, match="risks noticed"):
        safety_model.train(tmp_path, check=heldout.check_safety)
    assert good.exists() and safety_model.load(tmp_path)
    assert not list(tmp_path.rglob("safety-part-*"))


def _columns(rows: list[tuple[str, int]]) -> tuple[list[str], list[int]]:
    return [text for text, _ in rows], [level for _, level in rows]
