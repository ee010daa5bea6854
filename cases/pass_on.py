"""A form that was begun and left: the child is told that it will be passed on unless they say no, and then it is.

The job "pass_on" watches an open form. Each run looks at the rows alone, so that it may come late, again, or after a
restart: it waits on, tells the child once, or sends what there is once. A word of the child starts the silence anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases import consultations, people, words
from cases.reviews import LONDON
from cases.store import jobs, outbox
from cases.store.inbound import lock
from cases.store.models import Consultation, Conversation, Inbound, Job, Outgoing, Person

KIND = "pass_on"
#: How long the child has to say no.
TO_SAY_NO = timedelta(hours=24)
FIRST_LOOK = timedelta(hours=1)
#: However near the review is, nobody is hurried before this much silence.
SHORTEST = timedelta(hours=6)
#: Nobody is written to without being asked before, and from, these hours in London; then at LATER.
FROM_HOUR, TO_HOUR, LATER = 9, 20, 16


def watch(session: Session, consultation: Consultation, now: datetime) -> None:
    """Something was said: the form is watched, and what the child was told before or said to it holds no more."""
    consultation.told_at, consultation.told_with, consultation.kept_back = None, None, False
    lane = _lane(consultation.id)
    if session.scalar(select(Job.id).where(Job.lane == lane, Job.done_at.is_(None)).limit(1)) is None:
        jobs.add(session, KIND, consultation.id, lane=lane, due_at=now + FIRST_LOOK)


def look(session: Session, consultation_id: str, now: datetime, *, silence: timedelta) -> None:
    """The job: see what is due for this form at `now`. `silence`: how long nothing is said before the child is told; 0 is never."""
    consultation = session.get(Consultation, consultation_id)
    if consultation is None or not silence or not _stands(session, consultation, now):
        return
    talk = people.conversation_of(session, consultation.child_id)
    lock(session, talk.id)
    last = _last_word(session, talk, consultation)
    if consultation.told_at is None or last > consultation.told_at:
        consultation.told_at = consultation.told_with = None
        due_at = max(_in_daytime(last + _silence(session, consultation, last, silence), now), outbox.not_quiet(session, talk, now))
        if due_at > now:
            _again(session, consultation, due_at)
        elif _tell(session, consultation, talk, now):
            _again(session, consultation, _passed_at(session, consultation))
    elif now < (passed_at := _passed_at(session, consultation)):
        _again(session, consultation, passed_at)
    elif _reached(session, consultation):
        consultations.send(session, consultation, now, how="silence")
        said = words.render("utter_consultation_passed_on", talk.language)
        outbox.say(session, talk, said.text, prompt=True, now=now)


def set_aside(session: Session, consultation_id: str, now: datetime) -> None:
    """It could not be looked at: later."""
    jobs.add(session, KIND, consultation_id, lane=_lane(consultation_id), due_at=now + FIRST_LOOK)


def asked(session: Session, child_id: str, now: datetime) -> Consultation | None:
    """The form that the child was told will be passed on, while they may still say no."""
    held = consultations.current(session, child_id, now)
    return held if held is not None and held.status == "open" and held.told_at is not None and not held.kept_back else None


def keep_back(consultation: Consultation) -> None:
    """The child said no. What they add later is watched anew."""
    consultation.kept_back = True


def _stands(session: Session, consultation: Consultation, now: datetime) -> bool:
    """Is it still open, not kept back, for a review to come, and is anything said in it?"""
    if consultation.status != "open" or consultation.kept_back:
        return False
    held = consultations.current(session, consultation.child_id, now)
    child = session.get_one(Person, consultation.child_id)
    return held is not None and held.id == consultation.id and child.left_at is None and bool(consultations.values(consultation))


def _last_word(session: Session, talk: Conversation, consultation: Consultation) -> datetime:
    last = session.scalar(select(func.max(Inbound.received_at)).where(Inbound.conversation_id == talk.id))
    said = [row.created_at for row in consultation.answers]
    return max(moment for moment in (last, *said, consultation.started_at) if moment is not None)


def _in_daytime(due_at: datetime, now: datetime) -> datetime:
    """`due_at`, or the next afternoon where that is at night (or where it was by day, and it is night by now)."""
    here = max(due_at, now).astimezone(LONDON)
    if FROM_HOUR <= here.hour < TO_HOUR:
        return due_at
    day = here + timedelta(days=here.hour >= TO_HOUR)
    return day.replace(hour=LATER, minute=0, second=0, microsecond=0).astimezone(due_at.tzinfo)


def _silence(session: Session, consultation: Consultation, last: datetime, silence: timedelta) -> timedelta:
    """How long the child may be silent before they are told: less where the review is so near that it would come too late."""
    review = people.next_review(session, consultation.child_id, last)
    if review is None:
        return silence
    return min(silence, max(SHORTEST, review.at - last - 2 * TO_SAY_NO))


def _passed_at(session: Session, consultation: Consultation) -> datetime:
    """A day after the child was told; where the review comes before that, halfway to it from the midnight between."""
    told_at = consultation.told_at
    review = people.next_review(session, consultation.child_id, told_at)
    if review is None or review.at > told_at + TO_SAY_NO:
        return told_at + TO_SAY_NO
    midnight = _midnight_after(told_at)
    return midnight + (review.at - midnight) / 2


def _midnight_after(moment: datetime) -> datetime:
    here = moment.astimezone(LONDON) + timedelta(days=1)
    return here.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(moment.tzinfo)


def _tell(session: Session, consultation: Consultation, talk: Conversation, now: datetime) -> bool:
    """Tell the child. False where there is no way to reach them, or no day is left: then nothing is passed on without their word."""
    review = people.next_review(session, consultation.child_id, now)
    if review is not None and review.at < _midnight_after(now):
        return False
    if talk.last_channel != "web" and people.sms_phone(session, consultation.child_id) is None:
        return False
    said = words.render("utter_consultation_will_pass_on", talk.language)
    row = outbox.say(session, talk, said.text, choices=said.choices, now=now)
    consultation.told_at, consultation.told_with = now, row.id
    return True


def _reached(session: Session, consultation: Consultation) -> bool:
    state = session.scalar(select(Outgoing.state).where(Outgoing.id == consultation.told_with))
    return state in ("sent", "delivered", "unknown")


def _again(session: Session, consultation: Consultation, due_at: datetime) -> None:
    jobs.add(session, KIND, consultation.id, lane=_lane(consultation.id), due_at=due_at)


def _lane(consultation_id: str) -> str:
    return f"{KIND}:{consultation_id}"
