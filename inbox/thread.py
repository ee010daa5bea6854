"""A child's talk as one thread over both channels, as far as the viewer may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cases import access
from cases.store.models import Inbound, Outgoing, Person


@dataclass(frozen=True)
class Message:
    id: str
    at: datetime
    of_child: bool
    author: str | None  # a member of staff; None: the child, or Heard itself
    channel: str
    text: str
    state: str  # outgoing: waiting, sent …; incoming: read, unread
    error: str | None
    read_by: str | None
    read_at: datetime | None
    risk: str
    category: str | None
    media: int
    choices: list[str]
    new: bool
    hidden_from: str | None


def thread(
    session: Session,
    viewer: Person,
    conversation_id: str,
    *,
    limit: int,
    skip: int = 0,
    new: frozenset[str] = frozenset(),
    only: tuple[ColumnElement[bool], ColumnElement[bool]] | None = None,
) -> tuple[list[Message], bool]:
    """The last `limit` messages but `skip`, oldest first, and whether there are earlier ones.

    `new`: the inbound ids that were unread until now. `only`: further conditions on (inbound, outgoing).
    """
    wanted = skip + limit + 1
    came = select(Inbound).where(Inbound.conversation_id == conversation_id, access.visible(Inbound, viewer))
    went = select(Outgoing).where(Outgoing.conversation_id == conversation_id, access.visible(Outgoing, viewer))
    if only:
        came, went = came.where(only[0]), went.where(only[1])
    incoming = session.scalars(came.order_by(Inbound.seq.desc()).limit(wanted)).all()
    outgoing = session.scalars(went.order_by(Outgoing.created_at.desc(), Outgoing.number.desc()).limit(wanted)).all()
    names = _names(session, {row.read_by for row in incoming} | {row.author for row in outgoing} | {row.hidden_from for row in incoming})
    rows = [((row.received_at, 0, row.seq), _came(row, names, new)) for row in incoming]
    rows += [((row.created_at, 1, row.number or 0), _went(row, names)) for row in outgoing]
    newest_first = [message for _, message in sorted(rows, key=lambda pair: pair[0], reverse=True)]
    return newest_first[skip : skip + limit][::-1], len(newest_first) > skip + limit


def newest_by_staff(session: Session, viewer: Person, conversation_id: str) -> Outgoing | None:
    """What a person last wrote to the child, as far as the viewer may know."""
    return session.scalar(
        select(Outgoing)
        .where(Outgoing.conversation_id == conversation_id, Outgoing.author != "bot", access.visible(Outgoing, viewer))
        .order_by(Outgoing.created_at.desc(), Outgoing.number.desc())
        .limit(1)
    )


def _names(session: Session, ids: set[str | None]) -> dict[str | None, str]:
    return {person.id: person.name for person in session.scalars(select(Person).where(Person.id.in_(ids - {None, "bot"})))}


def _came(row: Inbound, names: dict[str | None, str], new: frozenset[str]) -> Message:
    return Message(
        id=row.id,
        at=row.received_at,
        of_child=True,
        author=None,
        channel=row.channel,
        text=row.text,
        state="read" if row.read_at else "unread",
        error=None,
        read_by=names.get(row.read_by),
        read_at=row.read_at,
        risk=row.risk or "none",
        category=row.category,
        media=row.media,
        choices=[],
        new=row.for_person and (row.id in new or row.read_at is None),
        hidden_from=names.get(row.hidden_from),
    )


def _went(row: Outgoing, names: dict[str | None, str]) -> Message:
    return Message(
        id=row.id,
        at=row.created_at,
        of_child=False,
        author=names.get(row.author),
        channel=row.channel,
        text=row.text,
        state=row.state,
        error=row.error,
        read_by=None,
        read_at=row.delivered_at,
        risk="none",
        category=None,
        media=0,
        choices=[choice["title"] for choice in row.choices or ()],
        new=False,
        hidden_from=names.get(row.hidden_from),
    )
