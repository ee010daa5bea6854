from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot import parse
from bot.nlu.intents import IntentModel
from bot.nlu.normalise import normalise, wordless
from bot.nlu.understood import ranked

TEXTS = ["hello", "hi there", "hey", "hello you", "no", "nope no", "no way", "no thanks", "yes", "yes please", "yeah yes", "yes ok"]
LABELS = ["greet"] * 4 + ["deny"] * 4 + ["affirm"] * 4
SMALL = {"sentence_weight": 0, "min_df": 1}


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("wen's me REVIEW tmrw??", "when is me review tomorrow ?"),
        ("heyyyyyy", "heyy"),
        ("i dunno 🤷🏽‍♀️", "i do not know do not know"),
        ("i.r.o", "iro"),
        ("u r a bot", "you are a bot"),
        ("who’s my iro", "who is my iro"),
        ("👍", "yes thumbsup"),
        ("ｈｅｌｌｏ", "hello"),
        ("   ", ""),
    ],
)
def test_ways_of_typing_the_same_thing_become_alike(text: str, normal: str):
    assert normalise(text) == normal


@pytest.mark.parametrize("text", ["", " ", "😀", "...", "!!!", "🦖🦖", "\u200d"])
def test_a_face_or_dots_alone_say_nothing(text: str):
    assert wordless(text)


@pytest.mark.parametrize("text", ["ok", "1", "👍", "????", "سلام", "żółw"])
def test_a_word_in_any_script_or_a_thumb_says_something(text: str):
    assert not wordless(text)


@pytest.fixture(scope="module")
def small() -> IntentModel:
    return IntentModel(SMALL).fit(TEXTS, LABELS)


def test_every_intent_is_ranked_and_the_confidences_are_shares(small: IntentModel):
    ranking = small.predict(["hello"])[0]
    assert ranking[0][0] == "greet"
    assert {name for name, _ in ranking} == set(LABELS)
    assert sum(chance for _, chance in ranking) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("text", ["", "🦖", "ΩΩΩ"])
def test_nothing_known_means_every_intent_alike(small: IntentModel, text: str):
    ranking = small.predict([text])[0]
    assert {chance for _, chance in ranking} == {round(1 / 3, 4)}
    assert ranked(ranking, 0.3, 0.05)[0]["name"] == "nlu_fallback"


def test_a_saved_model_says_the_same_and_so_does_one_trained_again(small: IntentModel, tmp_path: Path):
    small.save(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".npz"}
    texts = ["hello", "no", "yes please", "what", "👍"]
    assert IntentModel.load(tmp_path).predict(texts) == small.predict(texts)
    assert IntentModel(SMALL).fit(TEXTS, LABELS).predict(texts) == small.predict(texts)


def test_tuned_model_has_a_say_and_leaves_intents_that_it_does_not_know_to_the_rest(small: IntentModel, tmp_path: Path):
    options = {**SMALL, "tuned": str(Path(__file__).resolve().parents[2] / "data" / "tuned.npz"), "tuned_share": 0.7}
    texts, labels = [*TEXTS, "wave your flag", "flag up", "the flag please"], [*LABELS, *["flag"] * 3]
    model = IntentModel(options).fit(texts, labels)
    unseen = ["absolutely, go for it", "i would rather not, sorry", "good evening to you"]
    assert [ranking[0][0] for ranking in model.predict(unseen)] == ["affirm", "deny", "greet"]
    assert [ranking[0][0] for ranking in small.predict(unseen)] != ["affirm", "deny", "greet"], "words alone cannot tell"
    assert model.predict(["flag please"])[0][0][0] == "flag"
    model.save(tmp_path)
    assert IntentModel.load(tmp_path).predict([*unseen, "flag please"]) == model.predict([*unseen, "flag please"])


def test_the_sentence_model_knows_that_other_words_mean_the_same():
    from bot.nlu import sentence

    sentences = sentence.Sentences(*sentence.build())
    a, b, c = sentences.encode(["I want my grandmother to come", "can nan be there", "what time is the football"])
    assert a @ a == pytest.approx(1, abs=1e-4)
    assert a @ b > a @ c + 0.2


def test_asking_the_trained_file_gives_what_the_server_would_understand(model: Path):
    loaded = parse.load(model)
    lines = ['{"text": "hello"}', "", '{"text": "/restart"}', '{"text": "🦖"}']
    answers = [json.loads(line) for line in parse.parse_lines(loaded, lines)]
    assert [(a["intent"], a["understood"]) for a in answers[:1]] == [("greet", True)]
    assert [(a["intent"], a["understood"]) for a in answers[1:]] == [("nlu_fallback", False)] * 2
    assert len(answers[0]["ranking"]) == 6
