"""Sending what is in the outbox: texts to children and staff, e-mail to staff.

A text is marked "sending" as its job is claimed, before the request goes out. One that is found so, or "unknown", may have
arrived: the provider is asked before it is sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from cases import alerts, answer_by_text, chasing, notices, people, telling, trace, words
from cases.store import inbound as inbounds
from cases.store import jobs
from cases.store.jobs import Claimed
from cases.store.models import Alert, Conversation, Job, Outgoing, Person, Phone
from channels import menus
from channels.outcome import GiveUp, TryAgain, Unsure

if TYPE_CHECKING:
    from channels.tools import Tools

#: Twilio's codes: the number cannot be texted; the person texted STOP.
BAD_NUMBER = {"21211", "21214", "21217", "21614", "30005", "30006"}
STOPPED = "21610"
#: What passes by itself: a phone that is off, a network that is full. Such a text goes out again after each of these waits.
PASSING = {"30001", "30003", "30017", "30022"}
AGAIN_AFTER = (timedelta(minutes=10), timedelta(hours=1))
ANSWERED = "answered"  # nobody has to be told any more
NOT_SET_UP = "not set up"  # neither this person nor the next in line can be told in this way

#: Seconds after the claim of a job from which on its lease is looked at once more before a text goes out.
FRESH = 2.0

Writes = Callable[[Session], None]

_BEFORE_TWILIO = ("waiting", "sending", "unknown")
_OUTGOING = Outgoing.__table__
_BEGIN = (
    update(_OUTGOING)
    .where(_OUTGOING.c.id == bindparam("row"), _OUTGOING.c.channel == "sms", _OUTGOING.c.state == "waiting")
    .values(state="sending")
    .returning(_OUTGOING.c.id)
)

_NOW = bindparam("now", type_=_OUTGOING.c.sent_at.type)
_MOVING = (
    update(_OUTGOING)
    .where(_OUTGOING.c.id == bindparam("row"))
    .values(provider_id=bindparam("sid"), sent_at=func.coalesce(_OUTGOING.c.sent_at, _NOW))
    .returning(_OUTGOING.c.id)
)
_IS_BEFORE = _OUTGOING.c.state.in_(_BEFORE_TWILIO)
_HAS_RECEIPT = and_(_OUTGOING.c.state.in_(("sent", "delivered")), _OUTGOING.c.provider_id == bindparam("sid"))
_SENT = _MOVING.where(or_(_IS_BEFORE, _HAS_RECEIPT)).values(state=case((_IS_BEFORE, "sent"), else_=_OUTGOING.c.state))
#: A receipt that needs no look at the row first: of the try that we know of, or of one whose request is still under way.
_UNDER_WAY = and_(_OUTGOING.c.state.in_(("sending", "unknown")), _OUTGOING.c.provider_id.is_(None))
_OURS = and_(_OUTGOING.c.state == "sent", _OUTGOING.c.provider_id == bindparam("sid"))
_OF_CHILDREN = _MOVING.where(_OUTGOING.c.alert_id.is_(None))
_BY_RECEIPT = {
    "sent": _OF_CHILDREN.where(_UNDER_WAY).values(state="sent"),
    "delivered": _OF_CHILDREN.where(or_(_UNDER_WAY, _OURS)).values(state="delivered", delivered_at=_NOW, error=None),
}
#: A row with its talk, and the phones of whom it is for that are stopped: hardly ever any, so that it is one row.
_WITH_TALK = (
    select(Outgoing, Conversation, Phone)
    .outerjoin(Conversation, Conversation.id == Outgoing.conversation_id)
    .outerjoin(Phone, and_(Phone.person_id == func.coalesce(Outgoing.person_id, Conversation.child_id), Phone.status == "stopped"))
    .where(Outgoing.id == bindparam("row"))
)


def begin(session: Session, job: Claimed) -> bool:
    """Mark a waiting text as being sent. False for what is no text, or may have been sent before."""
    return session.scalar(_BEGIN, {"row": job.ref}) is not None


def deliver(tools: Tools, job: Claimed) -> Writes:
    """Send one row; returns what to write."""
    with tools.store.read() as session:
        found = session.execute(_WITH_TALK, {"row": job.ref}).all()
        row, conversation, _ = found[0]
        trace.turns_out_about(row.answers or row.id)
        language = conversation.language if conversation else "en"
        text = _signed(session, row, language)
        stopped = row.channel == "sms" and any(phone is not None and phone.number == row.address for _, _, phone in found)
        known = _known_ids(session, row) if row.state in ("sending", "unknown") and not job.begun else set()
        how = _how_to_reply(session, row)
        needless = (row.state == "waiting" or job.begun) and _is_answered(session, row)
    if row.state not in _BEFORE_TWILIO:
        return lambda session: None
    ready = tools.sms if row.channel == "sms" else tools.mail
    try:
        if needless:
            raise GiveUp(ANSWERED)
        if stopped:
            raise GiveUp("stopped")
        if ready is None:
            raise GiveUp(NOT_SET_UP)
        if row.channel == "email":
            return _email(tools, row)
        return _sms(tools, job, row, text, language, known, how)
    except GiveUp as error:
        code = error.code
        return lambda session: fail(session, locked(session, row.id), code, tools.clock())


def set_aside(tools: Tools, session: Session, job: Claimed, now: datetime) -> None:
    fail(session, locked(session, job.ref), "tried too often", now)


def locked(session: Session, row_id: str) -> Outgoing:
    """The row as it is now, held until the transaction ends: receipts of one text come at the same moment."""
    return session.get_one(Outgoing, row_id, with_for_update=True)


def take_plain_receipt(session: Session, row_id: str, sid: str, state: str, now: datetime) -> bool:
    """As `take_receipt`, for nearly every receipt, with one question. False for one that wants a look at its row."""
    plain = _BY_RECEIPT.get(state)
    return plain is not None and session.scalar(plain, {"row": row_id, "sid": sid, "now": now}) is not None


def take_receipt(session: Session, row: Outgoing, sid: str, state: str, code: str, now: datetime) -> None:
    """What Twilio says became of a text (a `locked` row). Of an earlier try at the same text, only that it arrived still counts."""
    earlier = row.provider_id == sid if row.state in _BEFORE_TWILIO else row.provider_id not in (None, sid)
    if earlier and state != "delivered":
        return
    if not earlier:
        row.provider_id = sid
    if state == "failed":
        fail(session, row, code or "failed", now)
    else:
        mark(session, row, state, now)


def mark(session: Session, row: Outgoing, state: str, now: datetime, provider_id: str | None = None) -> None:
    """Move a `locked` row on. Receipts come in any order, more than once or never: a row never moves back."""
    row.provider_id = provider_id or row.provider_id
    if _RANK[state] > _RANK[row.state]:
        row.state = state
        row.sent_at = row.sent_at or (now if state in ("sent", "delivered") else None)
        row.delivered_at = now if state == "delivered" else None
        row.error = None if state == "delivered" else row.error
    if state in ("sent", "delivered") and row.alert_id:
        alert = session.get(Alert, row.alert_id)
        if alert is not None and alert.sent_at is None:
            alert.sent_at = now


def fail(session: Session, row: Outgoing, code: str, now: datetime) -> None:
    """A `locked` row cannot be delivered. When for a child, their people are told; when it was for staff, the next in line."""
    if _RANK["failed"] <= _RANK[row.state]:
        return
    if code in PASSING and _goes_again(session, row, now):
        row.error = code
        return
    row.state, row.error = "failed", code[:64]
    if row.channel == "sms" and (code == STOPPED or code in BAD_NUMBER):
        _close_phone(session, row, code, now)
    alert = session.get(Alert, row.alert_id) if row.alert_id else None
    if alert is not None and code not in (NOT_SET_UP, ANSWERED):
        session.flush()
        telling.notice_failed(session, alert, now)
    conversation = session.get(Conversation, row.conversation_id) if row.conversation_id else None
    if conversation is not None and conversation.child_id and code != "stopped":
        alerts.raise_alert(
            session,
            level="message",
            about="stopped" if code == STOPPED else "undelivered",
            about_id=row.id,
            child_id=conversation.child_id,
            conversation_id=conversation.id,
            hidden_from=row.hidden_from,
            now=now,
        )


def _goes_again(session: Session, row: Outgoing, now: datetime) -> bool:
    """Send it once more, later and beside its lane, so that it holds up nothing that was said since. False when that was done enough."""
    lane = f"again:{row.id}"
    times = session.scalar(select(func.count(Job.id)).where(Job.lane == lane))
    if row.channel != "sms" or times >= len(AGAIN_AFTER):
        return False
    row.state = "waiting"  # and keeps the SID of this try, whose receipts may still come
    jobs.add(session, "deliver", row.id, lane=lane, due_at=now + AGAIN_AFTER[times])
    return True


_RANK = {"held": -1, "waiting": 0, "sending": 1, "unknown": 2, "sent": 3, "failed": 4, "delivered": 5}


def _phone(session: Session, row: Outgoing) -> Phone | None:
    owner = row.person_id or session.get_one(Conversation, row.conversation_id).child_id
    if owner is None:
        return None
    phones = session.scalars(select(Phone).where(Phone.person_id == owner)).all()
    return next((phone for phone in phones if phone.number == row.address), None)


def _is_answered(session: Session, row: Outgoing) -> bool:
    """A notice that could wait, and by now somebody has answered what it is about."""
    alert = session.get(Alert, row.alert_id) if row.alert_id else None
    return alert is not None and telling.can_wait(alert) and alert.about_id in chasing.answered(session, [alert])


def _close_phone(session: Session, row: Outgoing, code: str, now: datetime) -> None:
    if row.conversation_id:
        inbounds.lock(session, row.conversation_id)
    phone = _phone(session, row)
    if phone is None or phone.status == "old":
        return
    if code == STOPPED:
        phone.status, phone.stopped_at = "stopped", phone.stopped_at or now
    else:
        phone.status = "unverified"


def _known_ids(session: Session, row: Outgoing) -> set[str]:
    same = Outgoing.conversation_id == row.conversation_id if row.conversation_id else Outgoing.person_id == row.person_id
    return set(session.scalars(select(Outgoing.provider_id).where(same, Outgoing.provider_id.is_not(None))))


def _link(tools: Tools, row: Outgoing) -> str | None:
    if row.alert_id:
        return f"{tools.settings.public_url}/inbox/alerts/{row.alert_id}"
    return f"{tools.settings.public_url}/inbox/" if row.person_id else None


def _how_to_reply(session: Session, row: Outgoing) -> str:
    """What may be done about an alert from the phone itself."""
    alert = session.get(Alert, row.alert_id) if row.alert_id and row.channel == "sms" else None
    if alert is None:
        return ""
    return f"{notices.words('reply_ok')} {answer_by_text.hint(session, alert, session.get_one(Person, row.person_id))}".strip()


def _signed(session: Session, row: Outgoing, language: str) -> str:
    """What a person wrote to a child begins with who they are: a phone shows one sender for them and for Heard."""
    person = session.get(Person, row.author) if row.conversation_id and row.author != "bot" else None
    return words.render("utter_contact_from", language, name=people.first_name(person), text=row.text).text if person else row.text


def _email(tools: Tools, row: Outgoing) -> Writes:
    tools.mail.send(to=row.address, subject=row.subject or "Heard", text=row.text, link=_link(tools, row), message_id=row.id)
    return lambda session: mark(session, locked(session, row.id), "sent", tools.clock())


def _sms(tools: Tools, job: Claimed, row: Outgoing, text: str, language: str, known: set[str], how: str) -> Writes:
    body = menus.as_sms(text, row.choices, language)
    link = _link(tools, row)
    if link:
        body = f"{body} {how} {link}" if how else f"{body} {link}"
    sid = None
    if time.monotonic() - job.since > FRESH:
        with tools.store.write() as session:
            jobs.renew(session, job, tools.clock())  # a worker that was thought dead stops here, before it sends twice
    if not job.begun:
        sid = tools.sms.find(to=row.address, body=body, since=row.created_at, known=known)
    try:
        sid = sid or tools.sms.send(to=row.address, body=body, ref=row.id)
    except Unsure as error:
        raise TryAgain(f"unsure: {error}", also=lambda session: _set(session, row.id, "unknown")) from None
    except TryAgain as error:
        error.also = lambda session: _set(session, row.id, "waiting")
        raise
    return lambda session: _sent(session, row, sid, tools.clock())


def _sent(session: Session, row: Outgoing, sid: str, now: datetime) -> None:
    plain = row.alert_id is None and session.scalar(_SENT, {"row": row.id, "sid": sid, "now": now}) is not None
    if not plain:  # it has moved on otherwise, or an alert has to know
        mark(session, locked(session, row.id), "sent", now, sid)


def _set(session: Session, row_id: str, state: str) -> None:
    row = locked(session, row_id)
    if row.state in _BEFORE_TWILIO:
        row.state = state
