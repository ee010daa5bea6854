"""Complaints, and what was said in confidence, for those who may read them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import access, alerts, complaint_stages, people
from cases.store.models import AdvocateRequest, Complaint, Conversation, Inbound, Outgoing, Person, Phone
from inbox import alerts as alert_pages
from inbox.dates import LONDON
from inbox.thread import thread
from inbox.web import NotHere, Visit, clean

SHOWN = 200
LONGEST_WORDS = 1500


def all_of_them(visit: Visit) -> Response:
    if visit.viewer.kind not in ("complaints", "manager", "iro"):
        raise NotHere
    with visit.store.write() as session:
        visit.audit(session, "view complaints")
    with visit.store.read() as session:
        query = access.complaints_of(visit.viewer, visit.now).order_by(Complaint.created_at.desc())
        complaints = session.scalars(query).all()
        people_ids = {row.child_id for row in complaints} | {row.about_iro_id for row in complaints if row.about_iro_id}
        names = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(people_ids)))}
        due = {row.id: complaint_stages.dates(row) for row in complaints if row.stage in complaint_stages.OPEN}
        today = visit.now.astimezone(LONDON).date()
        return visit.page("complaints.html", complaints=complaints, people=names, due=due, today=today)


def show(visit: Visit) -> Response:
    with visit.store.write() as session:
        mine = access.complaints_of(visit.viewer, visit.now).where(Complaint.id == visit.path("complaint_id"))
        complaint = session.scalar(mine)
        if complaint is None:
            raise NotHere
        if not visit.only_looks_ahead:
            alert_pages.opened(session, visit, ("complaint",), about_id=complaint.id)
        kept = complaint_stages.kept_from(session, complaint)
        visit.audit(session, "view complaint", child_id=complaint.child_id, what=f"complaint {complaint.id}", hidden_from=kept)
    with visit.store.read() as session:
        return _page(session, visit, complaint)


def move(visit: Visit) -> Response:
    """Acknowledge it, take the longer time, or move it to its next stage, with the complaints manager's own words to the child."""
    to, text = visit.form.get("to", ""), clean(visit.form.get("words", ""))
    with visit.store.write() as session:
        complaint = session.scalar(access.complaints_of(visit.viewer, visit.now).where(Complaint.id == visit.path("complaint_id")))
        if complaint is None or not _may_move(visit):
            raise NotHere
        if len(text) > LONGEST_WORDS or (to == "closed" and not text):
            return _page(session, visit, complaint, problem="words", status=400)
        kept = complaint_stages.kept_from(session, complaint)
        try:
            if to == "acknowledge":
                complaint_stages.acknowledge(session, complaint, visit.viewer, visit.now)
            elif to == "longer":
                complaint_stages.make_complicated(session, complaint, visit.viewer, visit.now)
            else:
                complaint_stages.move(session, complaint, to, visit.viewer, visit.now, words_to_child=text)
        except complaint_stages.BadMove:  # somebody else has moved it since the page was opened
            return _page(session, visit, complaint, problem="moved", status=400)
        visit.audit(session, f"complaint {to}", child_id=complaint.child_id, what=f"complaint {complaint.id}", hidden_from=kept)
    return visit.redirect(f"/complaints/{complaint.id}?done=moved")


def _may_move(visit: Visit) -> bool:
    return visit.viewer.kind in ("complaints", "manager")


def _page(session: Session, visit: Visit, complaint: Complaint, *, problem: str = "", status: int = 200) -> Response:
    child = session.get(Person, complaint.child_id)
    history = complaint_stages.history(session, complaint) if _may_move(visit) else []
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_({row.by for row in history}))).all())
    stage_before = complaint_stages.last_stage(session, complaint) if complaint.stage == "closed" else ""
    return visit.page(
        "complaint.html",
        status,
        complaint=complaint,
        child=child,
        may_move=_may_move(visit),
        moves=complaint_stages.MOVES.get(complaint.stage, ()),
        dates=complaint_stages.dates(complaint, stage_before),
        history=history,
        names=names,
        problem=problem,
        words=clean(visit.form.get("words", "")),
        today=visit.now.astimezone(LONDON).date(),
        about_iro=session.get(Person, complaint.about_iro_id) if complaint.about_iro_id else None,
        iro=people.iro_of(session, child.id),
        in_confidence=_has_hidden(session, visit, child.id),
        may_open_child=access.may_see_child(session, visit.viewer, child.id, visit.now),
        **_reach(session, visit, child),
    )


def in_confidence(visit: Visit) -> Response:
    """What a child said while complaining about their IRO, or while that might have been: kept from that IRO."""
    with visit.store.write() as session:
        child_id = visit.path("child_id")
        if not _has_hidden(session, visit, child_id):
            raise NotHere
        talk = people.conversation_of(session, child_id)
        kept = select(Inbound).where(Inbound.conversation_id == talk.id, Inbound.hidden_from.is_not(None))
        rows = session.scalars(kept.where(access.visible(Inbound, visit.viewer)).order_by(Inbound.seq)).all()
        new = frozenset(row.id for row in rows if row.read_at is None)
        kept_from = rows[-1].hidden_from
        if not visit.only_looks_ahead:
            alerts.read_messages(session, talk, visit.viewer, visit.now, in_confidence=True)
            alert_pages.opened(session, visit, ("inbound", "advocate_request"), child_id=child_id)
        visit.audit(session, "view in confidence", child_id=child_id, hidden_from=kept_from)
    with visit.store.read() as session:
        child = session.get(Person, child_id)
        only = (Inbound.hidden_from.is_not(None), Outgoing.hidden_from.is_not(None))
        messages, _ = thread(session, visit.viewer, talk.id, limit=SHOWN, new=new, only=only)
        about = access.complaints_of(visit.viewer, visit.now).where(Complaint.child_id == child_id).order_by(Complaint.created_at)
        return visit.page(
            "in_confidence.html",
            child=child,
            messages=messages,
            kept_from=session.get(Person, kept_from),
            complaints=session.scalars(about).all(),
            open_alerts=alert_pages.open_about(session, visit, child_id),
            may_open_child=access.may_see_child(session, visit.viewer, child_id, visit.now),
            **_reach(session, visit, child),
        )


def _has_hidden(session: Session, visit: Visit, child_id: str) -> bool:
    return session.scalar(access.hidden_talks(visit.viewer).where(Conversation.child_id == child_id).limit(1)) is not None


def _reach(session: Session, visit: Visit, child: Person) -> dict:
    """Who the child is and how to reach them, for somebody who does not see the child's page."""
    requests = select(AdvocateRequest).where(AdvocateRequest.child_id == child.id, access.visible(AdvocateRequest, visit.viewer))
    return {
        "first": people.first_name(child),
        "age": people.age(child, visit.now.astimezone(LONDON).date()),
        "phones": session.scalars(select(Phone).where(Phone.person_id == child.id, Phone.status != "old")).all(),
        "advocate_requests": session.scalars(requests.order_by(AdvocateRequest.created_at)).all(),
    }
