"""The talk: conversations, what came in, what goes out, and the jobs in between."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from cases.store.crypto import Sealed
from cases.store.models.base import Base, HandedOver, Serial, new_id, utcnow


def _hidden(table: str) -> Index:
    """The few rows that are hidden. An index over all would be taken for "not hidden", which is nearly every row."""
    kept = sql("hidden_from IS NOT NULL")
    return Index(f"ix_{table}_hidden_from", "hidden_from", sqlite_where=kept, postgresql_where=kept)


class Conversation(Base):
    """One talk: a child's, over every channel, or that of an unknown number (no child). Its id is all that Rasa knows.

    menu: the choices that the service itself last sent, [{"title", "payload"}]; only these can be chosen.
    asked: the response by which the dialogue put its last question; none where its last turn asked nothing.
    held_back: the message to which the dialogue answered with a question that was not put, since the child was asked something else.
    confidential_from: the IRO who must not see what is said now, since a complaint is being made and may be about them.
    """

    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), unique=True)
    phone_hash: Mapped[str | None] = mapped_column(unique=True)
    number: Mapped[str | None] = mapped_column(Sealed)
    last_channel: Mapped[str | None] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(16), default="en")
    menu: Mapped[list | None]
    asked: Mapped[str | None] = mapped_column(String(64))
    held_back: Mapped[str | None]
    confidential_from: Mapped[str | None]
    confidential_since: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def key_owner(self) -> str:
        if self.id is None:
            self.id = new_id()
        return self.child_id or self.id


class Inbound(HandedOver, Base):
    """A message that came in. Unique on (provider, provider_id); `seq` numbers it within its conversation, from 1.

    state: waiting, handled, set_aside (tried too often; a person has it).
    hidden_from: the IRO who must not see this message (it belongs to a complaint that is or may be about them).
    """

    __tablename__ = "inbound"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        UniqueConstraint("conversation_id", "seq"),
        Index("ix_inbound_unread", "conversation_id", sqlite_where=sql("read_at IS NULL"), postgresql_where=sql("read_at IS NULL")),
        _hidden("inbound"),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    owner: Mapped[str] = mapped_column(String(64))
    provider: Mapped[str] = mapped_column(String(16))  # twilio, web
    provider_id: Mapped[str]
    channel: Mapped[str] = mapped_column(String(8))  # sms, web
    phone_id: Mapped[str | None]  # the child's phone that it came from; its row may be gone since
    seq: Mapped[int]
    text: Mapped[str] = mapped_column(Sealed)
    media: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(default=utcnow)
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    handled_at: Mapped[datetime | None]
    intent: Mapped[str | None] = mapped_column(index=True)
    understood: Mapped[bool | None]
    risk: Mapped[str | None] = mapped_column(String(16))
    category: Mapped[str | None] = mapped_column(String(32))
    reasons: Mapped[str | None] = mapped_column(Sealed)  # JSON list: why it was flagged
    asked_safe: Mapped[bool] = mapped_column(default=False)  # the answer to it was "are you safe right now?"
    for_person: Mapped[bool] = mapped_column(default=True)  # free text that a person should read, not a tap on a menu
    hidden_from: Mapped[str | None]
    read_at: Mapped[datetime | None]
    read_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))

    @property
    def key_owner(self) -> str:
        return self.owner


class Outgoing(HandedOver, Base):
    """A message going out: to a child (conversation_id) or to a member of staff (person_id).

    author: bot, or the id of the person who wrote it. channel: sms, web, email.
    state: waiting, sending, sent, delivered, failed (given up), unknown (sent? not known yet), held (until the child writes,
    since others read their phone).
    hidden_from: as for Inbound; a bot's reply in a complaint is hidden like what it answers.
    """

    __tablename__ = "outgoing"
    __table_args__ = (_hidden("outgoing"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int | None] = mapped_column(Serial, index=True)  # order within its conversation, from 1; none for staff
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    alert_id: Mapped[str | None] = mapped_column(ForeignKey("alerts.id"), index=True)
    owner: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(default="bot")
    answers: Mapped[str | None] = mapped_column(ForeignKey("inbound.id"), index=True)
    channel: Mapped[str] = mapped_column(String(8))
    address: Mapped[str | None] = mapped_column(Sealed)  # number or e-mail address; none for web
    subject: Mapped[str | None] = mapped_column(Sealed)
    text: Mapped[str] = mapped_column(Sealed)
    choices: Mapped[list | None]  # [{"title", "payload"}]
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    provider_id: Mapped[str | None] = mapped_column(index=True)
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    hidden_from: Mapped[str | None]

    @property
    def key_owner(self) -> str:
        return self.owner


class Job(Base):
    """Work that is due: one row each, claimed by a worker, in order within its lane. See cases/store/jobs.py."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_due", "due_at", "id", sqlite_where=sql("done_at IS NULL"), postgresql_where=sql("done_at IS NULL")),
        Index("ix_jobs_lane", "lane", "done_at", "id"),
    )
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(24))  # screen, turn, deliver, chase, …
    lane: Mapped[str] = mapped_column(String(100))
    ref: Mapped[str]  # the id of the row that it is about
    due_at: Mapped[datetime] = mapped_column(default=utcnow)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    lease: Mapped[str | None]  # who holds it; a finish under another lease is refused
    done_at: Mapped[datetime | None]
    gave_up: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class DoneAction(Base):
    """An action that was carried out for a message; a repeat of the turn writes nothing new and gives `result` again."""

    __tablename__ = "done_actions"
    message_id: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(80), primary_key=True)
    owner: Mapped[str | None]
    result: Mapped[str | None] = mapped_column(Sealed)  # JSON: what the action answered
    at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def key_owner(self) -> str:
        return self.owner
