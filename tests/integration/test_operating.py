"""What whoever runs the service sees: metrics without anybody's words, readiness, and refusal before a full disk."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from cases import trace
from cases.store.models import Inbound, Outgoing
from channels.app import create_app

TOKEN = "a-token-for-prometheus"


@pytest.fixture
def watched(store, wired, clock):
    """A gateway with a token for its metrics."""
    with TestClient(create_app(store, replace(wired, metrics_token=TOKEN), clock), base_url="https://heard.example") as client:
        yield client


def scrape(client) -> dict[tuple, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize("given", [None, "Bearer ", "Bearer wrong", TOKEN, "Bearer é"])
def test_metrics_are_not_there_for_whoever_has_no_token(watched, given):
    headers = {"Authorization": given.encode()} if given else {}
    assert watched.get("/metrics", headers=headers).status_code == 404


def test_without_a_token_set_there_are_no_metrics_at_all(gateway):
    assert gateway.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_metrics_tell_what_waits_for_machines_and_for_people(watched, talk, rasa, clock, twilio):
    rasa.fail = 503
    twilio.plan.append({"status": 400, "code": 21211})
    talk.says("he hit me again")
    talk.says("hello")
    clock.advance(minutes=1)
    found = scrape(watched)
    assert found["heard_alerts_open", "concern"] + found["heard_alerts_open", "immediate"] >= 2
    assert found["heard_messages_unread",] == 2
    assert found["heard_jobs_due", "turn"] >= 1 and found["heard_jobs_oldest_seconds", "turn"] > 0
    assert found["heard_outgoing", "failed", "sms"] == 1
    assert found["heard_rasa_up", "1"] == 0
    assert ("heard_alerts_oldest_seconds", "concern") in found


def test_metrics_count_what_came_through_the_door(watched, wired, world):
    form = {"MessageSid": "SM1", "From": "+447700900001", "To": wired.twilio_from, "Body": "hello", "NumMedia": "0"}
    signature = RequestValidator(wired.twilio_auth_token).compute_signature(wired.public_url + "/sms", form)
    assert watched.post("/sms", data=form, headers={"X-Twilio-Signature": signature}).status_code == 200
    assert watched.post("/sms", data=form, headers={"X-Twilio-Signature": "wrong"}).status_code == 403
    found = scrape(watched)
    assert found["heard_accepted_total", "200", "sms"] == 1 and found["heard_accepted_total", "403", "sms"] == 1
    assert found["heard_accept_seconds_count", "sms"] == 2


def test_no_word_name_number_or_id_is_in_the_metrics(watched, talk, world):
    talk.says("zebrafinch he hit me")
    text = watched.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    conversation = talk.conversation().id
    for secret in ("zebrafinch", "Ash", "Denise", "7700900", world.child.id, world.iro.id, conversation, "council.example"):
        assert secret not in text


def test_gateway_that_has_no_room_refuses_before_it_takes_anything(store, wired, world, talk):
    full = replace(wired, free_space_mb=10**9)
    form = {"MessageSid": "SM1", "From": "+447700900001", "To": wired.twilio_from, "Body": "hello", "NumMedia": "0"}
    signature = {"X-Twilio-Signature": RequestValidator(wired.twilio_auth_token).compute_signature(wired.public_url + "/sms", form)}
    with TestClient(create_app(store, full), base_url="https://heard.example") as client:
        if not store.is_sqlite:  # the database is elsewhere, and says so itself when it is full
            assert client.post("/sms", data=form, headers=signature).status_code == 200
            return
        answer = client.post("/sms", data=form, headers=signature)
        assert answer.status_code == 503 and answer.headers["retry-after"]
        assert client.post("/chat/messages", json={"text": "hello"}).status_code == 503
        assert client.get("/ready").status_code == 503 and client.get("/health").status_code == 200
    assert talk.rows(Inbound) == []
    with TestClient(create_app(store, wired), base_url="https://heard.example") as client:
        assert client.post("/sms", data=form, headers=signature).status_code == 200, "the fallback takes the same text"


def test_sqlite_that_is_really_full_keeps_what_it_said_yes_to_and_takes_the_rest_when_there_is_room(store, sms, talk):
    """SQLite's own limit on pages: it fails where a full disk does, in the middle of a transaction."""
    if not store.is_sqlite:
        pytest.skip("about SQLite")
    with store.read() as session:
        most = session.execute(text("PRAGMA page_count")).scalar() + 3
    event.listen(store.engine, "checkout", lambda connection, *_: connection.execute(f"PRAGMA max_page_count={most}"))
    answers = {f"SM{number:03}": sms("long " * 2000, MessageSid=f"SM{number:03}").status_code for number in range(20)}
    assert set(answers.values()) == {200, 503}
    kept = {row.provider_id for row in talk.rows(Inbound)}
    assert kept == {sid for sid, status in answers.items() if status == 200}

    most = 10**6
    for sid in answers:  # as the provider does, which sends each again that it got no 200 for
        assert sms("long " * 2000, MessageSid=sid).status_code == 200
    assert sorted(row.provider_id for row in talk.rows(Inbound)) == sorted(answers)
    talk.worker.drain()
    assert {row.state for row in talk.rows(Inbound)} == {"handled"}


def test_one_id_follows_a_message_from_the_webhook_to_the_delivery(sms, talk):
    trace.set_up("test", as_json=True)
    handler = logging.getLogger().handlers[0]
    lines: list[dict] = []
    handler.emit = lambda record: lines.append(json.loads(handler.format(record)))
    try:
        assert sms("hello there", MessageSid="SMtraced").status_code == 200
        talk.clock.now = talk.last().received_at + timedelta(seconds=1)
        talk.worker.drain()
    finally:
        logging.getLogger().handlers.clear()
    [row] = talk.rows(Inbound)
    said = [line["text"] for line in lines if line.get("message") == row.id and line["level"] == "info"]
    assert said[0] == "kept SMtraced"
    assert [text.split()[0] for text in said[1:]][:3] == ["screen", "turn", "deliver"]
    assert talk.rows(Outgoing, answers=row.id)[0].state == "sent"
    assert all("hello" not in json.dumps(line) and "7700900001" not in json.dumps(line) for line in lines)
