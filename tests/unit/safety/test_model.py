"""The classifier's files: the same each time, refused when they have been changed, taken up while the worker runs."""

import json
import os

import numpy as np
import pytest

from cases import safety
from cases.safety import data, embedding, model
from cases.safety.spelling import Spelling
from cases.safety.text import plain

SMALL = [("he hits me at home", 1), ("she hits me at night", 1), ("i will die tonight", 2), ("we die tonight he hits", 2)] * 3
SMALL += [("when is my review", 0), ("can my nan come to my review", 0), ("who is my iro", 0), ("can i come", 0)] * 3


@pytest.fixture
def few(monkeypatch):
    """A handful of messages in place of all, so that training takes no time."""
    monkeypatch.setattr(data, "training_rows", lambda: ([text for text, _ in SMALL], [level for _, level in SMALL]))


def test_training_twice_gives_the_same_model(few, tmp_path):
    first, second = model.train(tmp_path / "one"), model.train(tmp_path / "two")
    with np.load(first) as one, np.load(second) as two:
        assert all(np.array_equal(one[name], two[name]) for name in one.files)


def test_saved_model_judges_as_the_trained_one(tmp_path):
    trained = Spelling.trained([text for text, _ in SMALL], [level for _, level in SMALL])
    trained.save(tmp_path / "it.npz")
    loaded = Spelling.load(tmp_path / "it.npz")
    for text in ("he hits me", "review", "nothing known here", ""):
        assert np.allclose(trained.shares(text), loaded.shares(text), atol=1e-6)


def test_model_says_when_it_is_out_of_date(few, tmp_path, monkeypatch):
    assert not safety.is_trained(tmp_path)
    safety.train(tmp_path)
    assert safety.is_trained(tmp_path)
    monkeypatch.setattr(data, "fingerprint", lambda: "other data")
    assert not safety.is_trained(tmp_path)


def test_changed_file_is_refused_and_rules_go_on(few, tmp_path, caplog):
    path = safety.train(tmp_path)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(model.NotTrained):
        model.load(tmp_path)
    assert safety.assess("im going to kill myself tonight", home=tmp_path).risk == "immediate"
    assert "rules alone" in caplog.text


def test_name_in_the_pointer_cannot_lead_elsewhere(few, tmp_path):
    path = safety.train(tmp_path)
    pointer = path.parent / model.POINTER
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"file": f"../../{path.name}"}))
    assert model.load(tmp_path)  # read from its own folder whatever the name says


def test_new_model_is_taken_up_without_a_restart(few, tmp_path):
    current = model.Current(tmp_path)
    assert current.get() is None
    safety.train(tmp_path)
    first = current.get()
    assert first is not None and current.get() is first
    pointer = tmp_path / "models" / model.POINTER
    os.utime(pointer, ns=(1, 1))
    assert current.get() is not first


def test_other_weights_than_the_published_ones_are_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    with pytest.raises(ValueError):
        embedding.published(tmp_path)


def test_sentence_model_tells_harm_from_its_likeness():
    meaning = model._meaning()
    assert meaning is not None
    for harm, likeness in (
        ("my carer locks me outside when she is angry", "my carer locks the car when we park"),
        ("he is hurting me and i cant tell anyone", "he is hurting my ears with that trumpet lol"),
        ("i cannot go on living like this", "i cannot go on the bouncy castle like this"),
    ):
        risk, less = (1 - meaning.judge([plain(text)])[0][0][0] for text in (harm, likeness))
        assert risk > 0.7 and risk > less, (likeness, risk, less)


def test_sentence_model_alone_puts_held_out_risks_above_held_out_likenesses():
    meaning, rows = model._meaning(), data.rows(data.HELD_OUT)
    none = np.array([levels[0] for row in rows for levels, _ in meaning.judge([plain(row.text)])])
    risk = np.array([row.risk != "none" for row in rows])
    risky, calm = 1 - none[risk], 1 - none[~risk]
    above = np.mean(risky[:, None] > calm[None])
    assert above > 0.95, above


def test_texts_judged_together_are_judged_as_each_by_itself():
    meaning = model._meaning()
    texts = ["can my nan come", "he is hurting me", "k", "i hate it here and nobody listens to me at all"]
    alone = [meaning.judge([text])[0] for text in texts]
    for (levels, category), (levels_alone, category_alone) in zip(meaning.judge(texts), alone, strict=True):
        assert levels == pytest.approx(levels_alone, abs=1e-4) and category == category_alone


def test_very_long_message_is_read_at_both_ends():
    meaning = model._meaning()
    long = "we went to the park and it was nice " * 60 + " and then he hit me and he is hurting me every night"
    assert meaning.judge([plain(long)])[0][0].shape == (3,)


def test_training_data_holds_every_category_and_no_held_out_message():
    rows = data.safety_rows()
    assert {row.category for row in rows} == set(data.CATEGORIES) and {row.risk for row in rows} == set(data.LEVELS)
    texts, _ = data.training_rows()
    assert not data.held_out() & set(texts) and not data.held_out() & {plain(row.text) for row in rows}
