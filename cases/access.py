"""Who may see what, in one place. What is not allowed here is not seen: deny by default.

Two questions, always both asked: whose child is it (`child_ids`, `alerts_of`, `complaints_of` …), and is this row kept
from the viewer (`visible`). An IRO whom a complaint is about, or may be about, gets neither the row nor a count of it.

    iro         their own children, and those of an IRO whom they cover, while the absence lasts
    duty        children with an alert that went to duty, until a week after it was acknowledged; unknown numbers
    complaints  complaints, and what was said in confidence; not the rest of a child's talk
    manager     the service: every child, every complaint that is not about themselves
    admin       people and settings; nothing that a child said
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session, load_only

from cases.store.models import (
    Absence,
    AdvocateRequest,
    Alert,
    Allocation,
    Answer,
    Audit,
    Complaint,
    ComplaintEvent,
    Concern,
    Contact,
    Conversation,
    Decision,
    FlagCorrection,
    FollowUp,
    Inbound,
    Issue,
    Note,
    Outgoing,
    Person,
    Phone,
)

DUTY_SIGHT = timedelta(days=7)
AT_RISK = ("concern", "immediate")


# Whose child -----------------------------------------------------------------------------------------------------------


def child_ids(viewer: Person, now: datetime) -> Select:
    """The ids of the children whose page the viewer may open, as a query."""
    children = select(Person.id).where(Person.kind == "child", Person.left_at.is_(None))
    if viewer.kind == "manager":
        return children
    if viewer.kind == "iro":
        return children.where(Person.id.in_(_allocated(viewer, now)))
    if viewer.kind == "duty":
        recent = or_(Alert.acknowledged_at.is_(None), Alert.acknowledged_at > now - DUTY_SIGHT)
        alerted = select(Alert.child_id).where(Alert.to_role == "duty", Alert.child_id.is_not(None), recent)
        return children.where(or_(Person.id.in_(alerted), Person.id.in_(_allocated(viewer, now))))
    return children.where(false())


def _allocated(viewer: Person, now: datetime) -> Select:
    covered = select(Absence.iro_id).where(Absence.cover_id == viewer.id, Absence.starts <= now, Absence.ends > now)
    return select(Allocation.child_id).where(
        Allocation.until.is_(None), or_(Allocation.iro_id == viewer.id, Allocation.iro_id.in_(covered))
    )


def children_of(session: Session, viewer: Person, now: datetime) -> list[Person]:
    """The children whose page the viewer may open, by name. Only ids and names are read: a manager has hundreds."""
    children = session.scalars(
        select(Person).where(Person.id.in_(child_ids(viewer, now))).options(load_only(Person.id, Person.kind, Person.name, raiseload=True))
    )
    return sorted(children, key=lambda child: child.name.casefold())


def may_see_child(session: Session, viewer: Person, child_id: str, now: datetime) -> bool:
    return session.scalar(child_ids(viewer, now).where(Person.id == child_id)) is not None


def answers_for(session: Session, viewer: Person, child_id: str, now: datetime) -> bool:
    """True for the child's IRO, whoever covers for them, and duty where the child has no IRO: their opening is its being read."""
    if viewer.kind == "duty" and session.scalar(_open_allocation(child_id)) is None:
        return may_see_child(session, viewer, child_id, now)
    return session.scalar(_allocated(viewer, now).where(Allocation.child_id == child_id).limit(1)) is not None


def may_change_case(session: Session, viewer: Person, child_id: str, now: datetime) -> bool:
    """True for who plans a child's reviews and writes down what was decided: the IRO, whoever covers, and the manager."""
    return viewer.kind in ("iro", "manager") and may_see_child(session, viewer, child_id, now)


def may_set_up(viewer: Person) -> bool:
    """True for who sees everybody's names and details and says who is whose IRO; nothing that a child said comes with it."""
    return viewer.kind in ("admin", "manager")


def _open_allocation(child_id: str) -> Select:
    return select(Allocation.id).where(Allocation.child_id == child_id, Allocation.until.is_(None)).limit(1)


# Which rows ------------------------------------------------------------------------------------------------------------


def visible(model: type, viewer: Person) -> ColumnElement[bool]:
    """The rows of `model` that are not kept from the viewer. Raises TypeError for a model that has no rule."""
    return _rule(model, viewer.kind, viewer.id)


@dataclass(frozen=True)
class Viewer:
    """All of a person that the rules go by."""

    kind: str
    id: str


@lru_cache(maxsize=4096)
def _rule(model: type, kind: str, viewer_id: str) -> ColumnElement[bool]:
    """Kept, since to put a rule into words for the database takes longer than the database takes to apply it."""
    if model not in _RULES:
        raise TypeError(f"There is no rule for who may see {model.__name__}.")
    return _RULES[model](Viewer(kind, viewer_id))


def _unhidden(column, viewer: Person) -> ColumnElement[bool]:
    """IROs see no row that is hidden from any IRO: not even a colleague, a cover or the next IRO learns of a complaint."""
    if viewer.kind in ("manager", "complaints"):
        return or_(column.is_(None), column != viewer.id)
    return column.is_(None)


def _inbound(viewer: Person) -> ColumnElement[bool]:
    rule = _unhidden(Inbound.hidden_from, viewer)
    if viewer.kind == "iro":  # until it has been looked at, nobody knows whether it is about the viewer
        return and_(rule, Inbound.risk.is_not(None))
    if viewer.kind == "duty":  # somebody may be in danger, whoever the complaint is about
        return or_(rule, and_(Inbound.hidden_from != viewer.id, Inbound.risk.in_(AT_RISK)))
    return rule


def _from_inbound(model: type):
    """What came with a message is seen with it. `correlate`: the query around may hold messages of its own."""

    def rule(viewer: Person) -> ColumnElement[bool]:
        seen = select(Inbound.id).where(Inbound.id == model.inbound_id, _inbound(viewer)).correlate(model).exists()
        return or_(model.inbound_id.is_(None), seen)

    return rule


def _complaint(viewer: Person) -> ColumnElement[bool]:
    sent = Complaint.stage != "draft"
    if viewer.kind in ("manager", "complaints"):
        return and_(sent, _unhidden(Complaint.about_iro_id, viewer))
    if viewer.kind == "iro":
        # Whom it is about has to be known, and not to be an IRO: what is not known may be about the viewer.
        return and_(sent, Complaint.stage != "withdrawn", Complaint.about_another, Complaint.about_iro_id.is_(None))
    return false()


def _alert(viewer: Person) -> ColumnElement[bool]:
    """An alert is visible where what it is about is."""
    elsewhere = ("consultation", "unmatched", "stopped", "undelivered", "handover")  # these may be about a message in or out, or none
    kept = [exists().where(model.id == Alert.about_id, ~visible(model, viewer)) for model in (Inbound, Outgoing)]
    rules = [and_(Alert.about.in_(elsewhere), *(~one for one in kept))]
    for about, model in (("inbound", Inbound), ("issue", Issue), ("complaint", Complaint), ("advocate_request", AdvocateRequest)):
        rules.append(and_(Alert.about == about, exists().where(model.id == Alert.about_id, visible(model, viewer))))
    return or_(*rules)


_RULES = {
    Inbound: _inbound,
    Outgoing: lambda viewer: _unhidden(Outgoing.hidden_from, viewer),
    AdvocateRequest: lambda viewer: _unhidden(AdvocateRequest.hidden_from, viewer),
    Audit: lambda viewer: _unhidden(Audit.hidden_from, viewer),
    Issue: _from_inbound(Issue),
    Answer: _from_inbound(Answer),
    Complaint: _complaint,
    ComplaintEvent: lambda viewer: ComplaintEvent.complaint_id.in_(select(Complaint.id).where(_complaint(viewer))),
    Decision: lambda viewer: true() if viewer.kind in ("iro", "manager", "duty") else false(),
    Alert: _alert,
    FlagCorrection: _from_inbound(FlagCorrection),
    # Written on the child's page, for everybody who may open it.
    Note: lambda viewer: true(),
    FollowUp: lambda viewer: true(),
    Contact: lambda viewer: true(),
    Concern: lambda viewer: true(),
}


#: No IRO in particular: what is kept from one is kept from all.
_ANY_IRO = Viewer("iro", "")


def kept_from_iros() -> ColumnElement[bool]:
    """The alerts about what no IRO may learn of."""
    return ~visible(Alert, _ANY_IRO)


def may_see_alert(session: Session, viewer: Person, alert: Alert) -> bool:
    """Whether what the alert is about is not kept from the viewer."""
    return session.scalar(select(Alert.id).where(Alert.id == alert.id, visible(Alert, viewer))) is not None


# Both at once ----------------------------------------------------------------------------------------------------------


def alerts_of(viewer: Person, now: datetime) -> Select:
    """The alerts that are the viewer's to look at. An IRO's alert goes with the child: to a new IRO, to the cover."""
    if viewer.kind == "admin":
        mine = false()
    elif viewer.kind == "iro":
        mine = and_(Alert.to_role.in_(("iro", "cover")), Alert.child_id.in_(child_ids(viewer, now)))
    else:
        mine = or_(Alert.to_role == viewer.kind, and_(Alert.to_role.in_(("iro", "cover")), Alert.child_id.in_(_allocated(viewer, now))))
    return select(Alert).where(mine, visible(Alert, viewer))


def complaints_of(viewer: Person, now: datetime) -> Select:
    """The complaints that the viewer may read."""
    whose = true() if viewer.kind == "complaints" else Complaint.child_id.in_(child_ids(viewer, now))
    return select(Complaint).where(whose, _complaint(viewer))


def hidden_talks(viewer: Person) -> Select:
    """The ids of children who said something in confidence that the viewer may read, as a query."""
    if viewer.kind not in ("manager", "complaints"):
        return select(Conversation.child_id).where(false())
    return (
        select(Conversation.child_id)
        .join(Inbound, Inbound.conversation_id == Conversation.id)
        .where(Conversation.child_id.is_not(None), Inbound.hidden_from.is_not(None), Inbound.hidden_from != viewer.id)
    )


def unmatched_talks(viewer: Person) -> Select:
    """Talks with numbers that belong to nobody we know."""
    allowed = viewer.kind in ("duty", "manager")
    # What staff text from their own phones is between them and the child, unless people were told of it as of a stranger's.
    of_staff = Conversation.phone_hash.in_(
        select(Phone.number_hash).join(Person, Person.id == Phone.person_id).where(Person.kind != "child", Phone.status != "old")
    )
    told = exists().where(Alert.conversation_id == Conversation.id)
    strangers = or_(Conversation.phone_hash.is_(None), ~of_staff, told)
    return select(Conversation).where(Conversation.child_id.is_(None), strangers, true() if allowed else false())
