"""Who of Heard's people an account at the council's OpenID provider is. Deny by default: two lists have to agree.

The council's import says who somebody is and what they do; the council's directory says that they still may. A person is
found by e-mail address once, and from then on by the account (issuer and subject), which nobody can be given a second time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import audit, logins, people
from cases.logins import SignedIn
from cases.store.crypto import ring
from cases.store.db import Store
from cases.store.models import OutsideAccount, Person


@dataclass(frozen=True)
class NotLetIn:
    """why: unknown (nobody here), role (not in the group of their role), account (the person has another account), groups (the
    provider left the groups out)."""

    why: str


def sign_in(
    store: Store, issuer: str, claims: Mapping[str, Any], groups: Mapping[str, Collection[str]], claim: str, source: str, now: datetime
) -> SignedIn | NotLetIn:
    """Open a session for whom the checked claims of an ID token name. `groups`: kind of staff → groups that may be it.

    `claim`: the name of the claim that holds the groups (or the app roles) of the account.
    """
    with store.write() as session:
        person, why = _person(session, issuer, claims, now)
        if person is not None:
            why = _may_be(person, claims, groups, claim)
        if why:
            audit.record(
                session,
                actor="nobody",
                action="sign-in refused",
                object=f"{why} {person.id}" if person else why,
                source=source,
                now=now,
            )
            return NotLetIn(why)
        return logins.open_session(session, person, source, now)


def _person(session: Session, issuer: str, claims: Mapping[str, Any], now: datetime) -> tuple[Person | None, str]:
    subject = ring.lookup(f"oidc:{issuer}:{claims['sub']}")
    account = session.get(OutsideAccount, subject)
    if account is not None:
        person = session.get(Person, account.person_id)
        return (person, "") if person and person.kind != "child" and person.left_at is None else (None, "unknown")
    person = people.by_email(session, _email(claims))
    if person is None:
        return None, "unknown"
    if session.scalar(select(OutsideAccount.subject_hash).where(OutsideAccount.person_id == person.id)):
        return None, "account"  # an address that was given to somebody else, perhaps
    session.add(OutsideAccount(subject_hash=subject, person_id=person.id, since=now))
    session.flush()
    return person, ""


def _email(claims: Mapping[str, Any]) -> str:
    """The account's address; "" where the provider says that it is not checked.

    Entra ID sends no email_verified: its addresses are the council's own, since the issuer is the council's tenant alone.
    """
    if claims.get("email_verified", True) not in (True, "true"):
        return ""
    return str(claims.get("email") or claims.get("preferred_username") or "")


def _may_be(person: Person, claims: Mapping[str, Any], groups: Mapping[str, Collection[str]], claim: str) -> str:
    held = claims.get(claim)
    if held is None and claim in (claims.get("_claim_names") or {}):  # Entra ID, for somebody in more than 200 groups
        return "groups"
    held = {held} if isinstance(held, str) else set(map(str, held or ()))
    return "" if held & set(groups.get(person.kind, ())) else "role"
