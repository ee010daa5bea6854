"""The first look at a message, without Rasa: the safety net, the phone network's words, unknown numbers, pictures.

Everything here is one transaction, so an alert is on disk exactly when the child is told of it. What is left for the
dialogue goes on as a "turn" job.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Row, and_, bindparam, func, select
from sqlalchemy.orm import Session

from cases import alerts, contact, council, issues, words
from cases.safety import Assessment, Earlier, assess
from cases.store import inbound as inbounds
from cases.store import jobs, outbox
from cases.store.jobs import Claimed
from cases.store.models import Alert, Allocation, Conversation, Inbound, Outgoing, Person, Phone
from channels import safety_question, staff_texts, texts
from channels.talk import handled, speak
from channels.tools import Tools

log = logging.getLogger("heard.worker")

#: How far back the safety net looks for small things that add up.
HISTORY = timedelta(days=7)
#: An unknown number that keeps texting (another machine, perhaps) is answered this often.
UNKNOWN_REPLIES, UNKNOWN_WINDOW = 3, timedelta(hours=1)

#: What is looked at beside a message: the phone it came from, the child's IRO, and from whom an earlier message is kept that
#: has not had its turn yet, since this one may belong to it.
_BESIDE = (
    select(
        Phone,
        Person,
        select(Inbound.hidden_from)
        .where(
            Inbound.conversation_id == bindparam("talk"),
            Inbound.seq < bindparam("seq"),
            Inbound.state.in_(("waiting", "set_aside")),
            Inbound.hidden_from.is_not(None),
        )
        .limit(1)
        .scalar_subquery(),
    )
    .select_from(Conversation)
    .outerjoin(Phone, Phone.id == bindparam("phone"))
    .outerjoin(Allocation, and_(Allocation.child_id == Conversation.child_id, Allocation.until.is_(None)))
    .outerjoin(Person, Person.id == Allocation.iro_id)
    .where(Conversation.id == bindparam("talk"))
)


def screen(tools: Tools, job: Claimed) -> Callable[[Session], None]:
    """Assess the message; returns what to write."""
    with tools.store.read() as session:
        inbound = session.get_one(Inbound, job.ref)
        text = texts.clean(inbound.text)
        history = [
            Earlier(texts.clean(one.text), _left_open(one), one.received_at)
            for one in inbounds.recent(session, inbound, inbound.received_at - HISTORY)
        ]
    if inbound.state != "waiting" or inbound.risk is not None:
        return lambda session: None

    found = assess(text, history, now=inbound.received_at, home=tools.settings.home) if text else Assessment("none")
    inbox = f"{tools.settings.public_url}/inbox/"
    # The message as it was just read: only one worker at a time looks at it, and what it reads of it nobody else changes.
    return lambda session: _write(session, session.merge(inbound, load=False), text, found, inbox, tools.clock())


def _left_open(earlier: Row) -> str:
    """The risk that an earlier message still stands for. A mere guess about an answer to the form, which the child was not asked
    about, leaves nothing open: what follows is judged by what it says.
    """
    guessed = earlier.risk == "concern" and not earlier.asked_safe and earlier.understood is not None
    return "none" if guessed else earlier.risk or "none"


def set_aside(tools: Tools, session: Session, job: Claimed, now: datetime) -> None:
    """The message could not be assessed: people look at it within the hour, and the dialogue goes on."""
    inbound = session.get_one(Inbound, job.ref)
    conversation = session.get_one(Conversation, inbound.conversation_id)
    _, iro, kept_before = _beside(session, inbound)
    _keep_from_iro(inbound, conversation, iro, kept_before, risk=True)
    _alert(session, inbound, conversation, Assessment("concern", "none", ("could not be checked by the safety net",)), now)
    _go_on(session, inbound, conversation, now)


def _write(session: Session, inbound: Inbound, text: str, found: Assessment, inbox: str, now: datetime) -> None:
    conversation = inbounds.lock(session, inbound.conversation_id)
    phone, iro, kept_before = _beside(session, inbound)
    known = conversation.child_id is not None
    word = texts.network_word(text) if inbound.channel == "sms" else None
    if phone is not None and phone.shared:
        outbox.release(session, conversation, now)
    of_staff = staff_texts.answered(session, inbound, conversation, word, inbox, now)
    if of_staff or (of_staff is None and found.risk == "none"):
        inbound.risk = "none"
        return
    _keep_from_iro(inbound, conversation, iro, kept_before, risk=found.risk != "none")

    safe, _ = safety_question.answered(session, inbound) if found.risk == "none" else (None, None)
    if safe is False:
        found = replace(found, risk="immediate", category="unsafe_now", reasons=("answered no to “are you safe right now?”",))
    raised = _alert(session, inbound, conversation, found, now)

    if word == "stop":
        _stop(session, inbound, conversation, phone, now)
    elif word == "start" and phone is not None and phone.status == "stopped":
        phone.status, phone.stopped_at = "verified", None
        speak(session, conversation, "utter_contact_started", inbound, now)
        handled(inbound, now, for_person=False)
    elif not known:
        _unknown(session, inbound, conversation, raised, now)
    elif found.risk == "immediate":
        _urgent(session, inbound, conversation, raised, now)
        handled(inbound, now)
    elif word == "help":
        speak(session, conversation, "utter_contact_help", inbound, now)
        handled(inbound, now)
        _tell_of_message(session, inbound, conversation, now)
    elif not text:
        _no_words(session, inbound, conversation, now)
    elif safe is True:
        speak(session, conversation, "utter_safety_glad", inbound, now)
        _go_on(session, inbound, conversation, now)  # what the dialogue asked beside the question is put now
    else:
        inbound.asked_safe = safety_question.is_needed(found, text, conversation.asked)
        if inbound.asked_safe:
            speak(session, conversation, "utter_safety_unsure" if found.unsure else "utter_safety_concern", inbound, now)
        if inbound.media:
            speak(session, conversation, "utter_channel_picture", inbound, now)
        _go_on(session, inbound, conversation, now)


def _go_on(session: Session, inbound: Inbound, conversation: Conversation, now: datetime) -> None:
    jobs.add(session, "turn", inbound.id, lane=f"talk:{conversation.id}", due_at=now)


def _beside(session: Session, inbound: Inbound) -> tuple[Phone | None, Person | None, str | None]:
    """The child's phone that the message came from, their IRO, and from whom an earlier message that waits is kept."""
    given = {"talk": inbound.conversation_id, "seq": inbound.seq, "phone": inbound.phone_id}
    phone, iro, kept_before = session.execute(_BESIDE, given).one()
    return phone, iro, kept_before


def _keep_from_iro(inbound: Inbound, conversation: Conversation, iro: Person | None, kept_before: str | None, *, risk: bool) -> None:
    """Hide what may be about the child's own IRO until the turn has shown whether it is; see turns.py."""
    if conversation.confidential_from:
        inbound.hidden_from = conversation.confidential_from
    elif iro is not None and texts.may_be_about(texts.clean(inbound.text), iro.name, risk=risk):
        inbound.hidden_from = iro.id
    else:
        inbound.hidden_from = kept_before


def _alert(session: Session, inbound: Inbound, conversation: Conversation, found: Assessment, now: datetime) -> list[Alert]:
    inbound.risk, inbound.category = found.risk, found.category
    if found.risk == "none":
        return []
    inbound.reasons = json.dumps(found.reasons, ensure_ascii=False)
    return alerts.raise_alert(
        session,
        level="message" if found.unsure else found.risk,  # unsure: the child is asked, and a person sees it
        about="inbound" if conversation.child_id else "unmatched",
        about_id=inbound.id,
        child_id=conversation.child_id,
        conversation_id=conversation.id,
        hidden_from=inbound.hidden_from,
        now=now,
    )


def _tell_of_message(session: Session, inbound: Inbound, conversation: Conversation, now: datetime) -> None:
    if inbound.risk == "none":
        alerts.raise_alert(
            session,
            level="message",
            about="inbound",
            about_id=inbound.id,
            child_id=conversation.child_id,
            conversation_id=conversation.id,
            hidden_from=inbound.hidden_from,
            now=now,
        )


def _urgent(session: Session, inbound: Inbound, conversation: Conversation, raised: list[Alert], now: datetime) -> None:
    roles = {alert.to_role for alert in raised if alert.to_person_id}
    if not roles:
        speak(session, conversation, "utter_safety_immediate_untold", inbound, now)
        return
    team = words.render("utter_safety_duty_team" if "duty" in roles else "utter_safety_other_team", conversation.language).text
    if "duty" in roles:
        team = council.values(session)["duty_team"] or team
    speak(session, conversation, "utter_safety_immediate", inbound, now, team=team)


def _stop(session: Session, inbound: Inbound, conversation: Conversation, phone: Phone | None, now: datetime) -> None:
    """The network now blocks our texts, so nothing is said; people see it, and what else the child wrote stays."""
    if phone is not None and phone.status != "stopped":
        phone.status, phone.stopped_at = "stopped", now
    handled(inbound, now)
    alerts.raise_alert(
        session,
        level="message",
        about="stopped" if conversation.child_id else "unmatched",
        about_id=inbound.id,
        child_id=conversation.child_id,
        conversation_id=conversation.id,
        hidden_from=inbound.hidden_from,
        now=now,
    )


def _unknown(session: Session, inbound: Inbound, conversation: Conversation, raised: list[Alert], now: datetime) -> None:
    """Nothing about any child: where to get help, and that the number is not known. A code that was given proves it."""
    child = contact.prove_number(session, conversation.number or "", texts.clean(inbound.text), now)
    if child is not None:
        handled(inbound, now, for_person=False)
        speak(session, conversation, "utter_contact_number_works", inbound, now)
        issues.record(session, child, kind="contact_change", text="", inbound_id=None, now=now, detail="new number proved by a code")
        return
    handled(inbound, now)
    if not raised:
        alerts.raise_alert(session, level="message", about="unmatched", about_id=inbound.id, conversation_id=conversation.id, now=now)
    answered = session.scalar(
        select(func.count(Outgoing.id)).where(Outgoing.conversation_id == conversation.id, Outgoing.created_at > now - UNKNOWN_WINDOW)
    )
    if inbound.risk == "immediate":
        _urgent(session, inbound, conversation, raised, now)
    elif answered < UNKNOWN_REPLIES:
        speak(session, conversation, "utter_contact_unknown_number", inbound, now)


def _no_words(session: Session, inbound: Inbound, conversation: Conversation, now: datetime) -> None:
    if inbound.media:
        speak(session, conversation, "utter_channel_picture", inbound, now)
        handled(inbound, now)
        _tell_of_message(session, inbound, conversation, now)
    else:
        speak(session, conversation, "utter_channel_empty", inbound, now)
        handled(inbound, now, for_person=False)
