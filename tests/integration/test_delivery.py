"""What goes out: by Twilio and by e-mail, each of the ways in which that can end."""

import threading
from dataclasses import replace

import pytest

from cases import alerts, people
from cases.store import outbox
from cases.store.models import Alert, ChildSettings, Inbound, Job, Outgoing
from channels import catching_up, delivery, email, receipts
from channels.outcome import GiveUp, TryAgain
from channels.tools import Tools
from channels.twilio.client import SmsSender
from channels.worker import Worker
from tests.standins.twilio import Message


@pytest.fixture
def say(talk, world):
    """Put one text to the child into the outbox and work off what is due."""

    def say(text="hello there"):
        def write(session):
            return outbox.say(session, people.conversation_of(session, world.child.id), text, channel="sms", now=talk.clock()).id

        with talk.store.write() as session:
            id = write(session)
        talk.worker.drain()
        return id

    return say


def row(talk, id) -> Outgoing:
    with talk.store.read() as session:
        return session.get_one(Outgoing, id)


def later(talk, seconds=120):
    talk.clock.advance(seconds=seconds)
    talk.worker.drain()


def test_text_is_sent_once_with_our_sign_in_and_a_place_for_its_receipts(talk, say, twilio):
    id = say()
    [message] = twilio.messages
    assert (message.to, message.from_, message.body) == ("+447700900001", twilio.number, "hello there")
    assert message.status_callback == f"https://heard.example/sms/status?id={id}"
    assert row(talk, id).state == "sent" and row(talk, id).provider_id == message.sid and twilio.problems == []


@pytest.mark.parametrize("trouble", [503, 429])
def test_trouble_at_twilio_before_it_took_the_text_is_tried_again(talk, say, twilio, trouble):
    twilio.plan.append(trouble)
    id = say()
    assert row(talk, id).state == "waiting" and twilio.messages == []
    later(talk)
    assert row(talk, id).state == "sent" and twilio.to("+447700900001") == ["hello there"] and "list" not in twilio.requests


def test_429_waits_as_long_as_it_says(talk, say, twilio):
    twilio.plan.append(429)
    say()
    [job] = [job for job in talk.rows(Job, kind="deliver") if job.done_at is None]
    assert (job.due_at - talk.clock()).total_seconds() == 1


@pytest.mark.parametrize("trouble", ["drop", 500])
def test_text_of_unknown_fate_is_looked_for_before_it_is_sent_again(talk, say, twilio, trouble):
    twilio.plan.append(trouble)
    id = say()
    assert row(talk, id).state == "unknown"
    later(talk)
    assert row(talk, id).state == "sent" and twilio.to("+447700900001") == ["hello there"]
    assert "list" in twilio.requests and row(talk, id).provider_id == twilio.messages[0].sid


def test_text_that_was_cut_off_unsent_is_sent_again(talk, say, twilio):
    twilio.plan.append("cut")
    id = say()
    later(talk)
    assert row(talk, id).state == "sent" and twilio.to("+447700900001") == ["hello there"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("it\u2019s at 4 \u2013 ok?", "it's at 4 - ok?"),
        ("see you\u00a0soon", "see you soon "),
        ("hello there", "Sent from your Twilio trial account - hello there"),
        ("cafe\u0301 at 4", "caf\u00e9 at 4"),
    ],
)
def test_text_that_twilio_changed_on_its_way_is_known_again(talk, say, twilio, sent, kept):
    twilio.plan.append("drop")
    say(sent)
    twilio.messages[0].body = kept
    later(talk)
    assert twilio.to("+447700900001") == [kept], "sent once"


def test_text_of_which_only_a_part_was_sent_before_is_not_taken_for_it(talk, say, twilio):
    twilio.plan.append("drop")
    say("ok")
    twilio.messages[0].body = "ok then, see you at 4"
    later(talk)
    assert twilio.to("+447700900001")[1:] == ["ok"]


@pytest.mark.parametrize(("status", "code"), [(400, 21611), (403, 20003), (404, 20404), (400, 21606)])
def test_trouble_with_our_own_account_is_not_the_childs(talk, say, twilio, status, code):
    twilio.plan.append({"status": status, "code": code})
    id = say()
    assert row(talk, id).state == "waiting"
    later(talk)
    assert row(talk, id).state == "sent" and twilio.to("+447700900001") == ["hello there"]


def test_same_words_sent_before_are_not_taken_for_the_lost_ones(talk, say, twilio):
    say()
    twilio.plan.append("cut")
    id = say()
    later(talk)
    assert twilio.to("+447700900001") == ["hello there", "hello there"] and row(talk, id).provider_id == twilio.messages[1].sid


@pytest.mark.parametrize("crashed_as", ["sending", "unknown"])
@pytest.mark.parametrize("arrived", [True, False])
def test_worker_that_died_while_sending_leaves_no_text_unsent_or_sent_twice(talk, world, twilio, crashed_as, arrived):
    def crashed(session):
        made = outbox.say(session, people.conversation_of(session, world.child.id), "hello there", channel="sms", now=talk.clock())
        made.state = crashed_as

    talk.write(crashed)
    if arrived:
        sender = SmsSender(talk.worker.tools.settings)
        sender.send(to="+447700900001", body="hello there", ref="x")
    talk.worker.drain()
    assert twilio.to("+447700900001") == ["hello there"]


@pytest.mark.parametrize(("code", "status"), [(21211, "unverified"), (21614, "unverified"), (21610, "stopped")])
def test_number_that_cannot_be_texted_is_given_up_and_a_person_is_told(talk, say, twilio, code, status):
    twilio.plan.append({"status": 400, "code": code})
    id = say()
    assert row(talk, id).state == "failed" and row(talk, id).error == str(code)
    with talk.store.read() as session:
        assert people.phone_of(session, "+447700900001").status == status
    assert talk.rows(Alert)[0].about == ("stopped" if code == 21610 else "undelivered")
    later(talk)
    assert twilio.to("+447700900001") == []


def test_text_to_a_phone_that_is_off_goes_out_again_and_only_then_is_a_person_told(talk, say, twilio):
    id = say()
    for tries in (1, 2, 3):
        talk.write(lambda session: delivery.fail(session, delivery.locked(session, id), "30003", talk.clock()))
        assert len(twilio.to("+447700900001")) == tries
        if tries < 3:
            assert row(talk, id).state == "waiting" and talk.rows(Alert) == []
            later(talk, 3700)
    assert row(talk, id).state == "failed" and talk.rows(Alert)[0].about == "undelivered"
    later(talk, 9999)
    assert len(twilio.to("+447700900001")) == 3


def test_phone_that_is_off_holds_up_no_later_text_and_a_late_receipt_still_counts(talk, say, twilio):
    first = say("one")
    sid = row(talk, first).provider_id
    talk.write(lambda session: delivery.fail(session, delivery.locked(session, first), "30003", talk.clock()))
    say("two")
    assert twilio.to("+447700900001") == ["one", "two"]
    talk.write(lambda session: delivery.mark(session, delivery.locked(session, first), "delivered", talk.clock(), sid))
    later(talk, 3700)
    assert twilio.to("+447700900001") == ["one", "two"] and row(talk, first).state == "delivered"


def ask(talk, world, text, **how):
    talk.write(lambda session: outbox.say(session, people.conversation_of(session, world.child.id), text, now=talk.clock(), **how))
    talk.worker.drain()


def test_prompt_at_night_waits_for_the_morning_and_an_answer_does_not(talk, world, twilio):
    talk.clock.advance(hours=11)  # 23:00
    ask(talk, world, "Your review is soon.", channel="sms", prompt=True)
    assert twilio.messages == []
    ask(talk, world, "Yes, I can help.", channel="sms")
    assert twilio.to("+447700900001") == ["Yes, I can help."]
    talk.clock.advance(hours=8, minutes=59)
    talk.worker.drain()
    assert len(twilio.messages) == 1
    talk.clock.advance(minutes=1)
    talk.worker.drain()
    assert twilio.to("+447700900001")[1:] == ["Your review is soon."]


def test_childs_own_quiet_hours_hold_a_prompt_and_the_web_chat_shows_it_at_once(talk, world, twilio):
    talk.write(lambda session: session.add(ChildSettings(child_id=world.child.id, quiet_from="09:00", quiet_until="15:30")))
    ask(talk, world, "Your review is soon.", channel="sms", prompt=True)
    assert twilio.messages == []
    ask(talk, world, "Your review is soon.", channel="web", prompt=True)
    assert talk.rows(Outgoing, channel="web")[0].state == "sent"
    later(talk, 3.5 * 3600)
    assert twilio.to("+447700900001") == ["Your review is soon."]


def test_text_written_before_stop_is_not_sent_after_it(talk, world, twilio):
    talk.write(lambda session: outbox.say(session, people.conversation_of(session, world.child.id), "hi", channel="sms", now=talk.clock()))
    talk.write(lambda session: setattr(people.phone_of(session, "+447700900001"), "status", "stopped"))
    talk.worker.drain()
    assert twilio.messages == [] and talk.rows(Outgoing)[0].error == "stopped"


def test_texts_to_a_child_arrive_in_order_however_long_the_first_takes(talk, world, twilio):
    twilio.plan.append(503)
    for text in ("one", "two", "three"):
        talk.write(
            lambda session, text=text: outbox.say(
                session, people.conversation_of(session, world.child.id), text, channel="sms", now=talk.clock()
            )
        )
    talk.worker.drain()
    assert twilio.messages == []
    later(talk)
    assert twilio.to("+447700900001") == ["one", "two", "three"]


def test_text_that_nobody_takes_for_hours_is_given_up_and_a_person_is_told(talk, say, twilio):
    twilio.plan.extend([503] * 100)
    id = say()
    for _ in range(60):
        later(talk, 400)
    assert row(talk, id).state == "failed" and any(alert.about == "undelivered" for alert in talk.rows(Alert))


def test_twilio_that_is_not_there_is_tried_again(talk, say, twilio):
    twilio.close()
    id = say()
    assert row(talk, id).state == "waiting"


def test_wrong_account_settings_are_not_the_end_of_a_text(wired, twilio):
    wrong = SmsSender(replace(wired, twilio_auth_token="wrong"))
    with pytest.raises(TryAgain):
        wrong.send(to="+447700900001", body="hi", ref="x")
    assert twilio.messages == []


def test_without_twilio_and_smtp_rows_fail_and_alerts_still_stand(talk, store, settings, world, clock):
    bare = replace(settings, twilio_account_sid="", twilio_auth_token="", twilio_from="")
    worker = Worker(store, bare, tools=Tools(store, bare, "token", clock=clock))
    with store.write() as session:
        alerts.raise_alert(session, level="concern", about="inbound", about_id="x", child_id=world.child.id, now=clock())
    worker.drain()
    assert {made.state for made in talk.rows(Outgoing)} == {"failed"} and {made.error for made in talk.rows(Outgoing)} == {"not set up"}
    assert len(talk.rows(Alert)) == 2


def test_many_threads_may_send(wired, twilio):
    sender = SmsSender(wired)
    threads = [threading.Thread(target=sender.send, kwargs={"to": "+447700900001", "body": str(n), "ref": "x"}) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(twilio.to("+447700900001")) == [str(n) for n in range(8)]


# Texts that the webhook missed ----------------------------------------------------------------------------------------


def test_text_that_came_while_the_gateway_was_down_is_fetched_once(talk, twilio, store, world):
    missed = Message("+447700900999", "+447700900001", "did you get this", None, sid="SMmissed", at=talk.clock(), direction="inbound")
    twilio.received.append(missed)
    with store.write() as session:
        catching_up.begin(session, talk.clock())
        catching_up.begin(session, talk.clock())
    for _ in range(3):
        talk.worker.drain()
        talk.clock.advance(minutes=6)
    assert [made.text for made in talk.rows(Inbound)] == ["did you get this"]
    assert twilio.to("+447700900001") == ["Got: did you get this"]
    assert len([job for job in talk.rows(Job, kind="catch_up") if job.done_at is None]) == 1


def test_one_missed_text_is_found_behind_two_thousand_newer_ones_that_were_not_missed(talk, twilio, store, world):
    texts = [Message(twilio.number, "+447700900001", str(n), None, sid=f"SM{n}", at=talk.clock(), direction="inbound") for n in range(2001)]
    twilio.received.extend(texts)
    with store.write() as session:
        conversation = people.conversation_of(session, world.child.id)
        about = {"owner": world.child.id, "provider": "twilio", "channel": "sms", "text": "kept", "state": "handled"}
        for seq, text in enumerate(texts[1:], 1):
            session.add(Inbound(conversation_id=conversation.id, provider_id=text.sid, seq=seq, received_at=talk.clock(), **about))
        catching_up.begin(session, talk.clock())
    talk.worker.drain()
    [found] = talk.rows(Inbound, provider_id="SM0")
    assert found.text == "0" and found.seq == 2001
    assert twilio.requests.count("list") == 3, "a thousand a page"


def test_list_that_cannot_be_had_is_asked_for_again(talk, twilio, store):
    with store.write() as session:
        catching_up.begin(session, talk.clock())
    twilio.close()
    for _ in range(30):
        talk.worker.drain()
        talk.clock.advance(minutes=1)
    assert len([job for job in talk.rows(Job, kind="catch_up") if job.done_at is None]) == 1


# Receipts that never came ----------------------------------------------------------------------------------------------


def test_text_whose_receipt_never_came_is_asked_about_and_a_person_is_told_when_it_failed(talk, say, twilio):
    talk.write(lambda session: receipts.begin(session, talk.clock()))
    ids = [say(text) for text in ("one", "two", "three")]
    twilio.messages[0].status, twilio.messages[1].status, twilio.messages[1].error_code = "delivered", "undelivered", 30005
    later(talk, 1800)
    assert "fetch" not in twilio.requests, "a receipt may still come"
    for _ in range(3):
        later(talk, 1800)
    assert [row(talk, id).state for id in ids] == ["delivered", "failed", "sent"]
    assert twilio.requests.count("fetch") == 4, "these, and the text that told the IRO of the one that failed"
    assert [alert.about for alert in talk.rows(Alert)] == ["undelivered"]
    for _ in range(24):
        later(talk, 1800)
    assert twilio.requests.count("fetch") == 6, "those without an answer once more, when Twilio must have given them up"
    assert twilio.problems == []


# E-mail ---------------------------------------------------------------------------------------------------------------


def test_email_is_plain_text_and_simple_html_from_our_address(talk, post):
    talk.says("hello")
    [letter] = post.to("denise@council.example")
    assert letter.message["from"] == "Heard <heard@council.example>" and letter.message["auto-submitted"] == "auto-generated"
    html = letter.message.get_body(("html",)).get_content()
    link = f"https://heard.example/inbox/alerts/{talk.rows(Alert)[0].id}"
    assert link in html and link in letter.text and "<script" not in html


def test_mail_server_that_is_away_is_tried_again_and_holds_up_no_text(talk, twilio):
    talk.worker.tools.mail = email.Mailer("smtp://127.0.0.1:1", "heard@council.example")
    talk.says("he hit me again")
    assert twilio.to("+447700900101") and [made.state for made in talk.rows(Outgoing, channel="email")] == ["waiting", "waiting"]


def test_address_that_the_mail_server_refuses_is_given_up(post, monkeypatch):
    async def refuse(server, session, envelope, address, options):
        return "550 no such person"

    post.handle_RCPT = refuse
    mailer = email.Mailer(post.url, "heard@council.example")
    with pytest.raises(GiveUp):
        mailer.send(to="nobody@council.example", subject="s", text="t", link=None, message_id="m")


def test_mail_server_that_is_busy_is_tried_again(post):
    async def busy(server, session, envelope):
        return "451 later"

    post.handle_DATA = busy
    mailer = email.Mailer(post.url, "heard@council.example")
    with pytest.raises(TryAgain):
        mailer.send(to="denise@council.example", subject="s", text="t", link=None, message_id="m")


def test_mail_server_that_hangs_is_left_after_the_time_out(monkeypatch):
    import socket

    monkeypatch.setattr(email, "TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TryAgain):
        email.Mailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}", "heard@council.example").send(
            to="a@council.example", subject="s", text="t", link=None, message_id="m"
        )
