"""Reviews: when each is and is due, who was asked beforehand, what was decided, its papers, and telling the child."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import access, council, decisions, people, reading, review_work, statutory
from cases.store.models import Consultation, Consulted, Decision, Outgoing, Person, Review
from inbox.children import LONGEST_ANSWER, child_of
from inbox.dates import LONDON
from inbox.web import NotHere, Visit, clean

LONGEST_DECISION = 500


def all_of_child(visit: Visit) -> Response:
    with visit.store.write() as session:
        child = child_of(session, visit)
        _may_change(session, visit, child.id)
        visit.audit(session, "view reviews", child_id=child.id)
    with visit.store.read() as session:
        return _list_page(session, visit, child)


def plan(visit: Visit) -> Response:
    with visit.store.write() as session:
        child = child_of(session, visit)
        _may_change(session, visit, child.id)
        problem, on, at = _when(visit)
        if problem:
            return _list_page(session, visit, child, problem=problem, status=400)
        review = review_work.plan(session, child, on, at, _place(visit), visit.now, tell=visit.form.get("tell") == "yes")
        visit.audit(session, "plan review", child_id=child.id, what=f"review {review.id}")
    return visit.redirect(f"/reviews/{review.id}?done=planned")


def show(visit: Visit) -> Response:
    with visit.store.write() as session:
        review, child = _review(session, visit)
        visit.audit(session, "view review", child_id=child.id, what=f"review {review.id}")
    with visit.store.read() as session:
        return _page(session, visit, review, child)


def change(visit: Visit) -> Response:
    with visit.store.write() as session:
        review, child = _review(session, visit)
        problem, on, at = _when(visit)
        if problem:
            return _page(session, visit, review, child, problem=problem, status=400)
        changed = review_work.change(session, child, review, on, at, _place(visit), visit.now, tell=visit.form.get("tell") == "yes")
        if changed:
            visit.audit(session, "change review", child_id=child.id, what=f"review {review.id}")
    return visit.redirect(f"/reviews/{review.id}?done={'changed' if changed else 'same'}")


def set_status(visit: Visit) -> Response:
    """It was held, it is cancelled, or it is planned after all."""
    status = visit.form.get("status", "")
    with visit.store.write() as session:
        review, child = _review(session, visit)
        if status not in ("planned", "held", "cancelled") or (status == "held" and review.at > visit.now):
            return _page(session, visit, review, child, problem="status", status=400)
        review.status = status
        visit.audit(session, f"review {status}", child_id=child.id, what=f"review {review.id}")
    return visit.redirect(f"/reviews/{review.id}?done={status}")


def consulted(visit: Visit) -> Response:
    with visit.store.write() as session:
        review, child = _review(session, visit)
        on, who = _date(visit.form.get("on", "")), clean(visit.form.get("who", ""))[:200]
        if not who or on is None or on > visit.now.astimezone(LONDON).date():
            return _page(session, visit, review, child, problem="who" if not who else "on", status=400)
        try:
            role, how = visit.form.get("role", ""), visit.form.get("how", "")
            review_work.asked(session, review, role=role, who=who, how=how, on=on, by=visit.viewer, now=visit.now)
        except ValueError:
            return _page(session, visit, review, child, problem="who", status=400)
        visit.audit(session, "consulted", child_id=child.id, what=f"review {review.id}")
    return visit.redirect(f"/reviews/{review.id}?done=consulted#consulted")


def papers(visit: Visit) -> Response:
    """When each of the papers after the review was done; empty: not yet."""
    today = visit.now.astimezone(LONDON).date()
    with visit.store.write() as session:
        review, child = _review(session, visit)
        typed = {name: visit.form.get(name, "").strip() for name in review_work.PAPERS}
        dates = {name: _date(text) for name, text in typed.items()}
        wrong = [name for name, text in typed.items() if text and (dates[name] is None or dates[name] > today)]
        if wrong:
            return _page(session, visit, review, child, problem=wrong[0], status=400)
        for name, on in dates.items():
            setattr(review, name, on)
        visit.audit(session, "review papers", child_id=child.id, what=f"review {review.id}")
    return visit.redirect(f"/reviews/{review.id}?done=papers#papers")


def decide(visit: Visit) -> Response:
    """Write down one decision: what, who does it, by when."""
    text, who, typed = (clean(visit.form.get(name, "")) for name in ("text", "who", "due"))
    with visit.store.write() as session:
        review, child = _review(session, visit)
        due = _date(typed)
        problem = "text" if not text or len(text) > LONGEST_DECISION else "due" if typed and due is None else ""
        if problem:
            return _page(session, visit, review, child, problem=problem, status=400)
        row = decisions.record(session, child, text=text, by=visit.viewer, now=visit.now, who=who[:200], due=due, review=review)
        visit.audit(session, "decision", child_id=child.id, what=f"decision {row.id}")
    return visit.redirect(f"/reviews/{review.id}?done=decided#decisions")


def decision(visit: Visit) -> Response:
    """A decision has been done, has not been done after all, or was written down by mistake."""
    what = visit.form.get("what", "")
    with visit.store.write() as session:
        row = session.get(Decision, visit.path("decision_id"))
        if row is None or not access.may_see_child(session, visit.viewer, row.child_id, visit.now):
            raise NotHere
        _may_change(session, visit, row.child_id)
        if what == "done":
            decisions.mark_done(session, row, visit.viewer, visit.now)
        elif what == "not-done":
            decisions.not_done(session, row)
        elif what == "drop":
            decisions.drop(session, row)
        else:
            raise NotHere
        visit.audit(session, f"decision {what}", child_id=row.child_id, what=f"decision {row.id}")
        onward = f"/reviews/{row.review_id}" if row.review_id else f"/children/{row.child_id}/reviews"
    return visit.redirect(f"{onward}?done=decision#decisions")


def announce(visit: Visit) -> Response:
    """Tell the child that what was decided is written down, and how to hear it one by one."""
    with visit.store.write() as session:
        review, child = _review(session, visit)
        decisions.announce(session, child, visit.now)
        visit.audit(session, "announce decisions", child_id=child.id, what=f"review {review.id}")
    return visit.redirect(f"/reviews/{review.id}?done=announced#decisions")


def explain(visit: Visit) -> Response:
    """What was decided, in words for this child: kept, and sent when asked."""
    text, send = clean(visit.form.get("explained", "")), visit.form.get("send") == "yes"
    with visit.store.write() as session:
        review, child = _review(session, visit)
        if not text or len(text) > LONGEST_ANSWER:
            return _page(session, visit, review, child, problem="explained", status=400)
        review_work.explain(session, child, review, text, visit.viewer, visit.now, send=send)
        visit.audit(session, "explained" if send else "explanation saved", child_id=child.id, what=f"review {review.id}")
    return visit.redirect(f"/reviews/{review.id}?done={'explained' if send else 'saved'}#explained-part")


def _review(session: Session, visit: Visit) -> tuple[Review, Person]:
    review = session.get(Review, visit.path("review_id"))
    if review is None or not access.may_see_child(session, visit.viewer, review.child_id, visit.now):
        raise NotHere
    _may_change(session, visit, review.child_id)
    return review, session.get(Person, review.child_id)


def _may_change(session: Session, visit: Visit, child_id: str) -> None:
    if not access.may_change_case(session, visit.viewer, child_id, visit.now):
        raise NotHere


def _when(visit: Visit) -> tuple[str, date | None, time | None]:
    on, typed = _date(visit.form.get("on", "")), visit.form.get("at", "").strip()
    try:
        at = time.fromisoformat(typed) if typed else None
    except ValueError:
        return "at", on, None
    if on is None or not 2000 <= on.year <= visit.now.year + 3:
        return "date", None, at
    return "", on, at.replace(tzinfo=None) if at else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _place(visit: Visit) -> str:
    return clean(visit.form.get("place", ""))[: review_work.LONGEST_PLACE]


def _of_child(session: Session, child_id: str) -> list[Review]:
    return list(session.scalars(select(Review).where(Review.child_id == child_id).order_by(Review.at.desc())))


def _list_page(session: Session, visit: Visit, child: Person, *, problem: str = "", status: int = 200) -> Response:
    reviews = _of_child(session, child.id)
    today = visit.now.astimezone(LONDON).date()
    return visit.page(
        "reviews.html",
        status,
        child=child,
        first=people.first_name(child),
        reviews=reviews,
        clock=statutory.clock(child, reviews, today),
        today=today,
        problem=problem,
        typed=visit.form,
    )


def _page(session: Session, visit: Visit, review: Review, child: Person, *, problem: str = "", status: int = 200) -> Response:
    today = visit.now.astimezone(LONDON).date()
    rules = council.values(session)
    rows = session.scalars(select(Consulted).where(Consulted.review_id == review.id).order_by(Consulted.asked_on)).all()
    said = session.scalars(select(Consultation).where(Consultation.review_id == review.id).order_by(Consultation.started_at)).all()
    clock = statutory.clock(child, _of_child(session, child.id), today)
    text = visit.form.get("explained") or review.explained or ""
    found = reading.measure(text)
    return visit.page(
        "review.html",
        status,
        review=review,
        child=child,
        first=people.first_name(child),
        today=today,
        over=review.at <= visit.now,
        due=[one for one in statutory.papers(clock, rules) if one.review_id == review.id],
        consulted=rows,
        consultations=said,
        decisions=[one for one in decisions.of_child(session, child.id) if one.review_id == review.id],
        explained=text,
        hint={"age": found.age, "hard": found.hard if found.age > rules["reading_age"] else []} if found else None,
        receipt=session.get(Outgoing, review.explained_message_id) if review.explained_message_id else None,
        roles=review_work.ROLES,
        ways=review_work.WAYS,
        longest=LONGEST_ANSWER,
        problem=problem,
        typed=visit.form,
        london=LONDON,
    )
