"""A child complains, asks what became of it, adds to it and takes it back, against the real model."""

from sqlalchemy import select

from cases.store.models import AdvocateRequest, Complaint, ComplaintEvent


def said(replies: list[str]) -> str:
    return " ".join(replies).lower()


def complain(child) -> None:
    child.says("i want to make a complaint")
    child.says("they moved my bedroom and nobody asked me")
    child.says("the staff here")
    child.says("i want my old room back")
    child.says("no")
    assert "working days" in said(child.says("yes"))


def test_child_follows_adds_to_and_takes_back_a_complaint(heard, child):
    complain(child)
    status = said(child.says("what happened to my complaint"))
    assert "complaints manager" in status or "looking into" in status
    assert "own words" in said(child.says("can i add something to my complaint"))
    child.says("and they took my lamp as well")
    assert "?" in said(child.says("i want to take back my complaint"))
    child.says("yes")
    with heard.store.read() as session:
        complaint = session.scalars(select(Complaint).where(Complaint.child_id == child.id)).one()
        events = session.scalars(select(ComplaintEvent).where(ComplaintEvent.child_id == child.id).order_by(ComplaintEvent.at)).all()
    assert complaint.stage == "withdrawn"
    assert [event.kind for event in events] == ["added", "withdrawn"] and events[0].words == "and they took my lamp as well"


def test_advocate_is_asked_for_with_the_name_alone(heard, child):
    assert "name" in said(child.says("i want an advocate"))
    child.says("just my name")
    with heard.store.read() as session:
        request = session.scalars(select(AdvocateRequest).where(AdvocateRequest.child_id == child.id)).one()
    assert (request.agreed_to_share, request.share_words) == (True, False)
    assert "asked for one" in said(child.says("any news on my advocate"))
