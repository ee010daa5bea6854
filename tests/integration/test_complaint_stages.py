"""What becomes of a complaint: stages, dates over Christmas, what the child adds, hears and takes back, and secrecy in all of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from cases import access, complaint_stages, complaints, people
from cases.store.models import Alert, Complaint, ComplaintEvent, Outgoing, Person


@pytest.fixture
def lodged(store, world):
    """A function that lodges a complaint about somebody and returns its id."""

    def lodge(about: str, at: datetime) -> str:
        with store.write() as session:
            child = session.get_one(Person, world.child.id)
            talk = people.conversation_of(session, child.id)
            complaint = complaints.begin(session, talk, child, at, inbound_id=None, about_iro=False)
            complaints.describe(session, complaint, child, text="nobody asked me", about=about)
            complaints.lodge(session, talk, complaint, child, at)
            return complaint.id

    return lodge


def said(session) -> list[Outgoing]:
    return list(session.scalars(select(Outgoing).where(Outgoing.conversation_id.is_not(None)).order_by(Outgoing.number)))


def test_dates_of_every_stage_count_working_days_over_christmas(store, world, lodged):
    friday = datetime(2026, 12, 18, 12, 0, tzinfo=UTC)
    complaint_id = lodged("my school", friday)
    with store.write() as session:
        complaint = session.get_one(Complaint, complaint_id)
        first = complaint_stages.dates(complaint)
        assert (first.acknowledge, first.answer, first.latest) == (date(2026, 12, 23), date(2027, 1, 6), date(2027, 1, 20))
        complaint_stages.move(session, complaint, "2", world.complaints, friday)
        second = complaint_stages.dates(complaint)
        assert (second.answer, second.latest) == (date(2027, 1, 27), date(2027, 3, 24))
        complaint_stages.move(session, complaint, "3", world.complaints, friday)
        third = complaint_stages.dates(complaint)
        assert (third.answer, third.latest) == (date(2027, 2, 3), date(2027, 3, 3))


def test_child_hears_of_each_step_and_by_when(store, world, lodged, now):
    complaint_id = lodged("my carer", now)
    with store.write() as session:
        complaint = session.get_one(Complaint, complaint_id)
        complaint_stages.acknowledge(session, complaint, world.complaints, now)
        complaint_stages.acknowledge(session, complaint, world.complaints, now)
        complaint_stages.make_complicated(session, complaint, world.complaints, now)
        complaint_stages.move(session, complaint, "closed", world.complaints, now, words_to_child="We have said sorry to you.")
        texts = [row.text for row in said(session)]
        assert "Tuesday 8 December" in texts[0] and "Tuesday 22 December" in texts[1]
        assert texts[2] == "We have said sorry to you." and said(session)[2].author == world.complaints.id
        assert "not happy" in texts[3] and "Tuesday 22 December" in texts[3]
        assert [event.kind for event in complaint_stages.history(session, complaint)] == ["acknowledged", "complicated", "stage"]


def test_stage_that_cannot_follow_is_refused(store, world, lodged, now):
    complaint_id = lodged("my carer", now)
    with store.write() as session:
        complaint = session.get_one(Complaint, complaint_id)
        with pytest.raises(complaint_stages.BadMove):
            complaint_stages.move(session, complaint, "3", world.complaints, now)
        complaint_stages.withdraw(session, complaint, now)
        with pytest.raises(complaint_stages.BadMove):
            complaint_stages.move(session, complaint, "2", world.complaints, now)


def test_answered_complaint_can_be_asked_about_again_and_goes_to_the_next_stage(store, world, lodged, now):
    complaint_id = lodged("my carer", now)
    with store.write() as session:
        complaint = session.get_one(Complaint, complaint_id)
        complaint_stages.move(session, complaint, "closed", world.complaints, now)
        complaint_stages.ask_again(session, complaint, "its not fair still", now)
        complaint_stages.move(session, complaint, "2", world.complaints, now)
        assert complaint.stage == "2"
        assert len(session.scalars(select(Alert).where(Alert.about == "complaint", Alert.to_role == "complaints")).all()) == 2


def test_words_that_a_child_adds_are_kept_and_the_manager_is_told(store, world, lodged, now):
    complaint_id = lodged("my carer", now)
    with store.write() as session:
        complaint = session.get_one(Complaint, complaint_id)
        complaint_stages.add(session, complaint, "and she did it again", now)
        (event,) = complaint_stages.history(session, complaint)
        assert (event.kind, event.words, event.by) == ("added", "and she did it again", None)


@pytest.mark.parametrize("about", ["denise", "her"])
def test_every_step_of_a_complaint_that_may_be_about_the_iro_is_kept_from_them(store, world, lodged, now, about):
    complaint_id = lodged(about, now)
    with store.write() as session:
        complaint = session.get_one(Complaint, complaint_id)
        complaint_stages.add(session, complaint, "she lied", now)
        complaint_stages.move(session, complaint, "2", world.complaints, now, words_to_child="Sam will ring you.")
        complaint_stages.withdraw(session, complaint, now)
        assert {row.hidden_from for row in said(session)} == {world.iro.id}
        assert not session.scalars(select(ComplaintEvent).where(access.visible(ComplaintEvent, world.iro))).all()
        assert world.iro.id not in {alert.to_person_id for alert in session.scalars(select(Alert))}
        assert len(session.scalars(select(ComplaintEvent).where(access.visible(ComplaintEvent, world.complaints))).all()) == 3
