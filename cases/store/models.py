"""The tables. Every text that a person wrote and every identity is Sealed; times are aware UTC.

A child's rows are sealed under the child's own key (`key_owner`), staff rows under the key named "staff", and what an
unknown number sent under a key of its conversation.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from sqlalchemy import JSON, BigInteger, Boolean, DateTime, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from cases.store.crypto import STAFF, Sealed


def new_id() -> str:
    return uuid.uuid4().hex


def utcnow() -> datetime:
    """The time a row is stamped with. Rules are handed `now`; only the stamp of writing reads the clock."""
    return datetime.now(UTC)


class Utc(TypeDecorator):
    """An aware UTC time; SQLite, which has no such type, keeps it as naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Times in the store are aware: give this one a time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(64), datetime: Utc, dict: JSON, list: JSON}


Serial = BigInteger().with_variant(Integer, "sqlite")


class DataKey(Base):
    __tablename__ = "data_keys"
    owner: Mapped[str] = mapped_column(String(80), primary_key=True)
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


# People ---------------------------------------------------------------------------------------------------------------


class Person(Base):
    """A child or a member of staff. kind: child, iro, manager, duty, complaints, admin."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    ref: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Sealed)
    email: Mapped[str | None] = mapped_column(Sealed)
    email_hash: Mapped[str | None] = mapped_column(index=True)
    date_of_birth: Mapped[str | None] = mapped_column(Sealed)  # ISO date
    language: Mapped[str] = mapped_column(String(16), default="en")
    needs: Mapped[str | None] = mapped_column(Sealed)
    sibling_group: Mapped[str | None]
    looked_after_since: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    left_at: Mapped[datetime | None]
    phones: Mapped[list[Phone]] = relationship(back_populates="person")

    @property
    def key_owner(self) -> str:
        if self.kind != "child":
            return STAFF
        if self.id is None:
            self.id = new_id()
        return self.id


class Phone(Base):
    """A number of a person. status: verified, unverified, stopped (they texted STOP), old."""

    __tablename__ = "phones"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[str] = mapped_column(Sealed)  # E.164
    number_hash: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(String(16), default="verified")
    stopped_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    person: Mapped[Person] = relationship(back_populates="phones")

    @property
    def key_owner(self) -> str:
        return self.person.key_owner


class Allocation(Base):
    """Which IRO a child has, and since when. The open one has no `until`."""

    __tablename__ = "allocations"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    iro_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    since: Mapped[datetime] = mapped_column(default=utcnow)
    until: Mapped[datetime | None]
    child_told_at: Mapped[datetime | None]


class Absence(Base):
    """An IRO is away and somebody covers, from `starts` until `ends`."""

    __tablename__ = "absences"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    iro_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    cover_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    starts: Mapped[datetime]
    ends: Mapped[datetime]


class Review(Base):
    """A review of a child's case. status: planned, held, cancelled."""

    __tablename__ = "reviews"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
    time_known: Mapped[bool] = mapped_column(default=True)
    place: Mapped[str | None] = mapped_column(Sealed)
    status: Mapped[str] = mapped_column(String(16), default="planned")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def key_owner(self) -> str:
        return self.child_id


# The talk -------------------------------------------------------------------------------------------------------------


class Conversation(Base):
    """One talk: a child's, over every channel, or that of an unknown number (no child). Its id is all that Rasa knows.

    menu: the choices that the service itself last sent, [{"title", "payload"}]; only these can be chosen.
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
    confidential_from: Mapped[str | None]
    confidential_since: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def key_owner(self) -> str:
        if self.id is None:
            self.id = new_id()
        return self.child_id or self.id


class Inbound(Base):
    """A message that came in. Unique on (provider, provider_id); `seq` numbers it within its conversation, from 1.

    state: waiting, handled, set_aside (tried too often; a person has it).
    hidden_from: the IRO who must not see this message (it belongs to a complaint that is or may be about them).
    """

    __tablename__ = "inbound"
    __table_args__ = (UniqueConstraint("provider", "provider_id"), UniqueConstraint("conversation_id", "seq"))
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    owner: Mapped[str] = mapped_column(String(64))
    provider: Mapped[str] = mapped_column(String(16))  # twilio, web
    provider_id: Mapped[str]
    channel: Mapped[str] = mapped_column(String(8))  # sms, web
    seq: Mapped[int]
    text: Mapped[str] = mapped_column(Sealed)
    media: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(default=utcnow)
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    handled_at: Mapped[datetime | None]
    intent: Mapped[str | None]
    understood: Mapped[bool | None]
    risk: Mapped[str | None] = mapped_column(String(16))
    category: Mapped[str | None] = mapped_column(String(32))
    reasons: Mapped[str | None] = mapped_column(Sealed)  # JSON list: why it was flagged
    for_person: Mapped[bool] = mapped_column(default=True)  # free text that a person should read, not a tap on a menu
    hidden_from: Mapped[str | None] = mapped_column(index=True)
    read_at: Mapped[datetime | None]
    read_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))

    @property
    def key_owner(self) -> str:
        return self.owner


class Outgoing(Base):
    """A message going out: to a child (conversation_id) or to a member of staff (person_id).

    author: bot, or the id of the person who wrote it. channel: sms, web, email.
    state: waiting, sending, sent, delivered, failed (given up), unknown (sent? not known yet).
    hidden_from: as for Inbound; a bot's reply in a complaint is hidden like what it answers.
    """

    __tablename__ = "outgoing"
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
    hidden_from: Mapped[str | None] = mapped_column(index=True)

    @property
    def key_owner(self) -> str:
        return self.owner


class Job(Base):
    """Work that is due: one row each, claimed by a worker, in order within its lane. See cases/store/jobs.py."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_open", "done_at", "due_at"), Index("ix_jobs_lane", "lane", "done_at", "id"))
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


# What a child said ----------------------------------------------------------------------------------------------------


class Consultation(Base):
    """What a child wants said at one review. status: open (being filled in), sent (the child said yes)."""

    __tablename__ = "consultations"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    review_id: Mapped[str | None] = mapped_column(ForeignKey("reviews.id"))
    status: Mapped[str] = mapped_column(String(16), default="open")
    helped_by: Mapped[str | None] = mapped_column(Sealed)
    started_at: Mapped[datetime] = mapped_column(default=utcnow)
    sent_at: Mapped[datetime | None]
    answers: Mapped[list[Answer]] = relationship(back_populates="consultation", order_by="Answer.number")

    @property
    def key_owner(self) -> str:
        return self.child_id


class Answer(Base):
    """One answer, kept as the child's words and what Heard took them to mean. The newest of a field holds; older stay.

    field: when, where, attend, exclude, chair, issues, advocate, or a topic. value: JSON.
    state: given, told (beside another answer, before it was asked), skipped.
    """

    __tablename__ = "answers"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int]  # order within the consultation, from 1
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    field: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(Sealed)
    value: Mapped[str] = mapped_column(Sealed)
    state: Mapped[str] = mapped_column(String(16), default="given")
    inbound_id: Mapped[str | None] = mapped_column(ForeignKey("inbound.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    consultation: Mapped[Consultation] = relationship(back_populates="answers")

    @property
    def key_owner(self) -> str:
        return self.child_id


class Issue(Base):
    """Something that a child wants the IRO to know or do.

    kind: issue, message (to the IRO), call_back, question, decision_not_done, feedback, contact_change, language.
    status: open, closed.
    """

    __tablename__ = "issues"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24), default="issue")
    text: Mapped[str] = mapped_column(Sealed)
    status: Mapped[str] = mapped_column(String(16), default="open")
    inbound_id: Mapped[str | None] = mapped_column(ForeignKey("inbound.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))

    @property
    def key_owner(self) -> str:
        return self.child_id


class Complaint(Base):
    """A complaint under SI 2006/1738. about_iro_id: the IRO that it is about, who must never learn of it from here.

    stage: draft (the child has not said send), received, withdrawn, 1, 2, 3, closed.
    """

    __tablename__ = "complaints"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    about: Mapped[str | None] = mapped_column(Sealed)
    about_iro_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    text: Mapped[str | None] = mapped_column(Sealed)
    wanted: Mapped[str | None] = mapped_column(Sealed)
    wants_advocate: Mapped[bool | None]
    stage: Mapped[str] = mapped_column(String(16), default="draft")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    received_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        return self.child_id


class AdvocateRequest(Base):
    """A child wants an advocate. status: asked, handed_over, started, closed, withdrawn.

    hidden_from: set when it came with a complaint about that IRO.
    """

    __tablename__ = "advocate_requests"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    text: Mapped[str | None] = mapped_column(Sealed)
    status: Mapped[str] = mapped_column(String(16), default="asked")
    agreed_to_share: Mapped[bool | None]
    hidden_from: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    handed_over_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        return self.child_id


# Alerts, staff, audit -------------------------------------------------------------------------------------------------


class Alert(Base):
    """Somebody has to look at something.

    about: inbound, issue, complaint, advocate_request, consultation, unmatched, stopped (they texted STOP), undelivered.

    level: message (an ordinary message waits), concern, immediate. to_role: iro, cover, duty, manager, complaints.
    """

    __tablename__ = "alerts"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    level: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(String(24))
    about_id: Mapped[str]
    to_role: Mapped[str] = mapped_column(String(16))
    to_person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    sent_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    chased: Mapped[int] = mapped_column(default=0)  # steps of the chain already taken


class Login(Base):
    """A member of staff's local account. password: an argon2 hash. Wrong tries are counted in Attempt, by e-mail address."""

    __tablename__ = "logins"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    password: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)


class StaffSession(Base):
    """A sign-in. One that has ended is kept for a while, so that a draft posted after the end still finds its writer."""

    __tablename__ = "staff_sessions"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    seen_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]


class Draft(Base):
    """An answer to a child that a member of staff wrote and could not send yet."""

    __tablename__ = "drafts"
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Sealed)
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
    """Who saw, answered, exported or changed what. Each row carries the hash of the row before it."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(default=utcnow)
    actor_id: Mapped[str | None]
    actor_role: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(40))
    child_id: Mapped[str | None] = mapped_column(index=True)
    object: Mapped[str | None] = mapped_column(String(100))
    hidden_from: Mapped[str | None]
    previous: Mapped[str]
    hash: Mapped[str]
