"""What becomes of a message: the safety net first, then the dialogue, and a person wherever the machine ends."""

import pytest
from sqlalchemy import select

from cases import alerts, people
from cases.store import inbound, outbox
from cases.store.models import Alert, Complaint, Inbound, Job, Outgoing, Person, Phone

# An ordinary turn -----------------------------------------------------------------------------------------------------


def test_message_is_answered_by_text_and_waits_for_the_iro(talk, rasa):
    assert talk.says("hi there") == ["Got: hi there"]
    row = talk.last()
    assert (row.state, row.risk, row.intent, row.understood, row.for_person) == ("handled", "none", "chitchat", True, True)
    assert talk.phone() == ["Got: hi there"]
    assert talk.roles() == {"iro"} and talk.rows(Alert)[0].level == "message"
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


def test_tap_on_an_answer_in_words_is_read_as_if_typed_and_is_for_a_person(talk, rasa):
    taps = [{"title": one, "payload": one} for one in ("not really", "😐 OK")]
    rasa.answer = lambda said: {"replies": [{"name": "utter_x", "text": "How is home?", "buttons": taps}], "intent": "x", "confidence": 1.0}
    talk.says("form", channel="web")
    talk.says("😐 OK", channel="web")
    assert (rasa.turns[-1]["text"], rasa.turns[-1]["payload"]) == ("😐 OK", None)
    talk.says("1", channel="web")
    assert (rasa.turns[-1]["text"], rasa.turns[-1]["payload"]) == ("not really", None)
    assert talk.last().text == "1" and talk.last().for_person


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
    assert "pictures" in reply and talk.last().media == 2 and talk.roles() == {"iro"}
    replies = talk.says("look at this", media=1)
    assert len(replies) == 2 and replies[1] == "Got: look at this" and replies[0] != reply


def test_web_reply_goes_to_the_web_and_not_to_the_phone(talk):
    assert talk.says("hi", channel="web") == ["Got: hi"]
    assert talk.phone() == []


# Words of the network -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["STOP", " stop ", "Cancel", "END", "quit"])
def test_stop_ends_texts_and_iro_and_duty_hear_of_it(talk, rasa, word):
    assert talk.says(word) == [] and rasa.turns == []
    assert people_phone(talk).status == "stopped" and talk.roles(about="stopped") == {"iro", "duty"}
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
    assert talk.roles(level="concern") == {"iro", "duty"}


def test_stop_in_the_web_chat_is_for_the_dialogue(talk, rasa):
    talk.says("stop", channel="web")
    assert rasa.turns[-1]["text"] == "stop" and people_phone(talk).status == "verified"


def test_help_gets_helplines_and_a_person(talk, rasa):
    [reply] = talk.says("HELP")
    assert "999" in reply and "0800 1111" in reply and rasa.turns == [] and talk.roles() == {"iro"}


def people_phone(talk):
    with talk.store.read() as session:
        return people.phone_of(session, "+447700900001")


# Numbers that nobody knows --------------------------------------------------------------------------------------------


def test_unknown_number_learns_nothing_and_duty_hears_of_it(talk, rasa):
    [reply] = talk.says("who is my iro? its ash", number="+447700900555")
    assert "do not know this number" in reply and "0800 1111" in reply
    assert "Denise" not in reply and rasa.turns == [] and talk.roles() == {"duty"}
    assert talk.twilio.to("+447700900555") == [reply]


def test_unknown_number_in_danger_pages_duty(talk):
    [reply] = talk.says("im going to kill myself", number="+447700900555")
    assert "999" in reply and talk.roles(level="immediate", about="unmatched") == {"duty"}


def test_machine_that_answers_every_text_is_not_answered_for_ever(talk):
    for number in range(6):
        talk.says(f"auto reply {number}", number="+447700900555")
    assert len(talk.twilio.to("+447700900555")) == 3
    assert len(talk.rows(Alert)) == 1


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
    assert talk.roles() == {"manager", "complaints"}


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
    assert "iro" not in talk.roles()


def test_message_that_may_begin_a_complaint_is_hidden_even_while_the_dialogue_is_down(talk, rasa, world):
    rasa.fail = 503
    talk.take("i want to complain about denise")
    for _ in range(30):
        talk.worker.drain()
        talk.clock.advance(seconds=2)
    assert talk.last().hidden_from == world.iro.id and talk.roles() == {"manager", "complaints"}
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
    assert talk.roles(level="concern") == {"duty", "manager", "complaints"}
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
