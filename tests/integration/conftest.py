"""A gateway, a worker and the worlds around them, for tests of what carries a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from cases import people
from cases.store import inbound
from cases.store.crypto import BOT, ring
from cases.store.models import Alert, Conversation, Inbound, Job, Outgoing, Phone, new_id
from channels.app import create_app
from channels.tools import Tools
from channels.worker import Worker
from tests.standins.post import PostOffice
from tests.standins.rasa import RasaStandIn
from tests.standins.twilio import TwilioStandIn


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime):
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration) -> datetime:
        self.now += timedelta(**duration)
        return self.now


@pytest.fixture
def clock(now) -> Clock:
    return Clock(now)


@pytest.fixture
def twilio():
    standin = TwilioStandIn()
    yield standin
    standin.close()


@pytest.fixture
def rasa():
    standin = RasaStandIn()
    yield standin
    standin.close()


@pytest.fixture
def post():
    office = PostOffice()
    yield office
    office.close()


@pytest.fixture
def wired(settings, twilio, rasa, post):
    """Settings that lead to the stand-ins."""
    return replace(
        settings,
        twilio_account_sid=twilio.account_sid,
        twilio_auth_token=twilio.auth_token,
        twilio_from=twilio.number,
        twilio_api_url=twilio.url,
        rasa_urls=(rasa.url,),
        actions_urls=(rasa.url,),
        smtp_url=post.url,
        mail_from="Heard <heard@council.example>",
    )


@pytest.fixture
def worker(store, wired, world, clock, rasa, twilio) -> Worker:
    """A worker whose `drain()` does what is due at the clock's time."""
    rasa.token = ring.token(BOT)
    twilio.clock = clock
    return Worker(store, wired, tools=Tools(store, wired, ring.token(BOT), clock=clock))


@pytest.fixture
def gateway(store, wired, clock):
    with TestClient(create_app(store, wired, clock), base_url="https://heard.example", follow_redirects=False) as client:
        yield client


@pytest.fixture
def sms(gateway, wired):
    """Call the webhook as Twilio does. Fields are added to or replace those of an ordinary text; None leaves one out."""

    def send(body: str | None = "hello", *, path: str = "/sms", signature: str | None = None, **fields):
        form = {"MessageSid": "SM" + new_id(), "From": "+447700900001", "To": wired.twilio_from, "Body": body, "NumMedia": "0", **fields}
        form = {name: value for name, value in form.items() if value is not None}
        good = RequestValidator(wired.twilio_auth_token).compute_signature(wired.public_url + path, form)
        return gateway.post(path, data=form, headers={"X-Twilio-Signature": good if signature is None else signature})

    return send


class Talk:
    """One child's talk, as a test sees it."""

    def __init__(self, store, worker, clock, world, twilio):
        self.store, self.worker, self.clock, self.world, self.twilio = store, worker, clock, world, twilio

    def take(self, text: str, *, channel: str = "sms", child=None, number: str | None = None, media: int = 0) -> str:
        """A message comes in; nothing works on it yet. Returns its id."""
        with self.store.write() as session:
            talk = (
                people.conversation_of_number(session, number)
                if number
                else people.conversation_of(session, (child or self.world.child).id)
            )
            row = inbound.accept(
                session,
                conversation=talk,
                phone=self.phone_row(session, talk) if channel == "sms" else None,
                provider="twilio" if channel == "sms" else "web",
                provider_id=new_id(),
                channel=channel,
                text=text,
                media=media,
                received_at=self.clock(),
            )
            return row.id

    @staticmethod
    def phone_row(session, talk: Conversation) -> Phone | None:
        """The child's phone, stopped or not."""
        return session.scalar(select(Phone).where(Phone.person_id == talk.child_id, Phone.status != "old")) if talk.child_id else None

    def says(self, text: str, **how) -> list[str]:
        """A message comes in and is worked off. Returns what the bot said after it, on any channel."""
        before = {row.id for row in self.rows(Outgoing)}
        self.take(text, **how)
        self.worker.drain()
        return [row.text for row in self.rows(Outgoing) if row.id not in before and row.conversation_id]

    def rows(self, model, **where) -> list:
        with self.store.read() as session:
            order = {Inbound: Inbound.seq, Outgoing: Outgoing.number.nulls_first(), Alert: Alert.created_at, Job: Job.id}.get(model)
            return list(session.scalars(select(model).filter_by(**where).order_by(order)))

    def roles(self, **where) -> set[str]:
        """Who is alerted."""
        return {alert.to_role for alert in self.rows(Alert, **where)}

    def last(self) -> Inbound:
        return self.rows(Inbound)[-1]

    def conversation(self) -> Conversation:
        with self.store.write() as session:
            return people.conversation_of(session, self.world.child.id)

    def write(self, change) -> None:
        with self.store.write() as session:
            change(session)

    def phone(self) -> list[str]:
        return self.twilio.to("+447700900001")


@pytest.fixture
def talk(store, worker, clock, world, twilio) -> Talk:
    return Talk(store, worker, clock, world, twilio)
