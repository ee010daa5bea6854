"""A child complains about their own IRO, who must never learn of it from here."""

import re

import httpx
from sqlalchemy import select

from cases import logins, people
from cases.store.models import Alert, Complaint, Inbound

PASSWORD = "correct horse battery staple"


def sign_in(heard, person) -> httpx.Client:
    """A browser in which this member of staff has signed in."""
    from datetime import UTC, datetime

    with heard.store.write() as session:
        logins.set_password(session, people.by_ref(session, person.ref), PASSWORD, datetime.now(UTC))
    browser = httpx.Client(base_url=heard.url, follow_redirects=True, headers={"Origin": heard.url})
    page = browser.get("/inbox/sign-in")
    token = re.search(r'name="csrf"[^>]*value="([^"]+)"', page.text)
    fields = {"email": person.email, "password": PASSWORD} | ({"csrf": token[1]} if token else {})
    answer = browser.post("/inbox/sign-in", data=fields)
    assert answer.status_code == 200 and "sign out" in answer.text.lower(), answer.text[:500]
    return browser


def complain(child) -> None:
    child.says("i want to complain about my iro")
    child.says("denise never rings me back and she doesnt listen")
    for _ in range(8):
        replies = " ".join(child.says("yes")).lower()
        with child.stack.store.read() as session:
            held = session.scalars(select(Complaint).where(Complaint.child_id == child.id)).all()
        if held and held[-1].stage != "draft":
            return
    raise AssertionError(f"the complaint was not taken in; last: {replies}")


def test_complaint_about_the_iro_goes_to_the_managers_and_is_hidden_from_the_iro(heard):
    child = heard.child(iro=heard.iro, name="Secret Canary")
    complain(child)
    with heard.store.read() as session:
        complaint = session.scalars(select(Complaint).where(Complaint.child_id == child.id)).one()
        assert complaint.about_iro_id == heard.iro.id
        alerts = session.scalars(select(Alert).where(Alert.child_id == child.id)).all()
        assert {alert.to_role for alert in alerts} >= {"complaints", "manager"}
        assert heard.iro.id not in {alert.to_person_id for alert in alerts}
        hidden = session.scalars(select(Inbound.hidden_from).where(Inbound.owner == child.id)).all()
        assert set(hidden) == {heard.iro.id}, "every word of the complaint's talk is hidden from the IRO"


def test_iro_named_in_a_complaint_sees_nothing_of_it(heard):
    child = heard.child(iro=heard.iro, name="Hidden Canary")
    child.says("when is my review")
    complain(child)
    iro = sign_in(heard, heard.iro)
    page = iro.get(f"/inbox/children/{child.id}")
    assert page.status_code == 200
    assert "never rings" not in page.text and "want to complain" not in page.text
    assert "when is my review" in page.text
    complaints = sign_in(heard, heard.complaints).get("/inbox/complaints")
    assert "Hidden Canary" in complaints.text
