"""The messages that are learned from: no line twice, none nearly twice, none under two labels, none out of the held-out sets."""

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
