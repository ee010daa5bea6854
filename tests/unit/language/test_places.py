"""Where a child would like their review."""

from __future__ import annotations

import pytest

from cases.language import places
from cases.language.text import plain


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        ("zoom", "online (Zoom)"),
        ("can we do it on teams", "online (Teams)"),
        ("over the phone", "by phone"),
        ("nans", "nan's"),
        ("at my dads", "my dad's"),
        ("round my aunties", "round my auntie's"),
        ("grandmas house in hull", "grandma's house in hull"),
        ("can it be at school please", "school"),
        ("the quiet room", "quiet room"),
        ("nandos", "Nando's"),
        ("library or costa", "library or Costa"),
        ("not school. the park", "park, not school"),
        ("home but not the kitchen", "home, not kitchen"),
        ("where my brother lives", "where my brother lives"),
        ("the pond behind the shed", "pond behind the shed"),
    ],
)
def test_places_are_kept_in_few_words(text, gist):
    assert places.read(plain(text), asked=True).gist() == gist


@pytest.mark.parametrize("text", ["my mum", "my teacher", "tuesday at 4", "yes", "carers", "the food at home is rank"])
def test_what_is_no_place_is_not_taken_for_one(text):
    assert not places.read(plain(text)).strong


def test_a_room_goes_into_its_building_and_another_place_takes_its_place():
    assert places.join("school", places.read("in the art room")) == "school, art room"
    assert places.join("school", places.read("in the library")) == "school, library"
    assert places.join("school", places.read("at the library")) == "library"
    assert places.join("home", places.read("not home. costa")) == "Costa"
