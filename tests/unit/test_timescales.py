"""data/timescales.yml: every number has a source and a date, and a mistake is said in a plain line."""

from __future__ import annotations

import pytest

from cases import timescales


def test_the_file_that_is_shipped_can_be_read():
    assert timescales.get("complaints", "stage_1").latest == 20
    assert all(entry.source for entry in timescales.read(timescales.FILE).values())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("working_days: 10", "working_days: ten"), "complaints, stage_1: working_days must be a whole number"),
        (("latest: 65", "latest: 6"), "complaints, stage_2: latest must be"),
        (("  start:", "  begin:"), "advocacy, start: it is missing"),
        (("last_checked: 2026-11-01", "last_checked: soon"), "last_checked must be a date"),
    ],
)
def test_mistake_is_named_with_its_place(tmp_path, change, said):
    broken = tmp_path / "timescales.yml"
    broken.write_text(timescales.FILE.read_text().replace(*change, 1))
    with pytest.raises(timescales.BadTimescales) as error:
        timescales.read(broken)
    assert said in str(error.value) and "timescales.yml" in str(error.value)
