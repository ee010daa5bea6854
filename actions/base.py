"""What every action shares: the turn it runs in, one transaction a message and action, and answers by name."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from cases import contact, people, questions, words
from cases.language import steering
from cases.language.text import plain
from cases.reviews import LONDON
from cases.store.db import Store
from cases.store.models import Conversation, DoneAction, Inbound, Person, new_id

#: What a choice from a menu of ours says.
CHOSEN = {"affirm": "yes", "deny": "no", "skip": "skip", "go_back": "change something"}

# All that an action begins with, in one question.
_BEGINNING = (
    select(Conversation, Person, DoneAction, Inbound)
    .outerjoin(Person, Person.id == Conversation.child_id)
    .outerjoin(DoneAction, and_(DoneAction.message_id == bindparam("message"), DoneAction.action == bindparam("action")))
    .outerjoin(Inbound, Inbound.id == bindparam("message"))
    .where(Conversation.id == bindparam("talk"))
)


@dataclass
class Turn:
    """One message of a child, the open transaction, and a way to answer."""

    session: Session
    conversation: Conversation
    child: Person
    dispatcher: CollectingDispatcher
    tracker: Tracker
    now: datetime

    @property
    def message(self) -> dict[str, Any]:
        return self.tracker.latest_message or {}

    @property
    def metadata(self) -> dict[str, Any]:
        return self.message.get("metadata") or {}

    @property
    def message_id(self) -> str | None:
        return self.metadata.get("message_id")

    @property
    def inbound(self) -> Inbound | None:
        """The message as it is stored."""
        return self.session.get(Inbound, self.message_id) if self.message_id else None

    @property
    def hidden_from(self) -> str | None:
        """The IRO who must not see this message, nor what is made of it."""
        return self.inbound.hidden_from if self.inbound else None

    @property
    def text(self) -> str:
        """What the child said; a choice from a menu as the words that it stands for."""
        return CHOSEN.get(self.intent, "") if self.chosen else self.message.get("text") or ""

    @property
    def words(self) -> str:
        """The message as it came, for the store."""
        return self.message.get("text") or ""

    @property
    def chosen(self) -> bool:
        """True for a choice from a menu of ours: it comes as one intent, where a classifier ranks them all."""
        return len(self.message.get("intent_ranking") or ()) == 1 and self.confidence == 1.0

    @property
    def intent(self) -> str:
        return (self.message.get("intent") or {}).get("name") or ""

    @property
    def confidence(self) -> float:
        return float((self.message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def risk(self) -> str:
        return self.metadata.get("risk") or "none"

    @property
    def language(self) -> str:
        return self.metadata.get("language") or self.conversation.language

    @property
    def fresh(self) -> bool:
        """False where the form only comes back to itself: when it opens, or after a side question was answered."""
        done = [event for event in self.tracker.events if event.get("event") == "action"]
        if done and done[-1].get("name") == (self.tracker.active_loop or {}).get("name"):
            done.pop()
        return bool(done) and done[-1].get("name") == "action_listen"

    @property
    def asks_to_begin(self) -> bool:
        """'form', 'ok ready', 'start': the review form is meant, whatever a classifier makes of so few words."""
        return not self.chosen and steering.is_start(plain(self.text))

    def slot(self, name: str) -> str:
        return self.tracker.get_slot(name) or ""

    def say(self, response: str, taps: Sequence[str] = (), **values: str) -> None:
        """`taps`: answers to offer as buttons, where there are buttons; by text the child types one."""
        shown = taps if self.metadata.get("channel") == "web" else ()
        self.dispatcher.utter_message(response=response, buttons=[{"title": one, "payload": one} for one in shown], **values)

    def phrase(self, response: str, **values: str) -> str:
        """The words of a response, to stand inside another one. Which variation depends on the message alone."""
        return self.one_of(words.texts(response, self.language, **values))

    def translated(self, text: str) -> str:
        """A text of ours that is not a response (data/consultation), in the child's language."""
        return words.translate(text, self.language)

    def band(self) -> questions.Band:
        """What the consultation asks a child of this age, or in easy words."""
        easy = contact.easy_read(self.session, self.child.id)
        return questions.band_for(self.child, self.now.astimezone(LONDON).date(), easy_read=easy)

    def one_of(self, variations: Sequence[str]) -> str:
        """One wording. Which depends on the message alone."""
        return variations[crc32((self.message_id or "").encode()) % len(variations)]

    def iro(self) -> Person | None:
        return people.iro_of(self.session, self.child.id)

    def iro_name(self) -> str:
        """Who will read it: the IRO's first name, the one who covers, or 'the manager' where there is nobody yet."""
        iro, cover = people.iro_and_cover(self.session, self.child.id, self.now)
        return people.first_name(cover or iro) if iro else self.phrase("utter_shared_the_manager")

    def before_question(self, text: str) -> dict:
        """The slot that puts `text` in front of the next question of this turn."""
        return SlotSet("said", f"{self.message_id or ''}|{text.strip()} " if text.strip() else None)

    def said_before(self) -> str:
        """What stands before the question, if it was put there in this turn."""
        message_id, _, text = self.slot("said").partition("|")
        return text if message_id == (self.message_id or "") else ""


class HeardAction(Action):
    """An action of a known child. Subclasses write `act`; `reads_only` ones leave no trace."""

    reads_only = False
    store: Store
    clock: Callable[[], datetime]

    def __init__(self, store: Store, clock: Callable[[], datetime]):
        self.store, self.clock = store, clock

    def act(self, turn: Turn) -> list[dict]:
        raise NotImplementedError

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> list[dict]:
        return await asyncio.to_thread(self._run, dispatcher, tracker)

    def _run(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[dict]:
        """One transaction under (message id, action). A repeat writes nothing and gives the first answer again."""
        message_id = ((tracker.latest_message or {}).get("metadata") or {}).get("message_id") or new_id()
        with self.store.read() if self.reads_only else self.store.write() as session:
            given = {"talk": tracker.sender_id, "message": message_id, "action": self.name()}
            conversation, child, done, _ = session.execute(_BEGINNING, given).one()
            if done is not None and done.result is not None:
                held = json.loads(done.result)
                dispatcher.messages.extend(held["messages"])
                return held["events"]
            events = self._answer(Turn(session, conversation, child, dispatcher, tracker, self.clock()))
            if not self.reads_only:
                answer = json.dumps({"events": events, "messages": dispatcher.messages}, ensure_ascii=False)
                session.add(DoneAction(message_id=message_id, action=self.name(), owner=conversation.key_owner, result=answer))
        return events

    def _answer(self, turn: Turn) -> list[dict]:
        if turn.child is None:  # the worker answers these itself; nothing about any child is said to them
            turn.dispatcher.utter_message(response="utter_my_iro_unknown_number")
            return []
        return self.act(turn) or []


def end_form() -> list[dict]:
    return [SlotSet("requested_slot", None)]
