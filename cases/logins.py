"""Local accounts of staff: passwords, lock-out, and sessions that the server holds and can end."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from cases import attempts, audit, people
from cases.store.crypto import ring
from cases.store.db import Store
from cases.store.models import Login, Person, StaffSession

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
KEPT_AFTER_END = timedelta(days=1)
SEEN_EVERY = timedelta(minutes=1)
FREE_TRIES = 5
FREE_TRIES_OF_AN_ADDRESS = 50  # a whole office may share one
#: Wrong tries at one account from all over: strangers are then slowed down, and whoever has signed in from there is not.
FREE_TRIES_AT_AN_ACCOUNT, LONGEST_WAIT_OF_A_STRANGER = 100, timedelta(minutes=1)
KNOWN_FOR = timedelta(days=30)
SHORTEST, LONGEST = 12, 200

_hasher = PasswordHasher()
_room = BoundedSemaphore(2)  # each hash takes 64 MiB


class WeakPassword(ValueError):
    """Not a password to use. `why`: short, long, plain or personal; the message says it to the person."""

    MESSAGES = {
        "short": f"The new password must have {SHORTEST} characters or more",
        "long": f"The new password must have {LONGEST} characters or fewer",
        "plain": "The new password is too easy to guess. Try three words that do not belong together",
        "personal": "The new password must not hold your name or e-mail address",
    }

    def __init__(self, why: str):
        self.why = why
        super().__init__(self.MESSAGES[why])


@dataclass(frozen=True)
class Refused:
    """Not signed in. `until`: when to try again; None when the address or the password is wrong."""

    until: datetime | None = None


@dataclass(frozen=True)
class SignedIn:
    """A session. waits_for: "code" or "set-up" while it still wants a second factor, and opens nothing."""

    person: Person
    token: str
    waits_for: str | None = None


def set_password(session: Session, person: Person, password: str, now: datetime, *, keep: str | None = None) -> None:
    """Give the person this password and end their sessions, but for the one whose token is `keep`. Raises WeakPassword."""
    check_password(person, password)
    login = session.get(Login, person.id)
    if login is None:
        login = Login(person_id=person.id)
        session.add(login)
    login.password, login.changed_at = _hash(password), now
    sign_out_everywhere(session, person.id, now, keep=keep)
    audit.record(session, actor=person, action="password set", now=now)


def check_password(person: Person, password: str) -> None:
    lowered = password.lower()
    own = [part for part in (*person.name.lower().split(), (person.email or "").lower().split("@")[0]) if len(part) > 4]
    if len(password) < SHORTEST:
        raise WeakPassword("short")
    if len(password) > LONGEST:
        raise WeakPassword("long")
    if len(set(lowered)) < 6 or "password" in lowered:
        raise WeakPassword("plain")
    if any(part in lowered for part in own):
        raise WeakPassword("personal")


def sign_in(store: Store, email: str, password: str, source: str, now: datetime, *, second_factor: bool = False) -> SignedIn | Refused:
    """Check a password and open a session. `source` is the network address that it came from.

    `second_factor`: the session then waits for a one-time code (cases/second_factor.py), but for people of the demo. An
    unknown address and a wrong password take the same steps, the same time and the same answer. Too many wrong tries
    lock an account for the network address that they come from only: nobody can lock a colleague out from elsewhere.
    """
    email = email.strip().lower()
    here = f"{email} {source}"
    with store.write() as session:
        until = attempts.begin(session, "sign-in from", source, now, free=FREE_TRIES_OF_AN_ADDRESS)
        until = until or attempts.begin(session, "sign-in", here, now, free=FREE_TRIES)
        if not until and not attempts.remembered(session, "signed in", here, now - KNOWN_FOR):
            until = attempts.begin(session, "sign-in to", email, now, free=FREE_TRIES_AT_AN_ACCOUNT, longest=LONGEST_WAIT_OF_A_STRANGER)
        if until:
            return Refused(until)
        person = people.by_email(session, email)
        login = session.get(Login, person.id) if person else None
    right = _verify(login.password if login else _nobodys(), password)
    with store.write() as session:
        if not (right and login):
            audit.record(session, actor="nobody", action="sign-in refused", object=person.id if person else None, source=source, now=now)
            return Refused()
        attempts.forget(session, "sign-in", here)
        attempts.forget(session, "sign-in from", source)
        attempts.remember(session, "signed in", here, now)
        if _hasher.check_needs_rehash(login.password):
            session.merge(login).password = _hash(password)
        waits_for = ("code" if login.totp_since else "set-up") if second_factor and not person.demo else None
        return open_session(session, person, source, now, waits_for)


def open_session(session: Session, person: Person, source: str, now: datetime, waits_for: str | None = None) -> SignedIn:
    """A session of the person's own, whatever they showed for it."""
    token = secrets.token_urlsafe(32)
    session.execute(delete(StaffSession).where(StaffSession.created_at < now - ABSOLUTE - KEPT_AFTER_END))
    session.add(StaffSession(token_hash=ring.lookup(token), person_id=person.id, created_at=now, seen_at=now, waits_for=waits_for))
    if waits_for is None:
        audit.record(session, actor=person, action="sign-in", source=source, now=now)
    return SignedIn(person, token, waits_for)


def change_password(store: Store, person: Person, old: str, new: str, now: datetime, *, keep: str) -> Refused | None:
    """Change one's own password; other sessions end. Returns None when done. Raises WeakPassword."""
    check_password(person, new)
    with store.write() as session:
        if until := attempts.begin(session, "password", person.id, now, free=FREE_TRIES):
            return Refused(until)
        login = session.get(Login, person.id)
    if login is None or not _verify(login.password, old):
        return Refused()
    with store.write() as session:
        attempts.forget(session, "password", person.id)
        set_password(session, session.merge(person), new, now, keep=keep)
    return None


def person_of(store: Store, token: str, now: datetime) -> Person | None:
    """Who holds this session, while it is neither idle too long, too old nor ended. Being asked keeps it awake."""
    with store.read() as session:
        held = session.get(StaffSession, ring.lookup(token))
        if held is None or not _open(held, now):
            return None
        person = session.get(Person, held.person_id)
        if person is None or person.left_at:
            return None
    if now - held.seen_at >= SEEN_EVERY:
        with store.write() as session:
            session.execute(update(StaffSession).where(StaffSession.token_hash == held.token_hash).values(seen_at=now))
    return person


def writer_of(session: Session, token: str, now: datetime) -> Person | None:
    """Whose session this was, a while after it ended: enough to keep a draft for them, and for nothing else."""
    held = session.get(StaffSession, ring.lookup(token))
    if held is None or held.waits_for or now - held.created_at > ABSOLUTE + KEPT_AFTER_END:
        return None
    person = session.get(Person, held.person_id)
    return person if person and not person.left_at else None


def sign_out(session: Session, token: str, now: datetime) -> None:
    session.execute(update(StaffSession).where(StaffSession.token_hash == ring.lookup(token)).values(ended_at=now))


def sign_out_everywhere(session: Session, person_id: str, now: datetime, *, keep: str | None = None) -> None:
    query = update(StaffSession).where(StaffSession.person_id == person_id, StaffSession.ended_at.is_(None))
    if keep:
        query = query.where(StaffSession.token_hash != ring.lookup(keep))
    session.execute(query.values(ended_at=now))


def _open(held: StaffSession, now: datetime) -> bool:
    return held.ended_at is None and held.waits_for is None and now - held.seen_at < IDLE and now - held.created_at < ABSOLUTE


def _hash(password: str) -> str:
    with _room:
        return _hasher.hash(password)


def _verify(hashed: str, password: str) -> bool:
    with _room:
        try:
            return _hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys() -> str:
    """A hash that no password has, to spend the time on that a real one takes."""
    return _hash(secrets.token_urlsafe(32))
