"""A child opens the web chat with a link or a code from their IRO: once, within a week, and without guessing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from cases import invites
from cases.store.models import ChatInvite


@pytest.fixture
def invite(store, world, now):
    with store.write() as session:
        return invites.make_invite(session, world.child, world.iro, now)


def _redeem(store, secret, now, who="10.0.0.1"):
    with store.write() as session:
        return invites.redeem(session, secret, who, now)


def test_the_link_opens_the_chat_once(store, world, invite, now):
    token, code = invite
    assert _redeem(store, token, now) == world.child.id
    assert _redeem(store, token, now) is None
    assert _redeem(store, code, now) is None, "link and code are one invite"


def test_the_code_works_however_it_is_typed(store, world, invite, now):
    _, code = invite
    assert len(code) == 8
    assert _redeem(store, f" {code[:4].lower()}-{code[4:].lower()} ", now) == world.child.id


def test_an_invite_lasts_a_week(store, invite, now):
    assert _redeem(store, invite[0], now + timedelta(days=7)) is None


def test_a_new_invite_replaces_the_one_before(store, world, invite, now):
    with store.write() as session:
        _, code = invites.make_invite(session, world.child, world.iro, now)
    assert _redeem(store, invite[1], now) is None
    assert _redeem(store, code, now) == world.child.id


def test_guessing_is_slowed_down_for_who_guesses_only(store, world, invite, now):
    for number in range(invites.FREE_TRIES):
        assert _redeem(store, f"CCCCCC{number:02}", now) is None
    assert _redeem(store, invite[1], now) is None, "even the right one waits now"
    assert _redeem(store, invite[1], now, who="10.0.0.2") == world.child.id


def test_two_tries_at_the_same_moment_open_it_once(store, world, invite, now):
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda who: _redeem(store, invite[0], now, who=f"10.0.1.{who}"), range(4)))
    assert [one for one in opened if one] == [world.child.id]


def test_neither_link_nor_code_is_kept(store, invite, now):
    with store.read() as session:
        row = session.scalar(select(ChatInvite))
    assert not {row.token_hash, row.code_hash} & set(invite)
