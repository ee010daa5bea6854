"""A child's page: the talk as one thread, and everything around it that the viewer may see."""

from __future__ import annotations

import secrets
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import access, alerts, casework, council, invites, people, reading, segments, statutory, words
from cases.store.models import (
    AdvocateRequest,
    Allocation,
    Audit,
    ChildSettings,
    Complaint,
    Concern,
    Consultation,
    Contact,
    Conversation,
    Draft,
    FollowUp,
    Inbound,
    Issue,
    Person,
    Phone,
    Review,
)
from inbox import alerts as alert_pages
from inbox.dates import LONDON
from inbox.thread import newest_by_staff, place_of, thread
from inbox.web import NotHere, Visit

SHOWN = 40
LONGEST_ANSWER = 1500
FOOTPRINT = 200
#: What opening the page answers, where it is of level "message".
OPENED = ("inbound", "issue", "advocate_request", "stopped", "undelivered", "handover")


def show(visit: Visit) -> Response:
    """The child's page. For the child's IRO (or the cover), opening it is reading what is new."""
    before = visit.request.query_params.get("before", "")
    with visit.store.write() as session:
        child = child_of(session, visit)
        talk = people.conversation_of(session, child.id)
        new = _unread(session, visit, talk)
        if not visit.only_looks_ahead and not before:
            if access.answers_for(session, visit.viewer, child.id, visit.now):
                alerts.read_messages(session, talk, visit.viewer, visit.now)
                alert_pages.opened(session, visit, OPENED, child_id=child.id)
            else:  # passed on to somebody who does not answer for the child: seeing it is having it
                alert_pages.opened(session, visit, ("handover",), child_id=child.id)
        visit.audit(session, "view child", child_id=child.id)
    with visit.store.read() as session:
        return page(session, visit, child, new=new, before=before)


def invite(visit: Visit) -> Response:
    """A way into the web chat for the child. The link and the code are shown this once; only their hashes are kept."""
    with visit.store.write() as session:
        child = child_of(session, visit)
        token, code = invites.make_invite(session, child, visit.viewer, visit.now)
    link = f"{visit.inbox.settings.public_url}/chat?invite={token}"
    return visit.page("invite.html", child=child, link=link, code=f"{code[:4]}-{code[4:]}", until=visit.now + invites.GOOD_FOR)


def footprint(visit: Visit) -> Response:
    """Who has opened, answered and changed what, newest first and once a day, as far as the viewer may know."""
    with visit.store.write() as session:
        child = child_of(session, visit)
        visit.audit(session, "view footprint", child_id=child.id)
    with visit.store.read() as session:
        rows = session.scalars(
            select(Audit).where(Audit.child_id == child.id, access.visible(Audit, visit.viewer)).order_by(Audit.id.desc()).limit(FOOTPRINT)
        ).all()
        once_a_day = {(row.actor_id, row.action, row.at.astimezone(LONDON).date()): row for row in reversed(rows)}
        rows = sorted(once_a_day.values(), key=lambda row: row.id, reverse=True)
        names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_({row.actor_id for row in rows}))).all())
        return visit.page("footprint.html", child=child, first=people.first_name(child), rows=rows, names=names)


def child_of(session: Session, visit: Visit) -> Person:
    """The child of the address, where it is one of the viewer's. Raises NotHere."""
    child_id = visit.path("child_id")
    if not access.may_see_child(session, visit.viewer, child_id, visit.now):
        raise NotHere
    return session.get(Person, child_id)


def page(
    session: Session,
    visit: Visit,
    child: Person,
    *,
    new: frozenset[str] = frozenset(),
    before: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    viewer, now = visit.viewer, visit.now
    today = now.astimezone(LONDON).date()
    talk = session.scalar(select(Conversation).where(Conversation.child_id == child.id))
    place = place_of(session, viewer, talk.id, child.id, before) if before else None
    shown = SHOWN if place else max(SHOWN, len(new) + 10)
    messages, earlier = thread(session, viewer, talk.id, limit=shown, before=place, new=new, notes_of=child.id)
    newest = newest_by_staff(session, viewer, talk.id)
    draft = session.get(Draft, (child.id, viewer.id))
    rules = council.values(session)
    signature = words.render("utter_contact_from", talk.language, name=people.first_name(viewer), text="").text
    by_text = talk.last_channel != "web" and people.sms_phone(session, child.id) is not None

    def of_child(model, *where, order=None):
        query = select(model).where(model.child_id == child.id, *where)
        return session.scalars(query.order_by((order if order is not None else model.created_at).desc())).all()

    reviews = of_child(Review, Review.status != "cancelled", order=Review.at)
    return visit.page(
        "child.html",
        status,
        child=child,
        first=people.first_name(child),
        age=people.age(child, today),
        iro=people.iro_of(session, child.id),
        phones=session.scalars(select(Phone).where(Phone.person_id == child.id, Phone.status != "old")).all(),
        contacts=of_child(Contact, Contact.ended_at.is_(None)),
        channel=talk.last_channel,
        preferences=session.get(ChildSettings, child.id),
        concerns=of_child(Concern, Concern.ended_at.is_(None), order=Concern.raised_at),
        knows_iro=session.scalar(select(Allocation.child_told_at).where(Allocation.child_id == child.id, Allocation.until.is_(None))),
        may_change=access.may_change_case(session, viewer, child.id, now),
        responsible=access.answers_for(session, viewer, child.id, now),
        open_alerts=alert_pages.open_about(session, visit, child.id),
        messages=messages,
        earlier=earlier,
        before=before,
        seen=newest.id if newest else "",
        once=secrets.token_urlsafe(12),
        draft=draft.text if draft else "",
        note_draft=(draft.note if draft else "") or "",
        hint=writing_hint(draft.text if draft else "", signature if by_text else None, rules["reading_age"]),
        problem=problem,
        longest=LONGEST_ANSWER,
        signature=signature,
        by_text=by_text,
        phrases=rules["phrases"],
        out_of_hours=rules["out_of_hours_phone"],
        waits=casework.waiting_for_answer(session, viewer, [child.id]).get(child.id),
        promises=_promises(session, child.id),
        days=casework.days_to_come_back(today),
        hand_over_to=[role for role in casework.HAND_OVER_TO if role != viewer.kind],
        reviews=[one for one in reviews if one.status == "planned" and one.at >= now][::-1],
        clock=statutory.clock(child, reviews, today),
        today=today,
        consultations=of_child(Consultation, order=Consultation.started_at),
        issues=of_child(Issue, access.visible(Issue, viewer)),
        complaints=session.scalars(access.complaints_of(viewer, now).where(Complaint.child_id == child.id)).all(),
        advocate_requests=of_child(AdvocateRequest, access.visible(AdvocateRequest, viewer)),
        in_confidence=session.scalar(access.hidden_talks(viewer).where(Conversation.child_id == child.id).limit(1)) is not None,
    )


def writing_hint(text: str, signature: str | None, target: int) -> dict:
    """What the writer is told: how hard it is to read (`target`: the reading age), and how many texts it takes (none: web)."""
    found = reading.measure(text)
    return {
        "age": found.age if found else None,
        "hard": found.hard if found and found.age > target else [],
        "texts": segments.count(segments.plain(signature + text)) if text and signature is not None else None,
    }


def _unread(session: Session, visit: Visit, talk: Conversation) -> frozenset[str]:
    query = select(Inbound.id).where(Inbound.conversation_id == talk.id, Inbound.read_at.is_(None), access.visible(Inbound, visit.viewer))
    return frozenset(session.scalars(query))


def _promises(session: Session, child_id: str) -> list[tuple[str, date]]:
    """(who promised, by when they come back), the earliest first."""
    rows = session.execute(
        select(Person.name, FollowUp.due_on)
        .join(Person, Person.id == FollowUp.by_id)
        .where(FollowUp.child_id == child_id, FollowUp.kind == "come_back", FollowUp.done_at.is_(None))
        .order_by(FollowUp.due_on)
    )
    return list(rows.all())
