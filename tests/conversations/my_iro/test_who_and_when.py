"""A child finds out who their IRO is and when the review is, and asks to be called."""

from datetime import UTC, datetime, timedelta

from cases.store.models import Review


def said(replies: list[str]) -> str:
    return " ".join(replies).lower()


def test_child_asks_who_their_iro_is(child):
    assert "denise" in said(child.says("who is my iro"))


def test_child_without_an_iro_is_told_so_and_somebody_is_alerted(heard):
    child = heard.child()
    replies = said(child.says("whos my iro??"))
    assert "denise" not in replies and "idris" not in replies
    assert child.record()["alerts"], "nobody was told that this child has no IRO"


def test_child_asks_when_and_where_the_review_is(heard):
    child = heard.child(iro=heard.iro)
    with heard.store.write() as session:
        session.add(Review(child_id=child.id, at=datetime.now(UTC).replace(hour=15, minute=30) + timedelta(days=30), place="Hill Library"))
    replies = said(child.says("when is my review and where is it"))
    assert "hill library" in replies


def test_child_asks_their_iro_to_call(heard, child):
    child.says("can my iro ring me please")
    record = child.record()
    assert any(issue["kind"] == "call_back" for issue in record["issues"]), record["issues"]
    assert [alert for alert in record["alerts"] if alert["to_role"] == "iro"]


def test_wish_for_the_review_is_kept_and_said_back(child):
    replies = said(child.says("can my nan come to my review"))
    assert "nan" in replies
    assert any("nan" in name for name in child.consultation()["attend"])
