"""Twilio brings a text: it is on disk before Twilio is told 200, and nothing that comes makes a 500."""

import base64
import hashlib
import hmac
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from cases import people
from cases.store.models import Conversation, Inbound, Job, Outgoing, new_id
from channels.app import create_app


def kept(store, **where):
    with store.read() as session:
        return session.query(Inbound).filter_by(**where).order_by(Inbound.seq).all()


def test_signed_text_is_kept_under_the_child_and_answered_with_empty_twiml(sms, store, world):
    answer = sms("hi denise")
    assert answer.status_code == 200 and "<Response/>" in answer.text and answer.headers["content-type"].startswith("text/xml")
    [row] = kept(store)
    assert (row.text, row.owner, row.seq, row.state, row.channel) == ("hi denise", world.child.id, 1, "waiting", "sms")


@pytest.mark.parametrize("signature", ["", "wrong", "é", "x" * 5000])
def test_unsigned_or_wrongly_signed_text_is_refused(sms, store, world, signature):
    assert sms(signature=signature.encode() if not signature.isascii() else signature).status_code == 403
    assert kept(store) == []


def test_text_changed_on_its_way_is_refused(gateway, wired, store, world):
    form = {"MessageSid": "SM1", "From": "+447700900001", "To": "+447700900999", "Body": "hi"}
    good = RequestValidator(wired.twilio_auth_token).compute_signature("https://heard.example/sms", form)
    assert gateway.post("/sms", data={**form, "Body": "bye"}, headers={"X-Twilio-Signature": good}).status_code == 403


def test_nothing_is_taken_when_no_token_is_set(store, settings, world):
    from dataclasses import replace

    bare = replace(settings, twilio_account_sid="", twilio_auth_token="", twilio_from="")
    form = {"MessageSid": "SM1", "From": "+447700900001", "Body": "hi"}
    signed = RequestValidator("").compute_signature("https://heard.example/sms", form)
    with TestClient(create_app(store, bare)) as client:
        assert client.post("/sms", data=form, headers={"X-Twilio-Signature": signed}).status_code == 403
    assert kept(store) == []


def test_signature_is_over_the_public_address_whatever_the_proxy_calls_us(store, wired, world):
    form = {"MessageSid": "SM1", "From": "+447700900001", "Body": "hi"}
    good = RequestValidator(wired.twilio_auth_token).compute_signature("https://heard.example/sms?from=fallback", form)
    with TestClient(create_app(store, wired), base_url="http://10.0.0.7:8000") as client:
        answer = client.post("/sms?from=fallback", data=form, headers={"X-Twilio-Signature": good, "Host": "inner:8000"})
    assert answer.status_code == 200


def test_same_message_twice_changes_nothing_the_second_time(sms, store, world):
    assert sms("hi", MessageSid="SMsame").status_code == 200
    assert sms("hi", MessageSid="SMsame").status_code == 200
    assert len(kept(store)) == 1


def test_same_message_and_others_at_the_same_moment_are_each_kept_once_and_numbered(sms, store, world):
    sids = ["SMa", "SMb", "SMa", "SMc", "SMb", "SMa"]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda sid: sms(sid, MessageSid=sid).status_code, sids))
    assert set(answers) == {200}
    rows = kept(store)
    assert sorted(row.text for row in rows) == ["SMa", "SMb", "SMc"] and [row.seq for row in rows] == [1, 2, 3]


def test_first_messages_of_an_unknown_number_at_the_same_moment_share_one_talk(sms, store, world):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: sms(str(n), From="+447700900555").status_code, range(4)))
    assert set(answers) == {200}
    with store.read() as session:
        assert session.query(Conversation).filter(Conversation.child_id.is_(None)).count() == 1
    assert len(kept(store)) == 4


@pytest.mark.parametrize("missing", ["MessageSid", "From", "Body"])
def test_text_without_a_field_is_refused_in_a_plain_line(sms, store, world, missing):
    answer = sms(**({"body": None} if missing == "Body" else {missing: None}))
    assert answer.status_code == 400 and missing in answer.text and answer.text.count("\n") == 1


@pytest.mark.parametrize("fields", [{"MessageSid": "a\x00b"}, {"MessageSid": "x" * 200}, {"From": "y" * 200}, {"From": "   "}])
def test_fields_that_twilio_never_sends_are_refused(sms, store, world, fields):
    assert sms(**fields).status_code == 400
    assert kept(store) == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "x" * 50_000,
        "😀" * 10_000,
        "nul\x00 bell\x07 esc\x1b",
        "/restart",
        '/affirm{"a": 1}',
        "من هو المسؤول عني؟",
        "a\r\nb\u2028c",
        "%00%ff&=+",
    ],
)
def test_odd_texts_are_kept_whole(sms, store, world, body):
    assert sms(body).status_code == 200
    assert kept(store)[0].text == body


@pytest.mark.parametrize("media", ["", "two", "-1", "99999999", "1", "٣"])
def test_odd_media_counts_make_no_error(sms, store, world, media):
    assert sms("look", NumMedia=media).status_code == 200
    assert kept(store)[0].media == (1 if media == "1" else 0)


def raw(gateway, wired, body: bytes, signed: bytes):
    digest = base64.b64encode(
        hmac.new(wired.twilio_auth_token.encode(), b"https://heard.example/sms" + signed, hashlib.sha1).digest()
    ).decode()
    return gateway.post("/sms", content=body, headers={"X-Twilio-Signature": digest, "Content-Type": "application/x-www-form-urlencoded"})


def test_lone_surrogate_and_bytes_that_are_no_text_are_kept_as_well_as_can_be(gateway, wired, store, world):
    for sid, lone in ((b"SM1", "\ud83d".encode("utf-8", "surrogatepass")), (b"SM2", b"\xff\xfe")):
        pairs = {b"Body": b"hi " + lone, b"From": b"+447700900001", b"MessageSid": sid}
        answer = raw(gateway, wired, urlencode(pairs).encode(), b"".join(name + pairs[name] for name in sorted(pairs)))
        assert answer.status_code == 200
    assert all(row.text.startswith("hi \ufffd") for row in kept(store))


def test_forms_without_end_are_refused(gateway, wired, world):
    assert raw(gateway, wired, b"Body=" + b"x" * 3_000_000, b"").status_code == 413
    assert raw(gateway, wired, b"&".join(b"a%d=1" % n for n in range(500)), b"").status_code == 400
    assert raw(gateway, wired, b"\x00\xff not a form", b"").status_code in (400, 403)
    assert gateway.get("/sms").status_code == 405


def test_number_that_is_unverified_or_a_member_of_staffs_is_not_a_childs(sms, store, world):
    with store.write() as session:
        people.phone_of(session, "+447700900001").status = "unverified"
    for number in ("+447700900001", "+447700900101", "+447700900777", "85258", "anonymous"):
        assert sms("hi", From=number).status_code == 200
    with store.read() as session:
        assert session.query(Conversation).filter(Conversation.child_id.is_not(None)).count() == 0
    assert len(kept(store)) == 5


def test_full_or_broken_disk_is_answered_503_so_that_twilio_tries_again(sms, store, world, monkeypatch):
    def full(self):
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    monkeypatch.setattr(type(store), "write", full)
    answer = sms("hi")
    assert answer.status_code == 503 and "Traceback" not in answer.text


def test_store_that_stays_locked_is_answered_503_before_twilio_gives_up(sms, store, world, monkeypatch):
    monkeypatch.setattr("channels.twilio.webhook.PATIENCE", 0.3)
    unlocked = threading.Event()
    monkeypatch.setattr("channels.twilio.webhook._accept", lambda store, form, now: unlocked.wait(60))
    assert sms("hi").status_code == 503
    assert not unlocked.is_set(), "it did not wait for the lock"
    unlocked.set()


# Receipts -------------------------------------------------------------------------------------------------------------


def sent(store, world, now) -> str:
    from cases.store import outbox

    with store.write() as session:
        talk = people.conversation_of(session, world.child.id)
        row = outbox.say(session, talk, "hello", channel="sms", now=now)
        row.state, row.provider_id = "sent", "SMout"
        return row.id


def receive(sms, receipts: list[str], id: str | None, *, code: str) -> None:
    """The receipts come in, with our own id for the text in the URL or without."""
    for receipt in receipts:
        path = f"/sms/status?id={id}" if id else "/sms/status"
        assert sms(None, path=path, MessageSid="SMout", MessageStatus=receipt, ErrorCode=code).status_code == 200


def state(store, id: str) -> str:
    with store.read() as session:
        return session.get_one(Outgoing, id).state


@pytest.mark.parametrize(
    ("receipts", "end"),
    [
        (["queued", "sent", "delivered"], "delivered"),
        (["delivered", "sent", "queued"], "delivered"),
        (["sent", "sent", "delivered", "delivered"], "delivered"),
        (["undelivered", "sent"], "failed"),
        (["failed", "delivered"], "delivered"),
        (["teleported", ""], "sent"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_receipts_in_any_order_end_the_same(sms, store, world, now, receipts, end, named):
    id = sent(store, world, now)
    receive(sms, receipts, id if named else None, code="30007")
    assert state(store, id) == end


@pytest.mark.parametrize(
    ("receipts", "end"),
    [
        (["undelivered", "undelivered", "sent"], "waiting"),
        (["undelivered", "delivered"], "delivered"),
        (["undelivered", "delivered", "undelivered"], "delivered"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_text_that_goes_out_again_takes_no_more_from_its_first_try_than_that_it_arrived(sms, store, world, now, receipts, end, named):
    id = sent(store, world, now)
    receive(sms, receipts, id if named else None, code="30003")
    assert state(store, id) == end
    with store.read() as session:
        assert len(session.scalars(select(Job).where(Job.lane == f"again:{id}")).all()) == 1


def test_receipt_that_overtakes_our_own_note_finds_its_message_by_our_id(sms, store, world, now):
    id = sent(store, world, now)
    with store.write() as session:
        row = session.get_one(Outgoing, id)
        row.state, row.provider_id = "sending", None
    assert sms(None, path=f"/sms/status?id={id}", MessageSid="SMnew", MessageStatus="delivered").status_code == 200
    with store.read() as session:
        row = session.get_one(Outgoing, id)
        assert (row.state, row.provider_id) == ("delivered", "SMnew")


def test_receipts_are_signed_too_and_unknown_ones_change_nothing(sms, store, world, now):
    id = sent(store, world, now)
    assert sms(None, path="/sms/status", MessageSid="SMout", MessageStatus="failed", signature="no").status_code == 403
    assert sms(None, path="/sms/status", MessageSid="SMother", MessageStatus="failed").status_code == 200
    assert sms(None, path="/sms/status", MessageSid=None, MessageStatus="failed").status_code == 400
    assert state(store, id) == "sent"


def test_opted_out_receipt_stops_the_phone_and_a_person_is_told(sms, store, world, now):
    sent(store, world, now)
    sms(None, path="/sms/status", MessageSid="SMout", MessageStatus="undelivered", ErrorCode="21610", From=new_id())
    with store.read() as session:
        from cases.store.models import Alert

        assert people.phone_of(session, "+447700900001").status == "stopped"
        assert {alert.to_role for alert in session.query(Alert)} == {"iro", "duty"}


# Headers --------------------------------------------------------------------------------------------------------------


def test_every_answer_has_strict_headers(gateway, world):
    for path in ("/health", "/chat", "/blank", "/nothing-here"):
        headers = gateway.get(path).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy and "default-src" in policy
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
        assert "no-store" in headers["cache-control"]


def test_health_and_ready_say_no_more_than_they_must(gateway):
    assert gateway.get("/health").json() == {"status": "ok"}
    assert gateway.get("/ready").json() == {"status": "ok"}
