"""The whole of Heard, really running: `heard up` as a process, beside stand-ins for Twilio and the mail server.

Used by the conversation and browser tests, `make talk-eval` and the benchmarks. A Child texts through the signed webhook
and reads at the stand-in what reaches the phone; what is stored is read from the case store itself.
"""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import func, select

from cases import exporting, people
from cases.settings import ROOT, Settings
from cases.store import crypto
from cases.store.db import Store
from cases.store.models import Inbound, Job
from tests.standins.ports import free_port
from tests.standins.post import PostOffice
from tests.standins.twilio import TwilioStandIn

READY = 300
ANSWER = 60
_numbers = itertools.count(200)


def wait_until(what: Callable[[], object], seconds: float, why: str):
    """The first true value of `what()`. Raises AssertionError with `why` when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        threading.Event().wait(0.05)
    raise AssertionError(f"Not within {seconds} s: {why}")


class Stack:
    """Use as a context manager. `home` is a new folder; the trained model is shared with the project's own HEARD_HOME."""

    def __init__(self, home: Path, database_url: str = "", *, demo: bool = False, twilio: TwilioStandIn | None = None):
        self.home = home
        self.demo = demo
        self.twilio = twilio or TwilioStandIn()
        self.post = PostOffice()
        self.port = free_port()
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HEARD_", "TWILIO_"))},
            "PORT": str(self.port),
            "HEARD_HOME": str(home),
            "HEARD_DATABASE_URL": database_url or f"sqlite:///{home / 'heard.db'}",
            "HEARD_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "HEARD_SMTP_URL": self.post.url,
            "HEARD_MAIL_FROM": "heard@council.example",
            "HEARD_SECOND_FACTOR": "off",
            "HEARD_RASA_URL": f"http://127.0.0.1:{free_port()}",
            "HEARD_ACTIONS_URL": f"http://127.0.0.1:{free_port()}",
            "TWILIO_ACCOUNT_SID": self.twilio.account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio.auth_token,
            "TWILIO_FROM": self.twilio.number,
            "TWILIO_API_URL": self.twilio.url,
        }
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> Stack:
        self.home.mkdir(parents=True, exist_ok=True)
        models = ROOT / "var" / "models"
        models.mkdir(parents=True, exist_ok=True)
        (self.home / "models").symlink_to(models)
        (self.home / "service.key").write_text(crypto.new_service_key() + "\n")
        self.settings = Settings.from_env(self.env)
        self.store = Store(self.settings.database_url, crypto.read_service_keys(self.settings.key_file))
        self.store.prepare()
        self.start()
        return self

    def __exit__(self, *exc) -> None:
        self.stop()
        self.store.close()
        self.twilio.close()
        self.post.close()

    def open_keys(self) -> None:
        crypto.ring.bind(crypto.read_service_keys(self.settings.key_file), self.store._wrapped_key)

    def start(self) -> None:
        self.log = (self.home / "up.log").open("ab")
        command = [sys.executable, "-m", "heard", "up", *(["--demo"] if self.demo else [])]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=self.log, stderr=subprocess.STDOUT)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        self.log.close()

    def wait_for_gateway(self) -> None:
        wait_until(lambda: self._answers(f"{self.url}/health"), 60, "the gateway answers")

    def wait_for_rasa(self) -> None:
        """Until Rasa is up; the model is trained first where it must be."""
        wait_until(lambda: self._answers(f"{self.settings.rasa_url}/webhooks/heard/health"), READY, f"Rasa answers\n{self.tail()}")

    def tail(self) -> str:
        return (self.home / "up.log").read_text(errors="replace")[-3000:]

    def _answers(self, url: str) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"heard up ended:\n{self.tail()}")
        try:
            return httpx.get(url, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def cli(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "heard", *arguments], cwd=ROOT, env=self.env, input=stdin, capture_output=True, text=True, timeout=300
        )

    def webhook(self, path: str, fields: dict[str, str], *, signature: str | None = None) -> httpx.Response:
        """Call the gateway as Twilio does, signed over the public address."""
        fields = {"AccountSid": self.twilio.account_sid, **fields}
        headers = {"X-Twilio-Signature": self.twilio.sign(self.settings.public_url + path, fields) if signature is None else signature}
        return httpx.post(self.url + path, data=fields, headers=headers, timeout=15)

    def child(self, *, ref: str = "", iro=None, name: str = "Robin Pretend", **details) -> Child:
        """A new child with a number of their own."""
        number = f"+447700900{next(_numbers)}"
        with self.store.write() as session:
            person = people.add_person(session, kind="child", ref=ref or f"C-{uuid.uuid4().hex[:8]}", name=name, phone=number, **details)
            if iro is not None:
                people.allocate(session, person, iro, datetime.now(UTC))
        return Child(self, number, person.ref, person.id)

    def staff(self, kind: str, name: str, **details):
        with self.store.write() as session:
            ref = f"{kind}-{uuid.uuid4().hex[:6]}"
            details.setdefault("email", f"{ref}@council.example")
            return people.add_person(session, kind=kind, ref=ref, name=name, **details)


class Child:
    """A child with a phone."""

    def __init__(self, stack: Stack, number: str, ref: str, id: str):
        self.stack, self.number, self.ref, self.id = stack, number, ref, id

    def text(self, body: str, *, sid: str = "", **fields: str) -> str:
        """Send a text, and wait for nothing."""
        sid = sid or "SM" + uuid.uuid4().hex
        sent = {"MessageSid": sid, "From": self.number, "To": self.stack.twilio.number, "Body": body, "NumMedia": "0", **fields}
        answer = self.stack.webhook("/sms", sent)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return sid

    def says(self, body: str, **fields: str) -> list[str]:
        """Send a text; the texts that came back once it was handled, in order."""
        before = len(self.phone())
        sid = self.text(body, **fields)
        wait_until(lambda: self._handled(sid), ANSWER, f"the message is handled\n{self.stack.tail()}")
        wait_until(self._nothing_left_to_send, ANSWER, "the replies are delivered")
        return self.phone()[before:]

    def phone(self) -> list[str]:
        """Every text that reached this phone, oldest first."""
        return [message.body for message in self.stack.twilio.messages if message.to == self.number]

    def record(self) -> dict:
        """All that is held on the child, as `heard export` prints it."""
        with self.stack.store.read() as session:
            return exporting.export(session, people.by_ref(session, self.ref))

    def consultation(self) -> dict:
        """The newest consultation in the export."""
        held = self.record()["consultations"]
        assert held, "no consultation was kept"
        return held[-1]

    def _handled(self, sid: str) -> bool:
        with self.stack.store.read() as session:
            return session.scalar(select(Inbound.state).where(Inbound.provider_id == sid)) in ("handled", "set_aside")

    def _nothing_left_to_send(self) -> bool:
        with self.stack.store.read() as session:
            talk = people.conversation_of(session, self.id)
            return not session.scalar(select(func.count()).select_from(Job).where(Job.lane == f"send:{talk.id}", Job.done_at.is_(None)))
