"""A child's page: the talk, an answer to it, and what the child has asked for."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import access, alerts, invites, people, words
from cases.store import outbox
from cases.store.models import (
    AdvocateRequest,
    Complaint,
    Consultation,
    Conversation,
    DoneAction,
    Draft,
    Inbound,
    Issue,
    Person,
    Phone,
    Review,
)
from inbox import alerts as alert_pages
from inbox.dates import LONDON
from inbox.thread import newest_by_staff, thread
from inbox.web import NotHere, Visit, clean, keep_draft

SHOWN = 40
LONGEST_ANSWER = 1500


def show(visit: Visit) -> Response:
    """The child's page. For the child's IRO (or the cover), opening it is reading what is new."""
    skip = _skip(visit)
    with visit.store.write() as session:
        child = _child(session, visit)
        talk = people.conversation_of(session, child.id)
        new = _unread(session, visit, talk)
        if access.answers_for(session, visit.viewer, child.id, visit.now) and not visit.only_looks_ahead and not skip:
            alerts.read_messages(session, talk, visit.viewer, visit.now)
            alert_pages.opened(session, visit, ("inbound", "issue", "advocate_request", "stopped", "undelivered"), child_id=child.id)
        visit.audit(session, "view child", child_id=child.id)
    with visit.store.read() as session:
        return _page(session, visit, child, new=new, skip=skip)


def answer(visit: Visit) -> Response:
    """Send an answer on the child's channel. Sent once, however often the button is pressed; kept when it cannot go."""
    text, once = clean(visit.form.get("answer", "")), clean(visit.form.get("once", ""))[:64]
    with visit.store.write() as session:
        child = _child(session, visit)
        talk = people.conversation_of(session, child.id)
        problem = _problem(session, visit, talk, text)
        if problem is None and not once:
            problem = "again"
        if problem is None:
            if session.get(DoneAction, (once, f"answer by {visit.viewer.id}")) is None:
                session.add(DoneAction(message_id=once, action=f"answer by {visit.viewer.id}", at=visit.now))
                _send(session, visit, child, talk, text)
            return visit.redirect(f"/children/{child.id}?done=sent#new")
        if text:
            keep_draft(session, child.id, visit.viewer.id, text[: 4 * LONGEST_ANSWER], visit.now)
    with visit.store.read() as session:
        return _page(session, visit, child, problem=problem, status=400)


def invite(visit: Visit) -> Response:
    """A way into the web chat for the child. The link and the code are shown this once; only their hashes are kept."""
    with visit.store.write() as session:
        child = _child(session, visit)
        token, code = invites.make_invite(session, child, visit.viewer, visit.now)
    link = f"{visit.inbox.settings.public_url}/chat?invite={token}"
    return visit.page("invite.html", child=child, link=link, code=f"{code[:4]}-{code[4:]}", until=visit.now + invites.GOOD_FOR)


def _child(session: Session, visit: Visit) -> Person:
    child_id = visit.path("child_id")
    if not access.may_see_child(session, visit.viewer, child_id, visit.now):
        raise NotHere
    return session.get(Person, child_id)


def _unread(session: Session, visit: Visit, talk: Conversation) -> frozenset[str]:
    query = select(Inbound.id).where(Inbound.conversation_id == talk.id, Inbound.read_at.is_(None), access.visible(Inbound, visit.viewer))
    return frozenset(session.scalars(query))


def _problem(session: Session, visit: Visit, talk: Conversation, text: str) -> str | None:
    if not text:
        return "empty"
    if len(text) > LONGEST_ANSWER:
        return "long"
    newest = newest_by_staff(session, visit.viewer, talk.id)
    if newest and newest.id != visit.form.get("seen", "") and newest.author != visit.viewer.id:
        return "crossed"
    return None


def _send(session: Session, visit: Visit, child: Person, talk: Conversation, text: str) -> None:
    last = session.scalar(
        select(Inbound.id).where(Inbound.conversation_id == talk.id, Inbound.hidden_from.is_(None)).order_by(Inbound.seq.desc()).limit(1)
    )
    sent = outbox.say(session, talk, text, author=visit.viewer.id, answers=last, now=visit.now)
    draft = session.get(Draft, (child.id, visit.viewer.id))
    if draft:
        session.delete(draft)
    visit.audit(session, "answer", child_id=child.id, what=f"message {sent.id}")


def _page(
    session: Session, visit: Visit, child: Person, *, new: frozenset[str] = frozenset(), skip: int = 0, problem: str = "", status: int = 200
) -> Response:
    viewer, now = visit.viewer, visit.now
    talk = session.scalar(select(Conversation).where(Conversation.child_id == child.id))
    shown = SHOWN if skip else max(SHOWN, len(new) + 10)
    messages, earlier = thread(session, viewer, talk.id, limit=shown, skip=skip, new=new)
    newest = newest_by_staff(session, viewer, talk.id)
    draft = session.get(Draft, (child.id, viewer.id))

    def of_child(model, *where, order=None):
        query = select(model).where(model.child_id == child.id, *where)
        return session.scalars(query.order_by((order or model.created_at).desc())).all()

    return visit.page(
        "child.html",
        status,
        child=child,
        first=people.first_name(child),
        age=people.age(child, now.astimezone(LONDON).date()),
        iro=people.iro_of(session, child.id),
        phones=session.scalars(select(Phone).where(Phone.person_id == child.id, Phone.status != "old")).all(),
        responsible=access.answers_for(session, viewer, child.id, now),
        open_alerts=alert_pages.open_about(session, visit, child.id),
        messages=messages,
        earlier=skip + shown if earlier else None,
        skip=skip,
        seen=newest.id if newest else "",
        once=secrets.token_urlsafe(12),
        draft=draft.text if draft else "",
        problem=problem,
        longest=LONGEST_ANSWER,
        signature=words.render("utter_contact_from", talk.language, name=people.first_name(viewer), text="").text,
        by_text=talk.last_channel != "web" and people.sms_phone(session, child.id) is not None,
        reviews=of_child(Review, Review.status == "planned", Review.at >= now, order=Review.at)[::-1],
        consultations=of_child(Consultation, order=Consultation.started_at),
        issues=of_child(Issue, access.visible(Issue, viewer)),
        complaints=session.scalars(access.complaints_of(viewer, now).where(Complaint.child_id == child.id)).all(),
        advocate_requests=of_child(AdvocateRequest, access.visible(AdvocateRequest, viewer)),
        in_confidence=session.scalar(access.hidden_talks(viewer).where(Conversation.child_id == child.id).limit(1)) is not None,
    )


def _skip(visit: Visit) -> int:
    skip = visit.request.query_params.get("skip", "0")
    return int(skip) if skip.isdecimal() and len(skip) < 6 else 0
