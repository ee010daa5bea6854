"""What becomes of a child's wish for an advocate: passed on, taken up, closed. The child hears of the first two."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import access, advocacy
from cases.store.models import AdvocateRequest
from inbox.web import NotHere, Visit, clean

LONGEST_NAME = 80


def move(visit: Visit) -> Response:
    """`to`: handed_over (`name` is the advocacy service), started (`name` is the advocate), closed."""
    to, name = visit.form.get("to", ""), clean(visit.form.get("name", ""))[:LONGEST_NAME]
    with visit.store.write() as session:
        request = _request(session, visit)
        if to in ("handed_over", "started") and not name:
            return visit.redirect(_page(request, "empty-advocate"))
        if to == "handed_over":
            try:
                advocacy.hand_over(session, request, provider=name, by=visit.viewer, now=visit.now)
            except advocacy.NotAgreed:
                return visit.redirect(_page(request, "not-agreed"))
        elif to == "started":
            advocacy.started(session, request, advocate=name, by=visit.viewer, now=visit.now)
        elif to == "closed":
            advocacy.close(session, request, visit.now)
        else:
            raise NotHere
        visit.audit(session, "advocate request", child_id=request.child_id, what=f"{to} {request.id}", hidden_from=request.hidden_from)
        return visit.redirect(_page(request, "advocate"))


def _request(session: Session, visit: Visit) -> AdvocateRequest:
    """One that the viewer may see: of a child whose page is theirs, or, where it came with a complaint in confidence, of that."""
    rule = access.visible(AdvocateRequest, visit.viewer)
    request = session.scalar(select(AdvocateRequest).where(AdvocateRequest.id == visit.path("request_id"), rule))
    theirs = request is not None and (
        access.may_see_child(session, visit.viewer, request.child_id, visit.now)
        or (request.hidden_from is not None and visit.viewer.kind in ("complaints", "manager"))
    )
    if not theirs:
        raise NotHere
    return request


def _page(request: AdvocateRequest, done: str) -> str:
    return f"/children/{request.child_id}{'/in-confidence' if request.hidden_from else ''}?done={done}#advocate"
