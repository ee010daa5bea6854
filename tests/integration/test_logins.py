"""Staff sign in, are locked out after too many tries, and their sessions end when they should."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import func, select

from cases import logins
from cases.logins import Refused, SignedIn
from cases.store.models import Attempt, Audit, StaffSession

PASSWORD = "quiet otter by the canal"
EMAIL = "denise@council.example"


@pytest.fixture
def iro(store, world, now):
    with store.write() as session:
        logins.set_password(session, world.iro, PASSWORD, now)
    return world.iro


def _sign_in(store, now, password=PASSWORD, email=EMAIL, source="10.0.0.1"):
    return logins.sign_in(store, email, password, source, now)


def test_staff_sign_in_however_they_type_their_address(store, iro, now):
    answer = _sign_in(store, now, email="  Denise@Council.EXAMPLE ")
    assert isinstance(answer, SignedIn)
    assert logins.person_of(store, answer.token, now).id == iro.id
    with store.read() as session:
        assert session.get(StaffSession, answer.token) is None, "the token itself is not kept"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer_after_the_same_work(store, iro, now, monkeypatch):
    """The hash is what takes time: one of the same cost is checked for an address that nobody has."""
    checked = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher,
        "verify",
        lambda hasher, hashed, password: checked.append(extract_parameters(hashed)) or verify(hasher, hashed, password),
    )
    for email in (EMAIL, "nobody@council.example"):
        assert _sign_in(store, now, "wrong", email) == Refused(None)
    known, unknown = checked
    assert known == unknown


@pytest.mark.parametrize("email", [EMAIL, "nobody@council.example"])
def test_too_many_tries_lock_for_longer_and_longer(store, iro, now, email):
    for _ in range(logins.FREE_TRIES):
        assert _sign_in(store, now, "wrong", email) == Refused(None)
    assert _sign_in(store, now, PASSWORD, email) == Refused(now + timedelta(seconds=30)), "even the right one waits"
    later = now + timedelta(seconds=31)
    assert _sign_in(store, later, "wrong", email) == Refused(None)
    assert _sign_in(store, later, "wrong", email) == Refused(later + timedelta(seconds=60))


def test_the_right_password_after_the_wait_opens_and_clears_the_count(store, iro, now):
    for _ in range(logins.FREE_TRIES):
        _sign_in(store, now, "wrong")
    assert isinstance(_sign_in(store, now + timedelta(minutes=1)), SignedIn)
    with store.read() as session:
        assert session.scalar(select(func.count(Attempt.id)).where(Attempt.what.in_(("sign-in", "sign-in from")))) == 0


def test_nobody_can_lock_a_colleague_out_from_elsewhere(store, iro, now):
    for _ in range(logins.FREE_TRIES + 1):
        locked = _sign_in(store, now, "wrong", source="203.0.113.7")
    assert locked.until
    assert isinstance(_sign_in(store, now), SignedIn)


def test_guessing_from_many_places_is_slowed_but_not_for_whoever_signs_in_from_where_they_always_do(store, iro, now, monkeypatch):
    monkeypatch.setattr(logins, "FREE_TRIES_AT_AN_ACCOUNT", 10)
    assert isinstance(_sign_in(store, now), SignedIn)
    for number in range(9):
        assert _sign_in(store, now, "wrong", source=f"203.0.113.{number}") == Refused(None)
    assert _sign_in(store, now, source="203.0.113.99").until == now + timedelta(seconds=30)
    assert isinstance(_sign_in(store, now), SignedIn)
    assert isinstance(_sign_in(store, now + timedelta(minutes=1), source="203.0.113.99"), SignedIn), "a minute at most"


def test_tries_at_the_same_moment_all_count(store, iro, now):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: _sign_in(store, now, "wrong"), range(12)))
    assert sum(answer == Refused(None) for answer in answers) == logins.FREE_TRIES


def test_one_address_cannot_try_everybody(store, iro, now, monkeypatch):
    monkeypatch.setattr(logins, "FREE_TRIES_OF_AN_ADDRESS", 3)
    for number in range(3):
        _sign_in(store, now, "wrong", f"someone{number}@council.example")
    assert _sign_in(store, now).until
    assert isinstance(_sign_in(store, now, source="10.0.0.2"), SignedIn)


def test_a_session_ends_after_half_an_hour_without_use(store, iro, now):
    token = _sign_in(store, now).token
    assert logins.person_of(store, token, now + timedelta(minutes=29))
    assert logins.person_of(store, token, now + timedelta(minutes=58))
    assert logins.person_of(store, token, now + timedelta(minutes=88)) is None


def test_a_session_ends_after_twelve_hours_of_use(store, iro, now):
    token = _sign_in(store, now).token
    for minutes in range(0, 12 * 60, 20):
        assert logins.person_of(store, token, now + timedelta(minutes=minutes))
    assert logins.person_of(store, token, now + timedelta(hours=12)) is None


def test_signing_out_here_leaves_the_other_session_and_everywhere_leaves_none(store, iro, now):
    here, there = _sign_in(store, now).token, _sign_in(store, now).token
    with store.write() as session:
        logins.sign_out(session, here, now)
    assert logins.person_of(store, here, now) is None
    assert logins.person_of(store, there, now)
    with store.write() as session:
        logins.sign_out_everywhere(session, iro.id, now)
    assert logins.person_of(store, there, now) is None


def test_an_ended_session_still_names_the_writer_of_a_draft_for_a_day(store, iro, now):
    token = _sign_in(store, now).token
    with store.write() as session:
        logins.sign_out(session, token, now)
    with store.read() as session:
        assert logins.writer_of(session, token, now + timedelta(hours=20)).id == iro.id
        assert logins.writer_of(session, token, now + timedelta(hours=40)) is None
        assert logins.writer_of(session, "made up", now) is None


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(store, iro, now):
    here, there = _sign_in(store, now).token, _sign_in(store, now).token
    assert logins.change_password(store, iro, "wrong", "new heron on the weir", now, keep=here) == Refused(None)
    assert logins.change_password(store, iro, PASSWORD, "new heron on the weir", now, keep=here) is None
    assert logins.person_of(store, here, now)
    assert logins.person_of(store, there, now) is None
    assert _sign_in(store, now) == Refused(None)
    assert isinstance(_sign_in(store, now, "new heron on the weir"), SignedIn)


@pytest.mark.parametrize(
    "password, why",
    [
        ("otter canal", "short"),
        ("x" * 201, "long"),
        ("aaaaaaaaaaaaaa", "plain"),
        ("my password is long", "plain"),
        ("okoro in the rain", "personal"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(store, iro, password, why):
    with pytest.raises(logins.WeakPassword) as caught:
        logins.check_password(iro, password)
    assert caught.value.why == why


def test_somebody_who_left_cannot_sign_in_or_go_on(store, iro, now):
    token = _sign_in(store, now).token
    with store.write() as session:
        session.merge(iro).left_at = now
    assert logins.person_of(store, token, now) is None
    assert _sign_in(store, now) == Refused(None)


def test_sign_ins_and_refusals_are_on_the_trail_without_the_address(store, iro, now):
    _sign_in(store, now)
    _sign_in(store, now, "wrong", "nobody@council.example")
    with store.read() as session:
        rows = session.scalars(select(Audit).order_by(Audit.id)).all()
    assert [row.action for row in rows] == ["password set", "sign-in", "sign-in refused"]
    assert "nobody@" not in repr([vars(row) for row in rows])
