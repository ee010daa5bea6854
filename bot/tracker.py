"""Conversations of Rasa, encrypted, one row each, and never longer than a few turns.

Rasa replays every event of a conversation several times a turn, so that turn 500 costs twenty times what turn 10 does.
A saved conversation here holds the last turns, and in front of them the events that bring back what was true before
them: slots, the form that is open, the question it had asked. The case store keeps the history; this does not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

KEEP_TURNS = 6
KEEP_EVENTS = 80
KEEP_RANKING = 3

# Rasa looks through all its classes for every event that it reads.
EVENTS = {kind.type_name: kind for kind in all_subclasses(Event)}

metadata = sa.MetaData()
trackers = sa.Table(
    "trackers",
    metadata,
    sa.Column("conversation_id", sa.String(100), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
)

# In words, since this SQLAlchemy puts an "on conflict" together anew each time.
_SAVING = sa.text(
    "INSERT INTO trackers (conversation_id, sealed, updated_at) VALUES (:conversation_id, :sealed, :updated_at) "
    "ON CONFLICT (conversation_id) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at"
).bindparams(sa.bindparam("sealed", type_=sa.LargeBinary), sa.bindparam("updated_at", type_=sa.DateTime(timezone=True)))
_READING = sa.select(trackers.c.sealed).where(trackers.c.conversation_id == sa.bindparam("talk"))


class CannotOpen(Exception):
    """A saved conversation does not open: another key, a damaged row, or a row put under another conversation's id."""


class SealedTrackerStore(TrackerStore):
    """The tracker store that endpoints.yml names. SQLite or PostgreSQL by `host` (a URL); `keys`: newest first, by comma.

    Raises CannotOpen where a conversation cannot be read; it never starts a blank one in its place.
    """

    def __init__(self, host: str, keys: str = "", domain: Any = None, event_broker: Any = None, **kwargs: Any):
        super().__init__(domain, event_broker)
        self._fernet = MultiFernet([Fernet(key.strip()) for key in (keys or "").split(",") if key.strip()])
        self._engine = make_engine(host)
        metadata.create_all(self._engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        events = shorten(tracker, self.domain.slots)
        text = json.dumps({"conversation": tracker.sender_id, "events": [event.as_dict() for event in events]})
        row = {"sealed": self._fernet.encrypt(text.encode()), "updated_at": datetime.now(timezone.utc)}
        self._do(_SAVING, {"conversation_id": tracker.sender_id, **row})

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        sealed = self._do(_READING, {"talk": sender_id})
        if sealed is None:
            return None
        return DialogueStateTracker.from_events(sender_id, self._open(sender_id, bytes(sealed)), self.domain.slots)

    def _do(self, statement: Any, given: dict[str, Any]) -> Any:
        """Run one statement, on a new connection should the old one have been cut while it rested. What it reads first, if it reads."""
        for last in (False, True):
            try:
                with self._engine.connect() as connection:
                    result = connection.execute(statement, given)
                    return result.scalar() if result.returns_rows else None
            except sa.exc.DBAPIError as error:
                if last or not error.connection_invalidated:
                    raise
        return None

    def _open(self, conversation: str, sealed: bytes) -> list[Event]:
        try:
            held = json.loads(self._fernet.decrypt(sealed))
        except (InvalidToken, ValueError):
            raise CannotOpen(f"conversation {conversation}") from None
        if held["conversation"] != conversation:
            raise CannotOpen(f"conversation {conversation}")
        return [EVENTS[event["event"]]._from_parameters(event) for event in held["events"]]

    async def keys(self) -> Iterable[str]:
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(trackers.c.conversation_id)).scalars())


def make_engine(url: str) -> sa.engine.Engine:
    """An engine for the URL. SQLite: one connection (the process has one thread that writes), on disk before it returns."""
    parsed = sa.engine.make_url(url)
    alone = {"isolation_level": "AUTOCOMMIT"}  # each statement is a transaction: there is never a second one in it
    if parsed.get_backend_name() != "sqlite":
        postgres = parsed.set(drivername="postgresql+psycopg2")
        return sa.create_engine(postgres, pool_size=4, max_overflow=4, hide_parameters=True, **alone)
    waits = {"timeout": 30, "check_same_thread": False}
    engine = sa.create_engine(parsed, connect_args=waits, poolclass=sa.pool.StaticPool, hide_parameters=True, **alone)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def shorten(tracker: DialogueStateTracker, slots: list[Slot]) -> list[Event]:
    """The last turns of a conversation, and in front of them events that bring back the state they began in."""
    events = list(tracker.events)
    starts = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    kept = starts[-KEEP_TURNS:]
    while len(kept) > 1 and len(events) - kept[0] > KEEP_EVENTS:
        kept = kept[1:]
    if kept and len(kept) < len(starts):
        before = DialogueStateTracker.from_events(tracker.sender_id, events[: kept[0]], slots)
        events = _state_as_events(before, events[kept[0]].timestamp) + events[kept[0] :]
    for event in events[: starts[-1] if starts and events else 0]:
        if isinstance(event, UserUttered):
            event.parse_data["intent_ranking"] = event.parse_data.get("intent_ranking", [])[:KEEP_RANKING]
    return events


def _state_as_events(tracker: DialogueStateTracker, at: float) -> list[Event]:
    """Events that, played to a new tracker, put it where this one is: between two turns."""
    loop = tracker.active_loop
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME, timestamp=at), SessionStarted(timestamp=at)]
    if loop is not None and loop.name:
        events.append(ActiveLoop(loop.name, timestamp=at))
    events += [SlotSet(slot.name, slot.value, timestamp=at) for slot in tracker.slots.values() if slot.value != slot.initial_value]
    events.append(ActionExecuted(ACTION_LISTEN_NAME, timestamp=at))
    if loop is not None and loop.rejected:
        events.append(ActionExecutionRejected(loop.name, timestamp=at))
    if tracker.is_paused():
        events.append(ConversationPaused(timestamp=at))
    return events
