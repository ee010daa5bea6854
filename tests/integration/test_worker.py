"""What becomes of a message: the safety net first, then the dialogue, and a person wherever the machine ends."""

import json
import threading
import time

import pytest
from sqlalchemy import select

from cases import alerts, people
from cases.safety import Assessment
from cases.store import inbound, jobs, outbox
from cases.store.models import Alert, Complaint, Inbound, Job, Outgoing, Person, Phone
from channels.worker import KINDS, Worker, pause
from tests.standins.rasa import CUT


def roles(talk, **where) -> set[str]:
    return {alert.to_role for alert in talk.rows(Alert, **where)}


# An ordinary turn -----------------------------------------------------------------------------------------------------


def test_message_is_answered_by_text_and_waits_for_the_iro(talk, rasa):
    assert talk.says("hi there") == ["Got: hi there"]
    row = talk.last()
    assert (row.state, row.risk, row.intent, row.understood, row.for_person) == ("handled", "none", "chitchat", True, True)
    assert talk.phone() == ["Got: hi there"]
    assert roles(talk) == {"iro"} and talk.rows(Alert)[0].level == "message"
    assert rasa.turns[0] == {
        "conversation": row.conversation_id, "message_id": row.id, "text": "hi there", "payload": None,
        "language": "en", "channel": "sms", "risk": "none",
    }  # fmt: skip


def test_second_message_sends_the_iro_no_second_email(talk, post):
    talk.says("hi")
    talk.says("and another thing")
    assert len(post.to("denise@council.example")) == 1
    assert len(talk.rows(Alert)) == 1


def test_email_holds_a_link_and_nothing_of_the_child(talk, post):
    talk.says("my secret canary words")
    [letter] = post.to("denise@council.example")
    assert "canary" not in letter.whole and "Ash" not in letter.whole and "Marlow" not in letter.whole
    assert f"https://heard.example/inbox/alerts/{talk.rows(Alert)[0].id}" in letter.text
    assert talk.rows(Alert)[0].sent_at is not None
    assert "canary" not in " ".join(talk.twilio.to("+447700900101"))


def test_menu_choice_is_sent_as_its_payload_and_needs_no_person(talk, rasa):
    rasa.answer = lambda said: {
        "replies": [
            {
                "name": "utter_menu",
                "text": "Which?",
                "buttons": [{"title": "My IRO", "payload": "/who_is_my_iro"}, {"title": "My review", "payload": "/next_review"}],
            }
        ],
        "intent": "help",
        "confidence": 1.0,
    }
    talk.says("menu")
    assert talk.phone() == ["Which? Reply 1 for My IRO, 2 for My review."]
    talk.says("no 2")
    assert rasa.turns[-1]["payload"] == "/next_review" and talk.last().for_person is False
    rasa.answer = lambda said: {"replies": [{"text": "ok"}], "intent": "x"}
    talk.says("my review please")
    assert rasa.turns[-1]["payload"] is None
    talk.says("2")
    assert rasa.turns[-1]["payload"] is None, "the menu that was last sent is gone"


def test_typed_payload_of_a_menu_is_only_a_text(talk, rasa):
    talk.says("/who_is_my_iro")
    assert rasa.turns[-1]["payload"] is None and rasa.turns[-1]["text"] == "/who_is_my_iro"


def test_long_and_dirty_text_is_cleaned_and_capped_for_the_dialogue_and_kept_whole(talk, rasa):
    body = "a\x00b" + "x" * 50_000
    talk.says(body)
    assert len(rasa.turns[-1]["text"]) == 2000 and "\x00" not in rasa.turns[-1]["text"]
    assert talk.last().text == body


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07", "\ud83d"])
def test_empty_message_is_answered_kindly_without_the_dialogue(talk, rasa, text):
    [reply] = talk.says(text)
    assert "empty" in reply and rasa.turns == []


def test_picture_is_said_kindly_to_be_unreadable_and_a_person_knows_of_it(talk, rasa):
    [reply] = talk.says("", media=2)
    assert "pictures" in reply and talk.last().media == 2 and roles(talk) == {"iro"}
    replies = talk.says("look at this", media=1)
    assert len(replies) == 2 and replies[1] == "Got: look at this" and replies[0] != reply


def test_web_reply_goes_to_the_web_and_not_to_the_phone(talk):
    assert talk.says("hi", channel="web") == ["Got: hi"]
    assert talk.phone() == []


# The safety net -------------------------------------------------------------------------------------------------------


def test_danger_now_is_answered_at_once_and_pages_iro_and_duty_without_the_dialogue(talk, rasa, post):
    [reply] = talk.says("im going to kill myself")
    assert "999" in reply and "0800 1111" in reply and "duty team" in reply
    assert rasa.turns == [] and roles(talk, level="immediate") == {"iro", "duty"}
    assert "URGENT" in post.to("duty@council.example")[0].subject
    assert "https://heard.example/inbox/alerts/" in talk.twilio.to("+447700900102")[0]
    assert talk.last().risk == "immediate" and json.loads(talk.last().reasons)


def test_worry_gets_kind_words_first_then_the_dialogue(talk, rasa):
    replies = talk.says("he hit me again")
    assert "safe right now" in replies[0] and "0800 1111" in replies[0] and replies[1] == "Got: he hit me again"
    assert rasa.turns[0]["risk"] == "concern" and roles(talk, level="concern") == {"iro", "duty"}
    assert talk.rows(Alert, level="message") == [], "the worry is in front of people already"


def test_unclear_message_is_asked_about_and_seen_by_a_person_without_an_alarm(talk, rasa, monkeypatch):
    unclear = Assessment("concern", "neglect", ("reads as if a child is not fed, cared for or looked after",), unsure=True)
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: unclear)
    replies = talk.says("cereal with water again")
    assert "safe right now" in replies[0] and "telling" not in replies[0] and "Childline" not in replies[0]
    assert talk.rows(Alert, level="concern") == [] and "iro" in roles(talk, level="message")
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: Assessment("none"))
    talk.says("no")
    assert talk.last().risk == "immediate"


def _form_asks(rasa, name: str) -> None:
    rasa.answer = lambda said: {"replies": [{"text": "(4 of 7) Who should not come?", "name": name}], "intent": "start_consultation"}


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("utter_consultation_ask_meeting", "my dad n his gf"),
        ("utter_consultation_confirm_exclude", "nan bc she dont get me"),
        ("utter_consultation_ask_issues", "nothing really"),
    ],
)
def test_guess_about_an_answer_to_the_form_is_for_people_and_the_form_goes_on(talk, rasa, monkeypatch, asked, text):
    _form_asks(rasa, asked)
    talk.says("form")
    unclear = Assessment("concern", "abuse_emotional", ("reads as if a child is put down or frightened",), unsure=True)
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: unclear)
    assert talk.says(text) == ["(4 of 7) Who should not come?"]
    assert talk.last().risk == "concern" and talk.last().reasons and "iro" in roles(talk, level="message")
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: Assessment("none"))
    assert talk.says("no") == ["(4 of 7) Who should not come?"]
    assert talk.last().risk == "none" and talk.rows(Alert, level="immediate") == []


@pytest.mark.parametrize(
    ("asked", "text", "unsure"),
    [
        ("utter_consultation_ask_meeting", "nan bc she hits me", False),
        ("utter_consultation_ask_issues", "its ok when he isnt home", True),
        ("utter_shared_help", "nothing really", True),
        (None, "nothing really", True),
    ],
)
def test_worry_that_is_no_guess_or_no_answer_is_asked_about_in_the_form_too(talk, rasa, monkeypatch, asked, text, unsure):
    _form_asks(rasa, asked)
    talk.says("form")
    found = Assessment("concern", "abuse_emotional", ("reads as if a child is put down or frightened",), unsure=unsure)
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: found)
    [reply] = talk.says(text)
    assert "safe right now" in reply
    monkeypatch.setattr("channels.screening.assess", lambda text, history, **known: Assessment("none"))
    talk.says("no")
    assert talk.last().risk == "immediate"


def test_child_is_not_told_of_a_duty_team_that_does_not_exist(talk):
    for kind in ("iro", "duty", "manager"):
        talk.write(lambda session, kind=kind: [setattr(one, "left_at", talk.clock()) for one in people.staff(session, kind)])
    [reply] = talk.says("im going to kill myself")
    assert "999" in reply and "telling" not in reply


def test_same_worry_twice_is_not_answered_word_for_word(talk):
    first, second = talk.says("he hit me again")[0], talk.says("he hit me yesterday too")[0]
    assert first != second and "safe right now" in second


def test_dialogue_asks_nothing_while_the_child_is_asked_whether_they_are_safe(talk, rasa):
    rasa.answer = lambda said: {"replies": [{"text": "That is kept."}, {"text": "When do you want your review?"}], "intent": "inform"}
    replies = talk.says("he hit me again")
    assert len(replies) == 2 and "safe right now" in replies[0] and replies[1] == "That is kept."


def test_no_to_are_you_safe_pages_people_now_and_answers_nothing_else(talk, rasa):
    rasa.answer = lambda said: {"replies": [{"text": "Shall your nan come?"}], "intent": "inform"}
    talk.says("he hit me again")
    [reply] = talk.says("no")
    assert "999" in reply and talk.last().risk == "immediate"
    assert [turn["text"] for turn in rasa.turns] == ["he hit me again"], "no is not taken for an answer about the nan"


def test_yes_to_are_you_safe_brings_the_question_that_waited(talk, rasa):
    rasa.answer = lambda said: {
        "replies": [{"text": "Shall your nan come?", "buttons": [{"title": "Yes", "payload": "/affirm"}]}],
        "intent": "inform",
    }
    talk.says("he hit me again")
    glad, question = talk.says("yes")
    assert "safe" in glad and question == "Shall your nan come?"
    assert [turn["text"] for turn in rasa.turns] == ["he hit me again"], "yes is not taken for an answer about the nan"
    assert talk.conversation().menu and talk.rows(Alert, level="immediate") == []
    talk.says("1")
    assert rasa.turns[-1]["payload"] == "/affirm"


def test_what_a_child_says_instead_of_yes_or_no_goes_to_the_dialogue(talk, rasa):
    talk.says("he hit me again")
    assert talk.says("at school on friday") == ["Got: at school on friday"]


def test_yes_to_are_you_safe_is_no_alarm(talk, rasa):
    rasa.fail = 503
    talk.take("he hit me again")
    talk.worker.drain()
    rasa.fail = None
    [reply] = [one for one in talk.says("yes") if "safe" in one and "Got" not in one]
    assert talk.rows(Alert, level="immediate") == [] and "glad" in reply or "good" in reply


def test_sentence_sent_in_two_texts_is_read_whole(talk):
    talk.says("im going to")
    replies = talk.says("kill myself tonight")
    assert talk.last().risk == "immediate" and "999" in replies[0]
    talk.says("i want to")
    talk.says("die")
    assert talk.last().risk != "none" and "just before" in talk.last().reasons


def test_no_at_another_time_is_only_no(talk):
    talk.says("hello")
    talk.says("no")
    assert talk.last().risk == "none"
    talk.says("he hit me again")
    talk.clock.advance(hours=2)
    talk.says("no")
    assert talk.last().risk == "none"


def test_safety_net_works_while_the_dialogue_is_down_and_behind_waiting_messages(talk, rasa):
    rasa.fail = 503
    talk.take("hello")
    talk.worker.drain()
    talk.take("im going to kill myself")
    talk.worker.drain()
    assert roles(talk, level="immediate") == {"iro", "duty"} and any("999" in one for one in talk.phone())
    assert talk.rows(Inbound)[0].state == "waiting"


def test_net_that_breaks_puts_the_message_in_front_of_people(talk, monkeypatch):
    def broken(text, history, **known):
        raise RuntimeError("model file is gone")

    monkeypatch.setattr("channels.screening.assess", broken)
    talk.take("hello")
    for _ in range(12):
        talk.worker.drain()
        talk.clock.advance(minutes=2)
    assert talk.last().risk == "concern" and talk.last().state == "handled"
    assert {"iro", "duty"} <= roles(talk, level="concern")


# Words of the network -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["STOP", " stop ", "Cancel", "END", "quit"])
def test_stop_ends_texts_and_iro_and_duty_hear_of_it(talk, rasa, word):
    assert talk.says(word) == [] and rasa.turns == []
    assert people_phone(talk).status == "stopped" and roles(talk, about="stopped") == {"iro", "duty"}
    talk.says("who is my iro")
    assert talk.phone() == []
    row = talk.rows(Outgoing, author="bot")[-1]
    assert (row.channel, row.error, row.state) == ("web", "stopped", "sent")


def test_stop_from_one_of_two_phones_stops_that_one_and_answers_go_to_the_phone_that_asked(talk, sms, world):
    with talk.store.write() as session:
        people.add_phone(session, session.get_one(Person, world.child.id), "+447700900055")
    sms("hello from the old one")
    talk.worker.drain()
    assert talk.twilio.to("+447700900001") == ["Got: hello from the old one"] and talk.twilio.to("+447700900055") == []
    sms("STOP")
    talk.worker.drain()
    with talk.store.read() as session:
        assert {phone.number: phone.status for phone in session.scalars(select(Phone).where(Phone.person_id == world.child.id))} == {
            "+447700900001": "stopped",
            "+447700900055": "verified",
        }


def test_start_brings_texts_back_and_yes_is_only_yes_before(talk, rasa):
    talk.says("yes")
    assert rasa.turns[-1]["text"] == "yes"
    talk.says("STOP")
    [reply] = talk.says("yes")
    assert "back on" in reply and people_phone(talk).status == "verified" and talk.phone()[-1] == reply


def test_stop_him_hurting_me_is_no_stop(talk):
    replies = talk.says("stop him hurting me")
    assert "safe right now" in replies[0] and people_phone(talk).status == "verified"
    assert roles(talk, level="concern") == {"iro", "duty"}


def test_stop_in_the_web_chat_is_for_the_dialogue(talk, rasa):
    talk.says("stop", channel="web")
    assert rasa.turns[-1]["text"] == "stop" and people_phone(talk).status == "verified"


def test_help_gets_helplines_and_a_person(talk, rasa):
    [reply] = talk.says("HELP")
    assert "999" in reply and "0800 1111" in reply and rasa.turns == [] and roles(talk) == {"iro"}


def people_phone(talk):
    with talk.store.read() as session:
        return people.phone_of(session, "+447700900001")


# Numbers that nobody knows --------------------------------------------------------------------------------------------


def test_unknown_number_learns_nothing_and_duty_hears_of_it(talk, rasa):
    [reply] = talk.says("who is my iro? its ash", number="+447700900555")
    assert "do not know this number" in reply and "0800 1111" in reply
    assert "Denise" not in reply and rasa.turns == [] and roles(talk) == {"duty"}
    assert talk.twilio.to("+447700900555") == [reply]


def test_unknown_number_in_danger_pages_duty(talk):
    [reply] = talk.says("im going to kill myself", number="+447700900555")
    assert "999" in reply and roles(talk, level="immediate", about="unmatched") == {"duty"}


def test_machine_that_answers_every_text_is_not_answered_for_ever(talk):
    for number in range(6):
        talk.says(f"auto reply {number}", number="+447700900555")
    assert len(talk.twilio.to("+447700900555")) == 3
    assert len(talk.rows(Alert)) == 1


# The dialogue is down -------------------------------------------------------------------------------------------------


def test_outage_the_child_is_told_once_after_20_seconds_and_the_iro_too(talk, rasa):
    rasa.fail = 503
    talk.take("hello")
    talk.take("are you there")
    for _ in range(19):
        talk.worker.drain()
        talk.clock.advance(seconds=1)
    assert talk.phone() == []
    for _ in range(60):
        talk.clock.advance(seconds=1)
        talk.worker.drain()
    [reply] = talk.phone()
    assert "a person will see" in reply and roles(talk) == {"iro"}
    rasa.fail = None
    talk.clock.advance(minutes=1)
    talk.worker.drain()
    assert talk.phone()[1:] == ["Got: hello", "Got: are you there"], "answered late, in order"


def test_turn_that_always_fails_is_set_aside_in_front_of_a_person(talk, rasa):
    rasa.fail = 500
    talk.take("hello")
    for _ in range(40):
        talk.worker.drain()
        talk.clock.advance(seconds=10)
    assert talk.last().state == "set_aside" and roles(talk) == {"iro"}
    assert len(talk.phone()) == 1 and "a person will" in talk.phone()[0]
    [job] = talk.rows(Job, kind="turn")
    assert job.gave_up and job.done_at
    rasa.fail = None
    assert talk.says("hello again") == ["Got: hello again"], "the talk goes on"


@pytest.mark.parametrize("away", ["rasa", "actions"])
def test_outage_of_hours_ends_with_every_message_answered_in_order(talk, rasa, away):
    if away == "rasa":
        rasa.fail = 503
    else:
        rasa.actions_down = True
        rasa.answer = lambda said: {"replies": [], "intent": "x"}
    talk.take("one")
    talk.take("two")
    for _ in range(200):
        talk.worker.drain()
        talk.clock.advance(minutes=1)
    assert {row.state for row in talk.rows(Inbound)} == {"waiting"} and roles(talk) >= {"iro"}
    assert len(talk.phone()) == 1, "told once"
    rasa.fail, rasa.actions_down = None, False
    rasa._given.clear()
    rasa.answer = lambda said: {"replies": [{"text": f"Got: {said['text']}"}], "intent": "x"}
    talk.clock.advance(minutes=1)
    talk.worker.drain()
    assert talk.phone()[1:] == ["Got: one", "Got: two"]


@pytest.mark.parametrize("how", ["reads it", "says that they have it"])
def test_iro_who_has_a_message_during_an_outage_is_not_told_of_it_again(talk, rasa, world, post, how):
    rasa.fail = 503
    talk.take("can i see my brother")
    for _ in range(30):
        talk.worker.drain()
        talk.clock.advance(seconds=2)

    def take(session):
        if how == "reads it":
            alerts.read_messages(session, people.conversation_of(session, world.child.id), world.iro, talk.clock())
        else:
            alerts.acknowledge(session, session.query(Alert).one(), world.iro, talk.clock())

    talk.write(take)
    for _ in range(20):
        talk.worker.drain()
        talk.clock.advance(minutes=1)
    rasa.fail = None
    talk.worker.drain()
    assert talk.last().state == "handled" and len(post.to("denise@council.example")) == 1


def test_outage_of_a_day_leaves_the_message_to_the_person_who_was_told(talk, rasa):
    rasa.fail = 503
    talk.take("hello")
    for _ in range(60):
        talk.worker.drain()
        talk.clock.advance(minutes=20)
    rasa.fail = None
    talk.worker.drain()
    assert talk.last().state == "set_aside" and roles(talk) >= {"iro"} and len(talk.phone()) == 1


def test_message_that_breaks_the_dialogue_is_set_aside_and_holds_up_the_next_one_for_minutes_only(talk, rasa):
    rasa.fail = CUT
    talk.take("a strange one")
    for _ in range(30):
        talk.worker.drain()
        talk.clock.advance(seconds=20)
    assert talk.last().state == "set_aside" and roles(talk) == {"iro"}
    rasa.fail = None
    assert talk.says("hello again") == ["Got: hello again"]


@pytest.mark.parametrize("kind", ["screen", "turn", "deliver"])
def test_message_over_which_every_worker_dies_is_put_before_a_person_in_the_end(talk, store, kind):
    talk.take("hello")
    tries = KINDS[kind].tries
    job = jobs_claim(store, talk.clock())
    while job.kind != kind:
        job = talk.worker._work(job)
    for _ in range(tries):
        talk.clock.advance(seconds=60)
        job = jobs_claim(store, talk.clock())
    assert job.attempts == tries + 1
    talk.clock.advance(seconds=60)
    talk.worker.drain()
    [job] = [job for job in talk.rows(Job, kind=kind)][:1]
    about = {"screen": "inbound", "turn": "inbound", "deliver": "undelivered"}[kind]
    assert job.gave_up and job.done_at and "iro" in roles(talk, about=about)
    assert talk.says("hello again")[-1] == "Got: hello again", "the talk goes on"


def test_silence_of_the_dialogue_is_a_failure(talk, rasa):
    rasa.answer = lambda said: {"replies": [], "intent": "x"}
    talk.take("hello")
    talk.worker.drain()
    assert talk.last().state == "waiting"


def test_wrong_token_or_no_model_is_an_outage_and_not_a_lost_message(talk, rasa):
    for status in (401, 404, 503):
        rasa.fail = status
        talk.take(str(status))
        talk.worker.drain()
    assert {row.state for row in talk.rows(Inbound)} == {"waiting"}


# Order, leases, kills -------------------------------------------------------------------------------------------------


def test_messages_of_one_child_keep_their_order_and_children_do_not_wait_for_each_other(talk, store, wired, world, rasa):
    running = Worker(store, wired, tools=talk.worker.tools)
    running.tools.clock = lambda: talk.clock()
    rasa.gate.clear()
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        for number in range(5):
            talk.take(f"a{number}")
            talk.take(f"b{number}", child=world.sibling)
            talk.take(f"c{number}", child=world.other_child)
        wait_for(lambda: rasa.calls == 3)
        time.sleep(0.3)
        assert rasa.calls == 3, "one turn a talk at once"
        rasa.gate.set()
        wait_for(lambda: len(rasa.turns) == 15)
        wait_for(lambda: all(row.state == "handled" for row in talk.rows(Inbound)))
    finally:
        rasa.gate.set()
        running.stop()
        thread.join(10)
    for letter in "abc":
        assert [turn["text"] for turn in rasa.turns if turn["text"][0] == letter] == [f"{letter}{number}" for number in range(5)]


def test_worker_that_was_thought_dead_is_refused(talk, store, wired, rasa):
    talk.take("hello")
    first = jobs_claim(store, talk.clock())
    talk.clock.advance(seconds=60)
    second = jobs_claim(store, talk.clock())
    assert second.id == first.id
    with pytest.raises(jobs.LeaseLost), store.write() as session:
        jobs.finish(session, first, talk.clock())
    with store.write() as session:
        jobs.finish(session, second, talk.clock())


def test_renewed_lease_is_not_taken_over(talk, store):
    talk.take("hello")
    job = jobs_claim(store, talk.clock())
    talk.clock.advance(seconds=10)
    with store.write() as session:
        jobs.renew(session, job, talk.clock())
    talk.clock.advance(seconds=10)
    assert jobs_claim(store, talk.clock()) is None


def jobs_claim(store, now):
    with store.write() as session:
        return jobs.claim(session, now)


def wait_for(what, seconds=15.0):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def test_waits_grow_and_differ():
    waits = [pause(attempt, 60) for attempt in range(1, 12)]
    assert waits[0] < 0.7 and 45 <= waits[-1] <= 75
    assert len({pause(5, 60) for _ in range(5)}) > 1


# What an IRO must not see ---------------------------------------------------------------------------------------------


def test_complaint_talk_is_hidden_from_the_iro_with_its_replies_and_alerts(talk, rasa, world):
    def begin(said):
        talk.write(lambda session: setattr(people.conversation_of(session, world.child.id), "confidential_from", world.iro.id))
        return {"replies": [{"text": "Who is it about?"}], "intent": "make_complaint"}

    rasa.answer = begin
    talk.says("i want to complain")
    talk.says("denise")
    assert {row.hidden_from for row in talk.rows(Inbound)} == {world.iro.id}
    assert {row.hidden_from for row in talk.rows(Outgoing) if row.conversation_id} == {world.iro.id}
    assert roles(talk) == {"manager", "complaints"}


def test_complaint_that_turns_out_about_somebody_else_comes_into_the_open(talk, rasa, world):
    def hide(session):
        people.conversation_of(session, world.child.id).confidential_from = world.iro.id

    def end(session):
        people.conversation_of(session, world.child.id).confidential_from = None
        for row in session.query(Inbound).filter_by(hidden_from=world.iro.id):
            row.hidden_from = None

    talk.write(hide)
    rasa.answer = lambda said: talk.write(end) or {"replies": [{"text": "Sent."}], "intent": "inform"}
    talk.says("my social worker")
    assert talk.last().hidden_from is None
    assert [row.hidden_from for row in talk.rows(Outgoing) if row.conversation_id] == [None]


def test_complaint_about_the_iro_stays_hidden_when_its_talk_ends_in_this_turn(talk, rasa, world):
    def hide(session):
        people.conversation_of(session, world.child.id).confidential_from = world.iro.id

    def end(session):
        people.conversation_of(session, world.child.id).confidential_from = None

    talk.write(hide)
    rasa.answer = lambda said: talk.write(end) or {"replies": [{"text": "Sent."}], "intent": "affirm"}
    talk.says("send it")
    assert talk.last().hidden_from == world.iro.id
    assert [row.hidden_from for row in talk.rows(Outgoing) if row.conversation_id] == [world.iro.id]
    assert "iro" not in roles(talk)


def test_message_that_may_begin_a_complaint_is_hidden_even_while_the_dialogue_is_down(talk, rasa, world):
    rasa.fail = 503
    talk.take("i want to complain about denise")
    for _ in range(30):
        talk.worker.drain()
        talk.clock.advance(seconds=2)
    assert talk.last().hidden_from == world.iro.id and roles(talk) == {"manager", "complaints"}
    rasa.fail = None
    talk.clock.advance(minutes=2)
    talk.worker.drain()
    assert talk.last().hidden_from is None, "the dialogue found no complaint in it"


def test_complaint_on_file_keeps_a_later_cross_word_hidden(talk, world):
    talk.write(lambda session: session.add(Complaint(child_id=world.child.id, about_iro_id=world.iro.id, stage="received")))
    talk.says("denise is horrible")
    assert talk.last().hidden_from == world.iro.id


def test_harm_by_the_iro_is_never_told_to_the_iro_or_their_cover(talk, world, post):
    talk.says("denise hit me")
    assert talk.last().hidden_from == world.iro.id
    assert roles(talk, level="concern") == {"duty", "manager", "complaints"}
    assert post.to("denise@council.example") == []
    talk.clock.advance(hours=2)
    talk.worker.drain()
    assert post.to("denise@council.example") == [] and talk.twilio.to("+447700900101") == []


# Reading and answering ------------------------------------------------------------------------------------------------


def test_child_is_told_once_that_their_message_was_read(talk, world):
    talk.says("hi")
    talk.says("me again")

    def read(session):
        return alerts.read_messages(session, people.conversation_of(session, world.child.id), world.iro, talk.clock())

    talk.write(read)
    talk.write(read)
    talk.worker.drain()
    assert talk.phone()[2:] == ["Denise has read your message."]
    assert all(alert.acknowledged_by == world.iro.id for alert in talk.rows(Alert))


def test_reader_who_must_not_see_a_message_does_not_mark_it_read(talk, world):
    talk.says("denise hit me")
    talk.write(lambda session: alerts.read_messages(session, people.conversation_of(session, world.child.id), world.iro, talk.clock()))
    assert talk.last().read_at is None
    talk.worker.drain()
    assert not any("has read" in text for text in talk.phone())


def test_answer_of_the_iro_goes_out_on_the_channel_last_used(talk, world):
    talk.says("hi", channel="web")
    talk.says("hi")
    talk.write(
        lambda session: outbox.say(
            session, people.conversation_of(session, world.child.id), "See you Friday \u2013 Denise", author=world.iro.id, now=talk.clock()
        )
    )
    talk.worker.drain()
    assert talk.phone()[-1] == "Denise: See you Friday - Denise"


def test_long_answer_of_the_iro_goes_out_in_parts_and_is_whole(talk, world):
    answer = " ".join(f"Sentence number {number} of a long answer." for number in range(120))
    talk.says("hi")
    talk.write(
        lambda session: outbox.say(session, people.conversation_of(session, world.child.id), answer, author=world.iro.id, now=talk.clock())
    )
    talk.worker.drain()
    assert (
        " ".join(text.removeprefix("Denise: ") for text in talk.phone()[1:]) == answer
        and len(talk.phone()) > 3
        and talk.twilio.problems == []
    )


def test_same_message_accepted_twice_is_one(store, world, now):
    for _ in range(2):
        with store.write() as session:
            talk = people.conversation_of(session, world.child.id)
            inbound.accept(session, conversation=talk, provider="twilio", provider_id="SMsame", channel="sms", text="hi", received_at=now)
    with store.read() as session:
        assert session.query(Inbound).count() == 1 and session.query(Job).count() == 1
