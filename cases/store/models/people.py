"""Children and staff, their phones, allocations, absences, and the reviews."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.store.crypto import STAFF, Sealed
from cases.store.models.base import Base, new_id, utcnow


class Person(Base):
    """A child or a member of staff. kind: child, iro, manager, duty, complaints, admin.

    photo, answers: of staff, for the children whose IRO they are: a link to a picture, and how and when they answer.
    """

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
    photo: Mapped[str | None] = mapped_column(Sealed)
    answers: Mapped[str | None] = mapped_column(Sealed)
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
    """A number of a person. status: verified, unverified, stopped (they texted STOP), old.

    shared: somebody else reads this phone too; see cases/contact.py.
    """

    __tablename__ = "phones"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[str] = mapped_column(Sealed)  # E.164
    number_hash: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(String(16), default="verified")
    stopped_at: Mapped[datetime | None]
    shared: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
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
    apart_because: Mapped[str | None] = mapped_column(Sealed)  # why brothers and sisters have another IRO

    @property
    def key_owner(self) -> str:
        return self.child_id


class Absence(Base):
    """An IRO is away and somebody covers, from `starts` until `ends`."""

    __tablename__ = "absences"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    iro_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    cover_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    starts: Mapped[datetime]
    ends: Mapped[datetime]


class Review(Base):
    """A review of a child's case. status: planned, held, cancelled.

    explained: what was decided, in words for this child; explained_message_id: the message that took it to them.
    decisions_on, record_on, distributed_on: when each of the papers after the review was done.
    """

    __tablename__ = "reviews"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
    time_known: Mapped[bool] = mapped_column(default=True)
    place: Mapped[str | None] = mapped_column(Sealed)
    status: Mapped[str] = mapped_column(String(16), default="planned")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    decisions_on: Mapped[date | None]
    record_on: Mapped[date | None]
    distributed_on: Mapped[date | None]
    explained: Mapped[str | None] = mapped_column(Sealed)
    explained_by: Mapped[str | None]
    explained_message_id: Mapped[str | None]

    @property
    def key_owner(self) -> str:
        return self.child_id


class ChildSettings(Base):
    """How a child wants to be reached and spoken to. No row: nothing was ever asked for.

    channel: sms, web. quiet_from, quiet_until: "21:00", in London; no text that the child does not wait for goes out in between.
    easy_read: short words. language: what the child asked to be spoken to in. helped_by: who helps the child write now.
    """

    __tablename__ = "child_settings"
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    channel: Mapped[str | None] = mapped_column(String(8))
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_until: Mapped[str | None] = mapped_column(String(5))
    easy_read: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    language: Mapped[str | None] = mapped_column(String(16))
    helped_by: Mapped[str | None] = mapped_column(Sealed)
    helped_since: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        return self.child_id
