"""A member of staff answers a child from their own phone. When there is any doubt which child is meant, it asks and sends nothing.

Every alert by SMS ends with a code that stands for the child with this member of staff alone. Without a code an answer goes
out only where no other child has been spoken of with that phone for days: somebody who adds a word for the child of yesterday
must not reach the child of today.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import access, attempts, audit, casework, notices, people, telling
from cases.store import outbox
from cases.store.crypto import ring
from cases.store.models import Alert, Audit, Conversation, Inbound, Outgoing, Person

#: A child is meant without a code only where no other was texted about to, or answered from, this phone for so long.
SPOKEN_OF = timedelta(days=3)
#: How long an answer that was asked about is kept for the code.
KEPT = timedelta(minutes=30)
LONGEST = 1500
FREE_TRIES = 5
MAY_ANSWER = ("iro", "duty", "manager")
ACTION = "answer by text"
ASKED = "answer_kept"  # the state of a text that waits for its code
_LETTERS, _DIGITS = "CDFGHJKMNPQRTVWXY", "34679"  # so that no code is a word, or looks like another
_CODE = re.compile(rf"\s*([{_LETTERS}][{_DIGITS}][{_LETTERS}][{_DIGITS}])(?:\s*[:,.;-])?(?:\s+|$)", re.I)


@dataclass(frozen=True)
class Taken:
    """What became of the text: the name of what to say to its sender (data/notices.yml, by_text), and its values."""

    say: str
    codes: tuple[str, ...] = ()
    sent: Outgoing | None = None


def code_of(person_id: str, child_id: str) -> str:
    """The child's code with this member of staff: "K4M7". The same every time; with somebody else it is another."""
    number = int(ring.lookup(f"answer by text:{person_id}:{child_id}")[:12], 16)
    code = ""
    for marks in (_LETTERS, _DIGITS, _LETTERS, _DIGITS):
        number, place = divmod(number, len(marks))
        code += marks[place]
    return code


def hint(session: Session, alert: Alert, person: Person) -> str:
    """How to answer by text, for the end of an alert's SMS; "" where the answer has to be given on the page."""
    if alert.child_id is None or person.kind not in MAY_ANSWER or telling.kept_from(session, alert):
        return ""
    return notices.words("reply_code", code=code_of(person.id, alert.child_id))


def just_has_it(text: str) -> bool:
    """ "OK", "got it", "on my way": said to Heard and not to a child."""
    return not _plain(text) or _plain(text) in notices.listed("have_it")


def take(session: Session, person: Person, number: str, inbound: Inbound, text: str, now: datetime) -> Taken:
    """Send the text to the child whom it is for, or say why not. What was sent is kept with the child's talk alone."""
    before = _kept(session, inbound, now)
    code, words = _split(text)
    if code and not words and before is not None:
        words = before.text
    elif before is not None:
        _let_go(before)
    if code:
        child = _by_code(session, person, code, now)
        if child is None:
            return _ask(inbound, "wrong_code" if words else "no_words")
        if not words:
            return Taken("no_words")
    else:
        around = _spoken_of(session, person, number, now)
        if not around:
            return _ask(inbound, "whom")
        codes = tuple(code_of(person.id, child_id) for child_id in around)
        if len(around) > 1:
            return _ask(inbound, "which", codes)
        child = session.get_one(Person, next(iter(around)))
        if around[child.id] != "message" or _plain(words) in notices.listed("either"):
            return _ask(inbound, "for_the_child", codes)
    if len(words) > LONGEST:
        return Taken("too_long")
    if _in_confidence(session, person, child):
        return Taken("page_only")
    sent = _send(session, person, child, words, now)
    for row in (inbound, before):
        if row is not None:
            _let_go(row)
    return Taken("sent_web" if sent.channel == "web" else "sent", (code_of(person.id, child.id),), sent)


def _send(session: Session, person: Person, child: Person, words: str, now: datetime) -> Outgoing:
    talk = people.conversation_of(session, child.id)
    last = session.scalar(
        select(Inbound.id).where(Inbound.conversation_id == talk.id, Inbound.hidden_from.is_(None)).order_by(Inbound.seq.desc()).limit(1)
    )
    sent = outbox.say(session, talk, words, author=person.id, answers=last, now=now)
    casework.answered(session, child.id, now)
    audit.record(session, actor=person, action=ACTION, child_id=child.id, object=f"message {sent.id}", source="sms", now=now)
    return sent


def _plain(text: str) -> str:
    return re.sub(r"[^a-z' ]", "", text.lower().replace("\u2019", "'")).strip()


def _split(text: str) -> tuple[str | None, str]:
    found = _CODE.match(text)
    return (found[1].upper(), text[found.end() :].strip()) if found else (None, text.strip())


def _by_code(session: Session, person: Person, code: str, now: datetime) -> Person | None:
    """The one child of theirs whom the code stands for. Wrong codes are counted: nobody finds a child by trying."""
    if person.kind not in MAY_ANSWER or attempts.begin(session, "answer code", person.id, now, free=FREE_TRIES):
        return None
    meant = [id for id in session.scalars(access.child_ids(person, now)) if code_of(person.id, id) == code]
    if len(meant) != 1:
        return None
    attempts.forget(session, "answer code", person.id)
    return session.get_one(Person, meant[0])


def _spoken_of(session: Session, person: Person, number: str, now: datetime) -> dict[str, str]:
    """child id → level of the newest alert, for everybody whom this phone was texted about or answered; who came last is first.

    A child who is no longer theirs counts as well: they may be the one who is meant.
    """
    texted = session.scalars(
        select(Outgoing)
        .where(Outgoing.person_id == person.id, Outgoing.channel == "sms", Outgoing.alert_id.is_not(None))
        .where(Outgoing.created_at >= now - SPOKEN_OF, Outgoing.state != "failed")
        .order_by(Outgoing.created_at.desc())
    )
    found: dict[str, str] = {}
    for row in texted:
        alert = session.get(Alert, row.alert_id)
        if row.address == number and alert is not None and alert.child_id:
            found.setdefault(alert.child_id, alert.level)
    answered = session.scalars(
        select(Audit.child_id).where(Audit.actor_id == person.id, Audit.action == ACTION, Audit.at >= now - SPOKEN_OF)
    )
    for child_id in answered:
        found.setdefault(child_id, "message")
    if len(found) == 1 and not access.may_see_child(session, person, next(iter(found)), now):
        return {}
    return found


def _in_confidence(session: Session, person: Person, child: Person) -> bool:
    """Whether the sender knows of something that is kept from the child's IRO, who sees every answer: then only on the page."""
    kept = select(Inbound.id).join(Conversation, Conversation.id == Inbound.conversation_id)
    kept = kept.where(Conversation.child_id == child.id, Inbound.hidden_from.is_not(None), access.visible(Inbound, person))
    return session.scalar(kept.limit(1)) is not None


def _kept(session: Session, inbound: Inbound, now: datetime) -> Inbound | None:
    """The text just before this one, where it waits for its code."""
    return session.scalar(
        select(Inbound).where(
            Inbound.conversation_id == inbound.conversation_id,
            Inbound.seq == inbound.seq - 1,
            Inbound.intent == ASKED,
            Inbound.received_at >= now - KEPT,
        )
    )


def _ask(inbound: Inbound, say: str, codes: tuple[str, ...] = ()) -> Taken:
    inbound.intent = ASKED
    return Taken(say, codes)


def _let_go(row: Inbound) -> None:
    """The words are with the child's talk, under the child's key, or nowhere."""
    row.text, row.intent = "", None
