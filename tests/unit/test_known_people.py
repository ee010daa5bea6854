"""Who a child means, settled against the people that the service knows around them."""

import pytest

from cases.known_people import Someone, settle

AROUND = [
    Someone("Sarah Bright", "social worker"),
    Someone("Ms Anita Khan"),
    Someone("Tom Reed", "carer"),
    Someone("Ann Reed", "carer"),
    Someone("Bryn Marlow"),
    Someone("Denise Okoro"),
]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("social worker", "social worker (Sarah Bright)"),
        ("Miss K", "Miss K (Ms Anita Khan)"),
        ("Miss Khan", "Miss Khan (Ms Anita Khan)"),
        ("Bryn", "Bryn Marlow"),
        ("Bryn (brother)", "Bryn Marlow (brother)"),
        ("denise", "Denise Okoro"),
        ("carer", "carer"),  # there are two
        ("Mr Reed", "Mr Reed"),  # so are there of these
        ("nan", "nan"),
        ("Rex (dog)", "Rex (dog)"),
        ("Sarah Bright", "Sarah Bright"),
    ],
)
def test_only_one_who_fits_is_meant(said, meant):
    assert settle(said, AROUND) == meant
