"""Every reply as a child sees it: easy to read, one question, two texts at most, and with a way on."""

from __future__ import annotations

import re

import pytest
import yaml

from cases import segments, words
from cases.settings import ROOT
from tests.reading_age import reading_age, syllables

#: What typically fills the gaps; on the long side.
FILLED = {
    "name": "Bartholomew",
    "iro": "Bartholomew",
    "before": "Denise",
    "cover": "Martin Hale",
    "who": "your foster carer",
    "advocate": "Mo",
    "provider": "Voices",
    "team": "people who can help",
    "date": "Wednesday 30 September",
    "late": "Wednesday 14 October",
    "day": "Wednesday 30 September",
    "time": "4:30pm",
    "begins": "9pm",
    "ends": "8am",
    "place": "the library",
    "when": "after 4pm on Tuesdays",
    "what": "You get a laptop for your school work at home.",
    "details": "Who: Sue. By Friday 4 December.",
    "summary": "What: They moved me and did not ask.\nAbout: My school.\nYou want: To stay here.",
    "said": "",
    "value": "They moved me",
    "names": "Sue and Ian",
    "which": "the start",
    "choices": "1 for yes, 2 for no",
    "number": "1",
    "of": "3",
    "title": "Yes",
    "text": "See you on Monday.",
    "answers": "I answer on Mondays and Thursdays.",
    "link": "https://council.example/iro/denise.jpg",
    "code": "CDFG-HJKM",
    "question": "What's good about where you live?",
    "total": "9",
    "first": "home",
    "second": "school",
    "last": "Martin Hale (your carer)",
    "third": "your plan",
    "dates": "Tuesday 1 December",
    "role": "the help team",
    "list": "\n".join(["Bartholomew Hale, the help team, on Wednesday 30 September."] * 3),
}
SAID = [(name, text) for name in sorted(words.responses()) for text in words.texts(name, **FILLED)]
FORMS = sorted((ROOT / "data" / "consultation").glob("*.yml"))
IDS = [f"{name}-{number}" for number, (name, _) in enumerate(SAID)]
#: Pieces that stand inside another reply, and the plain news that somebody has read a message: no way on is asked of them.
PIECE = re.compile(
    r"_(?:part|line|said|to|how|choices?|from|place_not_known|the_manager|duty_team|other_team|knock|contact_read|wish_noted|reading_role)(?:_|$)"
)
OLDEST = 9.0
LONGEST_SENTENCE = 24
NAMES = frozenset(word.lower() for value in ("Bartholomew Denise Martin Hale Mo Voices Sue Ian").split() for word in [value])


@pytest.mark.parametrize(("name", "text"), SAID, ids=IDS)
def test_child_of_nine_can_read_it(name, text):
    if PIECE.search(name) and len(text.split()) <= 10:
        return  # a few words of a list have no age; what they stand in has
    assert reading_age(text, NAMES) <= OLDEST, f"{reading_age(text, NAMES):.1f}: {text}"
    longest = max(re.split(r"[.!?:\n]+(?:\s|$)", text), key=lambda part: len(part.split()))
    assert len(longest.split()) <= LONGEST_SENTENCE, longest


@pytest.mark.parametrize("form", FORMS, ids=[form.stem for form in FORMS])
def test_questions_of_the_form_are_as_easy_and_easier_in_easy_read(form):
    oldest = 8.0 if form.stem == "easy-read" else OLDEST
    hard = [(round(reading_age(text), 1), text) for text in _asked(yaml.safe_load(form.read_text())) if reading_age(text) > oldest]
    assert not hard


def _asked(held: object) -> list[str]:
    """Every question in a form's file: what stands under "ask", and under "meeting"."""
    if not isinstance(held, dict):
        return []
    found = [held["ask"]] if isinstance(held.get("ask"), str) else []
    for name, value in held.items():
        found += [text for texts in value.values() for text in texts] if name == "meeting" else _asked(value)
    return found


@pytest.mark.parametrize(("name", "text"), SAID, ids=IDS)
def test_it_goes_out_in_two_texts_at_most(name, text):
    assert "{" not in text, "a gap that nothing fills"
    assert segments.is_gsm7(text) and segments.count(text) <= 2, f"{segments.count(text)}: {text}"


@pytest.mark.parametrize(("name", "text"), SAID, ids=IDS)
def test_it_asks_one_thing_at_a_time(name, text):
    """A sentence that a child is to answer ends in "?". Help that is given on a condition ("In danger? Call 999.") asks nothing."""
    condition = r"(?! *(?:Call|Say|Text|Just say|Just tell|Tell|Ask|If not|You can say|Yes or no|The Omb|Then|I |It's|For ))"
    asked = re.findall(rf"[^.!?\n]*\?(?=\s|$){condition}", text)
    assert len(asked) <= 1, asked


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, text in SAID if not PIECE.search(name)])
def test_it_leaves_a_way_on(name, text):
    """A question, something to say or text or call, buttons, or what happens next."""
    way_on = re.compile(
        r"\?|\b(?:say|text|tell|call|ask|reply|write|see|any time|back to you|in touch|let you know|I'll tell you|go on|carry on|hear|"
        r"will (?:read|see|check|come back|look)|read back|still here|I'm here)\b",
        re.IGNORECASE,
    )
    buttons = any(said.choices for said in words._all(name, "en", FILLED))
    assert buttons or way_on.search(text), text


def test_what_a_child_hears_often_is_not_always_the_same():
    often = (
        "utter_shared_greet utter_shared_thanks utter_shared_goodbye utter_shared_chitchat utter_shared_unclear utter_shared_help "
        "utter_my_iro_name utter_my_iro_message_done utter_reviews_next utter_issues_passed_on utter_issues_more_passed_on "
        "utter_complaints_said_kept utter_complaints_status_1 utter_complaints_added utter_rights_confidentiality utter_rights_kept "
        "utter_decisions_one utter_decisions_one_more utter_safety_concern utter_safety_immediate utter_channel_late utter_contact_read"
    ).split()
    assert not [name for name in often if len(words.responses()[name]) < 2]


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("house", 1), ("table", 2), ("asked", 1), ("wanted", 2), ("reading", 2), ("people", 2), ("anything", 3), ("changes", 2)],
)
def test_syllables_are_counted_as_they_are_spoken(word, count):
    assert syllables(word) == count


def test_easy_words_are_young_and_hard_ones_old():
    assert reading_age("You can tell me. I will pass it on.") < 7
    assert reading_age("The independent investigation considers representations concerning statutory responsibilities.") > 14
