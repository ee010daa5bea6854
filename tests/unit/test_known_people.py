"""Who a child means, settled against the people that the service knows around them."""

import pytest

from cases.known_people import Someone, chosen, may_be, settle

AROUND = [
    Someone("Sarah Bright", "social worker"),
    Someone("Sam Field", "advocate"),
    Someone("Sam Okoro", "social worker"),
    Someone("Ms Anita Khan"),
    Someone("Tom Reed", "carer"),
    Someone("Ann Reed", "carer"),
    Someone("Bryn Marlow"),
    Someone("Denise Okoro"),
    Someone("Robin Gale", "carer at weekends"),
    Someone("Robin Pool", "sibling"),
]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("social worker", "social worker (Sarah Bright or Sam Okoro)"),
        ("Miss K", "Miss K (Ms Anita Khan)"),
        ("Miss Khan", "Miss Khan (Ms Anita Khan)"),
        ("Bryn", "Bryn Marlow"),
        ("Bryn (brother)", "Bryn Marlow (brother)"),
        ("denise", "Denise Okoro"),
        ("carer", "carer (Tom Reed or Ann Reed)"),
        ("Mr Reed", "Mr Reed (Tom Reed or Ann Reed)"),
        ("carer (Tom Reed or Ann Reed)", "carer (Tom Reed or Ann Reed)"),
        ("Sam", "Sam (Sam Field or Sam Okoro)"),
        ("Sam (social worker)", "Sam Okoro (social worker)"),
        ("Sam (friend)", "Sam (friend)"),
        ("Robin", "Robin"),
        ("Robin (brother)", "Robin Pool (brother)"),
        ("nan", "nan"),
        ("Rex (dog)", "Rex (dog)"),
        ("Sarah Bright", "Sarah Bright"),
    ],
)
def test_who_is_meant_or_may_be(said, meant):
    assert settle(said, AROUND) == meant


@pytest.mark.parametrize(
    ("answer", "becomes"),
    [
        ("okoro", ["Sam Okoro"]),
        ("my advocate", ["Sam Field"]),
        ("the social worker one", ["Sam Okoro"]),
        ("the first one", ["Sam Field"]),
        ("2", ["Sam Okoro"]),
        ("both pls", ["Sam Field", "Sam Okoro"]),
        ("neither", ["Sam"]),
        ("someone else", ["Sam"]),
        ("the tall one", None),
    ],
)
def test_child_says_which_one(answer, becomes):
    entry = settle("Sam", AROUND)
    assert chosen(answer, entry, may_be(entry, AROUND)) == becomes
