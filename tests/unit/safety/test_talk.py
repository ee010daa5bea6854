"""What was written before counts: sentences in pieces, small things that add up, answers to our question."""

from datetime import UTC, datetime, timedelta

import pytest

from cases import safety
from cases.safety import Assessment, Earlier
from cases.safety.judging import Judge
from cases.safety.model import Score

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


class Fixed:
    """A classifier that finds ever more worry in "hungry" and "cold", "queasy", "dizzy" and "bruise", and none in anything else."""

    thresholds = {"concern": 0.0, "likely": 0.3, "sure": 1.0, "immediate": 0.0, "overrule": -4.0, "small": -1.5}

    def get(self):
        return self

    def score(self, plain: str) -> Score:
        worries = {"hungry": -1.0, "cold": -1.0, "queasy": 0.1, "dizzy": 0.5, "bruise": 3.0}
        return Score(max((worry for word, worry in worries.items() if word in plain), default=-6.0), -6.0, "neglect")

    def scores(self, plains: list[str]) -> list[Score]:
        return [self.score(plain) for plain in plains]


def judge(text, *before, now=NOW):
    return Judge(Fixed()).assess(text, before, now)


def ago(**gap):
    return NOW - timedelta(**gap)


@pytest.mark.parametrize("pieces", [("i want to", "die tonight"), ("im going to", "kill", "myself"), ("he keeps", "hitting me")])
def test_sentence_sent_in_pieces_is_read_whole(pieces, tmp_path):
    *before, last = pieces
    earlier = [Earlier(text, "none", ago(seconds=60 * (len(before) - at))) for at, text in enumerate(before)]
    found = safety.assess(last, earlier, now=NOW, home=tmp_path)
    assert found.risk != "none" and "just before" in found.reasons[-1]


def test_pieces_hours_apart_are_no_sentence(tmp_path):
    assert safety.assess("die in the game", [Earlier("i want to", "none", ago(hours=3))], now=NOW, home=tmp_path).risk == "none"


def test_short_answers_in_a_row_are_not_guessed_into_a_worry():
    assert judge("dizzy in PE", Earlier("no", "none", ago(minutes=1))).unsure, "by itself"
    assert judge("ok", Earlier("dizzy", "none", ago(seconds=30))).risk == "none"
    assert judge("is on my arm", Earlier("a bruise", "none", ago(seconds=30))).risk == "concern"


def test_what_was_flagged_before_does_not_flag_thanks(tmp_path):
    assert safety.assess("thanks", [Earlier("he hits me", "concern", ago(minutes=1))], now=NOW, home=tmp_path).risk == "none"


def test_three_small_things_in_one_talk_are_a_worry():
    earlier = [Earlier("we were a bit hungry and waiting around for ages", "none", ago(hours=5))]
    assert judge("it was really cold in my bedroom last night as well", *earlier).risk == "none"
    earlier.append(Earlier("my room is always cold and the window will not shut", "none", ago(hours=2)))
    found = judge("it was really cold in my bedroom last night as well", *earlier)
    assert found.risk == "concern" and "add up" in found.reasons[-1]


def test_same_thing_said_three_times_is_one_thing():
    same = "my room is always cold and the window will not shut"
    assert judge(same, Earlier(same, "none", ago(hours=5)), Earlier(same, "none", ago(hours=2))).risk == "none"


def test_small_things_fade_over_days():
    earlier = [
        Earlier("we were a bit hungry and waiting around for ages", "none", ago(days=6)),
        Earlier("my room is always cold and the window will not shut", "none", ago(days=5)),
    ]
    assert judge("it was really cold in my bedroom last night as well", *earlier).risk == "none"


def test_small_thing_soon_after_a_worry_is_one_too():
    found = judge("and it was cold", Earlier("he hits me when she is out of the house", "concern", ago(minutes=20)))
    assert found.risk == "concern" and "follows something worrying" in found.reasons[-1]
    assert judge("and it was cold", Earlier("he hits me when she is out of the house", "concern", ago(days=3))).risk == "none"


def test_clear_worry_is_sure_and_a_doubtful_one_is_asked_about():
    assert judge("look at this bruise") == Assessment("concern", "neglect", ("reads as if a child is not fed, cared for or looked after",))
    doubtful, faint = judge("felt dizzy at school today"), judge("felt queasy at school today")
    assert doubtful.unsure and not doubtful.faint
    assert faint.unsure and faint.faint and faint.risk == "concern"


@pytest.mark.parametrize(
    ("answer", "risk"), [("no", "immediate"), ("Nah", "immediate"), ("not really", "immediate"), ("idk", "concern"), ("yes", "none")]
)
def test_answer_to_are_you_safe(answer, risk):
    assert judge(answer, Earlier("he hits me", "concern", ago(minutes=1), asked="safe")).risk == risk


def test_no_to_another_question_is_only_no():
    assert judge("no", Earlier("i like chips", "none", ago(minutes=1))).risk == "none"


def test_texts_alone_do_as_history(tmp_path):
    assert safety.assess("hello", ["hi", "you there"], home=tmp_path).risk == "none"


class Frightened(Fixed):
    """A classifier that has only met these words in messages about harm."""

    def score(self, plain: str) -> Score:
        return Score(5.0, 5.0, "bullying")


@pytest.mark.parametrize(
    "text",
    ["im trans", "I'm bi x", "am muslim btw", "im 15 n gay", "im black and autistic", "i wear hijab", "they/them pls", "im on my period"],
)
def test_no_child_is_asked_whether_they_are_safe_for_saying_who_they_are(text):
    assert Judge(Frightened()).assess(text) == Assessment("none")


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("last year i hurt myself, sorted now", "concern"),
        ("he used to batter us years ago", "concern"),
        ("he used to batter us and hes come back tonight", "immediate"),
        ("last year it did not work, this time it will", "immediate"),
    ],
)
def test_classifier_alone_pages_nobody_for_what_is_settled_unless_it_goes_on(text, risk):
    assert Judge(Frightened()).assess(text).risk == risk


@pytest.mark.parametrize(
    "text", ["no one has hit me", "nobody hurts me here", "i dont cut myself", "no he doesn't touch me", "im not being bullied"]
)
def test_plain_denial_is_at_most_asked_about(text):
    found = Judge(Frightened()).assess(text)
    assert found.risk == "concern" and found.unsure


@pytest.mark.parametrize(
    "text",
    [
        "he doesnt hit me but he pushes me",
        "i dont cut myself i burn",
        "they dont hit me when im good",
        "nobody hit him yet",
        "he doesnt stop hitting me",
    ],
)
def test_denial_with_a_but_in_it_is_none(text):
    assert not Judge(Frightened()).assess(text).unsure


@pytest.mark.parametrize("text", ["im gay and my dad hit me for it", "im muslim and they pull my hijab off", "im scared", "im pregnant"])
def test_harm_told_beside_who_they_are_counts(text):
    assert Judge(Frightened()).assess(text).risk != "none"


@pytest.mark.parametrize("text", ["chce zobaczyc moja siostre", "je veux rentrer chez mamie dimanche", "vreau sa stau cu tatal meu"])
def test_another_language_pages_nobody_by_a_guess_and_is_put_before_a_person(text):
    found = Judge(Frightened()).assess(text)
    assert (found.risk, found.unsure) == ("concern", True)
    assert Judge(Frightened()).assess("i want to see my sister").risk == "immediate", "the same classifier pages for English"


class Together(Fixed):
    """A classifier that minds a key only where there is a door."""

    def score(self, plain: str) -> Score:
        return Score(3.0 if "door" in plain and "key" in plain else -6.0, -6.0, "neglect")


def test_what_stands_behind_a_plain_answer_is_not_read_into_the_next_message():
    def asked(*before: str) -> str:
        return Judge(Together()).assess("the key", [Earlier(text, at=NOW) for text in before], NOW).risk

    assert asked("the door") == "concern"
    assert asked("the door", "no") == asked("the door", "Yes please!") == asked("the door", "not sure") == "none"
