"""Complaints under SI 2006/1738, and the secrecy of one that is, or may be, about the child's IRO.

From the first word of a complaint talk nothing of it is shown to the child's IRO, because nobody knows yet whom it is
about. When the talk ends and it was plainly about somebody else ("my carer"), what was hidden is shown; when it was about
an IRO, or that never became plain ("her", a name we do not know), it stays with the complaints manager and the manager.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from cases import advocacy, alerts, complaint_stages, people
from cases.store.models import Absence, Allocation, Complaint, Conversation, Inbound, Outgoing, Person, new_id


@dataclass(frozen=True)
class Receipt:
    """What the child is told: by when it should be answered, and by when at the latest."""

    answer_by: date
    latest: date
    about_iro: bool


def draft(session: Session, child_id: str) -> Complaint | None:
    """The complaint that the child has begun and not sent."""
    return session.scalar(
        select(Complaint).where(Complaint.child_id == child_id, Complaint.stage == "draft").order_by(Complaint.created_at.desc()).limit(1)
    )


def begin(
    session: Session, conversation: Conversation, child: Person, now: datetime, *, inbound_id: str | None, about_iro: bool
) -> Complaint:
    """Open the child's draft, or begin one, and keep the talk from their IRO from this message on."""
    iro = people.iro_of(session, child.id)
    inbound = session.get(Inbound, inbound_id) if inbound_id else None
    if iro is not None:
        if conversation.confidential_from is None:
            conversation.confidential_since = inbound.received_at if inbound else now
        conversation.confidential_from = iro.id
        if inbound is not None:
            inbound.hidden_from = iro.id
    complaint = draft(session, child.id)
    if complaint is None:
        complaint = Complaint(id=new_id(), child_id=child.id, created_at=now)
        session.add(complaint)
    if about_iro and iro is not None:
        complaint.about = complaint.about or iro.name
        complaint.about_iro_id = iro.id
    session.flush()
    return complaint


def describe(session: Session, complaint: Complaint, child: Person, **said: str | bool | None) -> None:
    """Fill in text, about, wanted or wants_advocate. Whoever is named decides whether it is about the IRO."""
    for name, value in said.items():
        setattr(complaint, name, value)
    if complaint.about_iro_id is None:
        complaint.about_iro_id = _iro_named(session, child, f"{complaint.about or ''} {complaint.text or ''}")
    about = complaint.about or ""
    complaint.about_another = complaint.about_iro_id is None and bool(_SOMEBODY_ELSE.search(about)) and not _MAYBE_IRO.search(about)
    session.flush()


_IRO = re.compile(r"\b(?:i\.? ?r\.? ?o\.?|review(?:ing)? (?:officer|man|lady|person|woman))(?:s|'s)?\b", re.I)
#: Words with which children mean their IRO without saying so.
_MAYBE_IRO = re.compile(r"review|independent|meetings?|\biro|i\.r\.o", re.I)
_SOMEBODY_ELSE = re.compile(
    r"\b(?:social worker|sw|carers?|foster\w*|school|teachers?|head ?teacher|college|tutor|(?:children'?s|care) home|the home|"
    r"placement|staff|"
    r"key ?workers?|support workers?|manager|personal advis\w+|pa|mum|mam|dad|step\w*|nan|gran\w*|uncle|aunt\w*|brother|sister|council|"
    r"police|doctor|gp|nurse|camhs|therapist|psychologist|taxi|driver|contact (?:centre|supervisor|worker)|residential)s?(?:'s)?\b",
    re.I,
)


def _iro_named(session: Session, child: Person, words: str) -> str | None:
    """The id of the IRO, the cover or a former IRO of this child that the words name; the present one for "my IRO"."""
    allocated = select(Allocation.iro_id).where(Allocation.child_id == child.id)
    covers = select(Absence.cover_id).where(Absence.iro_id.in_(allocated))
    iros = session.scalars(select(Person).where(or_(Person.id.in_(allocated), Person.id.in_(covers)))).all()
    present = people.iro_of(session, child.id)
    for iro in sorted(iros, key=lambda one: present is None or one.id != present.id):
        names = [part.lower() for part in iro.name.split() if len(part) > 2]
        spoken = re.findall(r"[\w'-]+", words.lower().replace("'s", ""))
        if any(get_close_matches(name, spoken, n=1, cutoff=0.8) for name in names):
            return iro.id
    return present.id if present is not None and _IRO.search(words) else None


def may_be_about_iro(session: Session, child: Person, text: str) -> bool:
    """Do the words name the IRO, or somebody who may be?"""
    return bool(_MAYBE_IRO.search(text)) or _iro_named(session, child, text) is not None


_ABOUT = re.compile(r"\bcomplain(?:t|ts|ing)?,? (?:about|against|on) (?P<who>(?:my |the |a |our )?(?:[\w'-]+ ?){1,4})[ .!]*$", re.I)


_BEGINS = re.compile(rf"^(?:it'?s |it is |this is |well )?(?:about|against) (?P<who>(?:my |the |our |a )?{_SOMEBODY_ELSE.pattern})", re.I)


#: 'complain about my social worker she never rings': whom it is about, and the story goes on.
_GOES_ON = re.compile(
    rf"\bcomplain(?:t|ts|ing)?,? (?:about|abt|against|on) (?P<who>(?:my |the |our |a )?(?:[\w'-]+ )?{_SOMEBODY_ELSE.pattern})"
    r"(?=[ ,.;:-]+(?:and )?(?:he|she|they|who|cos|cuz|coz|bc|because|for|as|never|always|keeps?|is|are|was|has|won'?t|don'?t|doesn'?t)"
    r"(?:'?s|'?re|'?ve)?\b)",
    re.I,
)


def about_whom(text: str, *, names_iro: bool = False) -> str | None:
    """'my social worker', of 'i want to complain about my social worker': so that it is not asked for again.

    `names_iro`: somebody in the text may be the IRO. Then a story that goes on settles nothing, and the child is asked.
    """
    found = _ABOUT.search(text.strip()) or _BEGINS.match(text.strip()) or (not names_iro and _GOES_ON.search(text))
    return found["who"].strip() if found and _SOMEBODY_ELSE.search(found["who"]) and not _MAYBE_IRO.search(found["who"]) else None


def lodge(session: Session, conversation: Conversation, complaint: Complaint, child: Person, now: datetime) -> Receipt:
    """The child said send. It goes to the complaints manager; about an IRO, to the manager too, and never to that IRO."""
    if complaint.stage == "draft":
        complaint.stage = "received"
        complaint.received_at = complaint.stage_at = now
        session.flush()
        # Whom it is about may never have become known: then it is kept from the IRO like one about them.
        kept_from = complaint.about_iro_id or (None if complaint.about_another else conversation.confidential_from)
        alerts.raise_alert(
            session,
            level="message",
            about="complaint",
            about_id=complaint.id,
            child_id=child.id,
            now=now,
            hidden_from=kept_from,
        )
        if complaint.wants_advocate:
            advocacy.ask(session, child, text=complaint.text, agreed_to_share=True, now=now, hidden_from=kept_from)
    end_talk(session, conversation, complaint)
    due = complaint_stages.dates(complaint)
    return Receipt(answer_by=due.answer, latest=due.latest, about_iro=complaint.about_iro_id is not None)


def speak_in_confidence(session: Session, conversation: Conversation, complaint: Complaint, inbound_id: str | None, now: datetime) -> None:
    """The talk is about a complaint that was sent: until `end_talk` it is kept from whom that is kept from."""
    hidden = complaint_stages.kept_from(session, complaint)
    if hidden is None:
        return
    inbound = session.get(Inbound, inbound_id) if inbound_id else None
    if conversation.confidential_from is None:
        conversation.confidential_since = inbound.received_at if inbound else now
    conversation.confidential_from = hidden
    if inbound is not None:
        inbound.hidden_from = hidden
    session.flush()


def end_talk(session: Session, conversation: Conversation, complaint: Complaint | None) -> None:
    """The complaint talk is over: show what was hidden, unless it is about the IRO or that is not known."""
    hidden, since = conversation.confidential_from, conversation.confidential_since
    if hidden is None:
        return
    if complaint is not None and complaint.about_another:
        session.flush()
        for model, stamp in ((Inbound, Inbound.received_at), (Outgoing, Outgoing.created_at)):
            session.execute(
                update(model)
                .where(model.conversation_id == conversation.id, model.hidden_from == hidden, stamp >= since)
                .values(hidden_from=None)
                .execution_options(synchronize_session="fetch")
            )
    conversation.confidential_from = None
    conversation.confidential_since = None
    session.flush()
