"""Messages going out: written with the transaction that decided on them, sent afterwards by the worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from cases import contact, office, people, words
from cases.store import bell, jobs
from cases.store.inbound import lock
from cases.store.models import Alert, ChildSettings, Conversation, Inbound, Job, Outgoing, Person, Phone, new_id

_NEWEST = select(func.max(Outgoing.number)).where(Outgoing.conversation_id == bindparam("talk"))

#: Twilio takes 1,600 characters a message; a longer answer of a person goes out in parts.
LONGEST_SMS = 1500
#: The kind of job of what is held back on purpose: it waits for its hour, and not because anything is slow.
HELD = "deliver_held"


def say(
    session: Session,
    conversation: Conversation,
    text: str,
    *,
    author: str = "bot",
    answers: str | None = None,
    channel: str | None = None,
    choices: list[dict] | None = None,
    hidden_from: str | None = None,
    prompt: bool = False,
    now: datetime,
) -> Outgoing:
    """Write a message to the child (or to an unknown number), on the given channel or the one they last used.

    `prompt`: it answers nothing that the child is waiting for, so that it waits for the end of the quiet hours, and holds
    up no answer meanwhile.

    `choices` [{"title", "payload"}] become the conversation's menu. A child whose phone is stopped, or who has none, gets
    it in the web chat only; `error` then says why ("stopped", "no_number"). What is no direct answer of ours waits for the
    end of the child's quiet time, unless the child waits for it (see contact.holds_until); on a phone that others read too
    it is "held" until the child writes (see `release`).
    """
    lock(session, conversation.id)
    channel = channel or _wished_channel(session, conversation) or conversation.last_channel or "sms"
    address, error = None, None
    if channel == "sms":
        address, error = _number(session, conversation, answers)
        if address is None:
            channel = "web"
    unasked = channel == "sms" and conversation.child_id is not None and (author != "bot" or answers is None)
    due_at = not_quiet(session, conversation, now) if prompt else now
    if unasked and not prompt:
        due_at = contact.holds_until(session, conversation, now) or now
    later = prompt or due_at > now
    if unasked and author != "bot" and not later:
        _bring_forward(session, conversation, now)
    held = unasked and _read_by_others(session, conversation, address, now)
    if choices:
        conversation.menu = choices
    bell.ring(session, bell.TALKS, conversation.id)
    parts = _split(text) if channel == "sms" else [text]
    number = session.scalar(_NEWEST, {"talk": conversation.id}) or 0
    for part in parts:
        number += 1
        row = Outgoing(
            id=new_id(),
            number=number,
            conversation_id=conversation.id,
            owner=conversation.key_owner,
            author=author,
            answers=answers,
            channel=channel,
            address=address,
            text=part,
            choices=choices if part is parts[-1] else None,
            state="held" if held else "waiting" if channel == "sms" else "sent",
            sent_at=None if channel == "sms" else now,
            error=error,
            created_at=now,
            hidden_from=hidden_from,
        )
        session.add(row)
        session.flush()
        if channel == "sms" and not held:
            jobs.add(session, HELD if due_at > now else "deliver", row.id, lane=_lane(conversation, later), due_at=due_at)
    if held:
        _knock(session, conversation, row, address, _lane(conversation, later), due_at)
    return row


def _wished_channel(session: Session, conversation: Conversation) -> str | None:
    wishes = contact.settings_of(session, conversation.child_id) if conversation.child_id else None
    return wishes.channel if wishes else None


def not_quiet(session: Session, conversation: Conversation, now: datetime) -> datetime:
    """`now`, or the end of the quiet hours of the council and of the child, for what the child is not waiting for."""
    own = session.get(ChildSettings, conversation.child_id) if conversation.child_id else None
    hours = (own.quiet_from, own.quiet_until) if own and own.quiet_from and own.quiet_until else None
    return office.of(session).not_quiet(now, hours)


def release(session: Session, conversation: Conversation, now: datetime) -> None:
    """The child has written from their phone, so they hold it: what was held goes out now, in order."""
    held = select(Outgoing).where(Outgoing.conversation_id == conversation.id, Outgoing.state == "held").order_by(Outgoing.number)
    for row in session.scalars(held).all():
        row.state = "waiting"
        jobs.add(session, "deliver", row.id, lane=_lane(conversation, False), due_at=now)


def _bring_forward(session: Session, conversation: Conversation, now: datetime) -> None:
    """What people wrote earlier in the child's quiet time goes out before what goes out now."""
    held = (
        select(Job)
        .join(Outgoing, Outgoing.id == Job.ref)
        .where(Outgoing.conversation_id == conversation.id, Outgoing.author != "bot")
        .where(Job.kind == HELD, Job.done_at.is_(None), Job.leased_until.is_(None))
        .order_by(Job.id)
    )
    for job in session.scalars(held).all():
        job.lane, job.due_at = _lane(conversation, False), now


def _lane(conversation: Conversation, later: bool) -> str:
    """What waits for the end of a quiet time must not hold up answers."""
    return f"{'prompt' if later else 'send'}:{conversation.id}"


def _read_by_others(session: Session, conversation: Conversation, number: str | None, now: datetime) -> bool:
    phones = session.scalars(select(Phone).where(Phone.person_id == conversation.child_id, Phone.shared))
    return any(phone.number == number for phone in phones) and not contact.child_is_there(session, conversation.id, now)


def _knock(session: Session, conversation: Conversation, held: Outgoing, number: str, lane: str, due_at: datetime) -> None:
    """'You have a message', and nothing of it; once, however much is held."""
    waiting = select(Outgoing.id).where(Outgoing.conversation_id == conversation.id, Outgoing.state == "held", Outgoing.id != held.id)
    if session.scalar(waiting.limit(1)):
        return
    row = Outgoing(
        id=new_id(),
        number=held.number + 1,
        conversation_id=conversation.id,
        owner=conversation.key_owner,
        channel="sms",
        address=number,
        text=words.render("utter_contact_knock", conversation.language).text,
        created_at=held.created_at,
        hidden_from=held.hidden_from,
    )
    session.add(row)
    session.flush()
    jobs.add(session, HELD if due_at > held.created_at else "deliver", row.id, lane=lane, due_at=due_at)


def notify(
    session: Session,
    person: Person,
    *,
    channel: str,
    subject: str | None = None,
    text: str,
    alert: Alert | None = None,
    not_before: datetime | None = None,
    now: datetime,
) -> Outgoing | None:
    """Write an e-mail or SMS to a member of staff. None when they have no address for that channel, or have left.

    The link to an alert is added when it is sent. Each channel has its own lane: a mail server that is down holds up no text.
    `not_before`: it can wait until then, and holds up nothing meanwhile.
    """
    if channel == "email":
        address = person.email
    else:
        phone = people.sms_phone(session, person.id)
        address = phone.number if phone else None
    if not address or person.left_at is not None:
        return None
    row = Outgoing(
        id=new_id(),
        person_id=person.id,
        alert_id=alert.id if alert else None,
        owner=person.key_owner,
        channel=channel,
        address=address,
        subject=subject,
        text=text,
        created_at=now,
    )
    session.add(row)
    session.flush()
    waits = not_before is not None and not_before > now
    lane = f"later:{person.id}:{channel}" if waits else f"send:{person.id}:{channel}"
    jobs.add(session, HELD if waits else "deliver", row.id, lane=lane, due_at=not_before if waits else now)
    return row


def recent_bot_texts(session: Session, conversation_id: str, limit: int = 12) -> list[str]:
    """What the bot last said in this conversation, newest first."""
    rows = session.scalars(
        select(Outgoing)
        .where(Outgoing.conversation_id == conversation_id, Outgoing.author == "bot")
        .order_by(Outgoing.number.desc())
        .limit(limit)
    )
    return [row.text for row in rows]


def _number(session: Session, conversation: Conversation, answers: str | None) -> tuple[str | None, str | None]:
    """The phone that what is answered came from, while it can be texted; else the newest that can."""
    if conversation.child_id is None:
        return (conversation.number, None) if conversation.number else (None, "no_number")
    asked = session.get(Inbound, answers) if answers else None
    phone = session.get(Phone, asked.phone_id) if asked and asked.phone_id else None
    if phone is None or phone.status != "verified" or phone.person_id != conversation.child_id:
        phone = people.sms_phone(session, conversation.child_id)
    if phone:
        return phone.number, None
    stopped = session.scalar(select(Phone.id).where(Phone.person_id == conversation.child_id, Phone.status == "stopped").limit(1))
    return None, "stopped" if stopped else "no_number"


def _split(text: str) -> list[str]:
    parts = []
    while len(text) > LONGEST_SMS:
        cut = max(text.rfind(mark, 0, LONGEST_SMS) for mark in ("\n", ". ", " "))
        cut = cut + 1 if cut > LONGEST_SMS // 2 else LONGEST_SMS
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text] if text else parts or [""]
