"""A child's consultation before a review: what they want, answer by answer, in their words and as Heard took them.

Every answer is a row and is kept; the newest of a field holds. A draft can be seen by the IRO before it is sent, but
nothing counts as sent until the child has said yes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from cases import advocacy, alerts, contact, people, questions, reviews
from cases.language.form import FIELDS, Change
from cases.store.models import Answer, Consultation, Inbound, Person, new_id

#: What is kept where a child says "same as last time" and nothing is known of last time.
SAME = "same as last time"
NEW, RESUMED, SENT_BEFORE = "new", "resumed", "sent_before"

_NEWEST = (
    select(Consultation)
    .where(Consultation.child_id == bindparam("child"))
    .order_by(Consultation.started_at.desc(), Consultation.id)
    .limit(1)
)


def current(session: Session, child_id: str, now: datetime) -> Consultation | None:
    """The child's consultation for the review to come: the newest, unless its review has been."""
    newest = session.scalar(_NEWEST, {"child": child_id})
    if newest is None:
        return None
    review = people.next_review(session, child_id, now)
    over = newest.review_id is not None and (review is None or review.id != newest.review_id)
    return None if over else newest


def open_one(session: Session, child_id: str, now: datetime) -> tuple[Consultation, str]:
    """The consultation to go on with, and whether it is new, resumed, or one that was sent and is opened again."""
    held = current(session, child_id, now)
    if held is None:
        review = people.next_review(session, child_id, now)
        held = Consultation(id=new_id(), child_id=child_id, review_id=review.id if review else None, started_at=now)
        session.add(held)
        session.flush()
        return held, NEW
    if held.review_id is None and (review := people.next_review(session, child_id, now)):
        held.review_id = review.id  # the date was set after the child began
    if held.status == "sent":
        return held, SENT_BEFORE
    return held, RESUMED if held.answers else NEW


def newest(consultation: Consultation) -> dict[str, Answer]:
    """The answer that holds of each field that was spoken of."""
    return {row.field: row for row in consultation.answers}


def values(consultation: Consultation) -> dict[str, Any]:
    """What each answered field holds; a skipped field is left out."""
    return {name: json.loads(row.value) for name, row in newest(consultation).items() if row.state not in ("skipped", "open")}


def states(consultation: Consultation) -> dict[str, str]:
    """given, told (said before it was asked), last (brought from last time) or skipped, by field."""
    return {name: row.state for name, row in newest(consultation).items() if row.state != "open"}


def last_answered(consultation: Consultation) -> str:
    """The field of the newest answer to a question, or ''."""
    return next((row.field for row in reversed(consultation.answers) if row.state in ("given", "skipped")), "")


def write(
    session: Session, consultation: Consultation, changes: Iterable[Change], words: str, inbound_id: str | None, now: datetime
) -> None:
    """Write what a message changed. `words`: the child's message as it came."""
    inbound = session.get(Inbound, inbound_id) if inbound_id else None
    number = session.scalar(select(func.max(Answer.number)).where(Answer.consultation_id == consultation.id)) or 0
    for change in changes:
        consultation.status = "open"  # what was changed after sending is sent anew, and is not in the case record yet
        consultation.in_record_at = consultation.words_gone_at = None
        number += 1
        row = Answer(
            number=number,
            child_id=consultation.child_id,
            field=change.field,
            words=words,
            value=json.dumps(None if change.skipped or change.cleared else change.value, ensure_ascii=False),
            state=change.state,
            inbound_id=inbound.id if inbound else None,
            created_at=now,
        )
        consultation.answers.append(row)
    session.flush()


def send(session: Session, consultation: Consultation, now: datetime, *, how: str = "yes", hidden_from: str | None = None) -> None:
    """It is sent, and put in front of the IRO; an advocate that was wished for is asked for. Sending twice does nothing more.

    how: yes (the child said so), silence (see cases/pass_on.py).
    """
    if consultation.status == "sent":
        return
    consultation.status = "sent"
    consultation.sent_at = now
    consultation.sent_how = how
    session.flush()
    alerts.raise_alert(
        session,
        level="message",
        about="consultation",
        about_id=consultation.id,
        child_id=consultation.child_id,
        now=now,
        hidden_from=hidden_from,
    )
    if values(consultation).get("advocate") is True:
        wish = newest(consultation)["advocate"]
        said_in = session.get(Inbound, wish.inbound_id) if wish.inbound_id else None
        advocacy.ask(
            session,
            session.get_one(Person, consultation.child_id),
            text=wish.words,
            agreed_to_share=None,
            now=now,
            hidden_from=said_in.hidden_from if said_in else None,
        )


def last_time(session: Session, consultation: Consultation) -> dict[str, Any]:
    """What the child wanted at the review before, by field. when and where: else as that review was."""
    before = session.scalar(
        select(Consultation)
        .where(Consultation.child_id == consultation.child_id, Consultation.started_at < consultation.started_at)
        .order_by(Consultation.started_at.desc(), Consultation.id)
        .limit(1)
    )
    held = values(before) if before is not None else {}
    review = people.last_review(session, consultation.child_id, consultation.started_at)
    if review is not None and review.place:
        held.setdefault("where", review.place)
    if review is not None and review.time_known:
        held.setdefault("when", f"{review.at.astimezone(reviews.LONDON):%A} at {reviews.time(review.at)}")
    return {field: value for field, value in held.items() if value not in (None, [], SAME)}


def headings(session: Session, consultation: Consultation) -> dict[str, str]:
    """Every question in the order of asking, for staff: the meeting's fields, then "topic: question" as the child was asked."""
    child = session.get_one(Person, consultation.child_id)
    easy = contact.easy_read(session, child.id)
    band = questions.band_for(child, consultation.started_at.date(), easy_read=easy)
    bands = [band, *dict.fromkeys(questions.asked_in(band, key) for key in values(consultation) if "." in key)]
    asked: dict[str, str] = {}
    for held in bands:
        for one in held.all_questions():
            asked.setdefault(one.key, f"{held.topic(one.topic).title}: {one.ask}")
    topics = list(dict.fromkeys(key.partition(".")[0] for key in asked))
    return dict.fromkeys(FIELDS, "") | {key: asked[key] for key in sorted(asked, key=lambda key: topics.index(key.partition(".")[0]))}


def export(consultation: Consultation) -> dict:
    """What the child wants, in the shape of `heard export`: short gists, lists of names, null where nothing was said."""
    held = values(consultation)
    review = consultation.review_id
    advocate = held.get("advocate")
    return {
        "status": consultation.status,
        "review": review,
        "when": held.get("when"),
        "where": held.get("where"),
        "attend": held.get("attend") or [],
        "exclude": held.get("exclude") or [],
        "chair": held.get("chair"),
        "topics": _by_topic(held),
        "issues": held.get("issues") or [],
        "advocate": advocate if advocate is None or isinstance(advocate, bool) else None if advocate == "maybe" else True,
    }


def _by_topic(held: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """{"home": {"how": "4 (good)", "say": "…"}} of "home.how" and "home.say": the topics and questions of data/consultation."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in held.items():
        topic, _, question = key.partition(".")
        if question:
            found.setdefault(topic, {})[question] = value
    return found
