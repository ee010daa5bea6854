"""Alerts, sign-ins of staff and of children, rate limits, and the audit trail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from cases.store.crypto import STAFF, Sealed
from cases.store.models.base import Base, Serial, new_id, utcnow


class Alert(Base):
    """Somebody has to look at something.

    about: inbound, issue, complaint, advocate_request, consultation, unmatched, stopped (they texted STOP), undelivered,
    handover (a colleague passed it on; about_id is their note).

    level: message (an ordinary message waits), concern, immediate. to_role: iro, cover, duty, manager, complaints.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_open", "child_id", sqlite_where=sql("acknowledged_at IS NULL"), postgresql_where=sql("acknowledged_at IS NULL")),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    level: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(String(24))
    about_id: Mapped[str] = mapped_column(index=True)
    to_role: Mapped[str] = mapped_column(String(16))
    to_person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    sent_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    chased: Mapped[int] = mapped_column(default=0)  # steps of the chain already taken


class Login(Base):
    """A member of staff's local account. password: an argon2 hash. Wrong tries are counted in Attempt, by e-mail address.

    totp: the secret of their one-time codes, which count from totp_since on. totp_step: the newest time step that a code
    was taken of, so that no code is taken twice.
    """

    __tablename__ = "logins"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    password: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)
    totp: Mapped[str | None] = mapped_column(Sealed)
    totp_since: Mapped[datetime | None]
    totp_step: Mapped[int | None]

    @property
    def key_owner(self) -> str:
        return STAFF


class RecoveryCode(Base):
    """A code on paper for the day that the phone is gone. Only its keyed hash is kept; it is good once."""

    __tablename__ = "recovery_codes"
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    used_at: Mapped[datetime | None]


class OutsideAccount(Base):
    """The account at the council's OpenID provider that a member of staff signed in with: a keyed hash of issuer and subject."""

    __tablename__ = "outside_accounts"
    subject_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), unique=True)
    since: Mapped[datetime] = mapped_column(default=utcnow)


class StaffSession(Base):
    """A sign-in. One that has ended is kept for a while, so that a draft posted after the end still finds its writer.

    waits_for: "code" or "set-up" while only the password was right; such a session opens nothing.
    """

    __tablename__ = "staff_sessions"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    seen_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]
    waits_for: Mapped[str | None] = mapped_column(String(8))


class Draft(Base):
    """What a member of staff wrote on a child's page and has not sent yet: an answer (text), a note that is not for the child."""

    __tablename__ = "drafts"
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Sealed)
    note: Mapped[str | None] = mapped_column(Sealed)
    saved_at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def key_owner(self) -> str:
        return self.child_id


class ChatInvite(Base):
    """A one-time way into the web chat: a link (token) and a short code. Only their keyed hashes are kept."""

    __tablename__ = "chat_invites"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ChatSession(Base):
    """A browser that is signed in to the web chat. own_device: the child said that nobody else uses it, so it lasts."""

    __tablename__ = "chat_sessions"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    own_device: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    seen_at: Mapped[datetime] = mapped_column(default=utcnow)


class Attempt(Base):
    """A try at something that is rate-limited (a code, a sign-in), by keyed hash of who tried."""

    __tablename__ = "attempts"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    what: Mapped[str] = mapped_column(String(24))
    who_hash: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(default=utcnow)


class Audit(Base):
    """Who saw, answered, exported or changed what, and from which network address. Each row carries the hash of the row before it."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(default=utcnow)
    actor_id: Mapped[str | None]
    actor_role: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(40))
    child_id: Mapped[str | None] = mapped_column(index=True)
    object: Mapped[str | None] = mapped_column(String(100))
    hidden_from: Mapped[str | None]
    source: Mapped[str | None] = mapped_column(Sealed)
    previous: Mapped[str]
    hash: Mapped[str]

    @property
    def key_owner(self) -> str:
        return STAFF
