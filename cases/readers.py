"""Who has opened what a child said, by the audit trail: for the child who asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cases import people
from cases.store.models import Audit, Complaint, Person

#: What opens a child's words. Work on people and settings does not.
OPENS = (
    "view child",
    "view consultation",
    "view complaint",
    "view in confidence",
    "view record",
    "export pdf",
    "export json",
    "export consultation",
)
_ASKED = re.compile(
    r"\bwho(?:'?s| is| has| have| all| else| ever| already)*\s+(?:read|seen|saw|opened|looked at)\b|"
    r"\b(?:has|have|did) (?:any ?(?:one|body)|some ?(?:one|body)|\w+(?: \w+)?) (?:even |already |actually |ever )?"
    r"(?:read|seen?|open(?:ed)?|look(?:ed)? at)\b",
    re.I,
)


@dataclass(frozen=True)
class Reader:
    """kind: their role, and "my_iro" for the child's own IRO. last: when they last opened something."""

    name: str
    kind: str
    last: datetime


def is_asked(text: str) -> bool:
    """ "Who has read what I said?" and "has anyone seen it?", but not "who can read this?", which asks for the rule."""
    return bool(_ASKED.search(text.replace("\u2019", "'")))


def of_child(session: Session, child: Person) -> tuple[list[Reader], str | None]:
    """Who has opened it, who came last first; and the IRO from whom the answer must be kept, if any of it was in confidence.

    What was opened in confidence counts while that complaint stands; the answer is then as hidden as the complaint.
    """
    rows = session.execute(
        select(Audit.at, Audit.hidden_from, Person)
        .join(Person, Person.id == Audit.actor_id)
        .where(Audit.child_id == child.id, Audit.action.in_(OPENS), Person.kind != "child")
        .order_by(Audit.id.desc())
    ).all()
    kept = {hidden for _, hidden, _ in rows if hidden}
    standing = {iro for iro in kept if _stands(session, child.id, iro)}
    mine = people.iro_of(session, child.id)
    found: dict[str, Reader] = {}
    for at, hidden, person in rows:
        if hidden is None or hidden in standing:
            kind = "my_iro" if mine is not None and person.id == mine.id else person.kind
            found.setdefault(person.id, Reader(person.name, kind, at))
    return list(found.values()), next(iter(standing), None)


def _stands(session: Session, child_id: str, iro_id: str) -> bool:
    may_be_theirs = or_(Complaint.about_iro_id == iro_id, ~Complaint.about_another)
    query = select(Complaint.id).where(Complaint.child_id == child_id, Complaint.stage != "withdrawn", may_be_theirs)
    return session.scalar(query.limit(1)) is not None
