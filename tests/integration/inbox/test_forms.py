"""Forms that are really ours, cookies, headers, and the sign-in page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cases import logins
from cases.store.models import Audit, Outgoing
from inbox.app import PAGES
from tests.integration.inbox.conftest import PASSWORD

POSTS = [path for path, method, _ in PAGES if method == "POST"]


@pytest.mark.parametrize("fields, headers", [
    ({}, {}),
    ({"csrf": "0" * 64}, {}),
    ({"csrf": "right"}, {"Origin": "https://evil.example"}),
    ({"csrf": "right"}, {"Origin": "null"}),
])  # fmt: skip
def test_no_form_is_taken_without_its_token_or_from_elsewhere(store, world, as_, fields, headers):
    iro = as_(world.iro)
    iro.get("/inbox/account")
    fields = {name: iro.field("csrf") if value == "right" else value for name, value in fields.items()}
    for path in POSTS:
        address = re.sub(r"\{\w+\}", "x", path.replace("{child_id}", world.child.id))
        response = iro.post("/inbox" + address, data=fields, headers=headers)
        assert response.status_code == 403, path
        assert "Nothing was sent" in response.text
    assert iro.get("/inbox/account").url.path == "/inbox/account", "nobody was signed out"
    with store.read() as session:
        assert session.scalar(select(func.count(Outgoing.id))) == 0


def test_a_token_of_another_session_does_not_do(world, as_):
    iro, manager = as_(world.iro), as_(world.manager)
    manager.get("/inbox/account")
    response = iro.post("/inbox/account/sign-out", data={"csrf": manager.field("csrf")})
    assert response.status_code == 403


@pytest.mark.parametrize("body, kind", [
    (b"a" * 70_000, "application/x-www-form-urlencoded"),
    (b"\xff\xfe", "application/x-www-form-urlencoded"),
    (b'{"csrf": 1}', "application/json"),
    (b"&".join(b"a=1" for _ in range(100)), "application/x-www-form-urlencoded"),
])  # fmt: skip
def test_a_body_that_is_no_form_of_ours_is_refused_plainly(world, as_, body, kind):
    response = as_(world.iro).post(f"/inbox/children/{world.child.id}/answer", content=body, headers={"Content-Type": kind})
    assert response.status_code == 403


def test_odd_characters_in_an_answer_do_no_harm(store, world, as_):
    iro = as_(world.iro)
    iro.get(f"/inbox/children/{world.child.id}")
    assert iro.submit(f"/inbox/children/{world.child.id}/answer", answer="a\x00b\x07 \u202e مرحبا 🙂").status_code == 200
    raw = f"csrf={iro.field('csrf')}&once=q&answer=%ED%A0%80%FF"
    response = iro.post(
        f"/inbox/children/{world.child.id}/answer", content=raw, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert response.status_code == 200
    with store.read() as session:
        assert session.query(Outgoing).filter_by(author=world.iro.id).first().text == "ab \u202e مرحبا 🙂"


@pytest.mark.parametrize(
    "path", ["/inbox/nowhere", "/inbox/children/", "/inbox/children/%00", "/inbox/alerts/" + "x" * 5000, "/inbox/search"]
)
def test_addresses_that_lead_nowhere_get_the_plain_page(world, as_, path):
    response = as_(world.iro).get(path)
    assert response.status_code == 404
    assert "Page not found" in response.text


def test_every_answer_tells_the_browser_to_be_strict(world, as_, browser):
    for response in (as_(world.iro).get("/inbox/"), browser().get("/inbox/sign-in"), browser().get("/inbox/nowhere")):
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "<style" not in response.text and "style=" not in response.text and "onclick" not in response.text


def test_the_cookie_is_for_the_server_alone(store, world, browser, now):
    with store.write() as session:
        logins.set_password(session, world.iro, PASSWORD, now)
    one = browser()
    one.get("/inbox/sign-in")
    response = one.post(
        "/inbox/sign-in", data={"csrf": one.field("csrf"), "email": world.iro.email, "password": PASSWORD}, follow_redirects=False
    )
    cookie = next(value for value in response.headers.get_list("set-cookie") if "heard-staff" in value)
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/inbox"} <= {part.strip() for part in cookie.split(";")}


def test_a_wrong_password_and_a_stranger_see_the_same_page(world, as_, browser):
    as_(world.iro)
    pages = []
    for email in (world.iro.email, "nobody@council.example"):
        one = browser()
        one.get("/inbox/sign-in")
        response = one.sign_in(email, "wrong")
        assert response.status_code == 403
        pages.append(response.text.replace(email, "").replace(one.field("csrf"), ""))
    assert pages[0] == pages[1]


def test_too_many_wrong_passwords_lock_the_sign_in_for_a_while(world, as_, browser, clock, now):
    as_(world.iro)
    one = browser()
    one.get("/inbox/sign-in")
    for _ in range(logins.FREE_TRIES):
        one.sign_in(world.iro, "wrong")
    response = one.sign_in(world.iro)
    assert response.status_code == 403 and "too many tries" in response.text
    clock.now = now + timedelta(minutes=2)
    assert one.sign_in(world.iro).status_code == 200


@pytest.mark.parametrize("next", ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-in", "javascript:x", "/a?b=c", ""])
def test_the_sign_in_leads_nowhere_but_into_the_inbox(world, as_, browser, next):
    as_(world.iro)
    one = browser()
    one.get("/inbox/sign-in", params={"next": next})
    assert one.sign_in(world.iro).url.path == "/inbox/"


def test_signing_out_ends_the_session_and_the_way_back(world, as_, store):
    iro = as_(world.iro)
    token = iro.cookies["__Secure-heard-staff"]
    iro.get("/inbox/")
    assert "You are signed out" in iro.submit("/inbox/account/sign-out").text
    iro.cookies.set("__Secure-heard-staff", token, domain="heard.example", path="/inbox")
    assert iro.get("/inbox/").url.path == "/inbox/sign-in"


def test_a_password_is_changed_and_other_sessions_end(world, as_, browser):
    here = as_(world.iro)
    there = browser()
    there.sign_in(world.iro)
    new = "new heron on the weir"
    for fields, problem in (
        ({"old": PASSWORD, "new": new, "again": "other"}, "not the same"),
        ({"old": "wrong", "new": new, "again": new}, "old password is not right"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "12 characters or more"),
        ({"old": PASSWORD, "new": "denise is the best", "again": "denise is the best"}, "must not hold your name"),
    ):
        here.get("/inbox/account")
        response = here.submit("/inbox/account/password", **fields)
        assert response.status_code == 400 and problem in response.text
    here.get("/inbox/account")
    assert "Your password is changed" in here.submit("/inbox/account/password", old=PASSWORD, new=new, again=new).text
    assert there.get("/inbox/").url.path == "/inbox/sign-in"
    assert browser().sign_in(world.iro, new).status_code == 200


def test_every_view_is_on_the_trail(store, world, case, as_):
    manager = as_(world.manager)
    for path in (
        "/",
        f"/children/{world.child.id}",
        f"/consultations/{case.consultation}",
        f"/complaints/{case.complaint}",
        "/complaints",
        "/unmatched",
        f"/unmatched/{case.unmatched}",
        f"/children/{world.child.id}/in-confidence",
    ):
        with store.read() as session:
            before = session.query(Audit).filter_by(actor_id=world.manager.id).count()
        manager.get("/inbox" + path)
        with store.read() as session:
            assert session.query(Audit).filter_by(actor_id=world.manager.id).count() == before + 1, path


def test_an_administrator_sees_no_child(world, case, as_):
    page = as_(world.admin).get("/inbox/").text
    assert "Ash" not in page and "does not show what children say" in page
