"""A backup made while children text, a lost disk, and the service as it was, with what came since looked up again."""

from __future__ import annotations

import io
import os
import stat
import tarfile
import threading
from dataclasses import replace

import pytest
import uvicorn
from sqlalchemy import create_engine, inspect, text

from cases import audit, people
from cases.store import crypto
from cases.store.db import Store, open_store
from cases.store.models import Conversation, Inbound, Outgoing
from channels import catching_up
from channels.app import create_app
from channels.tools import Tools
from channels.worker import Worker
from heard.backup import BackupProblem, backup, restore
from tests.standins.ports import free_port
from tests.standins.twilio import Message


@pytest.fixture
def settings(settings):
    return replace(settings, port=free_port())


@pytest.fixture
def file(tmp_path):
    return tmp_path / "backups" / "heard.backup"


def lose_everything(settings, store: Store) -> None:
    """The disk is gone, or somebody dropped the tables."""
    store.close()
    if store.is_sqlite:
        for path in settings.home.glob("heard.db*"):
            path.unlink()
        return
    engine = create_engine(store.engine.url)
    with engine.begin() as connection:
        for table in inspect(engine).get_table_names():
            connection.execute(text(f'DROP TABLE "{table}" CASCADE'))
    engine.dispose()


def test_what_was_said_is_there_again_and_what_came_since_is_looked_up(talk, wired, store, world, twilio, clock, file):
    wired = replace(wired, port=free_port())
    with store.write() as session:
        catching_up.begin(session, clock())
    talk.says("my nan can come on tuesday")
    clock.advance(minutes=10)
    talk.worker.drain()
    backup(wired, file)
    later = Message(twilio.number, "+447700900001", "are you there", None, sid="SMlater", at=clock(), direction="inbound")
    twilio.received.append(later)
    lose_everything(wired, store)

    restore(wired, file, replace=False)
    again = open_store(wired)
    with again.read() as session:
        held = [row.text for row in session.query(Inbound)]
        assert held == ["my nan can come on tuesday"]
        assert people.by_ref(session, "C1").name == "Ash Marlow"
        assert audit.verify(session) is None
    clock.advance(minutes=10)
    Worker(again, wired, tools=Tools(again, wired, crypto.ring.token(crypto.BOT), clock=clock)).drain()
    with again.read() as session:
        assert [row.text for row in session.query(Inbound).order_by(Inbound.seq)] == ["my nan can come on tuesday", "are you there"]
    assert twilio.to("+447700900001") == ["Got: my nan can come on tuesday", "Got: are you there"]
    again.close()


def test_reply_that_went_out_after_the_backup_is_not_sent_again(talk, wired, store, twilio, clock, file):
    wired = replace(wired, port=free_port())
    twilio.plan.extend([503] * 2)
    talk.says("hello")
    assert twilio.messages == []
    backup(wired, file)
    clock.advance(minutes=5)
    talk.worker.drain()
    clock.advance(minutes=5)
    talk.worker.drain()
    assert twilio.to("+447700900001") == ["Got: hello"]
    lose_everything(wired, store)

    restore(wired, file, replace=False)
    again = open_store(wired)
    clock.advance(minutes=5)
    Worker(again, wired, tools=Tools(again, wired, crypto.ring.token(crypto.BOT), clock=clock)).drain()
    assert twilio.to("+447700900001") == ["Got: hello"], "looked up at the provider, and found"
    with again.read() as session:
        assert {row.state for row in session.query(Outgoing) if row.conversation_id} == {"sent"}
    again.close()


def test_backup_is_readable_by_its_owner_only_and_holds_no_word_or_key(talk, settings, store, file):
    talk.says("zebrafinch")
    backup(settings, file)
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    data = file.read_bytes()
    for secret in ("zebrafinch", "Ash Marlow", "+447700900001", settings.key_file.read_text().strip()):
        assert secret.encode() not in data


def test_people_who_are_there_are_not_replaced_unless_asked(settings, store, world, file):
    backup(settings, file)
    with store.write() as session:
        people.add_person(session, kind="child", ref="C9", name="Newly Added")
    with pytest.raises(BackupProblem, match="--replace"):
        restore(settings, file, replace=False)
    with store.read() as session:
        assert people.by_ref(session, "C9")
    store.close()
    restore(settings, file, replace=True)
    again = open_store(settings)
    with again.read() as session:
        assert people.by_ref(session, "C9") is None and people.by_ref(session, "C1")
    again.close()


def test_another_key_is_noticed_before_anything_is_touched(settings, store, world, file):
    backup(settings, file)
    settings.key_file.write_text(crypto.new_service_key() + "\n")
    with pytest.raises(BackupProblem, match="not the key"):
        restore(settings, file, replace=True)
    with store.read() as session:
        assert session.query(Conversation).count() == 0 and people.by_ref(session, "C1").kind == "child"


def test_damaged_backup_is_noticed_before_anything_is_touched(settings, store, world, file, tmp_path):
    backup(settings, file)
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "open")
    part = next(path for path in (tmp_path / "open").iterdir() if path.suffix in (".db", ".pgdump"))
    part.write_bytes(part.read_bytes()[:-100])
    with tarfile.open(file, "w") as archive:
        for path in (tmp_path / "open").iterdir():
            archive.add(path, path.name)
    with pytest.raises(BackupProblem, match="damaged"):
        restore(settings, file, replace=True)
    file.write_bytes(b"not a tar")
    with pytest.raises(BackupProblem, match="no backup"):
        restore(settings, file, replace=True)
    with store.read() as session:
        assert people.by_ref(session, "C1")


def test_backup_that_would_write_elsewhere_is_refused(settings, store, world, file, tmp_path):
    backup(settings, file)
    with tarfile.open(file, "a") as archive:
        stray = tarfile.TarInfo(f"../{tmp_path.name}-stray")
        archive.addfile(stray, io.BytesIO())
    with pytest.raises(BackupProblem, match="no backup"):
        restore(settings, file, replace=True)
    assert not list(file.parents[1].rglob("*-stray"))
    with store.read() as session:
        assert people.by_ref(session, "C1")


def test_restoring_under_a_running_gateway_is_refused(settings, store, world, file):
    backup(settings, file)
    server = uvicorn.Server(uvicorn.Config(create_app(store, settings), port=settings.port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.05)
        with pytest.raises(BackupProblem, match="stop it first"):
            restore(settings, file, replace=True)
    finally:
        server.should_exit = True
        thread.join()
