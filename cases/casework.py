"""What staff do about a message beside answering it: promise, pass on, note, close, and correct what the safety net made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from cases import access, alerts, people, words, working_days
from cases.reviews import day as spoken_day
from cases.store import outbox
from cases.store.models import (
    Alert,
    Conversation,
    FlagCorrection,
    FollowUp,
    Inbound,
    Issue,
    Note,
    Outgoing,
    Person,
    new_id,
)

#: The roles that something can be passed on to.
HAND_OVER_TO = ("iro", "duty", "manager")
RISKS = ("none", "concern", "immediate")
COME_BACK_DAYS = 5


class CannotDo(ValueError):
    """What was asked for is not possible; the message is a short name for why."""


@dataclass(frozen=True)
class Waits:
    """How many messages of a child wait for an answer, and since when."""

    count: int
    since: datetime


def waiting_for_answer(session: Session, viewer: Person, child_ids: Iterable[str]) -> dict[str, Waits]:
    """child id → what was read, that Heard could not answer by itself, and that no person has answered since.

    What opens an issue (a question, a message for the IRO, a wish for a call) waits though Heard understood it.
    """
    talks = select(Conversation.id).where(Conversation.child_id.in_(list(child_ids)))
    answered = (
        select(Outgoing.conversation_id, func.max(Outgoing.created_at).label("at"))
        .where(Outgoing.conversation_id.in_(talks), Outgoing.author != "bot", access.visible(Outgoing, viewer))
        .group_by(Outgoing.conversation_id)
        .subquery()
    )
    cleared = (
        select(FollowUp.child_id, func.max(FollowUp.created_at).label("at"))
        .where(FollowUp.kind == "no_answer")
        .group_by(FollowUp.child_id)
        .subquery()
    )
    asks = select(Issue.inbound_id).where(Issue.status == "open", Issue.inbound_id.is_not(None), access.visible(Issue, viewer))
    rows = session.execute(
        select(Conversation.child_id, func.count(Inbound.id), func.min(Inbound.received_at))
        .join(Inbound, Inbound.conversation_id == Conversation.id)
        .outerjoin(answered, answered.c.conversation_id == Conversation.id)
        .outerjoin(cleared, cleared.c.child_id == Conversation.child_id)
        .where(
            Conversation.id.in_(talks),
            Inbound.for_person,
            Inbound.read_at.is_not(None),
            access.visible(Inbound, viewer),
            or_(answered.c.at.is_(None), Inbound.received_at > answered.c.at),
            or_(cleared.c.at.is_(None), Inbound.received_at > cleared.c.at),
            or_(Inbound.understood.is_not(True), Inbound.id.in_(asks)),
        )
        .group_by(Conversation.child_id)
    )
    return {child_id: Waits(count, since) for child_id, count, since in rows}


def promises(session: Session, child_ids: Iterable[str]) -> dict[str, date]:
    """child id → the earliest day by which somebody said that they would come back, and has not."""
    rows = session.execute(
        select(FollowUp.child_id, func.min(FollowUp.due_on))
        .where(FollowUp.child_id.in_(list(child_ids)), FollowUp.kind == "come_back", FollowUp.done_at.is_(None))
        .group_by(FollowUp.child_id)
    )
    return dict(rows.all())


def days_to_come_back(today: date) -> list[date]:
    """The days that can be promised: today and the next working days."""
    days = [today]
    while len(days) <= COME_BACK_DAYS:
        days.append(working_days.after(days[-1], 1))
    return days


def come_back(session: Session, child: Person, person: Person, by: date, now: datetime) -> FollowUp:
    """Tell the child that it was read and by when `person` answers, and keep that as a promise. Raises CannotDo('day')."""
    today = now.astimezone(working_days.LONDON).date()
    if by not in days_to_come_back(today):
        raise CannotDo("day")
    promise = FollowUp(id=new_id(), child_id=child.id, kind="come_back", due_on=by, by_id=person.id, created_at=now)
    session.add(promise)
    talk = people.conversation_of(session, child.id)
    when = {0: "today", 1: "tomorrow"}.get((by - today).days)
    said = words.render(
        f"utter_contact_come_back_{when}" if when else "utter_contact_come_back",
        talk.language,
        name=people.first_name(person),
        day=spoken_day(datetime(by.year, by.month, by.day, 12, tzinfo=working_days.LONDON)),
    )
    outbox.say(session, talk, said.text, now=now)
    return promise


def answered(session: Session, child_id: str, now: datetime) -> None:
    """A person has answered: what was promised is kept."""
    for promise in session.scalars(
        select(FollowUp).where(FollowUp.child_id == child_id, FollowUp.kind == "come_back", FollowUp.done_at.is_(None))
    ):
        promise.done_at = now


def no_answer_needed(session: Session, child: Person, person: Person, now: datetime) -> None:
    session.add(FollowUp(id=new_id(), child_id=child.id, kind="no_answer", by_id=person.id, created_at=now, done_at=now))
    answered(session, child.id, now)


def note(session: Session, child: Person, person: Person, text: str, now: datetime) -> Note:
    row = Note(id=new_id(), child_id=child.id, author_id=person.id, text=text, created_at=now)
    session.add(row)
    session.flush()
    return row


def hand_over(session: Session, child: Person, person: Person, to: str, why: str, now: datetime) -> Note:
    """Put the child in front of another role, with a note of why. Raises CannotDo('role')."""
    if to not in HAND_OVER_TO or to == person.kind:
        raise CannotDo("role")
    row = note(session, child, person, why, now)
    alerts.raise_alert(session, level="message", about="handover", about_id=row.id, child_id=child.id, now=now, roles=(to,))
    return row


def close_issue(issue: Issue, person: Person, now: datetime) -> None:
    if issue.status != "closed":
        issue.status, issue.closed_at, issue.closed_by = "closed", now, person.id


def correct_flag(
    session: Session, message: Inbound, child: Person, person: Person, *, risk: str, category: str | None, why: str, now: datetime
) -> FlagCorrection:
    """Take the message for `risk` from now on, and keep what it was taken for, by whom it was corrected, and why.

    Lower than it was: nobody is chased about it any more. Higher: people are told as if the net had said so. Raises
    CannotDo('same') when nothing would change.
    """
    was, was_category = message.risk or "none", message.category
    category = category if risk != "none" else None
    if (risk, category) == (was, was_category):
        raise CannotDo("same")
    row = FlagCorrection(
        id=new_id(), child_id=child.id, inbound_id=message.id, was_risk=was, was_category=was_category,
        risk=risk, category=category, why=why, by_id=person.id, at=now,
    )  # fmt: skip
    session.add(row)
    message.risk, message.category = risk, category
    if RISKS.index(risk) > RISKS.index(was):
        alerts.raise_alert(
            session,
            level=risk,
            about="inbound",
            about_id=message.id,
            child_id=child.id,
            conversation_id=message.conversation_id,
            hidden_from=message.hidden_from,
            now=now,
        )
    elif RISKS.index(risk) < RISKS.index(was):
        graver = [level for level in ("concern", "immediate") if level not in RISKS[: RISKS.index(risk) + 1]]
        for alert in session.scalars(
            select(Alert).where(and_(Alert.about_id == message.id, Alert.level.in_(graver), Alert.acknowledged_at.is_(None)))
        ):
            alerts.acknowledge(session, alert, person, now)
    return row


def soon(due: date, now: datetime) -> bool:
    """The promise is for today, or its day has passed."""
    return due <= now.astimezone(working_days.LONDON).date()
