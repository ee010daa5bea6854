"""The decisions of a review, one at a time; one of them has not been done; and a call, against the real model."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from cases import decisions, people
from cases.store.models import Issue


def said(replies: list[str]) -> str:
    return " ".join(replies).lower()


def test_child_hears_the_decisions_and_says_that_one_is_not_done(heard, child):
    now = datetime.now(UTC)
    with heard.store.write() as session:
        person = people.by_ref(session, child.ref)
        due = (now - timedelta(days=3)).date()
        decisions.record(session, person, text="You get a laptop for school", who="Sue", due=due, by=heard.iro, now=now)
        decisions.record(session, person, text="You see your nan each month", by=heard.iro, now=now)
    assert "laptop" in said(child.says("what was decided at my review"))
    assert "nan" in said(child.says("next"))
    assert "laptop" in said(child.says("they havent done the laptop"))
    with heard.store.read() as session:
        issue = session.scalars(select(Issue).where(Issue.child_id == child.id, Issue.kind == "decision_not_done")).one()
        assert issue.decision_id is not None


def test_child_asks_for_a_call_after_school(child):
    assert "denise" in said(child.says("can my iro ring me on tuesday after 4"))
    child.says("no")
    (call,) = [issue for issue in child.record()["issues"] if issue["kind"] == "call_back"]
    assert "tuesday" in call["text"]
    assert "any time" in said(child.says("can i have an early review"))
