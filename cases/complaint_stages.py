"""What becomes of a complaint once it is sent: its stages and dates, what the child adds, and that the child hears.

For the complaints manager's page: `acknowledge`, `move`, `make_complicated`, `history`, `dates`. Each tells the child in the
same transaction, and what is said is kept from whom the complaint is kept from. Whether the viewer may act on a complaint
at all is for cases/access.py (`complaints_of`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import alerts, people, reviews, timescales, words, working_days
from cases.store import outbox
from cases.store.models import Complaint, ComplaintEvent, Person, new_id

OPEN = ("received", "1", "2", "3")
#: From which stage it may go to which.
MOVES = {
    "received": ("1", "2", "closed"),
    "1": ("2", "closed"),
    "2": ("3", "closed"),
    "3": ("closed",),
    "closed": ("2", "3"),
}


class BadMove(Exception):
    """The complaint cannot go from where it is to there."""


@dataclass(frozen=True)
class Dates:
    """By when: `acknowledge` it, `answer` it, at the `latest`; and until when the child may `ask_again` for the next stage."""

    acknowledge: date | None = None
    answer: date | None = None
    latest: date | None = None
    ask_again: date | None = None


def dates(complaint: Complaint, last_stage: str = "") -> Dates:
    """The dates of the stage that it is in. `last_stage`: the one in which it was answered, where it is closed."""
    start = complaint.stage_at or complaint.received_at
    if start is None or complaint.stage in ("draft", "withdrawn"):
        return Dates()
    if complaint.stage == "closed":
        again = {"received": "ask_for_stage_2", "1": "ask_for_stage_2", "2": "ask_for_stage_3"}.get(last_stage)
        return Dates(ask_again=working_days.after(start, timescales.get("complaints", again).working_days) if again else None)
    if complaint.stage in ("received", "1"):
        begun = complaint.received_at or start
        allowed = timescales.get("complaints", "stage_1")
        acknowledge = None if complaint.acknowledged_at else timescales.get("complaints", "acknowledge").working_days
        return Dates(
            acknowledge=working_days.after(begun, acknowledge) if acknowledge else None,
            answer=working_days.after(begun, allowed.latest if complaint.complicated else allowed.working_days),
            latest=working_days.after(begun, allowed.latest),
        )
    if complaint.stage == "2":
        allowed = timescales.get("complaints", "stage_2")
        days = allowed.latest if complaint.complicated else allowed.working_days
        return Dates(answer=working_days.after(start, days), latest=working_days.after(start, allowed.latest))
    meets = timescales.get("complaints", "stage_3").working_days
    rest = sum(timescales.get("complaints", name).working_days for name in ("stage_3_report", "stage_3_answer"))
    return Dates(answer=working_days.after(start, meets), latest=working_days.after(start, meets + rest))


def acknowledge(session: Session, complaint: Complaint, by: Person, now: datetime) -> None:
    """The complaints manager has it: the child hears so, once. Stage 1 has begun."""
    if complaint.stage not in OPEN or complaint.acknowledged_at is not None:
        return
    complaint.acknowledged_at = now
    if complaint.stage == "received":
        complaint.stage = "1"
    _write(session, complaint, "acknowledged", now, by=by)
    due = dates(complaint)
    _tell(session, complaint, "utter_complaints_acknowledged", now, date=day(due.answer), late=day(due.latest))


def make_complicated(session: Session, complaint: Complaint, by: Person, now: datetime) -> None:
    """It needs the longer time of its stage: the child hears by when."""
    if complaint.stage not in ("received", "1", "2") or complaint.complicated:
        return
    complaint.complicated = True
    _write(session, complaint, "complicated", now, by=by)
    _tell(session, complaint, "utter_complaints_longer", now, date=day(dates(complaint).latest))


def move(session: Session, complaint: Complaint, stage: str, by: Person, now: datetime, *, words_to_child: str = "") -> None:
    """Move it to stage "1", "2", "3" or "closed" (answered). The child is told; `words_to_child` go to them as `by` wrote them.

    Raises BadMove when it cannot go there from where it is.
    """
    if stage not in MOVES.get(complaint.stage, ()):
        raise BadMove(f"A complaint cannot go from {complaint.stage} to {stage}.")
    if stage == "1":
        acknowledge(session, complaint, by, now)
        return
    before = complaint.stage
    complaint.stage, complaint.stage_at, complaint.complicated = stage, now, False
    complaint.acknowledged_at = complaint.acknowledged_at or now
    _write(session, complaint, "stage", now, by=by, text=words_to_child.strip() or None)
    if words_to_child.strip():
        talk = people.conversation_of(session, complaint.child_id)
        outbox.say(session, talk, words_to_child.strip(), author=by.id, hidden_from=kept_from(session, complaint), now=now)
    due = dates(complaint, before)
    if stage == "closed" and due.ask_again:
        _tell(session, complaint, "utter_complaints_answered", now, date=day(due.ask_again))
    elif stage == "closed":
        _tell(session, complaint, "utter_complaints_answered_last", now)
    else:
        _tell(session, complaint, f"utter_complaints_stage_{stage}", now, date=day(due.answer), late=day(due.latest))


def add(session: Session, complaint: Complaint, text: str, now: datetime) -> None:
    """The child adds to a complaint that is being looked at."""
    _write(session, complaint, "added", now, text=text)
    _alert(session, complaint, now)


def withdraw(session: Session, complaint: Complaint, now: datetime) -> None:
    """The child takes it back. It is kept, with what was said, and whoever has it is told."""
    if complaint.stage not in OPEN:
        return
    _write(session, complaint, "withdrawn", now)
    complaint.stage, complaint.stage_at = "withdrawn", now
    _alert(session, complaint, now)


def ask_again(session: Session, complaint: Complaint, text: str, now: datetime) -> None:
    """The child is not happy with the answer and asks for the next stage. The complaints manager moves it."""
    _write(session, complaint, "next_stage", now, text=text)
    _alert(session, complaint, now)


def remind(session: Session, complaint: Complaint, now: datetime) -> None:
    """Its day has passed and the child asks: whoever has it is told again."""
    _alert(session, complaint, now)


def of_child(session: Session, child_id: str) -> list[Complaint]:
    """What the child has sent, oldest first; drafts are left out."""
    query = select(Complaint).where(Complaint.child_id == child_id, Complaint.stage != "draft")
    return list(session.scalars(query.order_by(Complaint.received_at)))


def history(session: Session, complaint: Complaint) -> list[ComplaintEvent]:
    """What became of it, oldest first. `stage` is the stage that it was in after that."""
    return list(session.scalars(select(ComplaintEvent).where(ComplaintEvent.complaint_id == complaint.id).order_by(ComplaintEvent.at)))


def last_stage(session: Session, complaint: Complaint) -> str:
    """The stage in which it was before it was answered."""
    before = [event.stage for event in history(session, complaint) if event.stage in OPEN]
    return before[-1] if before else "received"


def kept_from(session: Session, complaint: Complaint) -> str | None:
    """The id of the IRO from whom all of it is kept, or None when it is plainly about somebody else."""
    if complaint.about_iro_id or complaint.about_another:
        return complaint.about_iro_id
    iro = people.iro_of(session, complaint.child_id)
    return iro.id if iro else None


def day(at: date | None) -> str:
    """'Tuesday 1 December'."""
    return reviews.day(datetime.combine(at, time(12), working_days.LONDON)) if at else ""


def _write(session: Session, complaint: Complaint, kind: str, now: datetime, *, by: Person | None = None, text: str | None = None) -> None:
    complaint.in_record_at = None  # what was said to be in the case record did not hold this yet
    session.add(
        ComplaintEvent(
            id=new_id(),
            complaint_id=complaint.id,
            child_id=complaint.child_id,
            kind=kind,
            stage="withdrawn" if kind == "withdrawn" else complaint.stage,
            words=text,
            by=by.id if by else None,
            at=now,
        )
    )
    session.flush()


def _alert(session: Session, complaint: Complaint, now: datetime) -> None:
    alerts.raise_alert(
        session,
        level="message",
        about="complaint",
        about_id=complaint.id,
        child_id=complaint.child_id,
        now=now,
        hidden_from=kept_from(session, complaint),
    )


def _tell(session: Session, complaint: Complaint, response: str, now: datetime, **values: str) -> None:
    talk = people.conversation_of(session, complaint.child_id)
    said = words.render(response, talk.language, **values)
    outbox.say(session, talk, said.text, hidden_from=kept_from(session, complaint), now=now)
