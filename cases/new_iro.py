"""A child who has used Heard is told when somebody else has become their IRO: whoever reads what they say should have a name.

The job waits for an hour after the change and then looks at the rows alone: an import that is undone tells nobody, two
changes tell of the last one, and so does a run that comes late or again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import people, words
from cases.store import jobs, outbox
from cases.store.models import Allocation, Conversation, Inbound, Job, Person

KIND = "new_iro"
SETTLES_IN = timedelta(hours=1)


def allocate(session: Session, child: Person, iro: Person, now: datetime) -> None:
    """Make `iro` the child's IRO from now on, and see to it that the child hears of it."""
    held, _ = people.allocation_of(session, child.id)
    if held is not None and held.iro_id == iro.id:
        return
    people.allocate(session, child, iro, now)
    ended = select(Allocation).where(Allocation.child_id == child.id, Allocation.until.is_not(None))
    before = session.scalar(ended.order_by(Allocation.until.desc(), Allocation.since.desc()).limit(1))
    waits = select(Job.id).where(Job.lane == _lane(child.id), Job.done_at.is_(None)).limit(1)
    if before is not None and before.iro_id != iro.id and session.scalar(waits) is None:
        jobs.add(session, KIND, before.id, lane=_lane(child.id), due_at=now + SETTLES_IN)


def tell(session: Session, before_id: str, now: datetime) -> None:
    """The job. `before_id`: the allocation that ended. Nothing of care is in the text: it comes unasked, and others may see the phone."""
    before = session.get_one(Allocation, before_id)
    held, _ = people.allocation_of(session, before.child_id)
    talk = session.scalar(select(Conversation).where(Conversation.child_id == before.child_id))
    if held is None or held.iro_id == before.iro_id or held.child_told_at is not None or talk is None:
        return
    if session.scalar(select(Inbound.id).where(Inbound.conversation_id == talk.id).limit(1)) is None:
        return
    first, earlier = (people.first_name(session.get_one(Person, one.iro_id)) for one in (held, before))
    said = words.render("utter_my_iro_new_one", talk.language, name=first, before=earlier)
    outbox.say(session, talk, said.text, prompt=True, now=now)
    held.child_told_at = now


def set_aside(session: Session, before_id: str, now: datetime) -> None:
    """It could not be told: later."""
    lane = _lane(session.get_one(Allocation, before_id).child_id)
    jobs.add(session, KIND, before_id, lane=lane, due_at=now + SETTLES_IN)


def _lane(child_id: str) -> str:
    return f"{KIND}:{child_id}"
