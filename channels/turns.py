"""One turn of the dialogue: the child's message to Rasa, the replies, "handled" and the alert in one transaction."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cases import alerts, words
from cases.store import inbound as inbounds
from cases.store.jobs import Claimed
from cases.store.models import Alert, Complaint, Conversation, Inbound, Issue, Outgoing
from channels import menus, safety_question, talk, texts
from channels.outcome import TryAgain
from channels.rasa import RasaDown, RasaFailed, Reply, Turn
from channels.talk import handled, speak
from channels.tools import Tools

#: A child waits this long for an answer before being told that a person will see the message.
PATIENCE = timedelta(seconds=20)
#: In one outage the child is told once.
OUTAGE = timedelta(minutes=30)
#: While Rasa or the actions are away a turn waits for them: an answer that comes later than this would only puzzle the child.
LONGEST_OUTAGE = timedelta(hours=12)
#: A turn that fails by itself is tried this often.
TRIES = 7
LONGEST_PAUSE = 45.0


def turn(tools: Tools, job: Claimed) -> Callable[[Session], None]:
    """Ask Rasa; returns what to write. Raises TryAgain while it does not answer."""
    with tools.store.read() as session:
        inbound, conversation = inbounds.with_talk(session, job.ref)
    if inbound.state != "waiting":
        return lambda session: None
    confidential = conversation.confidential_from
    if confidential and inbound.hidden_from != confidential:
        # Before the turn: should it show that the complaint is not about the IRO, this message is un-hidden with the others.
        with tools.store.write() as session:
            session.get_one(Inbound, inbound.id).hidden_from = confidential
    with tools.store.read() as session:
        safe, _ = safety_question.answered(session, inbound)
        unseen = safety_question.still_to_put(session, inbound, conversation)
    if safe and unseen is None:
        return lambda session: handled(session.get_one(Inbound, job.ref), tools.clock())
    text = texts.clean((unseen or inbound).text)
    payload = menus.chosen(text, conversation.menu) if unseen is None else None
    if payload and not payload.startswith("/"):  # a tap on an answer in words: read as if the child had typed it
        text, payload = payload, None
    try:
        answer = tools.rasa.turn(
            conversation=conversation.id,
            message_id=(unseen or inbound).id,  # a repeated one gets what was answered before
            text=text,
            payload=payload,
            language=conversation.language,
            channel=inbound.channel,
            risk=inbound.risk or "none",
        )
    except (RasaDown, RasaFailed) as error:
        raise _later(tools, job, inbound, error) from None
    if unseen is not None:
        return lambda session: _ask_now(session, inbound.id, answer, tools.clock())
    return lambda session: _write(session, inbound.id, answer, payload, confidential, tools.clock())


def set_aside(tools: Tools, session: Session, job: Claimed, now: datetime) -> None:
    """It could not be answered: a person has it, and the child is told so."""
    inbound = session.get_one(Inbound, job.ref)
    conversation = session.get_one(Conversation, inbound.conversation_id)
    if inbound.state != "waiting":
        return
    _alert(session, inbound, conversation, now)
    if not _told_of_delay(session, inbound, conversation):
        speak(session, conversation, "utter_channel_set_aside", inbound, now)
    inbound.state = "set_aside"
    inbound.understood = False


def _write(session: Session, inbound_id: str, answer: Turn, payload: str | None, confidential: str | None, now: datetime) -> None:
    inbound, conversation = inbounds.with_talk(session, inbound_id, hold=True)
    was_kept = inbound.hidden_from is not None
    _settle_hiding(session, inbound, conversation, confidential)
    inbound.intent = answer.intent
    inbound.understood = answer.understood or payload is not None
    handled(inbound, now, for_person=payload is None)
    conversation.menu = None
    waiting = [reply for reply in answer.replies if inbound.asked_safe and safety_question.waits(reply)]
    conversation.held_back = inbound.id if waiting else None
    _say_all(session, conversation, inbound, [reply for reply in answer.replies if reply not in waiting], now)
    if inbound.for_person:
        _alert(session, inbound, conversation, now, came_open=was_kept and inbound.hidden_from is None)


def _ask_now(session: Session, inbound_id: str, answer: Turn, now: datetime) -> None:
    """The dialogue's question, which waited while the child was asked whether they are safe, is put now."""
    inbound, conversation = inbounds.with_talk(session, inbound_id, hold=True)
    inbound.understood = True
    handled(inbound, now)
    conversation.held_back = None
    _say_all(session, conversation, inbound, [one for one in answer.replies if safety_question.waits(one)], now)


def _say_all(session: Session, conversation: Conversation, inbound: Inbound, replies: list[Reply], now: datetime) -> None:
    conversation.asked = next((reply.name for reply in reversed(replies) if safety_question.waits(reply)), None)
    for reply in replies:
        talk.answer(session, conversation, reply.text, inbound, now, reply.choices)


def _settle_hiding(session: Session, inbound: Inbound, conversation: Conversation, confidential: str | None) -> None:
    """Who must not see this message, now that the turn has shown what it was.

    In a complaint talk, before or after this turn: as that talk has it. Otherwise what screening hid on suspicion comes
    into the open, unless it tells of a risk, asks for another IRO, or a complaint about that IRO is on file (taken back or not)
    and this may be part of it.
    """
    if conversation.confidential_from:
        inbound.hidden_from = conversation.confidential_from
    elif confidential or inbound.hidden_from is None or inbound.risk != "none":
        return
    else:
        may_be_theirs = or_(Complaint.about_iro_id == inbound.hidden_from, ~Complaint.about_another)
        on_file = select(Complaint.id).where(Complaint.child_id == conversation.child_id, may_be_theirs)
        another_iro = select(Issue.id).where(Issue.inbound_id == inbound.id, Issue.kind == "change_iro")
        if not (session.scalar(on_file.limit(1)) or session.scalar(another_iro.limit(1))):
            inbound.hidden_from = None


def _alert(session: Session, inbound: Inbound, conversation: Conversation, now: datetime, *, came_open: bool = False) -> None:
    """An ordinary message waits for a person, unless one has it (an outage can be long). A risk has its own alert already.

    `came_open`: it was kept from the IRO until this turn, so that whoever has it is not the one whom it is for.
    """
    taken = select(Alert.id).where(Alert.about_id == inbound.id, Alert.level == "message", Alert.acknowledged_at.is_not(None)).limit(1)
    was_told_of = now - inbound.received_at >= PATIENCE  # a message that waits is put before people only then
    if not came_open and (inbound.read_at is not None or was_told_of and session.scalar(taken)):
        return
    if inbound.risk == "none" or inbound.risk is None:
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


def _later(tools: Tools, job: Claimed, inbound: Inbound, error: RasaDown | RasaFailed) -> TryAgain:
    now = tools.clock()
    waited = now - inbound.received_at
    down = tools.rasa.is_down(error)
    # By how long it has waited already: at first every second or so, in a long outage less often, and not all talks at once.
    pause = min(max(1.0, waited.total_seconds() / 4), LONGEST_PAUSE) if down else min(0.5 * 2 ** (job.attempts - 1), LONGEST_PAUSE)
    pause *= random.uniform(0.8, 1.2)
    if waited < PATIENCE:  # be there when the child's patience ends
        pause = min(pause, max(0.1, (PATIENCE - waited).total_seconds()))
    over = down and waited > LONGEST_OUTAGE
    return TryAgain(
        f"{type(error).__name__} {error}",
        after=pause,
        tries=1 if over else TRIES,
        counts=not down,
        also=(lambda session: _tell_of_delay(session, inbound.id, now)) if waited >= PATIENCE else None,
    )


def _tell_of_delay(session: Session, inbound_id: str, now: datetime) -> None:
    """Once an outage: the child hears that the message is here, and a person is told of all that waits."""
    inbound = session.get_one(Inbound, inbound_id)
    conversation = session.get_one(Conversation, inbound.conversation_id)
    waiting = session.scalars(
        select(Inbound)
        .where(Inbound.conversation_id == conversation.id, Inbound.state == "waiting", Inbound.received_at <= now - PATIENCE)
        .order_by(Inbound.seq)
    ).all()
    for row in waiting:
        _alert(session, row, conversation, now)
    if not _told_of_delay(session, inbound, conversation):
        speak(session, conversation, "utter_channel_late", inbound, now)


def _told_of_delay(session: Session, inbound: Inbound, conversation: Conversation) -> bool:
    known = words.texts("utter_channel_late", conversation.language)
    rows = session.scalars(
        select(Outgoing).where(
            Outgoing.conversation_id == conversation.id,
            Outgoing.author == "bot",
            Outgoing.created_at >= inbound.received_at - OUTAGE,
        )
    )
    return any(row.text in known for row in rows)
