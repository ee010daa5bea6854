"""When a child would like their review."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cases.language import times, when
from cases.language.text import plain

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday


def said(text: str) -> str:
    return times.read(plain(text), NOW, asked=True).gist()


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        ("half 4", "4:30pm"),
        ("half past four on a thurs", "Thursday at 4:30pm"),
        ("quarter to five", "4:45pm"),
        ("at 430", "4:30pm"),
        ("16:15", "4:15pm"),
        ("10am sat", "Saturday at 10am"),
        ("about 6ish", "about 6pm"),
        ("3-5pm", "3pm to 5pm"),
        ("between 4 and 6", "between 4pm and 6pm"),
        ("11 in the morning", "11am"),
        ("anytime after 4", "after 4pm"),
        ("b4 10", "before 10am"),
    ],
)
def test_clock_times_are_read_the_british_way(text, gist):
    assert said(text) == gist


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        ("12/01", "12 January"),
        ("the 1st of may", "1 May"),
        ("may 3rd at 2", "3 May at 2pm"),
        ("monday the 7th", "Monday 7th"),
        ("31/2", ""),
        ("in march", "in March"),
        ("tmrw", "tomorrow (Wednesday 25 November)"),
        ("the week after next", "week after next"),
    ],
)
def test_dates_put_the_day_before_the_month(text, gist):
    assert said(text) == gist


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        ("next tues after skl", "next Tuesday after school"),
        ("dinner time", "dinner time"),
        ("after me tea", "after my tea"),
        ("in half term", "in half term"),
        ("weekends", "weekends"),
        ("mon-weds", "Monday to Wednesday"),
        ("saturdya morning", "Saturday morning"),
        ("mon after 4 or tues at 5", "Monday after 4pm or Tuesday at 5pm"),
        ("soon as", "soon as"),
        ("when nan can drive me", "when nan can drive me"),
    ],
)
def test_days_and_parts_of_days_stay_as_the_child_says_them(text, gist):
    assert said(text) == gist


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        ("not wednesdays ive got dance", "not Wednesdays"),
        ("any day but friday", "any day, not Friday"),
        ("cant do mon or tues", "not Monday or Tuesday"),
        ("i work mornings so after 3", "after 3pm"),
        ("tuesday is no good, thursday", "Thursday, not Tuesday"),
        ("after 4 but not fridays", "after 4pm, not Fridays"),
    ],
)
def test_what_is_no_good_is_kept_apart(text, gist):
    assert said(text) == gist


@pytest.mark.parametrize("text", ["lol", "my mum", "i may come", "the library", "7 people"])
def test_what_is_no_time_is_not_taken_for_one(text):
    assert not times.read(plain(text), NOW, asked=False).strong


@pytest.mark.parametrize(
    ("first", "then", "gist"),
    [
        ("tuesday", "half 4", "Tuesday at 4:30pm"),
        ("after school", "wed or thurs", "Wednesday or Thursday after school"),
        ("monday 4pm", "actually weds", "Wednesday at 4pm"),
        ("mon or tues", "not monday", "Tuesday"),
        ("monday the 2nd or monday the 9th", "9th is better after 5", "Monday 9th after 5pm"),
        ("tonight", "i mean like evenings", "evenings"),
        ("next week", "thurs", "Thursday next week"),
    ],
)
def test_a_later_word_changes_only_its_own_part(first, then, gist):
    earlier = times.from_gist(said(first), NOW)
    assert when.join(earlier, times.read(plain(then), NOW, asked=True)).gist().replace(" (Tuesday 24 November)", "") in (
        gist,
        f"tonight {gist}",
    )


@pytest.mark.parametrize("text", ["tmrw after school", "mon after 4 or tues at 5", "not mondays, after 4", "when nan can bring me"])
def test_a_kept_answer_reads_the_same_again(text):
    gist = said(text)
    assert times.from_gist(gist, NOW).gist() == gist
