"""Real worker processes, killed in the middle: nothing is lost, doubled or out of order. (A kill is not a power cut.)"""

import os
import signal
import subprocess
import sys
import time

import pytest

from cases import people
from cases.settings import ROOT
from cases.store import inbound
from cases.store.crypto import BOT, ring
from cases.store.models import Inbound, Job, Outgoing, new_id, utcnow


class WorkerProcess:
    def __init__(self, env: dict[str, str], log):
        self.process = subprocess.Popen([sys.executable, "-m", "heard", "worker"], cwd=ROOT, env=env, stdout=log, stderr=log)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@pytest.fixture
def start(wired, store, home, rasa):
    """Start a worker process; whatever still runs at the end is killed."""
    rasa.token = ring.token(BOT)
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("HEARD_", "TWILIO_"))},
        "HEARD_HOME": str(home),
        "HEARD_DATABASE_URL": wired.database_url,
        "HEARD_PUBLIC_URL": wired.public_url,
        "HEARD_RASA_URL": wired.rasa_url,
        "HEARD_SMTP_URL": wired.smtp_url,
        "HEARD_MAIL_FROM": wired.mail_from,
        "TWILIO_ACCOUNT_SID": wired.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": wired.twilio_auth_token,
        "TWILIO_FROM": wired.twilio_from,
        "TWILIO_API_URL": wired.twilio_api_url,
    }
    started = []
    with (home / "worker.log").open("ab") as log:

        def start() -> WorkerProcess:
            started.append(WorkerProcess(env, log))
            return started[-1]

        yield start
        for one in started:
            if one.process.poll() is None:
                one.kill()


def take(store, child, text: str) -> None:
    with store.write() as session:
        inbound.accept(
            session,
            conversation=people.conversation_of(session, child.id),
            provider="twilio",
            provider_id=new_id(),
            channel="sms",
            text=text,
            received_at=utcnow(),
        )


def wait_for(what, seconds: float):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def all_done(store, messages: int) -> bool:
    with store.read() as session:
        handled = session.query(Inbound).filter_by(state="handled").count()
        left = session.query(Job).filter(Job.done_at.is_(None), Job.kind.in_(("screen", "turn", "deliver"))).count()
        return handled == messages and not left


def test_worker_killed_in_mid_turn_is_followed_by_one_that_finishes_it(start, store, world, rasa, twilio):
    rasa.gate.clear()
    first = start()
    take(store, world.child, "hello")
    wait_for(lambda: rasa.calls == 1, 30)
    first.kill()
    rasa.gate.set()
    second = start()
    wait_for(lambda: all_done(store, 1), 40)
    assert rasa.calls == 2 and len(rasa.turns) == 1, "asked twice, run once"
    assert twilio.to("+447700900001") == ["Got: hello"]
    assert second.end() == 0


def test_messages_through_kills_are_neither_lost_nor_doubled_nor_out_of_order(start, store, world, rasa, twilio):
    children = {world.child: "+447700900001", world.sibling: "+447700900002", world.other_child: "+447700900003"}
    worker = start()
    for number in range(12):
        for child in children:
            take(store, child, str(number))
        if number in (3, 7, 10):
            time.sleep(0.4)
            worker.kill()
            worker = start()
        time.sleep(0.1)
    wait_for(lambda: all_done(store, 36), 120)
    worker.end()
    for child, phone in children.items():
        with store.read() as session:
            talk = people.conversation_of(session, child.id).id
            replies = session.query(Outgoing).filter_by(conversation_id=talk).order_by(Outgoing.number).all()
        assert [turn["text"] for turn in rasa.turns if turn["conversation"] == talk] == [str(number) for number in range(12)]
        assert [reply.text for reply in replies] == [f"Got: {number}" for number in range(12)]
        assert twilio.to(phone) == [f"Got: {number}" for number in range(12)], "on the phone: each once, in order"


def test_two_workers_share_the_work(start, store, world, rasa):
    workers = [start(), start()]
    for number in range(10):
        for child in (world.child, world.sibling, world.other_child):
            take(store, child, str(number))
    wait_for(lambda: all_done(store, 30), 60)
    assert [worker.end() for worker in workers] == [0, 0]
    assert len(rasa.turns) == 30 == rasa.calls


def test_no_word_name_or_number_is_in_any_file(start, store, world, rasa, home, gateway, sms):
    canary = "zebrafinch-canary"
    assert sms(f"my {canary} secret, he hit me").status_code == 200
    assert sms(f"{canary}", From="+447700900777").status_code == 200
    rasa.answer = lambda said: {"replies": [{"text": f"{canary} back"}], "intent": "x"}
    worker = start()
    wait_for(lambda: all_done(store, 2), 60)
    rasa.fail = 500
    sms(f"{canary} that fails")
    time.sleep(2)
    worker.end()
    found = []
    for path in home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for secret in (canary, "Ash Marlow", "Denise", "+447700900001", "447700900777", "denise@council.example"):
                if secret.encode() in data or secret.encode("utf-16-le") in data:
                    found.append((path.name, secret))
    assert found == []
    assert (home / "worker.log").stat().st_size > 0, "the failing turn was logged"
