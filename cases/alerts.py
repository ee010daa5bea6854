"""Putting something in front of a person, chasing them until they answer, and telling the child that it was read.

Nothing that an alert sends holds a child's words or name: whoever gets it follows the link and signs in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from cases import access, people, routing, words
from cases.store import jobs, outbox
from cases.store.models import Alert, Conversation, Inbound, Job, Person, new_id
from cases.store.turns import take_turns

#: Of these, one open alert of level "message" a child and recipient is enough, and reading the talk answers it.
ABOUT_THE_TALK = ("inbound", "unmatched", "stopped", "undelivered")

#: While an alert of this level about the same talk is open and this fresh, another one sends no further e-mail and SMS.
QUIET = timedelta(minutes=10)

_SUBJECTS = {
    "message": "Heard: something is waiting for you",
    "concern": "Heard: a child may need help, please look within the hour",
    "immediate": "URGENT, Heard: a child may be in danger now",
}
_TEXTS = {
    "message": "A message from a child is waiting for you in Heard.",
    "concern": "What a child told Heard may mean that they need help. Please look within the hour.",
    "immediate": "What a child told Heard may mean that they are in danger now. Please look now: you are told again until someone does.",
}
_ABOUT = {
    "complaint": "A complaint is waiting for you in Heard.",
    "advocate_request": "A child has asked for an advocate.",
    "consultation": "A child has sent what they want said at their review.",
    "unmatched": "A number that Heard does not know has sent a message.",
    "stopped": "A child has stopped text messages. Heard cannot text them until they text START.",
    "undelivered": "A message to a child could not be delivered.",
    "handover": "A colleague has passed something on to you in Heard.",
}


def raise_alert(
    session: Session,
    *,
    level: str,
    about: str,
    about_id: str,
    now: datetime,
    child_id: str | None = None,
    conversation_id: str | None = None,
    hidden_from: str | None = None,
    roles: tuple[str, ...] = (),
) -> list[Alert]:
    """Write one alert a recipient, with e-mail and SMS, and the chase for concern and immediate. `roles`: only to these.

    At most one unacknowledged alert of level "message" a child and recipient about ordinary messages: another message
    sends nothing more. Returns the alerts that now stand for this, the open ones from before included.
    """
    standing = []
    for one in routing.recipients(session, level=level, about=about, child_id=child_id, hidden_from=hidden_from, now=now, roles=roles):
        open_one = _open(session, one, level, about, child_id, conversation_id)
        if open_one is not None and level == "message" and about in ABOUT_THE_TALK:
            standing.append(open_one)
            continue
        alert = Alert(
            id=new_id(),
            child_id=child_id,
            conversation_id=conversation_id,
            level=level,
            about=about,
            about_id=about_id,
            to_role=one.role,
            to_person_id=one.person.id if one.person else None,
            created_at=now,
        )
        session.add(alert)
        session.flush()
        standing.append(alert)
        if one.person and (open_one is None or now - open_one.created_at > QUIET):
            _notify(session, alert, one.person, now)
    if level in routing.CHASE:
        _start_chase(session, level, conversation_id or about_id, now)
    return standing


def nobody_could_handle(session: Session, inbound_id: str, now: datetime) -> None:
    """A message that cannot even be set aside (its key is gone, say): people are told by its ids, and nothing sealed is opened."""
    talk = session.execute(
        select(Conversation.id, Conversation.child_id)
        .join(Inbound, Inbound.conversation_id == Conversation.id)
        .where(Inbound.id == inbound_id)
    ).first()
    if talk is not None:
        raise_alert(
            session, level="concern", about="inbound", about_id=inbound_id, child_id=talk.child_id, conversation_id=talk.id, now=now
        )


def acknowledge(session: Session, alert: Alert, person: Person, now: datetime) -> None:
    """`person` has seen it. Nobody is chased about it any more."""
    if alert.acknowledged_at is None:
        alert.acknowledged_at = now
        alert.acknowledged_by = person.id


def read_messages(session: Session, conversation: Conversation, person: Person, now: datetime, *, in_confidence: bool = False) -> int:
    """Mark as read what `person` may see, acknowledge their ordinary alerts about it, and tell the child once.

    `in_confidence`: only what is kept from an IRO (the complaints manager reads that, and leaves the rest to the IRO).
    Returns how many messages were read for the first time.
    """
    fresh = session.scalars(
        select(Inbound)
        .where(
            Inbound.conversation_id == conversation.id,
            Inbound.read_at.is_(None),
            access.visible(Inbound, person),
            Inbound.hidden_from.is_not(None) if in_confidence else true(),
        )
        .order_by(Inbound.seq)
    ).all()
    for row in fresh:
        row.read_at = now
        row.read_by = person.id
    for alert in session.scalars(
        select(Alert).where(
            Alert.conversation_id == conversation.id,
            Alert.to_person_id == person.id,
            Alert.level == "message",
            Alert.about.in_(ABOUT_THE_TALK),
            Alert.acknowledged_at.is_(None),
        )
    ):
        acknowledge(session, alert, person, now)
    for_person = [row for row in fresh if row.for_person]
    if for_person and conversation.child_id:
        said = words.render(
            "utter_contact_read",
            conversation.language,
            avoid=outbox.recent_bot_texts(session, conversation.id, 2),
            name=people.first_name(person),
        )
        # If any of it is hidden from an IRO, so is the fact that somebody else read it.
        hidden = next((row.hidden_from for row in for_person if row.hidden_from), None)
        outbox.say(session, conversation, said.text, hidden_from=hidden, now=now)
    return len(fresh)


def chase(session: Session, ref: str, now: datetime) -> None:
    """One step of the chase: tell the next people about what nobody has acknowledged, and write the next step.

    Every message of the talk that is still unanswered keeps the chase going; one notice a person covers them all.
    """
    level, subject = ref.split(":", 1)
    take_turns(session, f"chase:{ref}")
    waiting = _unanswered(session, level, subject)
    if not waiting:
        return
    newest = waiting[-1]
    steps = routing.CHASE[level]
    taken = max(alert.chased for alert in waiting)
    step = steps[min(taken, len(steps) - 1)]
    hidden_from = _hidden_from(session, waiting)
    for one in routing.recipients(
        session, level=level, about=newest.about, child_id=newest.child_id, hidden_from=hidden_from, now=now, roles=step.roles
    ):
        person_id = one.person.id if one.person else None
        alert = next((a for a in reversed(waiting) if a.to_person_id == person_id), None)
        if alert is None:
            alert = Alert(
                id=new_id(),
                child_id=newest.child_id,
                conversation_id=newest.conversation_id,
                level=level,
                about=newest.about,
                about_id=newest.about_id,
                to_role=one.role,
                to_person_id=person_id,
                created_at=now,
            )
            session.add(alert)
            session.flush()
        if one.person:
            _notify(session, alert, one.person, now)
    for alert in waiting:
        alert.chased = taken + 1
    _next_step(session, level, subject, taken + 1, now)


def _unanswered(session: Session, level: str, subject: str) -> list[Alert]:
    """The open alerts of a talk (or of one thing) about which nobody at all has answered, oldest first."""
    alerts = session.scalars(
        select(Alert)
        .where(Alert.level == level, or_(Alert.conversation_id == subject, Alert.about_id == subject))
        .order_by(Alert.created_at, Alert.id)
    ).all()
    answered = {alert.about_id for alert in alerts if alert.acknowledged_at}
    return [alert for alert in alerts if alert.about_id not in answered]


def _hidden_from(session: Session, alerts: list[Alert]) -> str | None:
    ids = [alert.about_id for alert in alerts]
    return session.scalar(select(Inbound.hidden_from).where(Inbound.id.in_(ids), Inbound.hidden_from.is_not(None)).limit(1))


def _start_chase(session: Session, level: str, subject: str, now: datetime) -> None:
    ref = f"{level}:{subject}"
    take_turns(session, f"chase:{ref}")  # so that no chase ends while another alert of the talk counts on it
    if session.scalar(select(Job.id).where(Job.kind == "chase", Job.ref == ref, Job.done_at.is_(None)).limit(1)) is None:
        _next_step(session, level, subject, 0, now)


def _next_step(session: Session, level: str, subject: str, taken: int, now: datetime) -> None:
    steps = routing.CHASE[level]
    after = steps[min(taken, len(steps) - 1)].after
    jobs.add(session, "chase", f"{level}:{subject}", lane=f"chase:{level}:{subject}", due_at=now + after)


def _open(
    session: Session, one: routing.Recipient, level: str, about: str, child_id: str | None, conversation_id: str | None
) -> Alert | None:
    person_id = one.person.id if one.person else None
    who = Alert.child_id == child_id if child_id else Alert.conversation_id == conversation_id
    return session.scalar(
        select(Alert)
        .where(
            who,
            Alert.level == level,
            Alert.about == about,
            Alert.acknowledged_at.is_(None),
            Alert.to_role == one.role,
            Alert.to_person_id == person_id if person_id else Alert.to_person_id.is_(None),
        )
        .order_by(Alert.created_at.desc())
        .limit(1)
    )


def _notify(session: Session, alert: Alert, person: Person, now: datetime) -> None:
    text = _TEXTS[alert.level] if alert.level != "message" else _ABOUT.get(alert.about, _TEXTS["message"])
    if alert.level != "message" and alert.about == "unmatched":
        text = text.replace("a child", "someone whose number is unknown")
    outbox.notify(session, person, channel="email", subject=_SUBJECTS[alert.level], text=text, alert=alert, now=now)
    outbox.notify(session, person, channel="sms", text=text, alert=alert, now=now)
