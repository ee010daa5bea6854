"""The questions of the consultation are data that a council edits: what is wrong in a file is said with its place."""

from __future__ import annotations

import re
import shutil
from datetime import date

import pytest
import yaml

from cases.language import topic_answers
from cases.questions import FOLDER, BadContent, band_for, load, waiting
from cases.store.models import Person
from heard import check

TODAY = date(2026, 11, 24)
BANDS = load()


def of_age(born: str | None, needs: str = "") -> str:
    return band_for(Person(kind="child", date_of_birth=born, needs=needs), TODAY).name


def test_child_gets_the_questions_of_their_age():
    assert of_age("2018-01-01") == "8-11"
    assert of_age("2015-11-25") == "8-11"  # 10
    assert of_age("2014-11-24") == "12-15"  # 12 today
    assert of_age("2010-11-25") == "12-15"  # 16 tomorrow
    assert of_age("2010-11-24") == "16-plus"
    assert of_age("1995-01-01") == "16-plus"
    assert of_age(None) == "12-15"
    assert of_age("2010-01-01", "ADHD, needs easy-read") == "easy-read"


def test_every_band_asks_what_a_paper_booklet_asks():
    for band in BANDS:
        assert {"home", "family", "school", "health", "workers", "plan", "last_time", "my_meeting", "anything"} <= {
            t.name for t in band.topics
        }
        kinds = {question.kind for question in band.all_questions()}
        assert kinds == {"text", "scale", "choice"}


def test_each_question_with_its_hint_fits_two_texts():
    for band in BANDS:
        for topic in band.topics:
            for one in topic.questions:
                head = f"Thanks, I've got that. {topic.title} (10 of 10): "
                assert len(head + one.ask + (" " + band.hint if one.kind == "scale" else "")) <= 306, one.key


def test_every_button_is_read_as_the_answer_that_it_shows():
    for band in BANDS:
        for one in band.all_questions():
            for at, tap in enumerate(band.buttons(one)):
                kept = topic_answers.read(tap, one, band)
                assert kept == (f"{at + 1} ({band.scale[at]})" if one.kind == "scale" else list(one.choices)[at]), (band.name, one.key, tap)


def test_question_that_hangs_on_an_answer_is_asked_only_then():
    band = next(band for band in BANDS if band.name == "12-15")
    first = [question.key for question in waiting(band, {}, {})]
    assert first[:2] == ["home.how", "home.say"] and "home.needed" not in first
    low = waiting(band, {"home.how": "given"}, {"home.how": "2 (not good)"})
    assert "home.needed" in [question.key for question in low]
    high = waiting(band, {"home.how": "given"}, {"home.how": "5 (really good)"})
    assert "home.needed" not in [question.key for question in high]


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "consultation")
    return tmp_path / "consultation"


def edited(folder, change) -> list[str]:
    path = folder / "12-15.yml"
    held = yaml.safe_load(path.read_text())
    change(held)
    path.write_text(yaml.safe_dump(held, allow_unicode=True))
    with pytest.raises(BadContent) as error:
        load(folder)
    return error.value.problems


def _question(held: dict, topic: str, name: str) -> dict:
    return held["topics"][topic]["questions"][name]


WRONG = [
    (lambda held: _question(held, "home", "how").update(kind="stars"), r"12-15.yml: topic home, question how: 'kind' is one of"),
    (lambda held: _question(held, "home", "say").pop("ask"), r"topic home, question say: write it as text"),
    (lambda held: _question(held, "home", "say").update(ask="x" * 200), r"question say: 200 letters are too many"),
    (lambda held: _question(held, "home", "say").update(ask="How\u2019s home?"), r"question say: '\u2019' makes a text message cost"),
    (lambda held: _question(held, "plan", "agree").pop("choices"), r"topic plan, question agree: 'choices' needs two"),
    (lambda held: _question(held, "plan", "agree")["choices"].update({True: ["yes"]}), r"question agree: 'choices' needs"),
    (lambda held: _question(held, "plan", "next").update(only_if={"nope": ["x"]}), r"names nope, which is no earlier question"),
    (lambda held: _question(held, "home", "needed").update(only_if={"how": [9]}), r"names the answer 9, which how cannot have"),
    (lambda held: _question(held, "home", "safe").update(worry=["never"]), r"'worry' is a list of answers out of its 'choices'"),
    (lambda held: _question(held, "home", "say").update(worry=["no"]), r"'worry' is a list of answers out of its 'choices'"),
    (lambda held: held["topics"].update(when=held["topics"]["home"]), r"topic when: this name belongs to the meeting"),
    (lambda held: held["meeting"].pop("chair"), r"12-15.yml: meeting, chair: write a list"),
    (lambda held: held["scale"].update(words=["bad", "good"]), r"scale: 'words' needs five"),
    (lambda held: held["scale"].update(faces=["🙂"]), r"scale: 'faces' needs five faces"),
    (lambda held: held["scale"].update(faces=list("😀🙂😐🙁😢")), r"scale: a tap on '😀 1 .*' would be read as something else"),
    (lambda held: held["ages"].update({"from": 13}), r"12-15.yml: ages begin at 13 and 8-11.yml ends at 11: begin at 12"),
    (lambda held: held.update(colour="red"), r"'colour' is not known here"),
]


@pytest.mark.parametrize(("change", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_wrong_is_said_with_file_topic_and_question(folder, change, said):
    assert any(re.search(said, line) for line in edited(folder, change))


def test_broken_yaml_is_said_with_its_line(folder):
    (folder / "8-11.yml").write_text("ages: {from: 0\nscale: [")
    with pytest.raises(BadContent) as error:
        load(folder)
    assert re.match(r"8-11.yml, line \d+: this is not YAML", error.value.problems[0])


def test_heard_check_says_what_is_wrong(folder):
    (folder / "8-11.yml").write_text("topics: none")
    lines = list(check.content(folder))
    assert (False, "8-11.yml: topics: write at least one topic.") in lines
    assert (True, "The questions of the consultation (data/consultation) can be used.") in list(check.content())
