"""Who saw, answered, exported or changed what: rows chained by a keyed hash, so that a change or a gap shows.

The hash is keyed, so a row cannot be forged by somebody who can write to the database and has no service key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from cases.store.crypto import STAFF, KeyProblem, ring
from cases.store.models import Audit, Person
from cases.store.turns import take_turns

START = "0" * 64
PAGE = 1000
_PENDING = "heard audit"


def record(
    session: Session,
    *,
    actor: Person | str,
    action: str,
    child_id: str | None = None,
    object: str | None = None,
    hidden_from: str | None = None,
    source: str | None = None,
    now: datetime,
) -> None:
    """Put a row on the trail when the caller's transaction commits, and only then.

    `actor` is a person, or the name of a part of the service ("worker", "command"). `object` says what it was done to, by
    id ("message 1f…"), never by a name. `source`: the network address that they came from. The row is chained at the
    commit, so that the trail is held for a moment only.
    """
    if session.get_bind().get_execution_options().get("heard_reads_only"):
        raise ValueError("This transaction only reads: the trail would lose the row.")
    person = actor if isinstance(actor, Person) else None
    row = Audit(
        at=now,
        actor_id=person.id if person else None,
        actor_role=person.kind if person else actor,
        action=action,
        child_id=child_id,
        object=object,
        hidden_from=hidden_from,
        source=source,
    )
    session.info.setdefault(_PENDING, []).append(row)


@dataclass(frozen=True)
class Broken:
    """Where the chain does not hold. why: "changed" (this row is not as it was written), "gap" (rows before it are missing)."""

    id: int
    at: datetime | None
    why: str


def verify(session: Session) -> Broken | None:
    """The first row that was changed or whose predecessor is missing, or None while the chain holds.

    Rows cut off at the very end leave no gap: compare with a `receipt` kept elsewhere.
    """
    previous, last = START, 0
    while ids := session.scalars(select(Audit.id).where(Audit.id > last).order_by(Audit.id).limit(PAGE)).all():
        try:
            rows = session.scalars(select(Audit).where(Audit.id.in_(ids)).order_by(Audit.id)).all()
        except KeyProblem:  # a sealed column of one of them was written by somebody without the key
            rows = list(_while_readable(session, ids))
        for row in rows:
            if row.previous != previous:
                return Broken(row.id, row.at, "gap")
            if not hmac.compare_digest(row.hash, _digest(row)):
                return Broken(row.id, row.at, "changed")
            previous = row.hash
        if len(rows) < len(ids):
            return Broken(ids[len(rows)], None, "changed")
        last = ids[-1]
        session.expunge_all()
    return None


def receipt(session: Session) -> str:
    """ "number:hash" of the last row, which stands for the whole trail before it. Keep it where the database's owner cannot write."""
    row = session.execute(select(Audit.id, Audit.hash).order_by(Audit.id.desc()).limit(1)).first()
    return f"{row.id}:{row.hash}" if row else f"0:{START}"


def holds(session: Session, kept: str) -> bool:
    """Whether the row that an earlier `receipt` names is still there as it was."""
    number, _, digest = kept.strip().partition(":")
    if not number.isdecimal():
        return False
    found = START if number == "0" else session.scalar(select(Audit.hash).where(Audit.id == int(number)))
    return found is not None and hmac.compare_digest(found, digest)


def _while_readable(session: Session, ids: Sequence[int]) -> Iterator[Audit]:
    for id in ids:
        try:
            yield session.get_one(Audit, id)
        except KeyProblem:
            return


def newest(session: Session) -> str:
    """The hash of the last row, which stands for the whole trail before it."""
    return session.scalar(select(Audit.hash).order_by(Audit.id.desc()).limit(1)) or START


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(_PENDING):
        return
    take_turns(session, "audit")
    previous = newest(session)
    for row in session.info.pop(_PENDING):
        row.previous = previous
        row.hash = previous = _digest(row)
        session.add(row)
        session.flush()


@event.listens_for(Session, "after_rollback")
def _drop(session: Session) -> None:
    session.info.pop(_PENDING, None)


def _digest(row: Audit) -> str:
    said = [row.previous, row.at.timestamp(), row.actor_id, row.actor_role, row.action, row.child_id, row.object, row.hidden_from]
    if row.source is not None:  # rows from before it was kept have none
        said.append(row.source)
    return hmac.new(ring.key(STAFF), b"audit" + json.dumps(said).encode(), hashlib.sha256).hexdigest()
