"""What was decided at a review: written down by the IRO, explained to the child one at a time, and whether it has been done.

The IRO's page calls `record` for each decision and then `announce` once. A child who says "they haven't done it" is put in
front of the IRO against that decision.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cases import alerts, people, words
from cases.store import outbox
from cases.store.inbound import lock
from cases.store.models import Decision, Inbound, Issue, Person, Review, new_id


def record(
    session: Session,
    child: Person,
    *,
    text: str,
    by: Person,
    now: datetime,
    who: str | None = None,
    due: date | None = None,
    review: Review | None = None,
) -> Decision:
    """Write down one decision: what, who does it (a name or a role, in words for the child), by when, of which review.

    Without a review it belongs to the last one that has been. The child hears of it by `announce`.
    """
    review = review or people.last_review(session, child.id, now)
    lock(session, people.conversation_of(session, child.id).id)  # one number a decision, whoever writes at the same moment
    number = session.scalar(select(func.max(Decision.number)).where(Decision.child_id == child.id)) or 0
    decision = Decision(
        id=new_id(),
        child_id=child.id,
        review_id=review.id if review else None,
        number=number + 1,
        text=text.strip(),
        who=(who or "").strip() or None,
        due=due,
        recorded_by=by.id,
        created_at=now,
    )
    session.add(decision)
    session.flush()
    return decision


def of_child(session: Session, child_id: str, *, only_open: bool = False) -> list[Decision]:
    """The child's decisions in the order in which they were written down; those dropped are left out."""
    query = select(Decision).where(Decision.child_id == child_id, Decision.status != "dropped").order_by(Decision.number)
    return list(session.scalars(query.where(Decision.status == "open") if only_open else query))


def of_last_review(session: Session, child_id: str) -> list[Decision]:
    """The decisions of the review that the newest decision belongs to: what a child means by "what was decided"."""
    held = of_child(session, child_id)
    return [one for one in held if one.review_id == held[-1].review_id]


def announce(session: Session, child: Person, now: datetime) -> None:
    """Tell the child that decisions were written down, and how to hear them. Call it once for all that were saved together."""
    if any(one.told_at is None for one in of_child(session, child.id)):
        talk = people.conversation_of(session, child.id)
        iro = people.iro_of(session, child.id)
        name = people.first_name(iro) if iro else words.render("utter_shared_the_manager", talk.language).text
        said = words.render("utter_decisions_written_down", talk.language, name=name)
        outbox.say(session, talk, said.text, now=now)


def explained(session: Session, decision: Decision, now: datetime) -> None:
    """The child has had this one explained."""
    decision.told_at = decision.told_at or now


def mark_done(session: Session, decision: Decision, by: Person, now: datetime) -> None:
    """Staff say that it has been done. The child is told, and can say that it has not. Twice changes nothing."""
    if decision.status != "open":
        return
    decision.status, decision.done_at, decision.done_by = "done", now, by.id
    session.execute(
        update(Issue)
        .where(Issue.decision_id == decision.id, Issue.status == "open")
        .values(status="closed", closed_at=now, closed_by=by.id)
        .execution_options(synchronize_session="fetch")
    )
    talk = people.conversation_of(session, decision.child_id)
    said = words.render("utter_decisions_marked_done", talk.language, name=people.first_name(by), what=shortened(decision))
    outbox.say(session, talk, said.text, now=now)


def not_done(session: Session, decision: Decision) -> None:
    """Staff take back that it has been done."""
    if decision.status == "done":
        decision.status, decision.done_at, decision.done_by = "open", None, None


def drop(session: Session, decision: Decision) -> None:
    """It was written down by mistake: it is kept, and shown to nobody."""
    decision.status = "dropped"


def child_says_not_done(
    session: Session, child: Person, decision: Decision | None, *, text: str, inbound_id: str | None, now: datetime
) -> Issue:
    """The child says that this (or, with none, something) has not been done: the IRO is told, against that decision."""
    inbound = session.get(Inbound, inbound_id) if inbound_id else None
    if decision is not None:
        not_done(session, decision)
    issue = Issue(
        id=new_id(),
        child_id=child.id,
        kind="decision_not_done",
        text=text,
        decision_id=decision.id if decision else None,
        inbound_id=inbound.id if inbound else None,
        created_at=now,
    )
    session.add(issue)
    session.flush()
    alerts.raise_alert(
        session,
        level="message",
        about="issue",
        about_id=issue.id,
        child_id=child.id,
        now=now,
        hidden_from=inbound.hidden_from if inbound else None,
    )
    return issue


#: A text message that names a decision has room for this much of it.
LONGEST = 120


def shortened(decision: Decision) -> str:
    """The decision's words, cut at a word where they are too long for a text message."""
    if len(decision.text) <= LONGEST:
        return decision.text
    return decision.text[: LONGEST - 3].rsplit(" ", 1)[0].rstrip(",;: ") + "..."
