"""How Rasa is started, and what makes a new model necessary."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from cases.settings import ROOT, Settings
from cases.store import crypto
from heard import catalogue, train
from heard.rasa import command, newest_model


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"HEARD_HOME": str(tmp_path)})


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = {crypto.BOT: os.urandom(32), crypto.TRACKER: os.urandom(32)}
    monkeypatch.setattr(crypto.ring, "_keys", fixed)


@pytest.fixture
def model(settings: Settings) -> Path:
    path = settings.home / "models" / "heard-1.tar.gz"
    path.parent.mkdir(parents=True)
    path.touch()
    return path


def test_rasa_listens_on_loopback_alone_and_without_its_api(settings: Settings, keys: None, model: Path):
    argv, _ = command(settings)
    assert argv[argv.index("--interface") + 1] == "127.0.0.1"
    assert argv[argv.index("--port") + 1] == "5005"
    assert argv[argv.index("--model") + 1] == str(model)
    assert "--enable-api" not in argv
    assert "--cors" not in argv


def test_rasa_is_handed_no_secret_but_its_own(settings: Settings, keys: None, model: Path, monkeypatch: pytest.MonkeyPatch):
    secrets = {"TWILIO_AUTH_TOKEN": "twilio-hush", "HEARD_SMTP_URL": "smtp://a:smtp-hush@x", "HEARD_KEY_FILE": "/key-hush"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    _, env = command(settings)
    assert not any("hush" in value for value in env.values())
    Fernet(env["HEARD_BOT_TRACKER_KEYS"])
    assert env["HEARD_BOT_TOKEN"] in env["HEARD_BOT_ACTIONS_URL"]
    assert env["RASA_TELEMETRY_ENABLED"] == "false"
    assert env["HOME"].startswith(str(settings.home))


def test_rasa_elsewhere_than_on_this_machine_is_refused(settings: Settings, keys: None, model: Path):
    with pytest.raises(RuntimeError, match="127.0.0.1"):
        command(replace(settings, rasa_urls=("http://0.0.0.0:5005",)))


def test_without_a_model_it_says_what_to_do(settings: Settings, keys: None):
    assert newest_model(settings) is None
    with pytest.raises(RuntimeError, match="heard train"):
        command(settings)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    root = tmp_path / "sources"
    for name in ("config.yml", "domain.yml", "data/nlu/a.yml", "data/responses/a.yml", "bot/nlu/a.py", "bot/uv.lock", "README.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "data/nlu/a.yml", "bot/nlu/a.py", "bot/uv.lock", "data/rules/new.yml"])
def test_a_change_to_what_a_model_is_made_of_asks_for_a_new_one(sources: Path, name: str):
    before = train.fingerprint(sources)
    (sources / name).parent.mkdir(exist_ok=True)
    (sources / name).write_text("changed")
    assert train.fingerprint(sources) != before


@pytest.mark.parametrize("name", ["README.md", "data/responses/a.yml"])
def test_another_file_does_not(sources: Path, name: str):
    """The words of a reply are read when Rasa starts; the model only knows its name."""
    before = train.fingerprint(sources)
    (sources / name).write_text("changed")
    assert train.fingerprint(sources) == before


def test_a_model_that_fits_is_used_and_nothing_is_trained(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    model = settings.home / "models" / f"heard-{train.fingerprint()}.tar.gz"
    model.parent.mkdir(parents=True)
    model.touch()
    monkeypatch.setattr(train.safety_model, "is_trained", lambda home: True)
    monkeypatch.setattr(train, "_run", lambda *args: pytest.fail("it trained"))
    assert train.train(settings, progress=lambda line: None) == model


def test_a_training_that_fails_says_where_the_log_is_and_keeps_the_old_model(
    settings: Settings, model: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(train.safety_model, "is_trained", lambda home: True)
    monkeypatch.setattr(train, "_run", lambda *args: 1)
    with pytest.raises(RuntimeError, match="train.log"):
        train.train(settings, progress=lambda line: None)
    assert newest_model(settings) == model


def test_every_sentence_for_children_is_in_the_catalogue(tmp_path: Path):
    folder = tmp_path / "data" / "responses"
    folder.mkdir(parents=True)
    (folder / "a.yml").write_text(
        'responses:\n  utter_a:\n    - text: "Hello {name}"\n      buttons: [{title: "Yes", payload: "/affirm"}]\n    - text: "Hi"\n'
    )
    path = catalogue.write(tmp_path)
    text = path.read_text()
    for sentence in ("Hello {name}", "Yes", "Hi"):
        assert f'msgid "{sentence}"' in text
    assert "Keep as they are: {name}" in text


def test_the_catalogue_in_the_repository_is_up_to_date():
    held = (ROOT / "locale" / "heard.pot").read_text()
    assert held == catalogue.as_text(catalogue.catalogue()), "Run 'make catalogue'."
