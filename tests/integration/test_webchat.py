"""A child in a browser: the way in, writing and reading, and the way out."""

import json
import re
import threading
import time
from datetime import timedelta

import httpx
import pytest
import uvicorn
from starlette.testclient import TestClient

from cases import invites, people
from cases.store import inbound, outbox
from cases.store.models import ChatInvite, ChatSession, Inbound
from channels import webchat
from channels.app import create_app
from tests.standins.ports import free_port


@pytest.fixture
def invite(store, world, now):
    with store.write() as session:
        return invites.make_invite(session, world.child, world.iro, now)


@pytest.fixture
def chat(gateway, invite):
    """A browser that is signed in."""
    assert gateway.post("/chat/enter", data={"code": invite[1]}).status_code == 303
    return gateway


def csrf(page) -> str:
    return re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)[1]


def send(chat, text="hello", id="client-id-1", **more):
    token = more.pop("csrf", None) or csrf(chat.get("/chat"))
    return chat.post("/chat/messages", json={"id": id, "text": text, "csrf": token, **more})


def kept(store) -> list[Inbound]:
    with store.read() as session:
        return session.query(Inbound).order_by(Inbound.seq).all()


# The way in -----------------------------------------------------------------------------------------------------------


def test_link_is_taken_out_of_the_address_and_is_not_used_up_by_looking(gateway, invite, store):
    for _ in range(3):  # a preview of the link, and the child's own tap
        answer = gateway.get(f"/chat?invite={invite[0]}")
        assert answer.status_code == 303 and answer.headers["location"] == "/chat"
    page = gateway.get("/chat")
    assert "Open my chat" in page.text and invite[0] not in page.text and 'name="code"' not in page.text
    with store.read() as session:
        assert session.query(ChatInvite).one().used_at is None
    answer = gateway.post("/chat/enter", data={})
    assert answer.status_code == 303 and "heard_invite" not in gateway.cookies
    assert 'role="log"' in gateway.get("/chat").text


def test_cookie_of_the_sign_in_is_for_our_pages_only(gateway, invite):
    cookie = gateway.post("/chat/enter", data={"code": invite[1]}).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "secure" in cookie and "path=/chat" in cookie
    assert "max-age" not in cookie.split("heard_invite")[0]


def test_child_may_stay_signed_in_on_a_device_of_their_own(gateway, invite, store):
    cookie = gateway.post("/chat/enter", data={"code": invite[1], "own_device": "yes"}).headers["set-cookie"].lower()
    assert "max-age=2592000" in cookie
    with store.read() as session:
        assert session.query(ChatSession).one().own_device


@pytest.mark.parametrize("typed", ["lower", "spaced"])
def test_code_may_be_typed_carelessly(gateway, invite, typed):
    code = invite[1].lower() if typed == "lower" else f" {invite[1][:4]} - {invite[1][4:]} "
    assert gateway.post("/chat/enter", data={"code": code}).status_code == 303


def test_code_and_link_work_once(gateway, invite):
    assert gateway.post("/chat/enter", data={"code": invite[1]}).status_code == 303
    gateway.cookies.clear()
    for way_in in invite:
        answer = gateway.post("/chat/enter", data={"code": way_in})
        assert answer.status_code == 403 and "works one time" in answer.text


def test_expired_link_is_refused_plainly(gateway, invite, store, now):
    with store.write() as session:
        session.query(ChatInvite).one().expires_at = now - timedelta(minutes=1)
    gateway.get(f"/chat?invite={invite[0]}")
    assert gateway.post("/chat/enter", data={}).status_code == 403
    assert 'name="code"' in gateway.get("/chat").text


@pytest.mark.parametrize("code", ["", "WRONG", "x" * 5000, "é\x00", "' or 1=1 --"])
def test_wrong_code_is_refused_plainly(gateway, invite, code):
    assert gateway.post("/chat/enter", data={"code": code}).status_code == 403


def test_guessing_codes_is_stopped_even_for_the_right_one(gateway, invite):
    for number in range(12):
        gateway.post("/chat/enter", data={"code": f"WRONG{number}"})
    assert gateway.post("/chat/enter", data={"code": invite[1]}).status_code == 403


def test_odd_link_is_only_a_wrong_one(gateway, invite):
    for token in ("", "%00", "é", "x" * 3000, "a;b=c"):
        assert gateway.get("/chat", params={"invite": token}).status_code == 303
        assert gateway.post("/chat/enter", data={}).status_code == 403


# Writing and reading --------------------------------------------------------------------------------------------------


def test_message_is_kept_in_the_same_talk_as_texts(chat, store, sms, world):
    sms("by text")
    assert send(chat, "by web").json() == {"ok": True, "n": 2}
    rows = kept(store)
    assert [(row.text, row.channel, row.seq) for row in rows] == [("by text", "sms", 1), ("by web", "web", 2)]
    assert rows[0].conversation_id == rows[1].conversation_id
    page = chat.get("/chat").text
    assert page.index("by text") < page.index("by web")


def test_same_message_sent_again_is_one_and_gets_the_same_answer(chat, store):
    assert send(chat, "hi").json() == send(chat, "hi").json() == {"ok": True, "n": 1}
    assert send(chat, "hi", id="client-id-2").json()["n"] == 2
    assert len(kept(store)) == 2


def test_page_works_without_javascript(chat, store):
    page = chat.get("/chat")
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text.split('id="write"')[1]))
    for _ in range(2):  # pressed twice
        answer = chat.post("/chat/messages", data={**fields, "text": "by form"})
        assert answer.status_code == 303 and answer.headers["location"] == "/chat"
    assert [row.text for row in kept(store)] == ["by form"]
    assert "<noscript>" in page.text


def test_a_child_is_told_where_words_are_that_heard_let_go(chat, store, now):
    send(chat, "my teacher is mean")
    with store.write() as session:
        row = session.query(Inbound).one()
        row.text, row.words_gone_at = "", now
    assert "What was said here is on your record now." in chat.get("/chat").text


def test_quick_answer_is_taken_only_from_the_menu_last_sent(chat, store, world, clock):
    with store.write() as session:
        talk = people.conversation_of(session, world.child.id)
        outbox.say(session, talk, "Which?", channel="web", choices=[{"title": "My IRO", "payload": "/who_is_my_iro"}], now=clock())
    clock.advance(seconds=5)
    page = chat.get("/chat").text
    assert '<button name="payload" value="/who_is_my_iro">My IRO</button>' in page
    assert send(chat, "", payload="/make_complaint").status_code == 409
    assert send(chat, "anything", payload="/who_is_my_iro").status_code == 200
    assert [row.text for row in kept(store)] == ["My IRO"]
    assert '<button name="payload"' not in chat.get("/chat").text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"id": 5, "text": "x"}',
        b'{"id": "short", "text": "x"}',
        b'{"id": "client-id-1", "text": 7}',
        b"\xff\xfe",
    ],
)
def test_odd_requests_are_refused_plainly(chat, body):
    answer = chat.post("/chat/messages", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 403) and answer.json()["error"]


@pytest.mark.parametrize("text", ["", "  ", "x" * 50_000, "nul\x00", "\ud83d", "/restart", "😀 مرحبا", "<script>alert(1)</script>"])
def test_odd_texts_are_kept_and_shown_harmlessly(chat, store, text):
    body = json.dumps({"id": "client-id-1", "text": text, "csrf": csrf(chat.get("/chat"))})
    assert chat.post("/chat/messages", content=body, headers={"content-type": "application/json"}).status_code == 200
    assert kept(store)[0].text == text.encode("utf-8", "replace").decode()  # half a character becomes a "?"
    page = chat.get("/chat")
    assert page.status_code == 200 and "<script>alert" not in page.text


def test_form_of_another_site_and_wrong_tokens_are_refused(chat, store):
    assert send(chat, csrf="0" * 64).status_code == 403
    token = csrf(chat.get("/chat"))
    answer = chat.post("/chat/messages", data={"csrf": token, "id": "client-id-1", "text": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert kept(store) == []


def test_too_long_a_message_is_refused_plainly(chat, store):
    assert send(chat, "x" * 1_100_000).status_code == 413
    assert kept(store) == []


def test_store_that_is_locked_is_answered_503(chat, store, monkeypatch):
    from sqlalchemy.exc import OperationalError

    token = csrf(chat.get("/chat"))

    def locked(self):
        raise OperationalError("x", {}, Exception("locked"))

    monkeypatch.setattr(type(store), "write", locked)
    assert send(chat, csrf=token).status_code == 503


def test_signed_out_browser_sends_and_hears_nothing(gateway, store, world):
    assert gateway.post("/chat/messages", json={"id": "client-id-1", "text": "x"}).status_code == 401
    assert gateway.post("/chat/messages", data={"id": "client-id-1", "text": "x"}).headers["location"] == "/chat"
    assert gateway.get("/chat/events").status_code == 401
    assert kept(store) == []


def test_shared_device_is_signed_out_after_an_hour_and_an_own_one_is_not(chat, store, now):
    with store.write() as session:
        session.query(ChatSession).one().seen_at = now - timedelta(minutes=61)
    assert 'name="code"' in chat.get("/chat").text
    with store.write() as session:
        session.query(ChatSession).one().own_device = True
    assert 'role="log"' in chat.get("/chat").text


def test_child_who_left_is_signed_out(chat, store, world, now):
    with store.write() as session:
        people.by_ref(session, "C1").left_at = now
    assert chat.post("/chat/messages", json={"id": "client-id-1", "text": "x", "csrf": "x"}).status_code == 401


def test_leaving_ends_the_sign_in_and_shows_a_blank_page(chat):
    token = dict(chat.cookies)["heard_chat"]
    answer = chat.post("/chat/leave", data={})
    assert answer.status_code == 303 and answer.headers["location"] == "/blank"
    blank = chat.get("/blank").text
    assert "Heard" not in blank and "chat" not in blank.lower()
    chat.cookies.set("heard_chat", token)
    assert 'name="code"' in chat.get("/chat").text, "the old cookie is worth nothing"


def test_pages_call_nobody_else_and_hold_no_inline_script_or_style(chat):
    for page in (chat.get("/chat").text, chat.get("/blank").text):
        assert "//" not in re.sub(r"<!--.*?-->", "", page).replace("<!doctype", "")
        assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", page)
    script = chat.get("/chat/static/chat.js").text
    assert "localStorage" not in script and "sessionStorage" not in script and "http" not in script and "pushState" not in script


# Events ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(store, wired, invite, clock):
    """The gateway as a real server, since events are a stream; a signed-in client."""
    app = create_app(store, wired, clock)
    server = uvicorn.Server(uvicorn.Config(app, port=free_port(), log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    url = f"http://127.0.0.1:{server.config.port}"
    answer = httpx.post(f"{url}/chat/enter", data={"code": invite[1]})
    cookie = answer.headers["set-cookie"].split(";")[0]
    with httpx.Client(base_url=url, headers={"Cookie": cookie}, timeout=10) as client:
        yield client
    server.should_exit = True
    thread.join(10)


def events(client, count, **how):
    """The first `count` events of the stream: (id, name, data)."""
    found, fields = [], {}
    with client.stream("GET", "/chat/events", **how) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream") and "no-store" in stream.headers["cache-control"]
        for line in stream.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "data" in fields:
                found.append((fields.get("id"), fields.get("event"), json.loads(fields["data"])))
                fields = {}
                if len(found) == count:
                    return found
    return found


def say(store, world, now, text, **more):
    with store.write() as session:
        outbox.say(session, people.conversation_of(session, world.child.id), text, channel="web", now=now, **more)


def test_replies_come_as_events_and_a_reconnect_goes_on_where_it_was(served, store, world, now):
    say(store, world, now, "one")
    [(first, name, data)] = events(served, 1)
    assert name == "messages" and [message["text"] for message in data["messages"]] == ["one"]
    say(store, world, now, "two", choices=[{"title": "Yes", "payload": "/affirm"}])
    [(second, _, data)] = events(served, 1, headers={"Last-Event-ID": first})
    assert [message["text"] for message in data["messages"]] == ["two"] and data["choices"][0]["title"] == "Yes"

    def later():
        time.sleep(0.6)
        say(store, world, now, "three")

    threading.Thread(target=later).start()
    [(_, _, data)] = events(served, 1, params={"after": second})
    assert [message["text"] for message in data["messages"]] == ["three"]


def test_what_a_person_wrote_and_what_came_by_text_are_events_too(served, store, world, now):
    with store.write() as session:
        talk = people.conversation_of(session, world.child.id)
        inbound.accept(session, conversation=talk, provider="twilio", provider_id="SM1", channel="sms", text="by text", received_at=now)
        outbox.say(session, talk, "See you", author=world.iro.id, channel="web", now=now)
    [(_, _, data)] = events(served, 1)
    assert [(message["from"], message["name"], message["text"]) for message in data["messages"]] == [
        ("me", "", "by text"),
        ("person", "Denise", "See you"),
    ]


def test_quiet_stream_says_that_it_is_still_there(served, monkeypatch):
    monkeypatch.setattr(webchat, "BEAT_EVERY", 0.2)
    with served.stream("GET", "/chat/events") as stream:
        assert any(line.startswith(": still") for line in stream.iter_lines())


def test_stream_ends_soon_after_the_sign_in_does(served, store, monkeypatch):
    monkeypatch.setattr(webchat, "CHECK_EVERY", 0.2)
    threading.Timer(0.5, lambda: served_out(store)).start()
    with served.stream("GET", "/chat/events") as stream:
        assert "event: signed-out" in list(stream.iter_lines())


def served_out(store):
    with store.write() as session:
        session.query(ChatSession).delete()


def test_two_children_never_hear_each_other(served, store, world, now):
    with store.write() as session:
        outbox.say(session, people.conversation_of(session, world.sibling.id), "not for you", channel="web", now=now)
    say(store, world, now, "for you")
    [(_, _, data)] = events(served, 1)
    assert [message["text"] for message in data["messages"]] == ["for you"]


def test_odd_event_ids_start_from_the_beginning(served, store, world, now):
    say(store, world, now, "one")
    for odd in ("x", "1", "-1.2", "9" * 50 + ".1"):
        [(_, _, data)] = events(served, 1, headers={"Last-Event-ID": odd})
        assert len(data["messages"]) == 1


def test_app_serves_the_chat_in_a_demo_to_its_own_frames_only(store, wired):
    from dataclasses import replace

    with TestClient(create_app(store, replace(wired, demo=True))) as client:
        assert "frame-ancestors 'self'" in client.get("/chat").headers["content-security-policy"]
