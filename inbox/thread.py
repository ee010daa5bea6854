"""A child's talk as one thread over both channels, as far as the viewer may see it, with the notes that staff wrote beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from cases import access
from cases.store.models import Inbound, Note, Outgoing, Person

#: Where a message stands in the thread: its time; child before Heard before note; its number.
Place = tuple[datetime, int, int]


@dataclass(frozen=True)
class Message:
    id: str
    at: datetime
    kind: str  # child, heard, staff, note
    author: str | None  # a member of staff; None: the child, or Heard itself
    channel: str
    text: str
    state: str  # outgoing: waiting, sent …; incoming: read, unread
    error: str | None = None
    read_by: str | None = None
    read_at: datetime | None = None
    risk: str = "none"
    category: str | None = None
    media: int = 0
    choices: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()  # why the safety net flagged it
    new: bool = False
    for_person: bool = False
    hidden_from: str | None = None
    words_gone: bool = False  # they are in the case record, and no longer here

    @property
    def of_child(self) -> bool:
        return self.kind == "child"


def thread(
    session: Session,
    viewer: Person,
    conversation_id: str,
    *,
    limit: int,
    before: Place | None = None,
    new: frozenset[str] = frozenset(),
    only: tuple[ColumnElement[bool], ColumnElement[bool]] | None = None,
    notes_of: str | None = None,
) -> tuple[list[Message], str | None]:
    """The last `limit` messages (`before` a place in the talk), oldest first, and the id to go on from, if there are earlier ones.

    `new`: the inbound ids that were unread until now. `only`: further conditions on (inbound, outgoing). `notes_of`: the
    child whose notes stand in the thread.
    """
    came = select(Inbound).where(Inbound.conversation_id == conversation_id, access.visible(Inbound, viewer), _before(Inbound, before))
    went = select(Outgoing).where(Outgoing.conversation_id == conversation_id, access.visible(Outgoing, viewer), _before(Outgoing, before))
    if only:
        came, went = came.where(only[0]), went.where(only[1])
    incoming = session.scalars(came.order_by(Inbound.received_at.desc(), Inbound.seq.desc()).limit(limit + 1)).all()
    outgoing = session.scalars(went.order_by(Outgoing.created_at.desc(), Outgoing.number.desc()).limit(limit + 1)).all()
    notes = []
    if notes_of:
        beside = select(Note).where(Note.child_id == notes_of, access.visible(Note, viewer), _before(Note, before))
        notes = session.scalars(beside.order_by(Note.created_at.desc()).limit(limit + 1)).all()
    everything = sorted([*incoming, *outgoing, *notes], key=_place, reverse=True)
    shown = everything[:limit][::-1]
    names = _names(session, shown)
    more = shown[0].id if len(everything) > limit else None
    return [_message(row, names, new) for row in shown], more


def place_of(session: Session, viewer: Person, conversation_id: str, child_id: str, message_id: str) -> Place | None:
    """Where a message of this talk stands, or None when there is none of that id for the viewer."""
    for model, whose in (
        (Inbound, Inbound.conversation_id == conversation_id),
        (Outgoing, Outgoing.conversation_id == conversation_id),
        (Note, Note.child_id == child_id),
    ):
        row = session.scalar(select(model).where(model.id == message_id, whose, access.visible(model, viewer)))
        if row is not None:
            return _place(row)
    return None


def _place(row: Inbound | Outgoing | Note) -> Place:
    if isinstance(row, Inbound):
        return row.received_at, 0, row.seq
    if isinstance(row, Outgoing):
        return row.created_at, 1, row.number or 0
    return row.created_at, 2, 0


def _before(model: type, place: Place | None) -> ColumnElement[bool]:
    if place is None:
        return true()
    at, rank, number = place
    own_rank, stamp = {Inbound: (0, Inbound.received_at), Outgoing: (1, Outgoing.created_at), Note: (2, Note.created_at)}[model]
    if own_rank < rank:
        return stamp <= at
    if own_rank > rank or model is Note:
        return stamp < at
    return or_(stamp < at, and_(stamp == at, (Inbound.seq if model is Inbound else Outgoing.number) < number))


def newest_by_staff(session: Session, viewer: Person, conversation_id: str) -> Outgoing | None:
    """What a person last wrote to the child, as far as the viewer may know."""
    return session.scalar(
        select(Outgoing)
        .where(Outgoing.conversation_id == conversation_id, Outgoing.author != "bot", access.visible(Outgoing, viewer))
        .order_by(Outgoing.created_at.desc(), Outgoing.number.desc())
        .limit(1)
    )


def _names(session: Session, rows: list) -> dict[str | None, str]:
    ids = set()
    for row in rows:
        for field in ("read_by", "author", "author_id", "hidden_from"):
            ids.add(getattr(row, field, None))
    return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(ids - {None, "bot"}))).all())


def _message(row: Inbound | Outgoing | Note, names: dict[str | None, str], new: frozenset[str]) -> Message:
    if isinstance(row, Note):
        return Message(
            id=row.id,
            at=row.created_at,
            kind="note",
            author=names.get(row.author_id),
            channel="",
            text=row.text,
            state="",
            words_gone=row.words_gone_at is not None,
        )
    if isinstance(row, Outgoing):
        return Message(
            id=row.id,
            at=row.created_at,
            kind="staff" if row.author in names else "heard",
            author=names.get(row.author),
            channel=row.channel,
            text=row.text,
            state=row.state,
            error=row.error,
            read_at=row.delivered_at,
            choices=tuple(choice["title"] for choice in row.choices or ()),
            hidden_from=names.get(row.hidden_from),
            words_gone=row.words_gone_at is not None,
        )
    return Message(
        id=row.id,
        at=row.received_at,
        kind="child",
        author=None,
        channel=row.channel,
        text=row.text,
        state="read" if row.read_at else "unread",
        read_by=names.get(row.read_by),
        read_at=row.read_at,
        risk=row.risk or "none",
        category=row.category,
        media=row.media,
        reasons=tuple(json.loads(row.reasons)) if row.reasons and row.risk not in (None, "none") else (),
        new=row.for_person and (row.id in new or row.read_at is None),
        for_person=row.for_person,
        hidden_from=names.get(row.hidden_from),
        words_gone=row.words_gone_at is not None,
    )
