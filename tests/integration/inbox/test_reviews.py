"""Review work: planning, who was asked, decisions, papers, and what the child is told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from cases import people
from cases.store.models import Decision, Outgoing, Person, Review


@pytest.fixture
def iro(as_, world):
    return as_(world.iro)


@pytest.fixture
def held(store, world, now):
    with store.write() as session:
        row = Review(child_id=world.child.id, at=now - timedelta(days=2), place="School", status="held")
        session.add(row)
    return f"/inbox/reviews/{row.id}"


@pytest.fixture
def to_child(store, world):
    def texts() -> list[str]:
        with store.read() as session:
            talk = people.conversation_of(session, world.child.id).id
            return [row.text for row in session.query(Outgoing).filter_by(conversation_id=talk).order_by(Outgoing.number)]

    return texts


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_review_is_planned_and_the_child_is_told_and_asked(store, world, iro, to_child):
    reviews = f"/inbox/children/{world.child.id}/reviews"
    iro.get(reviews)
    response = iro.submit(reviews, on="2027-01-12", at="16:30", place="The library", tell="yes")
    assert "Tuesday 12 January 2027" in response.text
    assert to_child() == [
        "Your review is on Tuesday 12 January at 4:30pm. Place: The library. Is that OK for you? "
        "If not, tell me and I will pass it on to your IRO."
    ]
    with store.read() as session:
        row = session.get(Review, response.url.path.split("/")[-1])
        assert (row.at, row.time_known, row.status) == (datetime(2027, 1, 12, 16, 30, tzinfo=UTC), True, "planned")


def test_a_change_in_summer_keeps_london_time_and_tells_only_when_asked(store, world, iro, to_child):
    page = f"/inbox/reviews/{world.review.id}"
    iro.get(page)
    iro.submit(page, on="2027-07-01", at="10:00", place="")
    assert to_child() == []
    with store.read() as session:
        assert session.get(Review, world.review.id).at == datetime(2027, 7, 1, 9, 0, tzinfo=UTC)
    assert "Nothing was different." in iro.submit(page, on="2027-07-01", at="10:00", place="", tell="yes").text
    assert to_child() == []


@pytest.mark.parametrize(
    "fields, says",
    [({"on": "soon"}, "Enter the day"), ({"on": "2026-12-01", "at": "25:61"}, "Enter a time"), ({"on": "9999-12-31"}, "Enter the day")],
)
def test_a_wrong_date_changes_nothing_and_is_shown_again(store, world, iro, fields, says):
    page = f"/inbox/reviews/{world.review.id}"
    iro.get(page)
    response = iro.submit(page, place="Nowhere", **fields)
    assert response.status_code == 400 and says in response.text and "Error: " in response.text
    assert 'value="Nowhere"' in response.text
    with store.read() as session:
        assert session.get(Review, world.review.id).place == "Library meeting room"


def test_a_review_that_was_before_heard_starts_the_clock(store, world, iro, now):
    with store.write() as session:
        session.get(Person, world.child.id).looked_after_since = now.date() - timedelta(days=800)
        session.get(Review, world.review.id).status = "cancelled"
    reviews = f"/inbox/children/{world.child.id}/reviews"
    assert "The reviews before Heard are not known here" in iro.get(reviews).text
    iro.submit(reviews, on="2026-09-01")
    assert "Next review due by 1 March 2027." in _text(iro.get(reviews).text)


def test_a_review_still_to_come_cannot_have_been_held(store, world, iro):
    page = f"/inbox/reviews/{world.review.id}"
    iro.get(page)
    assert "cannot have been held" in iro.submit(f"{page}/status", status="held").text
    iro.get(page)
    assert "Marked as cancelled." in iro.submit(f"{page}/status", status="cancelled").text


def test_who_was_asked_and_when_is_written_down(iro, held, case):
    iro.get(held)
    assert "Say who was asked" in iro.submit(f"{held}/consulted", who="", role="school", how="phone", on="2026-11-20").text
    assert "today or before" in iro.submit(f"{held}/consulted", who="Ms Reed", role="school", how="phone", on="2026-12-20").text
    text = _text(iro.submit(f"{held}/consulted", who="Ms Reed", role="school", how="phone", on="2026-11-20").text)
    assert "Ms Reed School, 20 November 2026, by phone" in text


def test_papers_are_late_until_their_day_is_entered(iro, held, clock, now):
    text = _text(iro.get(held).text)  # it was on Sunday 22 November
    assert "Decisions sent By 27 November 2026" in text and "Late" not in text
    clock.now = now + timedelta(days=10)
    iro.get(held)
    iro.sign_in("denise@council.example")
    assert "Decisions sent By 27 November 2026 Late" in _text(iro.get(held).text)
    iro.submit(f"{held}/papers", decisions_on="2026-11-25", record_on="", distributed_on="")
    assert "Decisions sent By 27 November 2026, done 25 November 2026 Full" in _text(iro.page)
    assert "Enter a day that has been" in iro.submit(f"{held}/papers", decisions_on="2027-11-25").text


def test_decisions_have_a_person_and_a_date_and_the_child_hears_of_them(store, world, iro, held, to_child):
    iro.get(held)
    iro.submit(f"{held}/decisions", text="Ash sees nan every Saturday", who="Sam, social worker", due="2026-12-05")
    iro.submit(f"{held}/decisions", text="A bus pass", who="", due="")
    text = _text(iro.page)
    assert "Sam, social worker, by 5 December 2026" in text and "Nobody is named" in text
    assert "Say what was decided" in iro.submit(f"{held}/decisions", text="").text
    iro.get(held)
    iro.submit(f"{held}/announce")
    assert len(to_child()) == 1
    with store.read() as session:
        first = session.query(Decision).order_by(Decision.number).first()
    iro.submit(f"/inbox/decisions/{first.id}", what="done")
    assert len(to_child()) == 2, "the child is told that it is done"
    iro.submit(f"/inbox/decisions/{first.id}", what="not-done")
    with store.read() as session:
        assert session.get(Decision, first.id).status == "open"


def test_what_was_decided_is_explained_once_and_its_receipt_stands(store, world, iro, held, to_child, now):
    iro.get(held)
    words = "You can see your nan on Saturdays. The school trip is a no for now. That is because of the cost."
    assert "It has not been sent" in iro.submit(f"{held}/explained", explained=words, send="no").text
    assert "Reading age about" in iro.page and to_child() == []
    for _ in range(2):
        assert "on its way to Ash" in iro.submit(f"{held}/explained", explained=words, send="yes").text
    assert to_child() == [words]
    assert "waiting to be sent" in iro.page
    with store.write() as session:
        sent = session.query(Outgoing).filter_by(author=world.iro.id).one()
        sent.state, sent.delivered_at = "delivered", now
    assert "delivered today at midday" in _text(iro.get(held).text)


def test_duty_who_sees_the_child_does_not_touch_the_reviews(world, say, as_, held):
    say(world.child, "help me", level="immediate")
    duty = as_(world.duty)
    assert duty.get(f"/inbox/children/{world.child.id}").status_code == 200
    assert "Plan and record reviews" not in duty.page
    assert duty.get(held).status_code == 404
