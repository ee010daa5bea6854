"""The encrypted store on SQLite and, where HEARD_TEST_POSTGRES names a database, on PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tests.server import FIXTURE
from bot.tracker import KEEP_EVENTS, KEEP_TURNS, CannotOpen, SealedTrackerStore, make_engine

CANARY = "marmalade-canary-78"
POSTGRES = os.environ.get("HEARD_TEST_POSTGRES", "")
DOMAIN = Domain.from_path(str(FIXTURE / "domain.yml"))


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES else [])])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return POSTGRES if request.param == "postgresql" else f"sqlite:///{tmp_path / 'talks.db'}"


@pytest.fixture
def key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def store(url: str, key: str) -> SealedTrackerStore:
    return SealedTrackerStore(host=url, keys=key, domain=DOMAIN)


@pytest.fixture
def talk() -> str:
    return uuid.uuid4().hex


def run(coroutine):
    return asyncio.run(coroutine)


def turn(tracker: DialogueStateTracker, number: int, action: str = "utter_greet") -> None:
    ranking = [{"name": f"intent_{index}", "confidence": 0.01} for index in range(40)]
    parsed = {"intent": ranking[0], "entities": [], "intent_ranking": ranking}
    metadata = {"message_id": f"m{number}"}
    tracker.update(UserUttered(f"turn {number} {CANARY}", ranking[0], [], parsed, metadata=metadata))
    tracker.update(ActionExecuted(action))
    tracker.update(BotUttered(f"reply {number}", metadata={"utter_action": action}))
    tracker.update(ActionExecuted("action_listen"))


def new(talk: str) -> DialogueStateTracker:
    tracker = DialogueStateTracker(talk, DOMAIN.slots)
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update(ActionExecuted("action_listen"))
    return tracker


def test_a_talk_that_nobody_had_is_not_there(store: SealedTrackerStore, talk: str):
    assert run(store.retrieve(talk)) is None


def test_a_talk_comes_back_as_it_was(store: SealedTrackerStore, talk: str):
    tracker = new(talk)
    turn(tracker, 1)
    tracker.update(SlotSet("colour", "blue"))
    run(store.save(tracker))
    read = run(store.retrieve(talk))
    assert [event.as_dict() for event in read.events] == [event.as_dict() for event in tracker.events]
    assert read.get_slot("colour") == "blue"
    assert talk in run(store.keys())


def test_a_talk_never_grows_beyond_a_few_turns_and_one_row(store: SealedTrackerStore, talk: str, url: str):
    """What keeps turn 1,000 at the cost of turn 10; the cost itself is measured by the benchmark."""
    run(store.save(new(talk)))
    sizes = []
    for number in range(60):
        tracker = run(store.retrieve(talk))
        turn(tracker, number)
        run(store.save(tracker))
        with make_engine(url).connect() as connection:
            sizes.append(
                connection.execute(sa.text("SELECT length(sealed) FROM trackers WHERE conversation_id = :t"), {"t": talk}).scalar()
            )
    read = run(store.retrieve(talk))
    assert sum(isinstance(event, UserUttered) for event in read.events) == KEEP_TURNS
    assert len(read.events) <= KEEP_EVENTS + 10
    assert sizes[-1] <= max(sizes[:10]) * 1.1
    assert read.latest_message.metadata["message_id"] == "m59"


def test_an_open_form_its_answers_and_its_question_outlast_the_turns_that_made_them(store: SealedTrackerStore, talk: str):
    tracker = new(talk)
    turn(tracker, 0)
    tracker.update(ActiveLoop("pets_form"))
    tracker.update(SlotSet("colour", "blue"))
    tracker.update(SlotSet("requested_slot", "animal"))
    run(store.save(tracker))
    for number in range(1, 30):
        tracker = run(store.retrieve(talk))
        turn(tracker, number, action="pets_form")
        run(store.save(tracker))
    read = run(store.retrieve(talk))
    assert read.active_loop_name == "pets_form"
    assert (read.get_slot("colour"), read.get_slot("requested_slot"), read.get_slot("animal")) == ("blue", "animal", None)
    assert read.latest_action_name == "action_listen"


def test_a_slot_that_was_emptied_stays_empty(store: SealedTrackerStore, talk: str):
    tracker = new(talk)
    tracker.update(SlotSet("colour", "blue"))
    tracker.update(SlotSet("colour", None))
    for number in range(20):
        turn(tracker, number)
    run(store.save(tracker))
    assert run(store.retrieve(talk)).get_slot("colour") is None


def test_only_the_last_message_keeps_its_whole_ranking(store: SealedTrackerStore, talk: str):
    tracker = new(talk)
    for number in range(3):
        turn(tracker, number)
    run(store.save(tracker))
    said = [event for event in run(store.retrieve(talk)).events if isinstance(event, UserUttered)]
    assert [len(event.parse_data["intent_ranking"]) for event in said] == [3, 3, 40]


def test_another_key_is_an_error_and_not_a_blank_talk(store: SealedTrackerStore, talk: str, url: str):
    run(store.save(new(talk)))
    other = SealedTrackerStore(host=url, keys=Fernet.generate_key().decode(), domain=DOMAIN)
    with pytest.raises(CannotOpen):
        run(other.retrieve(talk))


def test_an_old_key_still_reads_and_the_new_one_writes(store: SealedTrackerStore, talk: str, url: str, key: str):
    run(store.save(new(talk)))
    fresh = Fernet.generate_key().decode()
    both = SealedTrackerStore(host=url, keys=f"{fresh},{key}", domain=DOMAIN)
    run(both.save(run(both.retrieve(talk))))
    assert run(SealedTrackerStore(host=url, keys=fresh, domain=DOMAIN).retrieve(talk)) is not None


@pytest.mark.parametrize("damage", [b"", b"\x00", b"not a token"])
def test_a_damaged_row_is_an_error(store: SealedTrackerStore, talk: str, url: str, damage: bytes):
    run(store.save(new(talk)))
    with make_engine(url).begin() as connection:
        connection.execute(sa.text("UPDATE trackers SET sealed = :damage WHERE conversation_id = :talk"), {"damage": damage, "talk": talk})
    with pytest.raises(CannotOpen):
        run(store.retrieve(talk))


def test_one_childs_row_does_not_open_as_anothers(store: SealedTrackerStore, talk: str, url: str):
    other = uuid.uuid4().hex
    run(store.save(new(talk)))
    run(store.save(new(other)))
    swap = "UPDATE trackers SET sealed = (SELECT sealed FROM trackers WHERE conversation_id = :other) WHERE conversation_id = :talk"
    with make_engine(url).begin() as connection:
        connection.execute(sa.text(swap), {"other": other, "talk": talk})
    with pytest.raises(CannotOpen):
        run(store.retrieve(talk))


def test_nothing_of_a_talk_is_readable_on_disk(tmp_path: Path, key: str, talk: str):
    store = SealedTrackerStore(host=f"sqlite:///{tmp_path / 'talks.db'}", keys=key, domain=DOMAIN)
    tracker = new(talk)
    turn(tracker, 1)
    run(store.save(tracker))
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert held
    assert CANARY.encode() not in held
    assert b"utter_greet" not in held


def test_no_key_is_refused_at_once(tmp_path: Path):
    with pytest.raises(ValueError):
        SealedTrackerStore(host=f"sqlite:///{tmp_path / 'talks.db'}", keys="", domain=DOMAIN)
