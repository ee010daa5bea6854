"""A complaint is kept from every IRO unless it is plainly about somebody else."""

import pytest
from sqlalchemy import select

from cases import access, advocacy, complaints, people
from cases.store import inbound
from cases.store.models import AdvocateRequest, Alert, Complaint, Inbound, Person


def complain(store, world, now, about: str | None, text: str = "they never listen to me") -> str:
    """A child says this of somebody and sends it; the complaint's id."""
    with store.write() as session:
        child = session.get(Person, world.child.id)
        talk = people.conversation_of(session, child.id)
        said = inbound.accept(
            session, conversation=talk, provider="web", provider_id="c1", channel="web", text="i want to complain", received_at=now
        )
        said.risk = "none"
        complaint = complaints.begin(session, talk, child, now, inbound_id=said.id, about_iro=False)
        complaints.describe(session, complaint, child, text=text)
        if about is not None:
            complaints.describe(session, complaint, child, about=about)
        complaints.lodge(session, talk, complaint, child, now)
        return complaint.id


def seen_by(store, viewer, model) -> list:
    with store.read() as session:
        return list(session.scalars(select(model).where(access.visible(model, viewer))))


@pytest.mark.parametrize("about", ["", None, "her", "Denice", "my reviewer", "i.r.o", "the lady who runs my meetings", "my iro", "Sue"])
def test_complaint_that_may_be_about_the_iro_is_kept_from_them(store, world, now, about):
    complain(store, world, now, about)
    assert seen_by(store, world.iro, Complaint) == []
    assert seen_by(store, world.iro, Inbound) == []
    assert not [alert for alert in seen_by(store, world.iro, Alert) if alert.to_person_id == world.iro.id]
    assert len(seen_by(store, world.complaints, Complaint)) == 1
    with store.read() as session:
        assert {alert.to_role for alert in session.scalars(select(Alert))} >= {"complaints", "manager"}


@pytest.mark.parametrize("about", ["my social worker", "the staff here", "my foster carer", "school"])
def test_complaint_plainly_about_somebody_else_is_on_the_iros_page(store, world, now, about):
    complain(store, world, now, about)
    assert len(seen_by(store, world.iro, Complaint)) == 1
    assert [row.text for row in seen_by(store, world.iro, Inbound)] == ["i want to complain"]


def test_advocate_asked_for_in_hidden_words_is_hidden_too(store, world, now):
    with store.write() as session:
        advocacy.ask(
            session,
            session.get(Person, world.child.id),
            text="an advocate for my complaint about Denise",
            agreed_to_share=True,
            now=now,
            hidden_from=world.iro.id,
        )
    assert seen_by(store, world.iro, AdvocateRequest) == []


def test_message_that_nobody_has_looked_at_yet_is_not_shown_to_the_iro(store, world, now):
    with store.write() as session:
        talk = people.conversation_of(session, world.child.id)
        inbound.accept(session, conversation=talk, provider="web", provider_id="w1", channel="web", text="she shouts", received_at=now)
    assert seen_by(store, world.iro, Inbound) == []
