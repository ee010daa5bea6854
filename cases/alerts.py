"""Putting something in front of a person, chasing them until they answer, and telling the child that it was read.

Nothing that an alert sends holds a child's words or name: whoever gets it follows the link and signs in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Select, bindparam, exists, select, true
from sqlalchemy.orm import Session, aliased

from cases import access, chasing, people, routing, telling, words
from cases.store import outbox
from cases.store.models import Alert, Conversation, Inbound, Outgoing, Person

#: Of these, one open alert of level "message" a child and recipient is enough, and reading the talk answers it.
ABOUT_THE_TALK = ("inbound", "unmatched", "stopped", "undelivered")

#: While an alert of this level about the same talk is open and this fresh, another one sends no further e-mail and SMS.
QUIET = timedelta(minutes=10)


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
    """Write one alert a recipient, with e-mail and SMS, and the chase. `roles`: only to these.

    At most one open alert of level "message" a child and recipient about ordinary messages: another message sends nothing
    more, unless what was sent before reached nobody. Returns the alerts that now stand for this, the open ones included.
    """
    standing, is_new = [], False
    for one in routing.recipients(session, level=level, about=about, child_id=child_id, hidden_from=hidden_from, now=now, roles=roles):
        open_one, reached = _open(session, one, level, about, child_id, conversation_id)
        if reached and level == "message" and about in ABOUT_THE_TALK:
            standing.append(open_one)
            continue
        alert = telling.write(session, one, level, about, about_id, child_id, conversation_id, now)
        standing.append(alert)
        is_new = True
        if not reached or now - open_one.created_at > QUIET:
            telling.notify(session, alert, one.person, now)
    if is_new:  # one that stood already is being chased
        chasing.start(session, standing, now)
    return standing


def nobody_could_handle(session: Session, ref: str, now: datetime) -> None:
    """What cannot even be set aside (its key is gone, say): people are told by ids alone, and nothing sealed is opened.

    `ref`: the id of a message that came in, or of one that was to go out to a child.
    """
    for model in (Inbound, Outgoing):
        talk = session.execute(
            select(Conversation.id, Conversation.child_id, model.hidden_from)
            .join(model, model.conversation_id == Conversation.id)
            .where(model.id == ref)
        ).first()
        if talk is not None:
            raise_alert(
                session,
                level="concern",
                about="inbound" if model is Inbound else "undelivered",
                about_id=ref,
                child_id=talk.child_id,
                conversation_id=talk.id,
                hidden_from=talk.hidden_from,
                now=now,
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
        access.alerts_of(person, now).where(
            Alert.conversation_id == conversation.id,
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


def _open(
    session: Session, one: routing.Recipient, level: str, about: str, child_id: str | None, conversation_id: str | None
) -> tuple[Alert | None, bool]:
    """The newest open alert of this recipient about the same talk that they can see, and that nobody else has answered; and
    whether they can have been told of it.
    """
    given = {"whose": child_id or conversation_id, "level": level, "about": about, "role": one.role}
    query = _open_ones(bool(child_id), one.person and one.person.kind, one.person and one.person.id)
    found = session.execute(query, given).first()
    return (found[0], not found[1]) if found else (None, False)


@lru_cache(maxsize=4096)
def _open_ones(of_child: bool, kind: str | None, person_id: str | None) -> Select:
    """The query of `_open`, kept for each recipient: it is put for nearly every message."""
    other = aliased(Alert)
    return (
        select(Alert, telling.REACHED_NOBODY)
        .where(
            (Alert.child_id if of_child else Alert.conversation_id) == bindparam("whose"),
            Alert.level == bindparam("level"),
            Alert.about == bindparam("about"),
            Alert.acknowledged_at.is_(None),
            Alert.to_role == bindparam("role"),
            Alert.to_person_id == person_id if person_id else Alert.to_person_id.is_(None),
            access.visible(Alert, access.Viewer(kind, person_id)) if person_id else true(),
            ~exists().where(other.about_id == Alert.about_id, other.level == bindparam("level"), other.acknowledged_at.is_not(None)),
        )
        .order_by(Alert.created_at.desc())
        .limit(1)
    )
