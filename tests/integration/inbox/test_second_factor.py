"""A right password alone opens nothing: a code from the phone, or one of ten on paper, and each of them once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from cases import logins, second_factor
from cases.store.models import Audit, Login, Person, RecoveryCode, StaffSession
from inbox.app import create_app
from tests.integration.inbox.conftest import PASSWORD


@pytest.fixture
def site(store, settings, clock):
    return Starlette(routes=[Mount("/inbox", create_app(store, replace(settings, second_factor=True), clock))])


@pytest.fixture
def iro(store, world, now):
    with store.write() as session:
        logins.set_password(session, session.get(Person, world.iro.id), PASSWORD, now)
    return world.iro


def _password(browser, person):
    browser.get("/inbox/sign-in")
    return browser.submit("/inbox/sign-in", email=person.email, password=PASSWORD)


def _code(store, person, clock, *, ahead: int = 0) -> str:
    with store.read() as session:
        return pyotp.TOTP(session.get(Login, person.id).totp).at(clock.now + timedelta(seconds=30 * ahead))


@pytest.fixture
def enrolled(store, iro, browser, clock):
    """A browser in which the IRO has set up their phone and is in, and the recovery codes."""
    one = browser()
    _password(one, iro)
    page = one.submit("/inbox/sign-in/code", code=_code(store, iro, clock)).text
    codes = re.findall(r"<code>(\w{5}-\w{5})</code>", page)
    clock.now += timedelta(minutes=1)
    return one, codes


def test_the_first_sign_in_sets_up_the_phone_and_shows_ten_recovery_codes_once(store, iro, browser, clock):
    one = browser()
    page = _password(one, iro)
    assert page.url.path == "/inbox/sign-in/code" and "Set up codes on your phone" in page.text
    assert "<svg" in page.text and "otpauth" not in page.text
    key = re.search(r"type <code>([A-Z2-7 ]+)</code>", page.text)[1].replace(" ", "")
    same = browser()
    same.cookies.set("__Secure-heard-staff", one.cookies["__Secure-heard-staff"])
    assert same.get("/inbox/").url.path == "/inbox/sign-in", "the password alone opens nothing"
    page = one.submit("/inbox/sign-in/code", code=pyotp.TOTP(key).at(clock.now)).text
    codes = re.findall(r"<code>(\w{5}-\w{5})</code>", page)
    assert len(set(codes)) == 10
    assert one.get("/inbox/").url.path == "/inbox/"
    with store.read() as session:
        kept = repr([vars(row) for row in session.query(RecoveryCode).all()])
        assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_a_code_opens_once_and_a_wrong_or_old_one_never(store, iro, enrolled, browser, clock):
    code = _code(store, iro, clock)
    one = browser()
    _password(one, iro)
    assert one.submit("/inbox/sign-in/code", code="000000").status_code == 403
    old = _code(store, iro, clock, ahead=-3)
    assert one.submit("/inbox/sign-in/code", code=old).status_code == 403
    assert one.submit("/inbox/sign-in/code", code=code).url.path == "/inbox/"
    other = browser()
    _password(other, iro)
    assert other.submit("/inbox/sign-in/code", code=code).status_code == 403, "somebody looked over a shoulder"
    assert other.get("/inbox/").url.path == "/inbox/sign-in"


def test_a_phone_with_a_clock_half_a_minute_off_still_works(store, iro, enrolled, browser, clock):
    one = browser()
    _password(one, iro)
    assert one.submit("/inbox/sign-in/code", code=_code(store, iro, clock, ahead=1)).url.path == "/inbox/"


def test_a_recovery_code_opens_once_however_it_is_typed(iro, enrolled, browser):
    _, codes = enrolled
    one = browser()
    _password(one, iro)
    assert one.submit("/inbox/sign-in/code", code=f" {codes[3].lower().replace('-', ' ')} ").url.path == "/inbox/"
    other = browser()
    _password(other, iro)
    assert other.submit("/inbox/sign-in/code", code=codes[3]).status_code == 403
    assert other.submit("/inbox/sign-in/code", code=codes[4]).url.path == "/inbox/"


def test_too_many_wrong_codes_wait(store, iro, enrolled, browser, clock):
    one = browser()
    _password(one, iro)
    for _ in range(second_factor.FREE_TRIES):
        assert "not right" in one.submit("/inbox/sign-in/code", code="123123").text
    assert "too many tries" in one.submit("/inbox/sign-in/code", code=_code(store, iro, clock)).text


def test_a_password_whose_code_does_not_come_is_forgotten_after_ten_minutes(store, iro, enrolled, browser, clock):
    one = browser()
    _password(one, iro)
    clock.now += timedelta(minutes=11)
    assert one.submit("/inbox/sign-in/code", code=_code(store, iro, clock)).url.path == "/inbox/sign-in"
    with store.read() as session:
        assert session.query(StaffSession).filter(StaffSession.waits_for.is_(None)).count() == 1


def test_the_session_after_the_code_is_another_than_before_it(iro, enrolled, browser, store, clock):
    one = browser()
    _password(one, iro)
    before = one.cookies["__Secure-heard-staff"]
    one.submit("/inbox/sign-in/code", code=_code(store, iro, clock))
    assert one.cookies["__Secure-heard-staff"] != before
    thief = browser()
    thief.cookies.set("__Secure-heard-staff", before)
    assert thief.get("/inbox/").url.path == "/inbox/sign-in"


def test_another_phone_needs_a_code_of_the_old_one(store, iro, enrolled, clock):
    one, codes = enrolled
    one.get("/inbox/account")
    assert one.submit("/inbox/account/new-phone", code="000000").status_code == 400
    before = _code(store, iro, clock)
    page = one.submit("/inbox/account/new-phone", code=codes[0])
    assert page.url.path == "/inbox/sign-in" and "Your old phone" in page.text
    assert "Set up codes on your phone" in _password(one, iro).text
    assert _code(store, iro, clock) != before


def test_new_recovery_codes_end_the_old_ones(store, iro, enrolled, browser, clock):
    one, old = enrolled
    one.get("/inbox/account")
    page = one.submit("/inbox/account/recovery-codes", code=_code(store, iro, clock)).text
    new = re.findall(r"<code>(\w{5}-\w{5})</code>", page)
    other = browser()
    _password(other, iro)
    assert other.submit("/inbox/sign-in/code", code=old[0]).status_code == 403
    assert other.submit("/inbox/sign-in/code", code=new[0]).url.path == "/inbox/"


def test_people_of_the_demo_need_no_phone(store, world, browser, now):
    with store.write() as session:
        person = session.get(Person, world.iro.id)
        person.demo = True
        logins.set_password(session, person, PASSWORD, now)
    assert _password(browser(), world.iro).url.path == "/inbox/"


def test_the_trail_says_where_from(store, iro, enrolled):
    with store.read() as session:
        rows = {row.action: row for row in session.query(Audit).all()}
        assert rows["sign-in"].source == "testclient"
        assert {"codes set up", "recovery codes made"} <= set(rows)
