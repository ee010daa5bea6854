"""A model that really understands less is measured on the held-out messages, and is not put in the place of the one in use."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from heard import heldout
from heard.rasa import newest_model


def with_two_intents_swapped(model: Path, to: Path) -> Path:
    """The same model, but taking raise_issue for greet and the other way round: some messages in twenty are understood no longer."""
    with tarfile.open(model) as old, tarfile.open(to, "w:gz", compresslevel=1) as new:
        for member in old.getmembers():
            content = old.extractfile(member).read() if member.isfile() else b""
            if member.name.endswith("HeardIntents0/model.json"):
                about = json.loads(content)
                swap = {"raise_issue": "greet", "greet": "raise_issue"}
                about["labels"] = [swap.get(name, name) for name in about["labels"]]
                about["tuned_labels"] = [swap.get(name, name) for name in about["tuned_labels"]]
                content = json.dumps(about).encode()
                member.size = len(content)
            new.addfile(member, io.BytesIO(content) if member.isfile() else None)
    return to


def test_a_model_that_understands_less_is_refused_and_the_same_one_is_not(heard, tmp_path):
    running = newest_model(heard.settings)
    heldout.check_intents(running, running)
    worse = with_two_intents_swapped(running, tmp_path / "worse.tar.gz")
    with pytest.raises(heldout.Worse, match="intents understood .* before, .* now"):
        heldout.check_intents(running, worse)
    heldout.check_intents(worse, running)


def test_what_is_no_model_is_never_as_good_as_the_one_in_use(heard, tmp_path):
    (tmp_path / "torn.tar.gz").write_bytes(newest_model(heard.settings).read_bytes()[:5000])
    with pytest.raises(heldout.Worse, match=r"0\.0 % now"):
        heldout.check_intents(newest_model(heard.settings), tmp_path / "torn.tar.gz")
