"""A child's record for the council's case system: to read, on paper, as JSON; and the mark that it is there."""

from __future__ import annotations

import json
from datetime import date, datetime

from starlette.responses import Response

from cases import access, case_record, consultations, people
from cases.store.models import Person
from inbox import consultations as consultation_pages
from inbox import paper
from inbox.children import child_of
from inbox.dates import LONDON, clock, plain_date
from inbox.web import NotHere, Visit


def show(visit: Visit) -> Response:
    return _page(visit, "view record")


def as_pdf(visit: Visit) -> Response:
    return _on_paper(visit, _page(visit, "export pdf"), "record")


def as_json(visit: Visit) -> Response:
    with visit.store.write() as session:
        child = _child(session, visit)
        visit.audit(session, "export json", child_id=child.id)
        held = case_record.read(session, visit.viewer, child, visit.now)
    body = json.dumps(held, ensure_ascii=False, indent=2)
    return Response(body, media_type="application/json", headers=_as_file(f"heard-{child.ref}.json"))


def in_record(visit: Visit) -> Response:
    """They have copied what the page showed. What came after the page was made is not covered."""
    with visit.store.write() as session:
        child = _child(session, visit)
        up_to = _moment(visit.form.get("up_to", ""))
        if up_to is None or up_to > visit.now or visit.form.get("sure") != "yes":
            return visit.redirect(f"/children/{child.id}/record?done=unsure")
        case_record.mark(session, visit.viewer, child, up_to, visit.now)
    return visit.redirect(f"/children/{child.id}/record?done=marked")


def consultation_as_pdf(visit: Visit) -> Response:
    return _on_paper(visit, consultation_pages.show(visit, "export consultation"), "views")


def _page(visit: Visit, action: str) -> Response:
    with visit.store.write() as session:
        child = _child(session, visit)
        visit.audit(session, action, child_id=child.id)
    with visit.store.read() as session:
        held = case_record.read(session, visit.viewer, child, visit.now)
        headings = [consultations.headings(session, row) for row in case_record.consultations_of(session, child.id)]
        first = people.first_name(session.get(Person, child.id))
    return visit.page("record.html", child=child, first=first, held=held, headings=headings, when=_when, date=_date)


def _when(at: str) -> str:
    """ "24 November 2026, 3:40pm": on paper no day is "today"."""
    local = datetime.fromisoformat(at).astimezone(LONDON)
    return f"{plain_date(local)}, {clock(local)}"


def _date(on: str) -> str:
    return plain_date(date.fromisoformat(on))


def _child(session, visit: Visit) -> Person:
    """Who answers for the child, and managers. Duty sees a child for a week, and keeps nothing of it."""
    child = child_of(session, visit)
    if visit.viewer.kind != "manager" and not access.answers_for(session, visit.viewer, child.id, visit.now):
        raise NotHere
    return child


def _on_paper(visit: Visit, page: Response, name: str) -> Response:
    try:
        made = paper.pdf(page.body.decode())
    except paper.NoPaper:
        return visit.page("no_paper.html", 503)
    return Response(made, media_type="application/pdf", headers=_as_file(f"heard-{name}.pdf"))


def _as_file(name: str) -> dict[str, str]:
    safe = "".join(character if character.isascii() and (character.isalnum() or character in "-_.") else "-" for character in name)
    return {"Content-Disposition": f'attachment; filename="{safe}"'}


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
