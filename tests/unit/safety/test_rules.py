"""What must never be missed is caught without any model, with a reason that a person can read; its ordinary likenesses are not."""

import pytest

from cases import safety


def rules_alone(text, tmp_path, history=()):
    return safety.assess(text, history, home=tmp_path)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("im gonna kill myself tonight", "suicide"),
        ("I am going to end my life", "suicide"),
        ("k i l l m y s e l f now", "suicide"),
        ("ive took loads of my nans tablets", "suicide"),
        ("i took an overdose", "suicide"),
        ("he is strangling my mum", "abuse_physical"),
        ("she is beating me right now", "abuse_physical"),
        ("i was raped", "abuse_sexual"),
        ("ive ran away from my placement", "missing"),
        ("got nowhere to sleep tonight", "missing"),
        ("dont know where i am", "missing"),
        ("im in danger", "unsafe_now"),
        ("someone call the police please", "unsafe_now"),
        ("im hiding in the wardrobe", "unsafe_now"),
        ("someone is following me", "unsafe_now"),
        ("im going to stab him", "violence_threat"),
        ("my mate drank too much vodka and he wont wake up", "substance"),
        ("أريد أن أموت", "suicide"),
        ("خۆم دەکوژم", "suicide"),
        ("ځان وژنم", "suicide"),
        ("خودم را می‌کشم", "suicide"),
        ("ክመውት እደሊ", "suicide"),
        ("መሞት እፈልጋለሁ", "suicide"),
        ("em muốn chết", "suicide"),
        ("dua te vdes", "suicide"),
        ("chcę umrzeć", "suicide"),
        ("vreau să mor", "suicide"),
        ("я хочу померти", "suicide"),
        ("je veux mourir", "suicide"),
        ("waxaan rabaa inaan dhinto", "suicide"),
        ("ölmek istiyorum", "suicide"),
        ("quiero morir", "suicide"),
        ("quero morrer", "suicide"),
        ("main marna chahti hoon", "suicide"),
        ("میں مرنا چاہتی ہوں", "suicide"),
        ("aidez-moi svp", "unsafe_now"),
        ("i caawi fadlan", "unsafe_now"),
        ("yardım edin lütfen", "unsafe_now"),
        ("ayúdenme", "unsafe_now"),
        ("bachao", "unsafe_now"),
        ("ساعدوني", "unsafe_now"),
        ("አደጋ ላይ ነኝ እርዱኝ", "unsafe_now"),
        ("допоможіть", "unsafe_now"),
    ],
)
def test_danger_now_is_caught_by_rules_alone(text, category, tmp_path):
    found = rules_alone(text, tmp_path)
    assert (found.risk, found.category) == ("immediate", category)
    assert found.reasons and not found.unsure


@pytest.mark.parametrize(
    "text",
    [
        "my foster dad hits me",
        "denise hit me",
        "stop him hurting me",
        "i dont want to be alive",
        "everyone would be better off without me",
        "i cut myself again",
        "he keeps touching me",
        "he wants me to send nudes",
        "theres no food in the house",
        "im being bullied",
        "they make me carry drugs for them",
        "i dont feel safe here",
        "gonna run away",
        "boi się? boję się",
        "em sợ lắm",
        "ሰብኣይ ይወቕዓኒ",
        "il me frappe le soir",
        "wuu i garaacaa",
        "beni dövüyor",
        "mi tío me pega",
        "ele me bate",
        "mujhe maarta hai",
        "مجھے مارتا ہے",
    ],
)
def test_harm_is_caught_by_rules_alone(text, tmp_path):
    assert rules_alone(text, tmp_path).risk == "concern"


@pytest.mark.parametrize(
    "text",
    [
        "when is my review",
        "im not going to kill myself",
        "nobody hits me here",
        "he has never hit me",
        "i died in fortnite and killed myself with a grenade",
        "dying of boredom lol",
        "the boss killed me on level 9",
        "i used to cut myself when i was younger",
        "we did suicide in english, romeo and juliet",
        "do you have to be safe on the bike",
        "hit me with the dates",
        "can i take part in my review",
        "i want to run my own review",
        "the cat ran in the road but shes ok",
        "متى اجتماعي",
        "kiedy jest moje spotkanie",
        "il me tape sur les nerfs lol, non je rigole, il est sympa",
        "quand est ma réunion",
        "toplantım ne zaman",
        "salaan waan fiicanahay",
        "quiero que venga mi abuela",
        "meri meeting kab hai",
        "",
        "?",
    ],
)
def test_ordinary_talk_raises_nothing(text, tmp_path):
    assert rules_alone(text, tmp_path) == safety.Assessment("none")


def test_reasons_are_plain_english(tmp_path):
    for text in ("my foster dad hits me", "im gonna kill myself tonight", "em muốn chết"):
        for reason in rules_alone(text, tmp_path).reasons:
            assert reason.startswith(("says", "mentions", "talks", "asks"))
            assert not any(word in reason for word in ("score", "model", "threshold", "rule", "%"))
