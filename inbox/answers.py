"""Answering a child: send, keep a draft, promise to come back, or say that no answer is needed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from cases import casework, council, people, words
from cases.store import outbox
from cases.store.models import Conversation, DoneAction, Inbound, Person
from inbox.children import LONGEST_ANSWER, child_of, page, writing_hint
from inbox.dates import clock
from inbox.thread import newest_by_staff
from inbox.web import Visit, clean, forget_draft, keep_draft


def answer(visit: Visit) -> Response:
    """Send an answer on the child's channel. Sent once, however often the button is pressed; kept when it cannot go."""
    text, once = clean(visit.form.get("answer", "")), clean(visit.form.get("once", ""))[:64]
    with visit.store.write() as session:
        child = child_of(session, visit)
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
            keep_draft(session, child.id, visit.viewer.id, visit.now, text=text[: 4 * LONGEST_ANSWER])
    with visit.store.read() as session:
        return page(session, visit, child, problem=problem, status=400)


def save_draft(visit: Visit) -> Response:
    """Keep what is written so far, with a suggested phrase if one was picked; say how it reads. The page does so as one types."""
    text = clean(visit.form.get("answer", ""))[: 4 * LONGEST_ANSWER]
    picked = visit.form.get("phrase", "")
    with visit.store.write() as session:
        child = child_of(session, visit)
        rules = council.values(session)
        if picked.isdecimal() and int(picked) < len(rules["phrases"]):
            text = f"{text}\n{rules['phrases'][int(picked)]}".strip()
        sent = session.get(DoneAction, (clean(visit.form.get("once", ""))[:64], f"answer by {visit.viewer.id}"))
        if sent is None:  # what is kept as one types may arrive after what was typed was sent
            keep_draft(session, child.id, visit.viewer.id, visit.now, text=text)
    if "application/json" not in visit.request.headers.get("accept", ""):
        return visit.redirect(f"/children/{child.id}?done=draft#answer")
    with visit.store.read() as session:
        talk = session.scalar(select(Conversation).where(Conversation.child_id == child.id))
        signature = words.render("utter_contact_from", talk.language if talk else "en", name=people.first_name(visit.viewer), text="").text
    return JSONResponse(writing_hint(text, signature, rules["reading_age"]) | {"saved": clock(visit.now)})


def come_back(visit: Visit) -> Response:
    """ "I've read this, I'll come back by Friday": said to the child, and kept as a promise."""
    with visit.store.write() as session:
        child = child_of(session, visit)
        try:
            promise = casework.come_back(session, child, visit.viewer, date.fromisoformat(visit.form.get("by", "")), visit.now)
        except ValueError:  # no such day, or not one that can be promised
            return visit.redirect(f"/children/{child.id}?done=which-day#come-back")
        visit.audit(session, "promise", child_id=child.id, what=f"follow-up {promise.id}")
    return visit.redirect(f"/children/{child.id}?done=promised#new")


def no_answer(visit: Visit) -> Response:
    with visit.store.write() as session:
        child = child_of(session, visit)
        casework.no_answer_needed(session, child, visit.viewer, visit.now)
        visit.audit(session, "no answer needed", child_id=child.id)
    return visit.redirect(f"/children/{child.id}?done=cleared")


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
    casework.answered(session, child.id, visit.now)
    forget_draft(session, child.id, visit.viewer.id, "text")
    visit.audit(session, "answer", child_id=child.id, what=f"message {sent.id}")
