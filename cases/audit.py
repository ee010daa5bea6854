"""Who saw, answered, exported or changed what: rows chained by a keyed hash, so that a change or a gap shows.

The hash is keyed, so a row cannot be forged by somebody who can write to the database and has no service key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from cases.store.crypto import STAFF, ring
from cases.store.models import Audit, Person
from cases.store.turns import take_turns

START = "0" * 64
_PENDING = "heard audit"


def record(
    session: Session,
    *,
    actor: Person | str,
    action: str,
    child_id: str | None = None,
    object: str | None = None,
    hidden_from: str | None = None,
    now: datetime,
) -> None:
    """Put a row on the trail when the caller's transaction commits, and only then.

    `actor` is a person, or the name of a part of the service ("worker", "command"). `object` says what it was done to, by
    id ("message 1f…"), never by a name. The row is chained at the commit, so that the trail is held for a moment only.
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
    )
    session.info.setdefault(_PENDING, []).append(row)


def verify(session: Session) -> Audit | None:
    """The first row that was changed or whose predecessor is missing, or None while the chain holds.

    Rows cut off at the very end leave no gap: compare `newest` with a copy kept elsewhere.
    """
    previous = START
    for row in session.scalars(select(Audit).order_by(Audit.id).execution_options(yield_per=1000)):
        if row.previous != previous or not hmac.compare_digest(row.hash, _digest(row)):
            return row
        previous = row.hash
    return None


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
    return hmac.new(ring.key(STAFF), b"audit" + json.dumps(said).encode(), hashlib.sha256).hexdigest()
