"""Signing in with the council's own account at a real OpenID provider, which runs beside the tests and checks PKCE."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
from cryptography.fernet import Fernet
from starlette.applications import Starlette
from starlette.routing import Mount

from cases import logins, people, second_factor
from cases.settings import BadSettings, Settings
from cases.store.crypto import WEB, ring
from cases.store.models import Audit, OutsideAccount, Person
from inbox import oidc
from inbox.app import create_app
from tests.integration.inbox.conftest import PASSWORD
from tests.standins.oidc import CLIENT_ID, CLIENT_SECRET, OpenIdProvider

BACK = "https://heard.example/inbox/sign-in/back"
GROUPS = {"iro": frozenset({"heard-iro"}), "manager": frozenset({"heard-manager"}), "complaints": frozenset({"heard-complaints"})}


@pytest.fixture(scope="module")
def provider():
    with OpenIdProvider(BACK) as one:
        yield one


@pytest.fixture
def council(settings, provider):
    return replace(settings, oidc_issuer=provider.issuer, oidc_client_id=CLIENT_ID, oidc_client_secret=CLIENT_SECRET, oidc_groups=GROUPS)


@pytest.fixture
def site(store, world, council, clock):
    return Starlette(routes=[Mount("/inbox", create_app(store, council, clock))])


def _leave(browser, path: str = "/inbox/sign-in/council") -> str:
    response = browser.get(path, follow_redirects=False)
    assert response.status_code == 303, response.text
    return response.headers["location"]


def _sign_in(browser, provider, user: str, path: str = "/inbox/sign-in/council"):
    return browser.get(provider.sign_in(_leave(browser, path), user))


def _with(url: str, **changes: str) -> str:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    return urlunsplit(parts._replace(query=urlencode({name: value for name, value in query.items() if value})))


def test_an_iro_signs_in_with_the_council_account_and_lands_where_the_alert_led(world, browser, provider, store):
    one = browser()
    page = one.get(f"/inbox/children/{world.child.id}")
    assert "Sign in with your council account" in page.text and 'name="password"' not in page.text
    path = page.text.split('class="button" href="')[1].split('"')[0]
    page = _sign_in(one, provider, "denise", path)
    assert page.url.path == f"/inbox/children/{world.child.id}" and "Ash Marlow" in page.text
    with store.read() as session:
        assert session.query(Audit).filter_by(action="sign-in").one().actor_id == world.iro.id


def test_the_request_asks_for_pkce_state_and_nonce_anew_each_time(browser, provider):
    first, second = (parse_qs(urlsplit(_leave(browser())).query) for _ in range(2))
    assert first["response_type"] == ["code"] and first["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name] and len(first[name][0]) >= 43


@pytest.mark.parametrize(
    "user, why",
    [("stranger", "does not know your council account"), ("martin", "not in the group"), ("colin", "not in the group")],
)
def test_an_account_that_is_not_ours_or_not_in_the_group_of_its_role_is_not_let_in(browser, provider, store, user, why):
    one = browser()
    page = _sign_in(one, provider, user)
    assert page.status_code == 403 and why in page.text
    assert one.get("/inbox/").url.path == "/inbox/sign-in"
    with store.read() as session:
        assert session.query(Audit).filter_by(action="sign-in refused").count() == 1


def test_another_account_with_the_same_address_is_not_let_in_until_the_sign_in_is_reset(browser, provider, store, world, now):
    assert _sign_in(browser(), provider, "denise").status_code == 200
    assert _sign_in(browser(), provider, "denise").status_code == 200
    assert "another account before" in _sign_in(browser(), provider, "denise2").text
    with store.write() as session:
        second_factor.reset(session, session.get(Person, world.iro.id), "command", now)
    assert _sign_in(browser(), provider, "denise2").status_code == 200


def test_the_account_stays_the_persons_when_their_address_changes(browser, provider, store, world):
    _sign_in(browser(), provider, "denise")
    with store.write() as session:
        people.set_email(session.get(Person, world.iro.id), "denise.marsh@council.example")
    assert _sign_in(browser(), provider, "denise").status_code == 200


def test_somebody_who_left_is_not_let_in_though_the_council_still_knows_them(browser, provider, store, world, now):
    _sign_in(browser(), provider, "denise")
    with store.write() as session:
        session.get(Person, world.iro.id).left_at = now
    assert _sign_in(browser(), provider, "denise").status_code == 403


def test_a_return_that_this_browser_did_not_begin_is_refused(browser, provider):
    mine, other = browser(), browser()
    back = provider.sign_in(_leave(mine), "denise")
    assert other.get(back).status_code == 403, "no cookie of ours"
    _leave(other)
    assert other.get(back).status_code == 403, "another state"
    assert mine.get(_with(back, state="made-up")).status_code == 403
    assert mine.get("/inbox/").url.path == "/inbox/sign-in"


def test_a_return_is_good_once_and_from_our_own_provider(browser, provider):
    one = browser()
    back = provider.sign_in(_leave(one), "denise")
    assert one.get(_with(back, iss="https://elsewhere.example")).status_code == 403
    back = provider.sign_in(_leave(one), "denise")
    assert one.get(back).status_code == 200
    assert one.get(back).status_code == 403


def test_a_stolen_code_is_worth_nothing_without_the_browser_that_asked(browser, provider):
    """The provider itself refuses it: the thief has not the code verifier."""
    stolen = provider.sign_in(_leave(browser()), "denise")
    thief = browser()
    own = _leave(thief)
    state = parse_qs(urlsplit(own).query)["state"][0]
    assert thief.get(_with(stolen, state=state)).status_code == 502
    assert thief.get("/inbox/").url.path == "/inbox/sign-in"


def test_a_token_for_another_try_is_refused(site, council, provider, browser):
    """The nonce: a code that the provider exchanges, whose ID token answers another request."""
    client = oidc.Provider(council)
    verifier = "v" * 64
    back = provider.sign_in(client.begin("state", "the-nonce", verifier), "denise")
    code = parse_qs(urlsplit(back).query)["code"][0]
    with pytest.raises(oidc.Failed):
        client.finish(code, "another-nonce", verifier)


def test_a_token_for_another_service_is_refused(council, provider, store):
    verifier = "v" * 64
    client = oidc.Provider(council)
    back = provider.sign_in(client.begin("state", "nonce", verifier), "denise")
    code = parse_qs(urlsplit(back).query)["code"][0]
    with client._session() as session:
        token = session.fetch_token(client._described()["token_endpoint"], code=code, code_verifier=verifier)
    assert client._checked(token, "nonce")["sub"] == "denise"
    other = oidc.Provider(replace(council, oidc_client_id="another-service"))
    with pytest.raises(Exception, match="aud|azp"):
        other._checked(token, "nonce")
    head, body, signature = token["id_token"].split(".")
    with pytest.raises(Exception, match="signature|bad_signature|invalid"):
        client._checked(token | {"id_token": f"{head}.{body}.{'A' * len(signature)}"}, "nonce")


def test_a_return_after_ten_minutes_is_too_late(browser, provider, monkeypatch):
    one = browser()
    back = provider.sign_in(_leave(one), "denise")
    name = "__Secure-heard-on-the-way"
    sealed = Fernet(ring.fernet_key(WEB))
    old = sealed.encrypt_at_time(sealed.decrypt(one.cookies[name].encode()), 1_000_000_000).decode()
    one.cookies.clear()
    one.cookies.set(name, old)
    assert one.get(back).status_code == 403


def test_a_password_is_no_way_round_the_council(browser, world, store, now):
    with store.write() as session:
        logins.set_password(session, session.get(Person, world.iro.id), PASSWORD, now)
    one = browser()
    one.get("/inbox/sign-in")
    one.submit("/inbox/sign-in", email=world.iro.email, password=PASSWORD)
    assert one.get("/inbox/").url.path == "/inbox/sign-in"


def test_a_provider_that_is_down_says_so_and_lets_nobody_in(store, world, council, clock, browser):
    gone = replace(council, oidc_issuer="http://127.0.0.1:9")
    site = Starlette(routes=[Mount("/inbox", create_app(store, gone, clock))])
    one = type(browser())(site, base_url="https://heard.example")
    answer = one.get("/inbox/sign-in/council")
    assert answer.status_code == 502 and "does not answer" in answer.text


def test_the_session_ends_like_any_other(browser, provider, clock):
    one = browser()
    _sign_in(one, provider, "denise")
    assert "council account" in one.get("/inbox/account").text
    clock.now += timedelta(minutes=31)
    assert one.get("/inbox/").url.path == "/inbox/sign-in"


def test_only_a_hash_of_the_account_is_kept(browser, provider, store):
    _sign_in(browser(), provider, "denise")
    with store.read() as session:
        row = session.query(OutsideAccount).one()
        assert "denise" not in repr(vars(row))


@pytest.mark.parametrize(
    "change, line",
    [
        ({"HEARD_OIDC_ISSUER": "https://login.example/common/v2.0"}, "any organisation"),
        ({"HEARD_OIDC_ISSUER": "http://login.example/v2.0"}, "https"),
        ({"HEARD_OIDC_GROUPS": ""}, "nobody could sign in"),
        ({"HEARD_OIDC_GROUPS": "boss=everyone"}, "each part is a role"),
        ({"HEARD_OIDC_CLIENT_SECRET": ""}, "are needed"),
    ],
)
def test_settings_that_would_let_in_the_wrong_people_are_refused(home, change, line):
    good = {
        "HEARD_HOME": str(home),
        "HEARD_OIDC_ISSUER": "https://login.example/tenant/v2.0",
        "HEARD_OIDC_CLIENT_ID": "x",
        "HEARD_OIDC_CLIENT_SECRET": "y",
        "HEARD_OIDC_GROUPS": "iro=a, iro=b, manager=c",
    }
    assert Settings.from_env(good).oidc_groups == {"iro": {"a", "b"}, "manager": {"c"}}
    with pytest.raises(BadSettings, match=line):
        Settings.from_env(good | change)
