"""An IRO answers a child from their own phone: it reaches that child and no other, or nobody and they are asked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from cases import access, people
from cases.answer_by_text import code_of
from cases.store.models import Alert, Audit, Inbound, Outgoing, Person

DENISE, ASH, BRYN, DUTY = "+447700900101", "+447700900001", "+447700900002", "+447700900102"


@pytest.fixture
def code(world):
    return lambda child, person=None: code_of((person or world.iro).id, child.id)


def _from_denise(talk, text: str) -> str:
    talk.says(text, number=DENISE)
    return talk.twilio.to(DENISE)[-1]


def test_an_answer_to_the_one_child_who_wrote_reaches_their_phone_in_the_iros_name(talk, world):
    talk.says("can i see my nan")
    alert = talk.twilio.to(DENISE)[-1]
    assert "your words" in alert and "nan" not in alert
    talk.clock.advance(minutes=3)
    reply = _from_denise(talk, "Yes, I will ask about Saturday.")
    assert talk.phone()[-1] == "Denise: Yes, I will ask about Saturday."
    assert reply.startswith("Sent to the child") and "Ash" not in reply
    [sent] = [row for row in talk.rows(Outgoing) if row.author == world.iro.id]
    assert sent.answers == talk.rows(Inbound)[0].id
    [row] = talk.rows(Audit, action="answer by text")
    assert (row.actor_id, row.child_id, row.source) == (world.iro.id, world.child.id, "sms")


def test_an_answer_is_not_reading_what_waits_stays_waiting(talk, world):
    talk.says("can i see my nan")
    reply = _from_denise(talk, "I will call you at 4.")
    assert "still waits to be read" in reply
    assert talk.rows(Inbound)[0].read_at is None
    assert talk.rows(Alert, to_person_id=world.iro.id)[0].acknowledged_at is None


def test_the_words_are_kept_with_the_child_alone(talk, world):
    talk.says("can i see my nan")
    _from_denise(talk, "Yes, on Saturday.")
    with talk.store.read() as session:
        of_staff = people.conversation_of_number(session, DENISE)
        assert [row.text for row in session.query(Inbound).filter_by(conversation_id=of_staff.id)] == [""]
        for viewer in (world.duty, world.manager):
            assert of_staff.id not in [one.id for one in session.scalars(access.unmatched_talks(viewer))]


def test_with_two_children_it_asks_and_the_code_sends_what_was_kept(talk, world, code):
    talk.says("can i see my nan")
    talk.says("when is my review", child=world.sibling)
    reply = _from_denise(talk, "Yes, on Saturday.")
    assert reply.startswith("Not sent") and code(world.child) in reply and code(world.sibling) in reply
    assert not any("Saturday" in text for text in talk.phone() + talk.twilio.to(BRYN))
    assert "Sent to the child" in _from_denise(talk, code(world.child).lower())
    assert talk.phone()[-1] == "Denise: Yes, on Saturday."
    assert not any("Saturday" in text for text in talk.twilio.to(BRYN))


@pytest.mark.parametrize("form", ["{code} Yes.", "{code}: Yes.", "  {code},  Yes.", "{code}\nYes."])
def test_a_code_in_front_sends_at_once_to_that_child(talk, world, code, form):
    talk.says("can i see my nan")
    talk.says("when is my review", child=world.sibling)
    _from_denise(talk, form.format(code=code(world.sibling)))
    assert talk.twilio.to(BRYN)[-1] == "Denise: Yes." and "Yes." not in talk.phone()[-1]


def test_the_alert_about_each_child_carries_that_childs_code(talk, world, code):
    talk.says("can i see my nan")
    talk.says("when is my review", child=world.sibling)
    first, second = talk.twilio.to(DENISE)
    assert code(world.child) in first and code(world.sibling) in second and code(world.child) != code(world.sibling)


def test_a_word_more_for_the_child_of_yesterday_does_not_reach_the_child_of_today(talk, world):
    talk.says("can i see my nan")
    _from_denise(talk, "Yes, on Saturday.")
    talk.clock.advance(hours=20)
    talk.says("when is my review", child=world.sibling)
    before = talk.twilio.to(BRYN)
    assert _from_denise(talk, "And bring the photos.").startswith("Not sent")
    assert talk.twilio.to(BRYN) == before


def test_a_grave_alert_asks_before_a_word_goes_to_the_child(talk, world, code):
    talk.says("im going to kill myself")
    before = talk.phone()
    reply = _from_denise(talk, "police are on their way, keep it from him")
    assert "Not sent yet" in reply and talk.phone() == before
    assert talk.rows(Alert, to_person_id=world.iro.id)[0].acknowledged_at is None
    assert "You have it" in _from_denise(talk, "OK")
    assert talk.phone() == before
    _from_denise(talk, code(world.child))
    assert talk.phone() == before, "what was not for the child is not kept behind an OK"


@pytest.mark.parametrize("text", ["ok", "OK.", "Got it!", "I'm on it", "on my way", "thanks"])
def test_what_is_said_to_heard_goes_to_no_child(talk, world, text):
    talk.says("can i see my nan")
    before = talk.phone()
    assert "You have it" in _from_denise(talk, text)
    assert talk.phone() == before


def test_a_bare_yes_may_be_for_either_so_it_asks(talk, world, code):
    talk.says("can i see my nan")
    before = talk.phone()
    assert "Was that for the child?" in _from_denise(talk, "Yes")
    assert talk.phone() == before
    _from_denise(talk, code(world.child))
    assert talk.phone()[-1] == "Denise: Yes"


def test_help_from_staff_explains_and_takes_nothing_on(talk, world):
    talk.says("can i see my nan")
    assert "reply with the code" in _from_denise(talk, "HELP")
    assert talk.rows(Alert, to_person_id=world.iro.id)[0].acknowledged_at is None


def test_stop_from_staff_sends_nothing_to_a_child(talk, world):
    talk.says("can i see my nan")
    before = talk.phone()
    assert talk.says("STOP", number=DENISE) == []
    assert talk.phone() == before


def test_a_number_that_is_nobodys_or_a_childs_answers_nobody(talk, world, code):
    talk.says("can i see my nan")
    for number in ("+447700900555",):
        talk.says(f"{code(world.child)} hello ash", number=number)
    talk.says(f"{code(world.child)} hello ash", child=world.sibling)
    assert not any("hello ash" in text for text in talk.phone())


def test_a_colleagues_code_and_a_guessed_one_reach_nobody(talk, world, code):
    talk.says("can i see my nan")
    before = talk.phone()
    for guess in (code(world.child, world.manager), code(world.other_child), "C3C3", "D4D4", "F6F6", "G7G7"):
        assert "none of yours" in _from_denise(talk, f"{guess} hello")
    assert "none of yours" in _from_denise(talk, f"{code(world.child)} hello"), "after five wrong ones the right one waits too"
    assert talk.phone() == before


def test_somebody_who_left_answers_nobody(talk, world, code):
    talk.says("can i see my nan")
    talk.write(lambda session: setattr(session.get(Person, world.iro.id), "left_at", talk.clock()))
    talk.says(f"{code(world.child)} hello ash", number=DENISE)
    assert not any("hello ash" in text for text in talk.phone())


def test_a_child_who_moved_to_another_iro_is_no_longer_answered(talk, world, code):
    talk.says("can i see my nan")
    talk.write(
        lambda session: people.allocate(session, session.get(Person, world.child.id), session.get(Person, world.other_iro.id), talk.clock())
    )
    before = talk.phone()
    assert _from_denise(talk, "Yes.").startswith("Not sent")
    assert _from_denise(talk, f"{code(world.child)} Yes.").startswith("Not sent")
    assert talk.phone() == before


def test_a_code_alone_long_after_sends_nothing_old(talk, world, code):
    talk.says("can i see my nan")
    talk.says("when is my review", child=world.sibling)
    _from_denise(talk, "Yes, on Saturday.")
    talk.clock.advance(minutes=31)
    assert "put your words after the code" in _from_denise(talk, code(world.child))
    assert not any("Saturday" in text for text in talk.phone())


def test_what_a_child_said_in_confidence_is_answered_on_its_page_alone(talk, world, code):
    talk.write(lambda session: people.add_phone(session, session.get(Person, world.manager.id), "+447700900103"))
    talk.says("denise hit me again last night")
    [alert] = talk.twilio.to("+447700900103")
    assert code(world.child, world.manager) not in alert
    talk.says(f"{code(world.child, world.manager)} I will call you about Denise", number="+447700900103")
    assert "on its page" in talk.twilio.to("+447700900103")[-1]
    assert not any("about Denise" in text for text in talk.phone())
    assert talk.twilio.to(DENISE) == []


def test_a_child_who_stopped_texts_gets_it_in_the_web_chat_and_the_iro_is_told(talk, world, code):
    talk.says("can i see my nan")
    talk.says("STOP")
    reply = _from_denise(talk, f"{code(world.child)} Yes.")
    assert "web chat" in reply
    [sent] = [row for row in talk.rows(Outgoing) if row.author == world.iro.id]
    assert sent.channel == "web"


def test_words_that_would_worry_from_a_child_are_no_alert_from_staff(talk, world, code):
    talk.says("can i see my nan")
    _from_denise(talk, f"{code(world.child)} If you want to kill yourself call Childline on 0800 1111.")
    assert "Childline" in talk.phone()[-1]
    assert talk.rows(Alert, about="unmatched") == []


def test_after_days_a_code_is_needed(talk, world):
    talk.says("can i see my nan")
    _from_denise(talk, "OK")
    talk.clock.now += timedelta(days=4)
    assert "which child you mean" in _from_denise(talk, "I asked her, and you can.")


def test_no_code_is_a_word():
    assert all(re.fullmatch(r"[A-Z][0-9][A-Z][0-9]", code_of("a" * 32, str(number))) for number in range(50))
