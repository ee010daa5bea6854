"""Telling a member of staff that something waits: the alert's row, its e-mail and SMS, and the next in line when neither arrives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, exists, select
from sqlalchemy.orm import Session

from cases import access, notices, office, people, routing
from cases.store import outbox
from cases.store.models import AdvocateRequest, Alert, Complaint, Inbound, Outgoing, Person, new_id

_OF_ALERT = exists().where(Outgoing.alert_id == Alert.id)
#: Whether every e-mail and SMS about an alert has failed. (One without any was covered by an earlier one's.)
REACHED_NOBODY = and_(_OF_ALERT, ~_OF_ALERT.where(Outgoing.state != "failed"))
_REACHED_NOBODY = select(REACHED_NOBODY).where(Alert.id == bindparam("alert"))


def write(
    session: Session,
    one: routing.Recipient,
    level: str,
    about: str,
    about_id: str,
    child_id: str | None,
    conversation_id: str | None,
    now: datetime,
) -> Alert:
    alert = Alert(
        id=new_id(),
        child_id=child_id,
        conversation_id=conversation_id,
        level=level,
        about=about,
        about_id=about_id,
        to_role=one.role,
        to_person_id=one.person.id if one.person else None,
        created_at=now,
    )
    session.add(alert)
    session.flush()
    return alert


def notify(session: Session, alert: Alert, person: Person | None, now: datetime) -> None:
    """Tell `person` by e-mail and by SMS. Somebody who has neither is passed over: the next in line is told.

    The SMS about an ordinary message wakes nobody: outside working hours it waits for them, but for who is on duty.
    """
    subject, text = notices.of_alert(alert.level, alert.about)
    opens = office.of(session).opens(now) if can_wait(alert) else now
    sent = person is not None and [
        outbox.notify(session, person, channel="email", subject=subject, text=text, alert=alert, now=now),
        outbox.notify(session, person, channel="sms", text=text, alert=alert, not_before=opens, now=now),
    ]
    if person is not None and not any(sent):
        pass_over(session, alert, now)


def can_wait(alert: Alert) -> bool:
    return alert.level == "message" and alert.to_role != "duty"


def notice_failed(session: Session, alert: Alert, now: datetime) -> None:
    """An e-mail or SMS about the alert will never arrive. When no other way is left, the next in line is told."""
    if alert.acknowledged_at is None and reached_nobody(session, alert):
        pass_over(session, alert, now)


def reached_nobody(session: Session, alert: Alert) -> bool:
    return session.scalar(_REACHED_NOBODY, {"alert": alert.id})


def pass_over(session: Session, alert: Alert, now: datetime) -> None:
    """Who was to be told cannot be: put it before who stands in for them, now and not at the next step of the chase."""
    for one in _untold(session, alert, routing.STAND_IN.get(alert.to_role, "manager"), now):
        other = write(session, one, alert.level, alert.about, alert.about_id, alert.child_id, alert.conversation_id, now)
        notify(session, other, one.person, now)


def hand_on(session: Session, alert: Alert, now: datetime) -> bool:
    """Whom it waited for has gone: it waits for whoever has their role now. False when all of those have it already."""
    after = _untold(session, alert, "iro" if alert.to_role == "cover" else alert.to_role, now)
    if not after:
        return False
    alert.to_role, alert.to_person_id = after[0].role, after[0].person.id
    session.flush()
    notify(session, alert, after[0].person, now)
    return True


def _untold(session: Session, alert: Alert, role: str, now: datetime) -> list[routing.Recipient]:
    """Who has the role, may know of the alert, and has not been told of what it is about."""
    told = set(session.scalars(select(Alert.to_person_id).where(Alert.about_id == alert.about_id, Alert.level == alert.level)))
    found = routing.recipients(
        session,
        level=alert.level,
        about=alert.about,
        child_id=alert.child_id,
        hidden_from=kept_from(session, alert),
        now=now,
        roles=(role,),
    )
    return [one for one in found if one.person and one.person.id not in told and access.may_see_alert(session, one.person, alert)]


def kept_from(session: Session, alert: Alert) -> str | None:
    """The id of the IRO who must not learn of what the alert is about; None when it is kept from no IRO."""
    for model, column in (
        (Inbound, Inbound.hidden_from),
        (Complaint, Complaint.about_iro_id),
        (AdvocateRequest, AdvocateRequest.hidden_from),
        (Outgoing, Outgoing.hidden_from),
    ):
        if found := session.scalar(select(column).where(model.id == alert.about_id)):
            return found
    if alert.about == "complaint" and session.scalar(select(Alert.id).where(Alert.id == alert.id, access.kept_from_iros())):
        iro = people.iro_of(session, alert.child_id)  # whom it is about is not known: it may be them
        return iro.id if iro else "nobody"
    return None
