"""The messages that are learned from: no line twice, none nearly twice, none under two labels, none out of the sets to measure on."""

from scripts import duplicates


def test_there_are_no_near_duplicates(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["duplicates", "--fail"])
    status = None
    try:
        duplicates.main()
    except SystemExit as end:
        status = end.code
    assert status == 0, capsys.readouterr().out


def test_what_counts_as_nearly_the_same():
    rows = [
        ("can my nan come to my review on friday please", "a"),
        ("can my nan come to the review on friday please", "a"),
        ("Can my nan come, to my review on friday PLEASE!", "a"),
        ("who is my iro", "a"),
        ("who is my iro", "b"),
        ("no", "a"),
        ("no", "a"),
        ("i want to see my little brother at the weekend", "a"),
    ]
    found = list(duplicates.problems(rows))
    assert len(found) == 2
    assert "nearly the same" in found[0]
    assert found[1] == "b and a: who is my iro"


def test_message_that_is_measured_on_is_found_however_it_is_spelled():
    held = {"can my nan come to it": "fresh.jsonl", "no": "fresh.jsonl"}
    rows = [("Can my nan come to it", "review_attend"), ("no", "deny"), ("my nan should come", "review_attend")]
    assert list(duplicates.measured_on(rows, held)) == ["in fresh.jsonl too (review_attend): Can my nan come to it"]
    assert {path.name for path in duplicates.MEASURED_ON} >= {"intents.jsonl", "safety.jsonl", "safety_fresh.jsonl", "safety_probe.jsonl"}
