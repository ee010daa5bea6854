"""One at a time: what two transactions must not do at once."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def take_turns(session: Session, name: str) -> None:
    """Wait until no other transaction holds `name`, and hold it until this one ends.

    On SQLite every write already waits for the one before it (BEGIN IMMEDIATE), so there is nothing to do.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))
