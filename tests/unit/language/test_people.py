"""Who should come and who should not."""

from __future__ import annotations

import pytest

from cases.language import names, people
from cases.language.people import Known
from cases.language.text import plain, spoken_case


def read(text: str, asked: str) -> tuple[list[str], list[str]]:
    found = people.read(plain(text), Known(iro="Denise Okafor", capitals=spoken_case(text)), asked=asked)
    return found.come, found.away


@pytest.mark.parametrize(
    ("text", "come"),
    [
        ("my nan n uncle dave", ["nan", "uncle Dave"]),
        ("just mum", ["mum"]),
        ("my nan and miss k", ["nan", "Miss K"]),
        ("i fell out with my mate lol", []),
        ("i hate my placement", []),
        ("mum dad nan", ["mum", "dad", "nan"]),
        ("mumndad", ["mum", "dad"]),
        ("my key worker sam and mr brown my form tutor", ["Sam (key worker)", "Mr Brown (form tutor)"]),
        ("jo (sw)", ["Jo (social worker)"]),
        ("my social worker, shes called jo", ["Jo (social worker)"]),
        ("sally from the stables", ["Sally (from the stables)"]),
        ("denise the iro", ["IRO (Denise)"]),
        ("me and my teddy mr snuggles", ["Mr Snuggles (teddy)"]),
        ("my dog biscuit", ["Biscuit (dog)"]),
        ("Mum and McKenzie", ["mum", "McKenzie"]),
        ("nan if shes well enough", ["nan (if she's well enough)"]),
        ("mum on facetime and my social worker", ["mum (on facetime)", "social worker"]),
        ("auntie shaz and her dog", ["auntie Shaz", "auntie Shaz's dog"]),
    ],
)
def test_people_are_kept_as_the_child_names_them(text, come):
    assert read(text, "attend") == (come, [])


@pytest.mark.parametrize(
    ("text", "come", "away"),
    [
        ("mum but not her bf", ["mum"], ["mum's boyfriend"]),
        ("everyone but steve", ["everyone"], ["Steve"]),
        ("grandma, auntie bev, not uncle rob", ["grandma", "auntie Bev"], ["uncle Rob"]),
        ("not my dad", [], ["dad"]),
    ],
)
def test_one_message_can_say_who_comes_and_who_does_not(text, come, away):
    assert read(text, "attend") == (come, away)


@pytest.mark.parametrize(
    ("text", "away"),
    [
        ("mr harris he always shouts", ["Mr Harris"]),
        ("my dad because he shouts", ["dad"]),
        ("i not want police", ["police"]),
        ("mum not yet", ["mum (for now)"]),
        ("anyone from my old school", ["anyone from my old school"]),
        ("no steve and no tracy", ["Steve", "Tracy"]),
        ("dont bring the boring people", ["boring people"]),
        ("everyone else", ["everyone else"]),
    ],
)
def test_who_should_not_come_is_kept_without_the_reason(text, away):
    assert read(text, "exclude")[1] == away


@pytest.mark.parametrize("text", ["no one", "none", "noone i can think of", "nobody really", "no 1"])
def test_nobody_is_an_answer(text):
    assert people.read(plain(text), asked="exclude").nobody


@pytest.mark.parametrize("text", ["i dont know", "lol", "my room leaks", "i want to see my dog more", "can we stop"])
def test_what_names_nobody_is_not_taken_for_a_name(text):
    found = people.read(plain(text), asked="exclude")
    assert not found.come and not found.away


def test_the_same_person_is_known_again():
    assert names.same_person("Tyrell", "Tyrell (mate)")
    assert names.same_person("mate", "Tyrell (mate)")
    assert names.same_person("dad", "dad (only if mum doesn't come)")
    assert not names.same_person("mum", "dad")
