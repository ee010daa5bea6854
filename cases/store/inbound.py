"""Taking in a message: on disk, numbered within its conversation, and work for the worker, in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from cases.store import bell, jobs
from cases.store.crypto import ring
from cases.store.models import Conversation, Inbound, Phone, new_id

_HELD = "heard talks held"
_HOLDING = select(Conversation).where(Conversation.id == bindparam("talk")).with_for_update()
#: Whether a message was accepted before, and the number of the newest one in the talk.
_BEFORE = select(
    select(Inbound.id).where(Inbound.provider == bindparam("provider"), Inbound.provider_id == bindparam("ref")).scalar_subquery(),
    select(func.max(Inbound.seq)).where(Inbound.conversation_id == bindparam("talk")).scalar_subquery(),
)
_WITH_TALK = (
    select(Inbound, Conversation).join(Conversation, Conversation.id == Inbound.conversation_id).where(Inbound.id == bindparam("id"))
)
#: With the phone that it came from, which the reply goes to.
_HOLDING_TALK = (
    select(Inbound, Conversation, Phone)
    .join(Conversation, Conversation.id == Inbound.conversation_id)
    .outerjoin(Phone, Phone.id == Inbound.phone_id)
    .where(Inbound.id == bindparam("id"))
    .with_for_update(of=Conversation)
)
_HOLDING_OF_PHONE = (
    select(Conversation, Phone)
    .join(Phone, Phone.person_id == Conversation.child_id)
    .where(Phone.number_hash == bindparam("hash"), Phone.status != "old")
    .options(joinedload(Phone.person))
    .with_for_update(of=Conversation)
)
_RECENT = (
    select(Inbound.text, Inbound.received_at, Inbound.risk, Inbound.asked_safe, Inbound.understood)
    .where(Inbound.conversation_id == bindparam("talk"), Inbound.seq < bindparam("seq"), Inbound.received_at >= bindparam("since"))
    .order_by(Inbound.seq.desc())
    .limit(bindparam("most"))
)


def lock(session: Session, conversation_id: str) -> Conversation:
    """Hold the conversation until the transaction ends, so that its messages are numbered one at a time. Returns it as it is now."""
    held = session.info.setdefault(_HELD, set())
    if conversation_id in held:
        return session.get_one(Conversation, conversation_id)
    conversation = session.scalars(_HOLDING, {"talk": conversation_id}, execution_options={"populate_existing": True}).one()
    held.add(conversation_id)
    return conversation


def lock_of_phone(session: Session, number: str) -> tuple[Conversation, Phone] | None:
    """Hold the talk of whose number (E.164) this is, as `lock` does. None where it is nobody's, or they have no talk yet."""
    given = {"hash": ring.lookup(number)}
    found = session.execute(_HOLDING_OF_PHONE, given, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        return None
    conversation, phone = found
    session.info.setdefault(_HELD, set()).add(conversation.id)
    return conversation, phone


def with_talk(session: Session, inbound_id: str, *, hold: bool = False) -> tuple[Inbound, Conversation]:
    """A message and its conversation. `hold`: until the transaction ends, as `lock` does."""
    how = {"populate_existing": True} if hold else {}
    row, conversation, *_ = session.execute(_HOLDING_TALK if hold else _WITH_TALK, {"id": inbound_id}, execution_options=how).one()
    if hold:
        session.info.setdefault(_HELD, set()).add(conversation.id)
    return row, conversation


def accept(
    session: Session,
    *,
    conversation: Conversation,
    provider: str,
    provider_id: str,
    channel: str,
    text: str,
    media: int = 0,
    received_at: datetime,
    phone: Phone | None = None,
) -> Inbound | None:
    """Write a message and the job that screens it. None when this message was accepted before. `phone`: the child's, by SMS.

    Two jobs carry a message: "screen" (the safety net, words of the network, unknown numbers), which waits for nothing
    but the screening of earlier messages, and then "turn" (the dialogue), which waits behind earlier turns. So a message
    is screened at once even while the dialogue is down.

    Raises IntegrityError for the same message under another conversation at the same moment: the transaction is to be
    done again, which finds that it was accepted.
    """
    lock(session, conversation.id)
    known, last = session.execute(_BEFORE, {"provider": provider, "ref": provider_id, "talk": conversation.id}).one()
    if known:
        return None
    row = Inbound(
        id=new_id(),
        conversation_id=conversation.id,
        owner=conversation.key_owner,
        provider=provider,
        provider_id=provider_id,
        channel=channel,
        phone_id=phone.id if phone else None,
        seq=(last or 0) + 1,
        text=text,
        media=media,
        received_at=received_at,
    )
    session.add(row)
    session.flush()
    conversation.last_channel = channel
    bell.ring(session, bell.TALKS, conversation.id)
    jobs.add(session, "screen", row.id, lane=f"screen:{conversation.id}", due_at=received_at)
    return row


def recent(session: Session, inbound: Inbound, since: datetime, limit: int = 10) -> list[Row]:
    """Text, time and what the safety net made of the messages before this one in its conversation, oldest first."""
    rows = session.execute(_RECENT, {"talk": inbound.conversation_id, "seq": inbound.seq, "since": since, "most": limit})
    return list(rows)[::-1]


def previous(session: Session, inbound: Inbound) -> Inbound | None:
    """The message before this one in its conversation."""
    return session.scalar(
        select(Inbound)
        .where(Inbound.conversation_id == inbound.conversation_id, Inbound.seq < inbound.seq)
        .order_by(Inbound.seq.desc())
        .limit(1)
    )
