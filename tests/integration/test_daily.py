"""What comes every day: the list of what waits, at its time in London, once; and clearing out."""

from datetime import UTC, datetime, timedelta

import pytest

from cases import alerts, office, people
from cases.store import schedule
from cases.store.models import Alert, ChatSession, Job
from channels import chat_sessions, daily
from channels.worker import Worker

DENISE, MARTIN, MANAGER, COMPLAINTS = (f"{name}@council.example" for name in ("denise", "martin", "priya", "colin"))
TODAY = "Heard: what is waiting today"


def lists(post, address) -> list:
    return [letter for letter in post.to(address) if letter.subject == TODAY]


def begin(talk):
    talk.write(lambda session: daily.begin(session, talk.clock()))


def at(talk, *moment):
    talk.clock.now = datetime(*moment, tzinfo=UTC)
    talk.worker.drain()


def test_iro_gets_a_list_of_what_is_unread_on_the_next_working_morning_and_no_words_of_a_child(talk, post, world):
    begin(talk)
    talk.says("can i see my canary")
    talk.says("and my dog", child=world.sibling)
    talk.says("hello", child=world.other_child)
    at(talk, 2026, 11, 25, 8, 29)
    assert lists(post, DENISE) == []
    at(talk, 2026, 11, 25, 8, 30)
    [letter] = lists(post, DENISE)
    assert "nobody has read: 2" in letter.text and "Tuesday 24 November, 12:00" in letter.text
    assert "canary" not in letter.whole and "Ash" not in letter.whole
    assert "https://heard.example/inbox/" in letter.text
    [letter] = lists(post, MARTIN)
    assert "nobody has read: 1" in letter.text
    [letter] = lists(post, MANAGER)
    assert "nobody has read: 3" in letter.text and "Waiting for Denise Okoro: 2" in letter.text and "Martin Hale: 1" in letter.text
    assert lists(post, COMPLAINTS) == [], "nothing waits for them"


def test_list_comes_once_a_day_whatever_was_restarted_and_skips_weekends(talk, post, world, store, wired):
    talk.says("can i see my brother")
    for _ in range(3):
        begin(talk)
    for hour in (8, 9, 10):
        at(talk, 2026, 11, 27, hour, 31)  # a Friday
        Worker(store, wired, tools=talk.worker.tools).drain()
        begin(talk)
    assert len(lists(post, DENISE)) == 1
    at(talk, 2026, 11, 29, 12, 0)
    assert len(lists(post, DENISE)) == 1
    at(talk, 2026, 11, 30, 8, 30)
    assert len(lists(post, DENISE)) == 2


def test_time_of_the_list_is_londons_before_and_after_the_clocks_change(talk):
    times = office.Office()
    assert times.next_digest(datetime(2027, 3, 26, 12, 0, tzinfo=UTC)) == datetime(2027, 3, 30, 7, 30, tzinfo=UTC), "Easter Monday is none"
    assert times.next_digest(datetime(2027, 10, 29, 6, 0, tzinfo=UTC)) == datetime(2027, 10, 29, 7, 30, tzinfo=UTC)
    assert times.next_digest(datetime(2027, 10, 29, 12, 0, tzinfo=UTC)) == datetime(2027, 11, 1, 8, 30, tzinfo=UTC)
    assert times.next_digest(datetime(2028, 2, 28, 12, 0, tzinfo=UTC)) == datetime(2028, 2, 29, 8, 30, tzinfo=UTC)


def test_iro_learns_nothing_from_the_list_of_what_is_kept_from_them(talk, post, world):
    begin(talk)
    talk.write(lambda session: setattr(people.conversation_of(session, world.child.id), "confidential_from", world.iro.id))
    talk.says("it is about her")
    at(talk, 2026, 11, 25, 8, 30)
    assert lists(post, DENISE) == [] and len(lists(post, COMPLAINTS)) == 1


def test_nobody_gets_an_empty_list(talk, post, world):
    begin(talk)
    talk.says("can i see my brother")
    talk.write(lambda session: alerts.read_messages(session, people.conversation_of(session, world.child.id), world.iro, talk.clock()))
    at(talk, 2026, 11, 25, 8, 30)
    assert [letter for letter in post.letters if letter.subject == TODAY] == []


def test_old_finished_jobs_and_sign_ins_are_cleared_out_and_open_work_stays(talk, monkeypatch):
    monkeypatch.setattr(daily, "BATCH", 2)
    begin(talk)
    talk.says("hello")
    talk.write(lambda session: chat_sessions.begin(session, people.conversation_of(session, talk.world.child.id), True, talk.clock()))
    at(talk, 2026, 12, 1, 4, 0)
    assert len([job for job in talk.rows(Job) if job.kind in ("screen", "turn", "deliver") and job.done_at]) >= 3
    before = [alert.id for alert in talk.rows(Alert)]
    at(talk, 2027, 3, 1, 4, 0)
    at(talk, 2027, 3, 1, 4, 1)
    assert [job for job in talk.rows(Job) if job.done_at and job.done_at < talk.clock() - timedelta(days=14)] == []
    assert talk.rows(ChatSession) == [] and {alert.id for alert in talk.rows(Alert)} >= set(before)
    assert {job.kind for job in talk.rows(Job) if job.done_at is None} >= {"chase", daily.DIGEST, daily.HOUSEKEEPING}


def test_alert_whose_chase_is_gone_is_chased_again_from_that_night_on_and_no_other_twice(talk, post, world):
    begin(talk)
    talk.says("can i see my brother")
    talk.says("hello", child=world.other_child)
    [lost, other] = [f"chase:message:{child.id}" for child in (world.child, world.other_child)]
    talk.write(lambda session: session.query(Job).filter(Job.lane == lost).delete())
    at(talk, 2026, 11, 25, 3, 30)
    open_chases = [job.lane for job in talk.rows(Job, kind="chase") if job.done_at is None]
    assert sorted(open_chases) == sorted([lost, other])
    letters = len(post.to(DENISE))
    at(talk, 2026, 11, 26, 12, 0)
    assert len(post.to(DENISE)) > letters, "she is reminded of what she has not read"


def test_job_that_comes_again_has_one_open_row_whoever_begins_it(store, now):
    for _ in range(3):
        with store.write() as session:
            schedule.begin(session, "digest", now)
    with store.read() as session:
        assert session.query(Job).count() == 1


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ((2026, 11, 24, 20, 59), (2026, 11, 24, 20, 59)),
        ((2026, 11, 24, 21, 0), (2026, 11, 25, 8, 0)),
        ((2026, 11, 25, 7, 59), (2026, 11, 25, 8, 0)),
        ((2027, 3, 27, 23, 0), (2027, 3, 28, 7, 0)),  # the clocks go forward in this night
        ((2027, 7, 1, 20, 30), (2027, 7, 2, 7, 0)),
    ],
)
def test_quiet_hours_are_londons(asked, due):
    assert office.Office().not_quiet(datetime(*asked, tzinfo=UTC)) == datetime(*due, tzinfo=UTC)


def test_childs_own_quiet_hours_count_beside_the_councils():
    times = office.Office()
    assert times.not_quiet(datetime(2026, 11, 24, 19, 30, tzinfo=UTC), ("19:00", "09:00")) == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert times.not_quiet(datetime(2026, 11, 24, 10, 0, tzinfo=UTC), ("09:00", "15:30")) == datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "minutes", "due"),
    [
        ((2026, 11, 24, 12, 0), 60, (2026, 11, 24, 13, 0)),
        ((2026, 11, 24, 16, 30), 60, (2026, 11, 25, 9, 30)),
        ((2026, 11, 27, 18, 0), 480, (2026, 11, 30, 17, 0)),  # over a weekend
        ((2026, 12, 24, 16, 0), 120, (2026, 12, 29, 10, 0)),  # Christmas, Boxing Day in lieu
        ((2027, 3, 25, 16, 0), 120, (2027, 3, 30, 9, 0)),  # Easter, and summer time begins
    ],
)
def test_working_time_passes_in_working_hours_only(at, minutes, due):
    assert office.Office().working_time(datetime(*at, tzinfo=UTC), minutes) == datetime(*due, tzinfo=UTC)
