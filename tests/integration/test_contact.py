"""How a child is reached: a new number proved by a code, quiet times, and a phone that others read too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from cases import contact, people
from cases.store import outbox
from cases.store.models import Audit, Issue, Outgoing, Person, Phone

NEW = "+447700900077"


def write(talk, text: str, *, author: str) -> None:
    """The IRO writes to the child."""
    with talk.store.write() as session:
        outbox.say(session, people.conversation_of(session, talk.world.child.id), text, author=author, now=talk.clock())
    talk.worker.drain()


def code(talk) -> str:
    with talk.store.write() as session:
        return contact.code_for_new_phone(session, session.get_one(Person, talk.world.child.id), talk.clock())


def test_code_texted_from_the_new_phone_moves_the_child_there(talk, sms, world):
    sms(code(talk).lower(), From=NEW)
    talk.worker.drain()
    (reply,) = talk.twilio.to(NEW)
    assert "know this number now" in reply and "Ash" not in reply and "Denise" not in reply
    with talk.store.read() as session:
        states = {phone.number: phone.status for phone in session.scalars(select(Phone).where(Phone.person_id == world.child.id))}
        assert states == {"+447700900001": "old", NEW: "verified"}
        assert session.scalars(select(Audit).where(Audit.action == "new number proved")).one().child_id == world.child.id
        assert session.scalars(select(Issue).where(Issue.kind == "contact_change")).one().child_id == world.child.id
    sms("hello again", From=NEW)
    talk.worker.drain()
    assert talk.twilio.to(NEW)[-1] == "Got: hello again"


def test_code_works_once_and_a_guess_never(talk, sms):
    given = code(talk)
    sms("CDFG-HJKM", From="+447700900066")
    sms(given, From=NEW)
    talk.worker.drain()
    sms(given, From="+447700900067")
    talk.worker.drain()
    for stranger in ("+447700900066", "+447700900067"):
        assert "do not know this number" in talk.twilio.to(stranger)[0]
    with talk.store.read() as session:
        assert people.phone_of(session, "+447700900066") is None and people.phone_of(session, "+447700900067") is None


def test_what_people_write_waits_for_the_end_of_the_quiet_time_and_answers_do_not(talk, world):
    with talk.store.write() as session:
        contact.change(session, session.get_one(Person, world.child.id), quiet_from="11:00", quiet_until="15:30")
    write(talk, "See you on Friday.", author=world.iro.id)
    assert talk.phone() == []
    assert talk.says("hi") == ["Got: hi"] and talk.phone() == ["Got: hi"]
    talk.clock.advance(hours=3, minutes=31)
    talk.worker.drain()
    assert talk.phone() == ["Got: hi", "Denise: See you on Friday."]


@pytest.mark.parametrize(
    ("hour", "ends"),
    [(20, None), (22, datetime(2026, 11, 25, 8, tzinfo=UTC)), (7, datetime(2026, 11, 24, 8, tzinfo=UTC)), (9, None)],
)
def test_quiet_time_over_midnight_is_one(store, world, now, hour, ends):
    with store.write() as session:
        held = contact.change(session, session.get_one(Person, world.child.id), quiet_from="21:00", quiet_until="08:00")
        quiet = contact.quiet_time(held, now.replace(hour=hour))
        assert (quiet and quiet[1]) == ends
        assert quiet is None or quiet[1] - quiet[0] == timedelta(hours=11)


def test_an_answer_to_a_child_who_writes_in_their_quiet_time_does_not_wait(talk, world):
    with talk.store.write() as session:
        contact.change(session, session.get_one(Person, world.child.id), quiet_from="11:00", quiet_until="15:30")
    write(talk, "I spoke to your school.", author=world.iro.id)
    assert talk.phone() == []
    talk.says("did she read it")
    write(talk, "Yes, I have read it.", author=world.iro.id)
    assert talk.phone() == ["Got: did she read it", "Denise: I spoke to your school.", "Denise: Yes, I have read it."]


def test_what_people_write_after_an_alarm_does_not_wait_for_the_end_of_the_quiet_time(talk, world):
    with talk.store.write() as session:
        contact.change(session, session.get_one(Person, world.child.id), quiet_from="15:30", quiet_until="08:00")
    talk.says("my carer hits me and i am scared")
    talk.clock.advance(hours=6)
    before = len(talk.phone())
    write(talk, "Can you talk? I will ring.", author=world.iro.id)
    assert talk.phone()[before:] == ["Denise: Can you talk? I will ring."]


def test_on_a_shared_phone_only_a_knock_arrives_until_the_child_writes(talk, world):
    talk.write(lambda session: setattr(people.phone_of(session, "+447700900001"), "shared", True))
    write(talk, "I spoke to your social worker.", author=world.iro.id)
    write(talk, "She will ring.", author=world.iro.id)
    assert talk.phone() == ["You have a message. Text OK when you want to read it."]
    talk.says("ok")
    assert talk.phone()[1:3] == ["Denise: I spoke to your social worker.", "Denise: She will ring."]
    write(talk, "Anything else?", author=world.iro.id)
    assert talk.phone()[-1] == "Denise: Anything else?", "the child is there"
    talk.clock.advance(hours=2)
    write(talk, "Good night.", author=world.iro.id)
    assert talk.phone()[-1].startswith("You have a message")


def test_child_who_prefers_the_web_gets_what_people_write_there(talk, world):
    with talk.store.write() as session:
        contact.change(session, session.get_one(Person, world.child.id), channel="web")
    write(talk, "See you on Friday.", author=world.iro.id)
    assert talk.phone() == []
    assert [row.channel for row in talk.rows(Outgoing, author=world.iro.id)] == ["web"]
    assert talk.says("hi") == ["Got: hi"] and talk.phone() == ["Got: hi"], "a text is answered by text"
