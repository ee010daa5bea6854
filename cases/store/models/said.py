"""What a child said, as the case store keeps it: consultations, issues, complaints, advocate requests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.store.crypto import Sealed
from cases.store.models.base import Base, HandedOver, new_id, utcnow


class Consultation(HandedOver, Base):
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


class Issue(HandedOver, Base):
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


class Complaint(HandedOver, Base):
    """A complaint under SI 2006/1738. about_iro_id: the IRO that it is about, who must never learn of it from here.

    Unless it is known to be about somebody else (about_another), it is kept from every IRO: it may be about them.

    stage: draft (the child has not said send), received, withdrawn, 1, 2, 3, closed.
    """

    __tablename__ = "complaints"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    about: Mapped[str | None] = mapped_column(Sealed)
    about_iro_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    about_another: Mapped[bool] = mapped_column(default=False)  # known to be about somebody who is no IRO
    text: Mapped[str | None] = mapped_column(Sealed)
    wanted: Mapped[str | None] = mapped_column(Sealed)
    wants_advocate: Mapped[bool | None]
    stage: Mapped[str] = mapped_column(String(16), default="draft")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    received_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        return self.child_id


class AdvocateRequest(HandedOver, Base):
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
