"""An advocate is passed on and taken up on the child's page, and the child hears; what an IRO says of themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cases import advocacy
from cases.store.models import AdvocateRequest, Outgoing, Person


@pytest.fixture
def ask(store, world, now):
    def ask(*, agreed: bool | None = True, hidden: bool = False) -> str:
        with store.write() as session:
            child = session.get_one(Person, world.child.id)
            kept = world.iro.id if hidden else None
            return advocacy.ask(session, child, text="to stay here", agreed_to_share=agreed, now=now, hidden_from=kept).id

    return ask


def held(store, request_id: str) -> tuple[str, str | None, str | None]:
    with store.read() as session:
        row = session.get_one(AdvocateRequest, request_id)
        return row.status, row.provider, row.advocate


def test_iro_passes_a_request_on_and_says_who_has_it(store, world, as_, ask):
    request = ask()
    iro = as_(world.iro)
    page = iro.get(f"/inbox/children/{world.child.id}")
    assert "agreed that you pass on their name and phone and what they said" in page.text
    page = iro.submit(f"/inbox/advocate-requests/{request}", to="handed_over", name="Voices")
    assert "is told" in page.text and held(store, request) == ("handed_over", "Voices", None)
    iro.submit(f"/inbox/advocate-requests/{request}", to="started", name="Mo")
    assert held(store, request) == ("started", "Voices", "Mo")
    with store.read() as session:
        texts = [row.text for row in session.scalars(select(Outgoing).where(Outgoing.conversation_id.is_not(None)))]
    assert any("Voices" in text for text in texts) and any("Mo is your advocate" in text for text in texts)


def test_nothing_is_passed_on_without_the_childs_yes(store, world, as_, ask):
    request = ask(agreed=None)
    iro = as_(world.iro)
    assert "Talk with Ash first" in iro.get(f"/inbox/children/{world.child.id}").text
    iro.submit(f"/inbox/advocate-requests/{request}", to="handed_over", name="Voices")
    assert held(store, request)[0] == "asked"


def test_request_of_another_iros_child_or_kept_from_the_iro_is_not_there(store, world, as_, ask):
    request, hidden = ask(), ask(hidden=True)
    other, iro = as_(world.other_iro), as_(world.iro)
    other.get("/inbox/account")
    assert other.submit(f"/inbox/advocate-requests/{request}", to="closed").status_code == 404
    iro.get("/inbox/account")
    assert iro.submit(f"/inbox/advocate-requests/{hidden}", to="closed").status_code == 404
    assert held(store, request)[0] == held(store, hidden)[0] == "asked"


def test_iro_says_how_they_answer_and_where_their_photo_is(store, world, as_):
    iro = as_(world.iro)
    iro.get("/inbox/account")
    page = iro.submit("/inbox/account/profile", photo="javascript:alert(1)", answers="Mondays")
    assert "Nothing was changed" in page.text
    iro.submit("/inbox/account/profile", photo="https://council.example/denise.jpg", answers="I answer on Mondays.")
    with store.read() as session:
        person = session.get_one(Person, world.iro.id)
        assert (person.photo, person.answers) == ("https://council.example/denise.jpg", "I answer on Mondays.")


@pytest.mark.parametrize("hidden", [False, True])
def test_an_advocate_without_a_name_is_refused_in_plain_words(store, world, case, as_, hidden):
    with store.write() as session:
        session.get_one(AdvocateRequest, case.advocate).hidden_from = world.iro.id if hidden else None
    browser = as_(world.complaints) if hidden else as_(world.iro)
    browser.get(f"/inbox/children/{world.child.id}{'/in-confidence' if hidden else ''}")
    page = browser.submit(f"/inbox/advocate-requests/{case.advocate}", to="started", name=" ").text
    assert "Nothing was done" in page and "Enter the name of the service or the advocate" in page
    assert "is told" in browser.submit(f"/inbox/advocate-requests/{case.advocate}", to="started", name="Mo").text
