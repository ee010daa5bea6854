"""The work around a review: planning it, whom was asked beforehand, its papers afterwards, and telling the child what came of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from cases import people, reviews, words
from cases.importing import TIME_NOT_KNOWN
from cases.store import outbox
from cases.store.models import Consulted, Outgoing, Person, Review, new_id
from cases.working_days import LONDON

ROLES = ("child", "parent", "carer", "social_worker", "school", "health", "advocate", "other")
WAYS = ("met", "phone", "video", "writing")
PAPERS = ("decisions_on", "record_on", "distributed_on")
LONGEST_PLACE = 200


def moment(on: date, at: time | None) -> tuple[datetime, bool]:
    """(UTC time, whether the time of day is known) of a day and a time in London."""
    return datetime.combine(on, at or TIME_NOT_KNOWN, LONDON).astimezone(UTC), at is not None


def plan(session: Session, child: Person, on: date, at: time | None, place: str, now: datetime, *, tell: bool) -> Review:
    """Put a review on a day; one in the past is written down as held. `tell`: the child is told the day."""
    when, known = moment(on, at)
    review = Review(id=new_id(), child_id=child.id, at=when, time_known=known, place=place or None, created_at=now)
    review.status = "planned" if when > now else "held"
    session.add(review)
    session.flush()
    if tell and review.status == "planned":
        _tell_when(session, child, review, now)
    return review


def change(session: Session, child: Person, review: Review, on: date, at: time | None, place: str, now: datetime, *, tell: bool) -> bool:
    """Move a review or its place. False where nothing is different."""
    when, known = moment(on, at)
    if (when, known, place or None) == (review.at, review.time_known, review.place):
        return False
    review.at, review.time_known, review.place = when, known, place or None
    session.flush()
    if tell and review.status == "planned" and when > now:
        _tell_when(session, child, review, now)
    return True


def asked(session: Session, review: Review, *, role: str, who: str, how: str, on: date, by: Person, now: datetime) -> Consulted:
    """Write down that somebody was asked for their view. Raises ValueError for an unknown role or way."""
    if role not in ROLES or how not in WAYS or not who:
        raise ValueError(role)
    row = Consulted(
        id=new_id(), review_id=review.id, child_id=review.child_id, role=role, who=who, how=how, asked_on=on,
        recorded_by=by.id, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def explain(session: Session, child: Person, review: Review, text: str, by: Person, now: datetime, *, send: bool) -> Outgoing | None:
    """Keep what was decided in words for this child; with `send`, on its way to them. The same words are not sent twice."""
    already = review.explained == text and review.explained_message_id is not None
    review.explained, review.explained_by = text, by.id
    if not send or already:
        return None
    sent = outbox.say(session, people.conversation_of(session, child.id), text, author=by.id, now=now)
    review.explained_message_id = sent.id
    return sent


def _tell_when(session: Session, child: Person, review: Review, now: datetime) -> None:
    talk = people.conversation_of(session, child.id)
    at = f" at {reviews.time(review.at)}" if review.time_known else ""
    name = "utter_contact_review_day_and_place" if review.place else "utter_contact_review_day"
    said = words.render(name, talk.language, date=reviews.day(review.at) + at, place=review.place or "")
    outbox.say(session, talk, said.text, now=now)
