"""Which browser is signed in to which talk."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from cases.settings import Settings
from cases.store.crypto import WEB, ring
from cases.store.models import ChatSession, Conversation, Person

COOKIE = "heard_chat"
INVITE_COOKIE = "heard_invite"
SHARED_FOR = timedelta(hours=1)  # without a message or a look, on a device that others use too
OWN_FOR = timedelta(days=30)
LONGEST = timedelta(days=90)  # in all, however often it is used: a phone may change hands
SEEN_EVERY = timedelta(minutes=1)


def begin(session: Session, conversation: Conversation, own_device: bool, now: datetime) -> str:
    """Sign a browser in; returns the token for its cookie."""
    session.execute(delete(ChatSession).where(or_(ChatSession.seen_at < now - OWN_FOR, ChatSession.created_at < now - LONGEST)))
    token = secrets.token_urlsafe(32)
    session.add(ChatSession(token_hash=_hash(token), conversation_id=conversation.id, own_device=own_device, created_at=now, seen_at=now))
    return token


def find(session: Session, token: str | None, now: datetime) -> tuple[ChatSession, Conversation] | None:
    """The sign-in and the talk of a cookie; None when it is unknown or too old, or the child has left."""
    held = session.get(ChatSession, _hash(token)) if token else None
    if held is None or held.created_at < now - LONGEST or held.seen_at < now - (OWN_FOR if held.own_device else SHARED_FOR):
        return None
    conversation = session.get(Conversation, held.conversation_id)
    child = session.get(Person, conversation.child_id) if conversation and conversation.child_id else None
    if child is None or child.left_at is not None:
        return None
    return held, conversation


def end(session: Session, token: str | None) -> None:
    if token:
        session.execute(delete(ChatSession).where(ChatSession.token_hash == _hash(token)))


def csrf(token: str) -> str:
    """What a form of this sign-in must carry."""
    return hmac.new(ring.key(WEB), f"csrf:{token}".encode(), "sha256").hexdigest()


def cookie(settings: Settings, *, own_device: bool = False) -> dict:
    return {
        "httponly": True,
        "samesite": "strict",
        "secure": settings.secure_cookies,
        "path": "/chat",
        "max_age": int(OWN_FOR.total_seconds()) if own_device else None,
    }


def _hash(token: str) -> str:
    return ring.lookup(f"chat session:{token}")
