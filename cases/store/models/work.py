"""What staff write about a child beside answers: notes, promises, corrections, contacts, concerns, and a review's paperwork."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.store.crypto import Sealed
from cases.store.models.base import Base, HandedOver, new_id, utcnow


class _OfChild:
    """A row that is sealed under the child's own key."""

    child_id: Mapped[str]

    @property
    def key_owner(self) -> str:
        return self.child_id


class Note(_OfChild, HandedOver, Base):
    """A note of a member of staff on a child's page. It is never for the child; everybody who sees the page sees it."""

    __tablename__ = "notes"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Sealed)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class FollowUp(Base):
    """What follows from a message that was read. kind: come_back (promised by `due_on`), no_answer (none is needed)."""

    __tablename__ = "follow_ups"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[date | None]
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    done_at: Mapped[datetime | None]


class FlagCorrection(_OfChild, Base):
    """A person says that the safety net took a message for more or less than it was: kept so that it can be learnt from."""

    __tablename__ = "flag_corrections"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    inbound_id: Mapped[str] = mapped_column(ForeignKey("inbound.id"), index=True)
    was_risk: Mapped[str] = mapped_column(String(16))
    was_category: Mapped[str | None] = mapped_column(String(32))
    risk: Mapped[str] = mapped_column(String(16))
    category: Mapped[str | None] = mapped_column(String(32))
    why: Mapped[str] = mapped_column(Sealed)
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)


class Contact(_OfChild, Base):
    """Somebody around a child. relation: carer, social_worker, parent, school, advocate, other."""

    __tablename__ = "contacts"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    relation: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Sealed)
    phone: Mapped[str | None] = mapped_column(Sealed)
    email: Mapped[str | None] = mapped_column(Sealed)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]


class Concern(_OfChild, Base):
    """A reason for which a case goes to supervision, set by the IRO. kinds: cases/supervision.py."""

    __tablename__ = "concerns"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    note: Mapped[str | None] = mapped_column(Sealed)
    raised_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    raised_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]


class Consulted(_OfChild, Base):
    """Somebody was asked for their view before a review. how: met, phone, video, writing."""

    __tablename__ = "consulted"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    who: Mapped[str] = mapped_column(Sealed)
    how: Mapped[str] = mapped_column(String(16))
    asked_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
