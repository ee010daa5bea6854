"""A small caseload for the tests of the staff's side: a child has written, asked for things, and complained about their IRO."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases import alerts, decisions, people
from cases.store import inbound, outbox
from cases.store.db import Store
from cases.store.models import (
    Absence,
    AdvocateRequest,
    Alert,
    Answer,
    Complaint,
    Concern,
    Consultation,
    Contact,
    Conversation,
    ImportRun,
    Issue,
    Person,
    Review,
    new_id,
)

#: What nobody but the manager and the complaints manager may come across: words of the complaint about the IRO.
SECRET = "she shouts at me and never listens"
SECRETS = (SECRET, "zebrawords", "someone on my side please", "sorry to hear about your officer")


def say(
    store: Store,
    who: Person | str,
    text: str,
    *,
    at: datetime,
    level: str = "message",
    hidden_from: str | None = None,
    alert: bool = True,
) -> str:
    """A child (or a number) says something, as if the worker had screened it. Returns the message's id."""
    with store.write() as session:
        talk = people.conversation_of_number(session, who) if isinstance(who, str) else people.conversation_of(session, who.id)
        row = inbound.accept(
            session, conversation=talk, provider="twilio", provider_id=f"SM{new_id()}", channel="sms", text=text, received_at=at
        )
        row.risk = {"message": "none"}.get(level, level)
        row.hidden_from = hidden_from
        if alert:
            alerts.raise_alert(
                session,
                level=level,
                about="inbound" if talk.child_id else "unmatched",
                about_id=row.id if talk.child_id else talk.id,
                child_id=talk.child_id,
                conversation_id=talk.id,
                hidden_from=hidden_from,
                now=at,
            )
        return row.id


@dataclass
class Case:
    """Ids of what there is, by what it is."""

    message: str
    hidden_message: str
    complaint_about_iro: str
    complaint: str
    consultation: str
    advocate: str
    issue: str
    hidden_issue: str
    decision: str
    held_review: str
    concern: str
    contact: str
    absence: str
    import_run: str
    unmatched: str
    alert_for_iro: str
    alert_for_complaints: str


def make_case(store: Store, world, now: datetime) -> Case:
    """Ash has written, filled in a consultation, complained about their IRO, and about a school; a stranger has texted."""
    hour = timedelta(hours=1)
    message = say(store, world.child, "can my aunt come to my review", at=now - 3 * hour)
    hidden = say(store, world.child, f"i want to complain about denise {SECRET}", at=now - 2 * hour, hidden_from=world.iro.id)
    say(store, "+447700900777", "hi its me on a new phone", at=now - hour)
    with store.write() as session:
        talk = people.conversation_of(session, world.child.id)
        outbox.say(session, talk, "sorry to hear about your officer", hidden_from=world.iro.id, now=now - 2 * hour)
        about_iro = Complaint(
            child_id=world.child.id, about="my IRO", about_iro_id=world.iro.id, text=SECRET, wanted="zebrawords", stage="received",
            received_at=now - 2 * hour, created_at=now - 2 * hour,
        )  # fmt: skip
        school = Complaint(
            child_id=world.child.id,
            about="school",
            about_another=True,
            text="they lost my bag",
            stage="received",
            received_at=now - hour,
            created_at=now - hour,
        )
        draft = Complaint(child_id=world.sibling.id, text="a complaint not sent yet", created_at=now)
        issue = Issue(child_id=world.child.id, text=f"hidden issue {SECRET}", inbound_id=hidden, created_at=now - 2 * hour)
        open_issue = Issue(child_id=world.child.id, text="bus pass", inbound_id=message, created_at=now - 3 * hour)
        advocate = AdvocateRequest(
            child_id=world.child.id, text="someone on my side please", hidden_from=world.iro.id, agreed_to_share=True,
            created_at=now - 2 * hour,
        )  # fmt: skip
        views = Consultation(child_id=world.child.id, review_id=world.review.id, status="sent", started_at=now - hour, sent_at=now)
        session.add_all([about_iro, school, draft, issue, open_issue, advocate, views])
        session.flush()
        answers = [("when", "after skl", {"text": "after school"}), ("where", "my house", "home"), ("where", "no the library", "library")]
        for number, (field, words, value) in enumerate(answers, 1):
            session.add(
                Answer(
                    number=number, consultation_id=views.id, child_id=world.child.id, field=field, words=words, value=json.dumps(value),
                    created_at=now - hour,
                )
            )  # fmt: skip
        held = Review(child_id=world.child.id, at=now - 100 * hour, place="School", status="held")
        session.add(held)
        session.flush()
        decision = decisions.record(session, world.child, text="Ash gets a bus pass", by=world.iro, now=now - hour, who="Sam", review=held)
        concern = Concern(child_id=world.child.id, kind="no_school", raised_by=world.iro.id, raised_at=now - hour)
        contact = Contact(child_id=world.child.id, relation="carer", name="Jo Fielding", created_at=now - hour)
        absence = Absence(iro_id=world.other_iro.id, cover_id=world.iro.id, starts=now + 48 * hour, ends=now + 72 * hour)
        import_run = ImportRun(by_id=world.admin.id, at=now - hour, added=0, updated=0)
        session.add_all([concern, contact, absence, import_run])
        session.flush()
        for about, row, kept in (
            ("complaint", about_iro, world.iro.id),
            ("complaint", school, None),
            ("advocate_request", advocate, world.iro.id),
            ("consultation", views, None),
        ):
            alerts.raise_alert(
                session, level="message", about=about, about_id=row.id, child_id=world.child.id, hidden_from=kept, now=now - hour
            )
        session.flush()

        def alert(**where) -> str:
            return session.query(Alert).filter_by(**where).order_by(Alert.created_at).first().id

        return Case(
            message=message,
            hidden_message=hidden,
            complaint_about_iro=about_iro.id,
            complaint=school.id,
            consultation=views.id,
            advocate=advocate.id,
            issue=open_issue.id,
            hidden_issue=issue.id,
            decision=decision.id,
            held_review=held.id,
            concern=concern.id,
            contact=contact.id,
            absence=absence.id,
            import_run=import_run.id,
            unmatched=session.query(Conversation).filter_by(child_id=None).one().id,
            alert_for_iro=alert(to_person_id=world.iro.id),
            alert_for_complaints=alert(to_person_id=world.complaints.id, about_id=about_iro.id),
        )
