"""Alerts that go out and chase, by e-mail and SMS, until somebody answers."""

from __future__ import annotations

from cases import alerts
from cases.store.models import Alert, Job


def minutes(talk, count):
    for _ in range(count):
        talk.clock.advance(minutes=1)
        talk.worker.drain()


def test_danger_nobody_answers_is_chased_every_ten_minutes_and_to_the_manager_too(talk, post):
    talk.says("im going to kill myself")
    assert len(post.to("duty@council.example")) == 1 and post.to("priya@council.example") == []
    minutes(talk, 11)
    assert len(post.to("duty@council.example")) == 2 and len(post.to("priya@council.example")) == 1
    minutes(talk, 20)
    assert len(post.to("duty@council.example")) == 4 and len(post.to("priya@council.example")) == 3
    assert talk.rows(Alert)[0].chased == 3


def test_chase_ends_when_anybody_acknowledges(talk, post, world):
    talk.says("im going to kill myself")
    alert = next(alert for alert in talk.rows(Alert) if alert.to_role == "duty")
    talk.write(lambda session: alerts.acknowledge(session, session.get_one(Alert, alert.id), world.duty, talk.clock()))
    minutes(talk, 45)
    assert len(post.to("duty@council.example")) == 1 and post.to("priya@council.example") == []
    assert all(job.done_at for job in talk.rows(Job, kind="chase"))


def test_second_danger_after_an_answer_is_chased_anew(talk, post, world):
    talk.says("im going to kill myself")

    def acknowledge_all(session):
        for alert in session.query(Alert):
            alerts.acknowledge(session, alert, world.duty, talk.clock())

    talk.write(acknowledge_all)
    minutes(talk, 30)
    talk.says("im going to kill myself tonight")
    minutes(talk, 11)
    assert len(post.to("priya@council.example")) == 1


def test_worry_is_in_front_of_iro_and_duty_at_once_and_of_the_manager_in_an_hour(talk, post):
    talk.says("he hit me again")
    assert len(post.to("denise@council.example")) == 1 and len(post.to("duty@council.example")) == 1
    minutes(talk, 55)
    assert post.to("priya@council.example") == []
    minutes(talk, 10)
    assert len(post.to("priya@council.example")) == 1


def test_many_worries_at_once_are_many_alerts_and_one_notice_a_person(talk, post):
    for text in ("he hit me", "he hits me", "he punched me"):
        talk.says(text)
    assert len(talk.rows(Alert, to_role="duty")) == 3 and len(post.to("duty@council.example")) == 1
    assert len([job for job in talk.rows(Job, kind="chase") if job.done_at is None]) == 1


def test_cover_is_told_instead_of_an_iro_who_is_away(talk, post, world):
    from datetime import timedelta

    from cases.store.models import Absence

    now = talk.clock()
    talk.write(
        lambda session: session.add(
            Absence(iro_id=world.iro.id, cover_id=world.other_iro.id, starts=now - timedelta(days=1), ends=now + timedelta(days=1))
        )
    )
    talk.says("hello")
    assert post.to("denise@council.example") == [] and len(post.to("martin@council.example")) == 1
    assert talk.rows(Alert)[0].to_role == "cover"


def test_child_without_an_iro_is_dutys(talk, world, post):
    talk.write(lambda session: setattr(session.merge(world.iro), "left_at", talk.clock()))
    talk.says("hello")
    assert [alert.to_role for alert in talk.rows(Alert)] == ["duty"]


def test_alert_stands_even_when_nobody_holds_any_role(store, now):
    with store.write() as session:
        raised = alerts.raise_alert(session, level="immediate", about="unmatched", about_id="x", conversation_id=None, now=now)
    assert [alert.to_person_id for alert in raised] == [None]
