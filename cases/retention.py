"""`heard erase`: a child's rows and the key that sealed them, gone together."""

from __future__ import annotations

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from cases.store.crypto import ring
from cases.store.models import (
    AdvocateOffer,
    AdvocateRequest,
    Alert,
    Allocation,
    Answer,
    ChatInvite,
    ChatSession,
    ChildSettings,
    Complaint,
    ComplaintEvent,
    Concern,
    Consultation,
    Consulted,
    Contact,
    Conversation,
    DataKey,
    Decision,
    DoneAction,
    Draft,
    FlagCorrection,
    FollowUp,
    ImportChange,
    Inbound,
    Issue,
    Job,
    Note,
    Outgoing,
    Person,
    Phone,
    Review,
)


def erase(session: Session, child: Person) -> str | None:
    """Delete everything held on a child, with their data key. The audit trail stays: it holds ids only.

    Copies in old backups stay sealed under the lost key. Returns the conversation's id, for whoever else keeps rows under
    it (Rasa's tracker), or None when the child never said anything.
    """
    talk = session.scalar(select(Conversation.id).where(Conversation.child_id == child.id))
    inbound = select(Inbound.id).where(Inbound.conversation_id == talk)
    alerts = select(Alert.id).where(or_(Alert.child_id == child.id, Alert.conversation_id == talk))
    outgoing = select(Outgoing.id).where(or_(Outgoing.conversation_id == talk, Outgoing.person_id == child.id))
    advocates = select(AdvocateRequest.id).where(AdvocateRequest.child_id == child.id)
    session.execute(delete(Job).where(or_(Job.ref.in_(inbound), Job.ref.in_(alerts), Job.ref.in_(outgoing), Job.ref.in_(advocates))))
    session.execute(delete(DoneAction).where(DoneAction.message_id.in_(inbound)))
    # Alerts that went to staff held no words of the child: they stay as a record that something was sent.
    session.execute(update(Outgoing).where(Outgoing.alert_id.in_(alerts)).values(alert_id=None))
    session.execute(delete(Outgoing).where(or_(Outgoing.conversation_id == talk, Outgoing.person_id == child.id)))
    session.execute(delete(Alert).where(or_(Alert.child_id == child.id, Alert.conversation_id == talk)))
    session.execute(delete(ChatSession).where(ChatSession.conversation_id == talk))
    for model in (Answer, Consultation, Issue, Decision, ComplaintEvent, Complaint, AdvocateRequest, AdvocateOffer, ChildSettings):
        session.execute(delete(model).where(model.child_id == child.id))
    for model in (FlagCorrection, Consulted, Note, FollowUp, Contact, Concern):
        session.execute(delete(model).where(model.child_id == child.id))
    session.execute(delete(Inbound).where(Inbound.conversation_id == talk))
    session.execute(delete(Conversation).where(Conversation.id == talk))
    for model in (ChatInvite, Draft, Review, Allocation):
        session.execute(delete(model).where(model.child_id == child.id))
    session.execute(delete(ImportChange).where(ImportChange.person_id == child.id))
    session.execute(delete(Phone).where(Phone.person_id == child.id))
    session.execute(delete(Person).where(Person.id == child.id))
    session.execute(delete(DataKey).where(DataKey.owner == child.id))
    ring.forget(child.id)
    return talk
