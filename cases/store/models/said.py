"""What a child said, as the case store keeps it: consultations, issues, complaints, advocate requests; and decisions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.store.crypto import Sealed
from cases.store.models.base import Base, HandedOver, new_id, utcnow


class Consultation(HandedOver, Base):
    """What a child wants said at one review. status: open (being filled in), sent.

    sent_how: yes (the child said so), silence (they were told that it would be, at told_at by the message told_with, and
    said nothing). kept_back: they said no to that.
    """

    __tablename__ = "consultations"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    review_id: Mapped[str | None] = mapped_column(ForeignKey("reviews.id"))
    status: Mapped[str] = mapped_column(String(16), default="open")
    helped_by: Mapped[str | None] = mapped_column(Sealed)
    started_at: Mapped[datetime] = mapped_column(default=utcnow)
    sent_at: Mapped[datetime | None]
    sent_how: Mapped[str | None] = mapped_column(String(16))
    told_at: Mapped[datetime | None]
    told_with: Mapped[str | None] = mapped_column(String(64))
    kept_back: Mapped[bool] = mapped_column(default=False, server_default=false())
    answers: Mapped[list[Answer]] = relationship(back_populates="consultation", order_by="Answer.number")

    @property
    def key_owner(self) -> str:
        return self.child_id


class Answer(Base):
    """One answer, kept as the child's words and what Heard took them to mean. The newest of a field holds; older stay.

    field: when, where, attend, exclude, chair, issues, advocate, or a topic. value: JSON.
    state: given, told (beside another answer, before it was asked), last (brought from last time, to be asked about),
    open (taken back, to be asked afresh), skipped.
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

    kind: issue, message (to the IRO), call_back, question, decision_not_done, feedback, contact_change, language,
    early_review, change_iro (kept from the IRO), see_record, correct_record, delete_record.
    status: open, closed. detail: what Heard took the words to mean, in short ("after 4pm on Tuesdays").
    """

    __tablename__ = "issues"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24), default="issue")
    text: Mapped[str] = mapped_column(Sealed)
    status: Mapped[str] = mapped_column(String(16), default="open")
    detail: Mapped[str | None] = mapped_column(Sealed)
    decision_id: Mapped[str | None] = mapped_column(ForeignKey("decisions.id"), index=True)
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

    stage: draft (the child has not said send), received, 1, 2, 3, closed, withdrawn. stage_at: since when; its dates are
    counted from there. complicated: the longer time of its stage holds. See cases/complaint_stages.py.
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
    acknowledged_at: Mapped[datetime | None]
    stage_at: Mapped[datetime | None]
    complicated: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def key_owner(self) -> str:
        return self.child_id


class ComplaintEvent(Base):
    """What became of a complaint. kind: acknowledged, stage, complicated, added, withdrawn, next_stage.

    words: what the child added, or what the complaints manager wrote to the child. by: the member of staff; none: the child.
    """

    __tablename__ = "complaint_events"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaints.id"), index=True)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(Sealed)
    by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def key_owner(self) -> str:
        return self.child_id


class Decision(Base):
    """What was decided at a review: what, who does it, by when. status: open, done, dropped (written down by mistake).

    number: order within the child's decisions, from 1. told_at: the child has had it explained.
    """

    __tablename__ = "decisions"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    review_id: Mapped[str | None] = mapped_column(ForeignKey("reviews.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Sealed)
    who: Mapped[str | None] = mapped_column(Sealed)
    due: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(16), default="open")
    recorded_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    told_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))

    @property
    def key_owner(self) -> str:
        return self.child_id


class AdvocateRequest(HandedOver, Base):
    """A child wants an advocate. status: asked, handed_over, started, closed, withdrawn.

    agreed_to_share: the child's name and how to reach them may go to the advocate; none: not asked yet. share_words: what
    they said here may go too. presumed: nobody asked; the child's needs speak for one, and they can say no.
    provider, advocate: to whom it went, and who took it. hidden_from: set when it came with a complaint about that IRO.
    """

    __tablename__ = "advocate_requests"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    text: Mapped[str | None] = mapped_column(Sealed)
    status: Mapped[str] = mapped_column(String(16), default="asked")
    agreed_to_share: Mapped[bool | None]
    share_words: Mapped[bool | None]
    presumed: Mapped[bool] = mapped_column(default=False, server_default=false())
    hidden_from: Mapped[str | None]
    provider: Mapped[str | None] = mapped_column(Sealed)
    advocate: Mapped[str | None] = mapped_column(Sealed)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    handed_over_at: Mapped[datetime | None]
    handed_over_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    chased: Mapped[int] = mapped_column(default=0, server_default="0")

    @property
    def key_owner(self) -> str:
        return self.child_id


class AdvocateOffer(Base):
    """An advocate was offered to a child, so that the offer is made and not repeated. why: complaint, plan, needs."""

    __tablename__ = "advocate_offers"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    why: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(default=utcnow)
