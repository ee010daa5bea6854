"""The whole safety net as it is served, trained here on all messages: what the issue of a child's text asks of it, in words of our own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cases import safety
from cases.safety import Earlier, data, model
from heard.heldout import safety_caught

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
FRESH = data.FOLDER.parents[1] / "benchmarks" / "safety_fresh.jsonl"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("net")
    safety.train(folder)
    return folder


def test_held_out_messages_are_caught_and_likenesses_left_alone(home):
    caught = safety_caught(model.load(home))
    assert caught["risks noticed"] >= 0.95 and caught["dangers paged"] >= 0.94 and caught["harmless messages left alone"] >= 0.85


def test_messages_by_a_hand_that_it_did_not_learn_from_are_caught(home):
    said = [(row.risk, safety.assess(row.text, home=home).risk) for row in data.rows(FRESH)]
    risks = [found for risk, found in said if risk != "none"]
    dangers = [found for risk, found in said if risk == "immediate"]
    assert sum(found != "none" for found in risks) >= 0.95 * len(risks)
    assert sum(found == "immediate" for found in dangers) >= 0.85 * len(dangers)


@pytest.mark.parametrize(
    "text",
    [
        "my mate says she wants to end it and she has a plan",
        "my little cousin is getting hit at his dads",
        "i w4nt t0 d1e",
        "he keeps h i t t i n g me",
        "no one feeds us when she is out with him",
        "it was all ok for a year but last night he started again",
        "il me frappe quand maman est au travail",
        "babam beni dövüyor her gün",
        "anh ấy đánh em",
    ],
)
def test_third_person_disguise_false_denial_and_other_languages_are_noticed(text, home):
    assert safety.assess(text, home=home).risk != "none"


@pytest.mark.parametrize(
    "text",
    [
        "got killed by a creeper and lost all my diamonds in minecraft",
        "my old foster dad used to shout but i moved when i was 8 and im happy now",
        "hi who is my iro and can my nan come",
    ],
)
def test_play_business_and_what_is_over_raise_nothing(text, home):
    assert safety.assess(text, home=home).risk == "none"


@pytest.mark.parametrize(
    "text", ["i dont want to die any more, im loads better", "last year i cut myself, sorted now", "in fortnite i killed myself"]
)
def test_what_is_over_or_play_pages_nobody(text, home):
    """It may still be asked about: a child who says that something is over may be saying that it is not."""
    assert safety.assess(text, home=home).risk != "immediate"


@pytest.mark.parametrize(
    "text", ["no one hurts me here im happy", "i dont cut myself", "quand est ma réunion s'il vous plaît", "kiedy jest moje spotkanie"]
)
def test_denial_and_ordinary_words_in_another_language_are_at_most_asked_about(text, home):
    found = safety.assess(text, home=home)
    assert found.risk == "none" or found.unsure


def test_sentence_in_pieces_pages_as_the_whole_one(home):
    pieces = ["im going to", "kill", "myself tonight"]
    before = [Earlier(text, "none", NOW - timedelta(seconds=40 * (2 - at))) for at, text in enumerate(pieces[:2])]
    assert safety.assess(pieces[2], before, now=NOW, home=home).risk == "immediate"
