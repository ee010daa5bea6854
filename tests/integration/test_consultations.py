"""A consultation in the case store: the newest answer holds, the older stay, nothing is sent without a yes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from cases import consultations
from cases.language.form import Change
from cases.store.models import Alert, Answer, Review


def test_newest_answer_holds_and_the_older_stays(store, world, now):
    with store.write() as session:
        held, how = consultations.open_one(session, world.child.id, now)
        assert how == consultations.NEW
        consultations.write(session, held, [Change("when", "Monday")], "monday", None, now)
        consultations.write(session, held, [Change("when", "Thursday")], "actually thursday", None, now)
    with store.read() as session:
        held = consultations.current(session, world.child.id, now)
        assert consultations.values(held) == {"when": "Thursday"}
        assert [row.words for row in session.scalars(select(Answer).order_by(Answer.number))] == ["monday", "actually thursday"]


def test_skipped_answer_is_null_and_lists_are_empty_in_the_export(store, world, now):
    with store.write() as session:
        held, _ = consultations.open_one(session, world.child.id, now)
        changes = [
            Change("when", None, skipped=True),
            Change("attend", []),
            Change("chair", "start only"),
            Change("advocate", "yes (Ruth)"),
        ]
        consultations.write(session, held, changes, "…", None, now)
        assert consultations.export(held) == {
            "status": "open",
            "review": world.review.id,
            "when": None,
            "where": None,
            "attend": [],
            "exclude": [],
            "chair": "start only",
            "topics": {},
            "issues": [],
            "advocate": True,
        }


def test_sending_alerts_the_iro_once(store, world, now):
    with store.write() as session:
        held, _ = consultations.open_one(session, world.child.id, now)
        consultations.send(session, held, now)
        consultations.send(session, held, now)
        alerts = session.scalars(select(Alert).where(Alert.about == "consultation")).all()
        assert [(alert.to_role, alert.to_person_id) for alert in alerts] == [("iro", world.iro.id)]
        assert held.status == "sent" and held.sent_at == now


def test_child_goes_on_with_the_same_form_days_later(store, world, now):
    with store.write() as session:
        held, _ = consultations.open_one(session, world.child.id, now)
        consultations.write(session, held, [Change("when", "Monday")], "monday", None, now)
        again, how = consultations.open_one(session, world.child.id, now + timedelta(days=4))
        assert (again.id, how) == (held.id, consultations.RESUMED)


def test_form_of_a_review_that_was_held_is_not_gone_on_with(store, world, now):
    with store.write() as session:
        held, _ = consultations.open_one(session, world.child.id, now)
        session.get_one(Review, world.review.id).status = "held"
        session.add(Review(child_id=world.child.id, at=now + timedelta(days=150)))
        session.flush()
        again, how = consultations.open_one(session, world.child.id, now + timedelta(days=30))
        assert again.id != held.id and how == consultations.NEW
