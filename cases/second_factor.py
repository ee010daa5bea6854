"""One-time codes from an app (RFC 6238) and recovery codes on paper, for local accounts of staff.

A session whose password was right waits for one of them and opens nothing until then. See docs/decisions for who needs one.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from cases import attempts, audit
from cases.logins import Refused, SignedIn, open_session, sign_out_everywhere
from cases.store.crypto import ring
from cases.store.db import Store
from cases.store.models import Login, OutsideAccount, Person, RecoveryCode, StaffSession

#: How long a right password waits for its code.
PATIENCE = timedelta(minutes=10)
STEP = 30  # seconds a code is shown for
FREE_TRIES = 5
RECOVERY_CODES = 10
ALPHABET = "CDFGHJKMNPQRTVWXY34679"  # no vowels, so no words; nothing that looks or sounds like another


@dataclass(frozen=True)
class Waiting:
    """Somebody whose password was right. waits_for: "code", or "set-up" when they have no app yet."""

    person: Person
    waits_for: str


def waiting(store: Store, token: str, now: datetime) -> Waiting | None:
    """Whose password was right a moment ago in this browser, if anybody's."""
    with store.read() as session:
        held = session.get(StaffSession, ring.lookup(token)) if token else None
        if held is None or held.waits_for is None or held.ended_at or now - held.created_at > PATIENCE:
            return None
        person = session.get(Person, held.person_id)
        return None if person is None or person.left_at else Waiting(person, held.waits_for)


def new_secret(session: Session, person: Person) -> str:
    """The secret that the person's app is about to be given: the same until it is confirmed with a first code."""
    login = session.get_one(Login, person.id)
    if login.totp is None or login.totp_since is not None:
        login.totp, login.totp_since, login.totp_step = pyotp.random_base32(), None, None
    return login.totp


def address(person: Person, secret: str) -> str:
    """What the QR code says to the app (otpauth://…)."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.email or person.name, issuer_name="Heard")


def finish(store: Store, token: str, code: str, source: str, now: datetime) -> SignedIn | Refused:
    """Check the code that a waiting session waits for, and open a new session in its place."""
    found = waiting(store, token, now)
    if found is None:
        return Refused()
    with store.write() as session:
        if until := attempts.begin(session, "code", found.person.id, now, free=FREE_TRIES):
            return Refused(until)
    with store.write() as session:
        setting_up = found.waits_for == "set-up"
        if not _take(session, found.person, code, now, setting_up=setting_up):
            audit.record(session, actor="nobody", action="code refused", object=found.person.id, source=source, now=now)
            return Refused()
        attempts.forget(session, "code", found.person.id)
        if setting_up:
            session.get_one(Login, found.person.id).totp_since = now
            audit.record(session, actor=found.person, action="codes set up", source=source, now=now)
        session.execute(delete(StaffSession).where(StaffSession.token_hash == ring.lookup(token)))
        return open_session(session, found.person, source, now)


def check(store: Store, person: Person, code: str, now: datetime) -> Refused | None:
    """Ask somebody who has signed in for a code once more, before their codes change. None when it is right."""
    with store.write() as session:
        if until := attempts.begin(session, "code", person.id, now, free=FREE_TRIES):
            return Refused(until)
    with store.write() as session:
        if not _take(session, person, code, now):
            return Refused()
        attempts.forget(session, "code", person.id)
    return None


def make_recovery_codes(session: Session, person: Person, now: datetime) -> list[str]:
    """Ten new codes, each good once; earlier ones stop working. They are shown this once: only their hashes are kept."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=_hash(person, code), person_id=person.id, made_at=now) for code in codes)
    audit.record(session, actor=person, action="recovery codes made", now=now)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def reset(session: Session, person: Person, by: Person | str, now: datetime) -> None:
    """Forget the person's app, recovery codes and council account, and sign them out: they set up anew when they next sign in."""
    login = session.get(Login, person.id)
    if login is not None:
        login.totp = login.totp_since = login.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    session.execute(delete(OutsideAccount).where(OutsideAccount.person_id == person.id))
    sign_out_everywhere(session, person.id, now)
    audit.record(session, actor=by, action="sign-in reset", object=f"person {person.id}", now=now)


def _take(session: Session, person: Person, code: str, now: datetime, *, setting_up: bool = False) -> bool:
    """Whether the code is right. A time step and a recovery code are each taken once, also by two tries at the same moment."""
    said = re.sub(r"[\s-]", "", code).upper()
    if re.fullmatch(r"\d{6}", said):
        return _take_code(session, person, said, now, setting_up)
    if setting_up:
        return False
    right = RecoveryCode.code_hash == _hash(person, said), RecoveryCode.used_at.is_(None)
    used = session.scalars(update(RecoveryCode).where(*right).values(used_at=now).returning(RecoveryCode.person_id)).all()
    if used:
        audit.record(session, actor=person, action="recovery code used", now=now)
    return bool(used)


def _take_code(session: Session, person: Person, code: str, now: datetime, setting_up: bool) -> bool:
    login = session.get(Login, person.id, with_for_update=True)
    if login is None or login.totp is None or (login.totp_since is None) != setting_up:
        return False
    totp = pyotp.TOTP(login.totp, interval=STEP)
    current = int(now.timestamp()) // STEP
    for step in (current - 1, current, current + 1):  # their clock is not ours
        fresh = login.totp_step is None or step > login.totp_step
        if fresh and secrets.compare_digest(totp.generate_otp(step), code):
            login.totp_step = step
            return True
    return False


def _hash(person: Person, code: str) -> str:
    return ring.lookup(f"recovery:{person.id}:{code}")
