"""A child's way into the web chat: a link and a short code from their IRO, good once and for a week."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from cases import attempts, audit
from cases.store.crypto import ring
from cases.store.models import ChatInvite, ChatSession, Conversation, Person

GOOD_FOR = timedelta(days=7)
ALPHABET = "CDFGHJKMNPQRTVWXY34679"  # no vowels, so no words; nothing that looks or sounds like another
CODE_LENGTH = 8
FREE_TRIES = 10


def make_invite(session: Session, child: Person, made_by: Person, now: datetime) -> tuple[str, str]:
    """A (token, code), each of which works once. Earlier invites of the child that were not used stop working."""
    session.execute(
        update(ChatInvite)
        .where(ChatInvite.child_id == child.id, ChatInvite.used_at.is_(None), ChatInvite.expires_at > now)
        .values(expires_at=now)
    )
    token = secrets.token_urlsafe(24)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    invite = ChatInvite(child_id=child.id, token_hash=_hash(token), code_hash=_hash(code), made_by=made_by.id, expires_at=now + GOOD_FOR)
    session.add(invite)
    session.flush()
    audit.record(session, actor=made_by, action="chat invite", child_id=child.id, object=f"invite {invite.id}", now=now)
    return token, code


def redeem(session: Session, token_or_code: str, who: str, now: datetime) -> str | None:
    """The child's id, once; None for a wrong, used or expired one, and while `who` (a network address) has tried too often.

    Commit either way: a wrong try counts.
    """
    if attempts.begin(session, "invite", who, now, free=FREE_TRIES):
        return None
    hashes = {_hash(token_or_code.strip()), _hash(re.sub(r"[\s-]", "", token_or_code).upper())}
    right = or_(ChatInvite.token_hash.in_(hashes), ChatInvite.code_hash.in_(hashes))
    child_id = session.scalar(
        update(ChatInvite)
        .where(right, ChatInvite.used_at.is_(None), ChatInvite.expires_at > now)
        .values(used_at=now)
        .returning(ChatInvite.child_id)
    )
    child = session.scalar(select(Person).where(Person.id == child_id, Person.left_at.is_(None))) if child_id else None
    if child is None:
        return None
    attempts.forget(session, "invite", who)
    audit.record(session, actor=child, action="chat opened", child_id=child.id, now=now)
    return child.id


def end_sessions(session: Session, child: Person, now: datetime, *, by: Person | None = None) -> int:
    """Sign every browser of the child out of the web chat, and let no unused invite in. Returns how many were signed in.

    `by`: the member of staff who does it (a lost phone, say); then it is on the trail.
    """
    session.execute(
        update(ChatInvite)
        .where(ChatInvite.child_id == child.id, ChatInvite.used_at.is_(None), ChatInvite.expires_at > now)
        .values(expires_at=now)
    )
    talk = select(Conversation.id).where(Conversation.child_id == child.id)
    ended = session.scalars(delete(ChatSession).where(ChatSession.conversation_id.in_(talk)).returning(ChatSession.token_hash)).all()
    if by is not None:
        audit.record(session, actor=by, action="chat sessions ended", child_id=child.id, now=now)
    return len(ended)


def signed_in(session: Session, child: Person) -> list[ChatSession]:
    """The browsers that are signed in to the child's web chat, the one last seen first."""
    query = select(ChatSession).join(Conversation, Conversation.id == ChatSession.conversation_id)
    return list(session.scalars(query.where(Conversation.child_id == child.id).order_by(ChatSession.seen_at.desc())))


def _hash(secret: str) -> str:
    return ring.lookup(f"invite:{secret}")
