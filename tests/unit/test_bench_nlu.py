"""The figures of `make bench-nlu` are what they say, and its picture is one."""

import csv
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from benchmarks import intents, nlu
from benchmarks.intents import Answer, Line
from benchmarks.picture import write_reliability
from cases.settings import ROOT

LINES = [Line("hi", ("greet",)), Line("hiya there", ("greet", "chitchat")), Line("bye", ("goodbye",)), Line("no", ("deny",))]


def answer(first: str, sure: float, second: str = "help", understood: bool = True) -> Answer:
    return Answer(((first, sure), (second, 0.1)), understood)


ANSWERS = [answer("greet", 0.95), answer("chitchat", 0.85), answer("greet", 0.55, "goodbye"), answer("help", 0.2, understood=False)]


def test_an_alternative_is_right_and_the_second_guess_counts_for_the_first_three():
    found = intents.figures(LINES, ANSWERS)
    assert found["right"] == 0.5
    assert found["among_the_first_three"] == 0.75
    assert (found["acted_on"], found["right_where_acted_on"]) == (0.75, pytest.approx(2 / 3, abs=0.001))
    assert found["by_intent"]["greet"] == {"messages": 2, "recall": 1.0, "precision": 0.5, "f1": pytest.approx(2 / 3, abs=0.001)}
    assert found["by_intent"]["goodbye"]["recall"] == 0


def test_confidence_that_means_what_it_says_has_no_error():
    lines = [Line(str(number), ("a",)) for number in range(10)]
    answers = [answer("a" if number < 7 else "b", 0.7) for number in range(10)]
    assert intents.figures(lines, answers)["calibration_error"] == 0


def test_confusions_and_errors_are_there_to_be_read(tmp_path):
    mistakes = intents.write_confusions(tmp_path / "c.csv", LINES, ANSWERS)
    assert mistakes == {("goodbye", "greet"): 1, ("deny", "help"): 1}
    table = list(csv.DictReader((tmp_path / "c.csv").open()))
    assert next(row for row in table if row["meant"] == "greet")["greet"] == "2"
    intents.write_errors(tmp_path / "e.txt", LINES, ANSWERS)
    assert (tmp_path / "e.txt").read_text().splitlines()[0] == "0.55  goodbye taken for greet: bye"


def test_reliability_curve_is_a_picture(tmp_path):
    write_reliability(tmp_path / "r.svg", "Confidence <b>", {"Heard": intents.bands(LINES, ANSWERS), "other": [(0.5, 0.5, 3)]})
    picture = ElementTree.parse(tmp_path / "r.svg").getroot()
    assert len(picture.findall("{*}polyline")) == 2
    assert len(picture.findall("{*}circle")) == 4 + 1


def test_without_a_file_both_held_out_sets_are_measured():
    assert [nlu._measure(path) for path in nlu.HELD_OUT] == [nlu._intents, nlu._safety]


@pytest.mark.parametrize("name", ["consultations.jsonl", "nowhere.jsonl"])
def test_file_of_another_kind_is_refused_in_plain_words(name):
    argv = [sys.executable, "-m", "benchmarks.nlu", "--no-diet", str(ROOT / "data" / "heldout" / name)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "talk-eval" in done.stderr and "Traceback" not in done.stderr
