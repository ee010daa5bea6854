"""Alerts that chase: whom they reach, who is next when they do not, and what is waiting for whom."""

from datetime import UTC, datetime, timedelta

import pytest

from cases import alerts, alerts_by_text, office, people, waiting
from cases.store.models import Absence, Alert, Complaint, Job

DENISE, DUTY, MANAGER, COMPLAINTS = (f"{name}@council.example" for name in ("denise", "duty", "priya", "colin"))


def run(talk, until: timedelta, every: timedelta = timedelta(minutes=1)):
    """Let time go by, and work off what is due as it comes."""
    end = talk.clock() + until
    while talk.clock() < end:
        talk.clock.advance(seconds=every.total_seconds())
        talk.worker.drain()


def roles(talk, **where) -> set[str]:
    return {alert.to_role for alert in talk.rows(Alert, **where)}


def refuse(post, *addresses):
    async def answer(server, session, envelope, address, options):
        if address in addresses:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    post.handle_RCPT = answer


def no_phone(talk, person):
    talk.write(lambda session: [setattr(phone, "status", "old") for phone in session.merge(person).phones])


# A notice that does not arrive -----------------------------------------------------------------------------------------


def test_message_whose_email_bounces_reaches_the_iro_by_text_alone(talk, post):
    refuse(post, DENISE)
    talk.says("can i see my brother")
    assert len(talk.twilio.to("+447700900101")) == 1 and roles(talk) == {"iro"}


def test_message_that_reaches_the_iro_in_no_way_goes_to_duty_at_once(talk, post, world):
    refuse(post, DENISE)
    no_phone(talk, world.iro)
    talk.says("can i see my brother")
    assert roles(talk) == {"iro", "duty"} and len(post.to(DUTY)) == 1


def test_and_to_the_manager_when_duty_cannot_be_reached_either(talk, post, world):
    refuse(post, DENISE, DUTY)
    no_phone(talk, world.iro)
    no_phone(talk, world.duty)
    talk.says("can i see my brother")
    assert roles(talk) == {"iro", "duty", "manager"} and len(post.to(MANAGER)) == 1


def test_iro_without_any_address_is_passed_over_at_once(talk, post, world):
    no_phone(talk, world.iro)
    talk.write(lambda session: people.set_email(session.merge(world.iro), None))
    talk.says("can i see my brother")
    assert roles(talk) == {"iro", "duty"} and len(post.to(DUTY)) == 1


def test_alert_that_reached_nobody_does_not_mute_the_next_message(talk, post, world):
    refuse(post, DENISE)
    no_phone(talk, world.iro)
    talk.says("can i see my brother")
    refuse(post)
    talk.says("hello??")
    assert len(post.to(DENISE)) == 1, "the mail works again, and the second message is told of"


def test_what_is_kept_from_the_iro_goes_on_to_the_manager_and_never_to_the_iro_or_duty(talk, post, world, rasa):
    refuse(post, COMPLAINTS)
    talk.write(lambda session: setattr(people.conversation_of(session, world.child.id), "confidential_from", world.iro.id))
    talk.says("it is about her")
    run(talk, timedelta(days=4), timedelta(minutes=30))
    assert roles(talk) == {"manager", "complaints"}
    assert len(post.to(MANAGER)) > 1 and post.to(DENISE) == post.to(DUTY) == [] and talk.twilio.to("+447700900101") == []


# An ordinary message is chased too, slowly -----------------------------------------------------------------------------


def test_message_that_nobody_reads_is_told_again_after_a_working_day_then_to_duty_then_to_the_manager(talk, post):
    talk.says("can i see my brother")  # a Tuesday, 12:00
    run(talk, timedelta(hours=23, minutes=59), timedelta(minutes=1))
    assert len(post.to(DENISE)) == 1
    run(talk, timedelta(minutes=1))
    assert len(post.to(DENISE)) == 2 and post.to(DUTY) == [], "eight working hours: Wednesday, 12:00"
    run(talk, timedelta(hours=24), timedelta(minutes=10))
    assert len(post.to(DENISE)) == 3 and len(post.to(DUTY)) == 1 and post.to(MANAGER) == []
    run(talk, timedelta(hours=24), timedelta(minutes=10))
    assert len(post.to(MANAGER)) == 1
    run(talk, timedelta(days=2), timedelta(minutes=30))
    assert len(post.to(MANAGER)) == 1, "nothing on a weekend"
    run(talk, timedelta(days=1), timedelta(minutes=30))
    assert len(post.to(MANAGER)) == 2, "and every working day until somebody reads it"


def test_reading_ends_the_chase_of_a_message_for_whoever_reads_it(talk, post, world):
    talk.says("can i see my brother")
    now = talk.clock()
    talk.write(
        lambda session: session.add(Absence(iro_id=world.iro.id, cover_id=world.other_iro.id, starts=now, ends=now + timedelta(days=9)))
    )
    talk.write(
        lambda session: alerts.read_messages(session, people.conversation_of(session, world.child.id), world.other_iro, talk.clock())
    )
    run(talk, timedelta(days=3), timedelta(minutes=30))
    assert len(post.to(DENISE)) == 1 and post.to(DUTY) == []
    talk.says("one more thing")
    assert len(post.to("martin@council.example")) == 1, "a later message is told of"


def test_message_that_duty_has_answered_for_the_iro_does_not_mute_a_later_one(talk, post, world):
    talk.says("can i see my brother")
    run(talk, timedelta(days=2, minutes=1), timedelta(minutes=30))
    [duty] = talk.rows(Alert, to_role="duty")
    talk.write(lambda session: alerts.acknowledge(session, session.get_one(Alert, duty.id), world.duty, talk.clock()))
    before = len(post.to(DENISE))
    talk.says("hello?")
    assert len(post.to(DENISE)) == before + 1


def test_complaint_that_the_iro_opened_still_chases_the_complaints_manager(talk, post, world):
    def complain(session):
        complaint = Complaint(child_id=world.child.id, stage="received", about_another=True)
        session.add(complaint)
        session.flush()
        raised = alerts.raise_alert(
            session, level="message", about="complaint", about_id=complaint.id, child_id=world.child.id, now=talk.clock()
        )
        for alert in raised:
            if alert.to_role == "iro":
                alerts.acknowledge(session, alert, world.iro, talk.clock())

    talk.write(complain)
    talk.worker.drain()
    run(talk, timedelta(hours=25), timedelta(minutes=30))
    assert len(post.to(COMPLAINTS)) == 2 and len(post.to(DENISE)) == 1


def test_chase_of_an_open_message_tells_the_iro_nothing_of_one_that_is_kept_from_them(talk, post, world):
    def confidential(iro_id):
        talk.write(lambda session: setattr(people.conversation_of(session, world.child.id), "confidential_from", iro_id))

    confidential(world.iro.id)
    talk.says("she shouts at me")
    kept_at = talk.clock()
    confidential(None)
    talk.clock.advance(hours=2)
    talk.says("when is my review")
    due = {job.ref.endswith(":kept"): job.due_at for job in talk.rows(Job, kind="chase") if job.done_at is None}
    assert due == {True: kept_at + timedelta(days=1), False: talk.clock() + timedelta(days=1)}, "each has a time of its own"
    assert {alert.about_id for alert in talk.rows(Alert, to_role="iro")} == {talk.last().id}


# On time, in and out of hours ------------------------------------------------------------------------------------------


def test_alert_is_chased_on_the_minute_however_long_ago_another_one_was_answered(talk, post, world):
    talk.says("im going to kill myself")
    run(talk, timedelta(minutes=9))

    def acknowledge_all(session):
        for alert in session.query(Alert):
            alerts.acknowledge(session, alert, world.duty, talk.clock())

    talk.write(acknowledge_all)
    talk.clock.advance(seconds=30)
    talk.says("im going to kill myself tonight")
    run(talk, timedelta(minutes=9))
    assert post.to(MANAGER) == [], "the old chase does not count for the new alert"
    run(talk, timedelta(minutes=2))
    assert len(post.to(MANAGER)) == 1


def test_chase_that_fell_due_while_nothing_ran_is_made_up_once(talk, post):
    talk.says("im going to kill myself")
    talk.clock.advance(hours=5)
    talk.worker.drain()
    assert len(post.to(MANAGER)) == 1
    [job] = [job for job in talk.rows(Job, kind="chase") if job.done_at is None]
    assert job.due_at > talk.clock()


def test_at_night_the_out_of_hours_team_has_the_desk_and_is_chased_faster(talk, post, world):
    def night_team(session):
        people.add_person(session, kind="duty", ref="D9", name="Night desk", email="night@council.example")
        office.put(session, "out_of_hours", ["D9"], world.admin, talk.clock())

    talk.write(night_team)
    talk.clock.advance(hours=10)  # 22:00
    talk.says("im going to kill myself")
    assert len(post.to("night@council.example")) == 1 and post.to(DUTY) == []
    run(talk, timedelta(minutes=6))
    assert len(post.to("night@council.example")) == 2 and len(post.to(MANAGER)) == 1
    talk.clock.advance(days=1, hours=-12)  # the next day, before noon
    talk.says("he hit me again", child=world.sibling)
    assert len(post.to(DUTY)) >= 1


def test_council_sets_its_own_times(talk, post, world):
    talk.write(lambda session: office.put(session, "chase_immediate", [3], world.admin, talk.clock()))
    talk.says("im going to kill myself")
    run(talk, timedelta(minutes=4))
    assert len(post.to(MANAGER)) == 1


def test_setting_that_cannot_be_used_counts_as_not_set(store, world, now):
    for name, value in [("chase_immediate", []), ("chase_immediate", [0]), ("working_hours", ["9", "17"]), ("digest_at", "25:00")]:
        with pytest.raises(ValueError), store.write() as session:
            office.put(session, name, value, world.admin, now)
    with store.read() as session:
        assert office.of(session) == office.Office()


def test_text_about_an_ordinary_message_wakes_no_iro_at_night_and_danger_does(talk, post, world):
    talk.clock.advance(hours=14)  # 02:00
    talk.says("can i see my brother")
    assert len(post.to(DENISE)) == 1 and talk.twilio.to("+447700900101") == []
    talk.says("im going to kill myself")
    assert len(talk.twilio.to("+447700900101")) == 1, "nothing that waits holds it up"
    talk.clock.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    talk.worker.drain()
    assert any("A message from a child is waiting" in text for text in talk.twilio.to("+447700900101"))


def test_text_that_waited_for_the_morning_is_not_sent_when_the_message_was_read_at_night(talk, post, world):
    talk.clock.advance(hours=14)
    talk.says("can i see my brother")
    talk.write(lambda session: alerts.read_messages(session, people.conversation_of(session, world.child.id), world.iro, talk.clock()))
    run(talk, timedelta(hours=9), timedelta(minutes=30))
    assert talk.twilio.to("+447700900101") == [] and roles(talk) == {"iro"}


# Answered by text ------------------------------------------------------------------------------------------------------


def test_answer_by_text_acknowledges_what_was_last_texted_about_and_nothing_else(talk, world):
    talk.says("he hit me again")
    talk.clock.advance(minutes=1)
    talk.says("my step dad hit me", child=world.sibling)
    with talk.store.read() as session:
        found = alerts_by_text.open_alerts_of_number(session, "+447700900102", talk.clock())
        assert [alert.child_id for alert in found] == [world.sibling.id, world.child.id]
        assert alerts_by_text.open_alerts_of_number(session, "+447700900001", talk.clock()) == [], "a child's phone"
    taken, left = [], []

    def answer(session):
        nonlocal taken, left
        taken, left = alerts_by_text.acknowledge_from(session, "+447700900102", talk.clock())

    talk.write(answer)
    assert {alert.child_id for alert in taken} == {world.sibling.id} and {alert.child_id for alert in left} == {world.child.id}
    assert all(alert.acknowledged_by == world.duty.id for alert in talk.rows(Alert, child_id=world.sibling.id, to_role="duty"))


def test_ok_by_text_stops_the_chase_and_says_so_to_the_sender_alone(talk, post, world):
    talk.says("im going to kill myself")
    assert "Reply OK if you have this." in talk.twilio.to("+447700900102")[0]
    talk.clock.advance(minutes=1)
    [thanks] = talk.says("ok", number="+447700900102")
    assert "You have it" in thanks and talk.twilio.to("+447700900102")[-1] == thanks
    run(talk, timedelta(minutes=30))
    assert post.to(MANAGER) == [] and roles(talk, about="unmatched") == set()
    [again] = talk.says("thanks", number="+447700900102")
    assert "nothing open" in again and roles(talk, about="unmatched") == set()


def test_danger_that_comes_after_the_text_is_not_answered_by_the_ok_to_it(talk, post, world):
    talk.says("im going to kill myself")
    talk.clock.advance(minutes=2)
    talk.says("im going to kill myself tonight")  # too soon after the first for another text
    talk.clock.advance(minutes=1)
    talk.says("ok", number="+447700900102")
    run(talk, timedelta(minutes=12))
    assert len(post.to(MANAGER)) == 1


def test_danger_in_a_text_from_a_staff_phone_is_not_taken_for_an_answer_alone(talk, world):
    talk.says("im going to kill myself", number="+447700900101")
    assert roles(talk, level="immediate", about="unmatched") == {"duty"}


def test_stop_from_a_staff_phone_leaves_email(talk, post, world):
    talk.says("STOP", number="+447700900101")
    talk.says("can i see my brother")
    assert talk.twilio.to("+447700900101") == [] and len(post.to(DENISE)) == 1


# What is waiting for whom ----------------------------------------------------------------------------------------------


def test_manager_sees_what_waits_for_whom_and_an_iro_sees_none_of_that_list(talk, post, world):
    refuse(post, DENISE)
    no_phone(talk, world.iro)
    talk.says("can i see my brother")
    with talk.store.read() as session:
        found = waiting.waiting(session, world.manager, talk.clock())
        assert [(one.person.ref, one.role, one.child.ref, one.reached) for one in found] == [
            ("I1", "iro", "C1", False),
            ("D1", "duty", "C1", True),
        ]
        assert all(one.next_step == datetime(2026, 11, 25, 12, 0, tzinfo=UTC) for one in found)
        assert [person.ref for person, _, _ in waiting.by_person(found)] == ["I1", "D1"]
        for other in (world.iro, world.duty, world.complaints, world.admin):
            assert waiting.waiting(session, other, talk.clock()) == []


def test_nothing_waits_once_anybody_has_answered(talk, world):
    talk.says("he hit me again")
    alert = talk.rows(Alert, to_role="duty")[0]
    talk.write(lambda session: alerts.acknowledge(session, session.get_one(Alert, alert.id), world.duty, talk.clock()))
    with talk.store.read() as session:
        assert waiting.waiting(session, world.manager, talk.clock()) == []
