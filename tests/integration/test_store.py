"""The case store on both databases: sealing, keys, transactions."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from cases import people
from cases.store import crypto
from cases.store.models import Attempt, DataKey, Inbound, Person, Phone, utcnow
from channels.twilio.webhook import take_in


def test_identities_are_sealed_in_the_database(store, world):
    with store.engine.connect() as connection:
        raw = bytes(connection.execute(text("SELECT name FROM people WHERE ref = 'C1'")).scalar())
    assert b"Ash" not in raw and raw.startswith(crypto.VERSION)
    with store.read() as session:
        assert people.by_ref(session, "C1").name == "Ash Marlow"


def test_a_child_without_a_key_cannot_be_read_any_more(store, world):
    with store.write() as session:
        session.delete(session.get(DataKey, world.child.id))
    crypto.ring.forget(world.child.id)
    with store.read() as session, pytest.raises(crypto.KeyProblem):
        people.by_ref(session, "C1").name  # noqa: B018


def test_rotating_the_service_key_keeps_everything_readable(store, settings, world):
    new = crypto.new_service_key()
    keys = [new, *crypto.read_service_keys(settings.key_file)]
    crypto.ring.bind(keys, store._wrapped_key)
    with store.write() as session:
        assert crypto.rotate(session) == len(session.scalars(select(DataKey)).all())
    crypto.ring.bind([new], store._wrapped_key)
    with store.read() as session:
        assert people.by_ref(session, "C1").name == "Ash Marlow"


def test_a_sealed_text_moved_to_another_child_does_not_open(store, world):
    with store.engine.begin() as connection:
        raw = bytearray(connection.execute(text("SELECT name FROM people WHERE ref = 'C1'")).scalar())
        swapped = bytes(raw).replace(world.child.id.encode(), world.other_child.id.encode())
        connection.execute(text("UPDATE people SET name = :name WHERE ref = 'C3'"), {"name": swapped})
    with store.read() as session, pytest.raises(crypto.KeyProblem):
        people.by_ref(session, "C3").name  # noqa: B018


def test_a_number_is_found_by_its_keyed_hash_and_belongs_to_one_person(store, world):
    with store.read() as session:
        assert people.phone_of(session, "+447700900001").person.ref == "C1"
        assert people.phone_of(session, "+447700900555") is None
        assert session.scalar(select(Phone.number_hash).where(Phone.person_id == world.child.id)) != "+447700900001"


def test_an_emoji_a_right_to_left_text_and_a_lone_surrogate_come_back_as_they_were(store, world):
    said = "مرحبا 🙂 \ud83d end"
    with store.write() as session:
        talk = people.conversation_of(session, world.child.id)
        session.add(
            Inbound(conversation_id=talk.id, owner=talk.key_owner, provider="web", provider_id="w1", channel="web", seq=1, text=said)
        )
    with store.read() as session:
        assert session.scalars(select(Inbound)).one().text == said


def test_those_who_want_to_write_are_served_in_the_order_of_coming(store, world):
    """Eight workers write on and on; a gateway in between waits for each of them once. Before it joins the queue a busy machine may
    let a few rounds pass; without a queue it waits for hundreds, or for ever.
    """
    if not store.is_sqlite:
        pytest.skip("PostgreSQL's writers do not queue for one lock")
    stop = threading.Event()
    written = itertools.count()

    def busy(number: int) -> None:
        while not stop.is_set():
            with store.write() as session:
                session.merge(Attempt(id=number + 1, what="test", who_hash=str(number), at=utcnow()))
                session.flush()
                time.sleep(0.02)
                next(written)

    threads = [threading.Thread(target=busy, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    waited = []
    try:
        for number in range(10):
            before = next(written)
            with store.write() as session:
                session.add(Attempt(id=100 + number, what="test", who_hash="gateway", at=utcnow()))
                session.flush()
                waited.append(next(written) - before - 1)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert max(waited) <= 6 * 8, waited


def test_write_inside_a_write_is_refused_and_does_not_wait_for_itself(store):
    if store.is_sqlite:
        with pytest.raises(RuntimeError, match="inside a write"), store.write(), store.write():
            pass
        with store.write() as session:
            assert session.scalar(select(1)) == 1


def test_burst_of_first_messages_of_many_children_does_not_wait_for_itself(store, wired, now):
    """Each message holds a connection and needs another one for the child's key, which no memory holds yet."""
    with store.write() as session:
        for number in range(60):
            people.add_person(session, kind="child", ref=f"B{number}", name="Robin Pretend", phone=f"+4477009001{number:02}")
    crypto.ring.bind(crypto.read_service_keys(wired.key_file), store._wrapped_key)

    def text_in(number: int) -> bool:
        return take_in(store, sid=f"SMburst{number}", sender=f"+4477009001{number:02}", body="hello", now=now)

    with ThreadPoolExecutor(40) as pool:
        assert all(pool.map(text_in, range(60)))


def test_a_transaction_that_fails_leaves_nothing(store, world):
    with pytest.raises(RuntimeError), store.write() as session:
        people.add_person(session, kind="child", ref="C9", name="Nobody")
        raise RuntimeError
    with store.read() as session:
        assert session.scalar(select(Person).where(Person.ref == "C9")) is None
