"""What staff do on a child's page beside answering: notes, passing on, closing what was asked for, and correcting a flag."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import access, casework, invites, people
from cases.casework import CannotDo
from cases.store.models import Conversation, FlagCorrection, Inbound, Issue, Person
from inbox.children import child_of
from inbox.web import NotHere, Visit, clean, forget_draft

LONGEST_NOTE = 4000


def note(visit: Visit) -> Response:
    """A note on the child's page. It is never sent to the child."""
    text = clean(visit.form.get("note", ""))[:LONGEST_NOTE]
    with visit.store.write() as session:
        child = child_of(session, visit)
        if not text:
            return visit.redirect(f"/children/{child.id}?done=empty-note#notes")
        row = casework.note(session, child, visit.viewer, text, visit.now)
        forget_draft(session, child.id, visit.viewer.id, "note")
        visit.audit(session, "note", child_id=child.id, what=f"note {row.id}")
    return visit.redirect(f"/children/{child.id}?done=noted#new")


def hand_over(visit: Visit) -> Response:
    why = clean(visit.form.get("note", ""))[:LONGEST_NOTE]
    with visit.store.write() as session:
        child = child_of(session, visit)
        if not why:
            return visit.redirect(f"/children/{child.id}?done=empty-hand-over#hand-over")
        try:
            row = casework.hand_over(session, child, visit.viewer, visit.form.get("to", ""), why, visit.now)
        except CannotDo:
            return visit.redirect(f"/children/{child.id}?done=empty-hand-over#hand-over")
        visit.audit(session, "hand over", child_id=child.id, what=f"note {row.id}")
    return visit.redirect(f"/children/{child.id}?done=handed-over")


def issue_done(visit: Visit) -> Response:
    """The call was made, or what was asked for is sorted out."""
    with visit.store.write() as session:
        issue = session.scalar(select(Issue).where(Issue.id == visit.path("issue_id"), access.visible(Issue, visit.viewer)))
        if issue is None or not access.may_see_child(session, visit.viewer, issue.child_id, visit.now):
            raise NotHere
        casework.close_issue(issue, visit.viewer, visit.now)
        visit.audit(session, "issue done", child_id=issue.child_id, what=f"issue {issue.id}")
    return visit.redirect(f"/children/{issue.child_id}?done=issue#issues")


def flag(visit: Visit) -> Response:
    """The form that corrects what the safety net made of a message."""
    with visit.store.read() as session:
        message, child = _message(session, visit)
        return _flag_page(session, visit, message, child)


def correct_flag(visit: Visit) -> Response:
    from cases.safety.data import CATEGORIES  # brings the whole safety net, which a gateway should not wait for at its start

    risk, why = visit.form.get("risk", ""), clean(visit.form.get("why", ""))[:LONGEST_NOTE]
    category = visit.form.get("category", "") or None
    with visit.store.write() as session:
        message, child = _message(session, visit)
        problem = "risk" if risk not in casework.RISKS else "why" if not why else ""
        if category is not None and category not in CATEGORIES:
            problem = "risk"
        if not problem:
            try:
                row = casework.correct_flag(session, message, child, visit.viewer, risk=risk, category=category, why=why, now=visit.now)
            except CannotDo:
                problem = "same"
        if problem:
            return _flag_page(session, visit, message, child, problem=problem, status=400)
        visit.audit(session, "correct flag", child_id=child.id, what=f"correction {row.id}", hidden_from=message.hidden_from)
    return visit.redirect(f"/children/{child.id}?done=flag")


def end_chats(visit: Visit) -> Response:
    """Sign the child out of the web chat wherever they are signed in: a lost phone, a shared tablet."""
    with visit.store.write() as session:
        child = child_of(session, visit)
        invites.end_sessions(session, child, visit.now, by=visit.viewer)
    return visit.redirect(f"/children/{child.id}?done=chats-ended")


def _message(session: Session, visit: Visit) -> tuple[Inbound, Person]:
    message = session.scalar(select(Inbound).where(Inbound.id == visit.path("inbound_id"), access.visible(Inbound, visit.viewer)))
    child_id = session.scalar(select(Conversation.child_id).where(Conversation.id == message.conversation_id)) if message else None
    if child_id is None or not access.may_see_child(session, visit.viewer, child_id, visit.now):
        raise NotHere
    return message, session.get(Person, child_id)


def _flag_page(session: Session, visit: Visit, message: Inbound, child: Person, *, problem: str = "", status: int = 200) -> Response:
    earlier = session.scalars(
        select(FlagCorrection)
        .where(FlagCorrection.inbound_id == message.id, access.visible(FlagCorrection, visit.viewer))
        .order_by(FlagCorrection.at)
    ).all()
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_({row.by_id for row in earlier}))).all())
    return visit.page(
        "flag.html",
        status,
        message=message,
        child=child,
        first=people.first_name(child),
        earlier=earlier,
        names=names,
        problem=problem,
        chosen=visit.form.get("risk") or message.risk or "none",
        category=visit.form.get("category") or message.category or "",
        why=clean(visit.form.get("why", "")),
    )
