"""For the manager: what waits for whom, cases for supervision, and what children speak of over a year."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import access, overview, supervision, themes
from cases.store.models import Concern
from inbox.children import child_of
from inbox.dates import LONDON
from inbox.web import NotHere, Visit, clean

YEARS = 5
WIDEST = 400  # of a bar, in the units of the drawing


def show(visit: Visit) -> Response:
    _manager(visit)
    with visit.store.write() as session:
        visit.audit(session, "view overview")
    with visit.store.read() as session:
        return visit.page("overview.html", found=overview.overview(session, visit.viewer, visit.now))


def waiting_csv(visit: Visit) -> Response:
    """What waits by IRO, for a spreadsheet."""
    _manager(visit)
    with visit.store.write() as session:
        visit.audit(session, "export waiting")
    with visit.store.read() as session:
        loads = overview.overview(session, visit.viewer, visit.now).loads
    rows = [
        [
            one.name or "",
            one.children,
            one.unread,
            one.oldest.astimezone(LONDON).isoformat(timespec="minutes") if one.oldest else "",
            one.alerts,
            one.late_promises,
            one.late_reviews,
            one.reviews_soon,
            one.views_sent,
        ]
        for one in loads
    ]
    header = "iro children unread oldest_unread alerts_of_risk late_promises late_reviews reviews_in_28_days views_sent".split()
    return _csv("waiting.csv", header, rows)


def cases(visit: Visit) -> Response:
    """Cases for supervision: an IRO's own, or all of them."""
    if visit.viewer.kind not in ("iro", "manager"):
        raise NotHere
    with visit.store.write() as session:
        visit.audit(session, "view supervision")
    with visit.store.read() as session:
        return visit.page("supervision.html", cases=supervision.cases(session, visit.viewer, visit.now))


def add_concern(visit: Visit) -> Response:
    with visit.store.write() as session:
        child = child_of(session, visit)
        if not access.may_change_case(session, visit.viewer, child.id, visit.now):
            raise NotHere
        try:
            note = clean(visit.form.get("note", ""))[:1000]
            row = supervision.raise_concern(session, child, visit.form.get("kind", ""), note, visit.viewer, visit.now)
        except ValueError:
            raise NotHere from None
        visit.audit(session, "concern", child_id=child.id, what=f"concern {row.id}")
    return visit.redirect(f"/children/{child.id}?done=concern#supervision")


def end_concern(visit: Visit) -> Response:
    with visit.store.write() as session:
        row = session.get(Concern, visit.path("concern_id"))
        if row is None or not access.may_change_case(session, visit.viewer, row.child_id, visit.now):
            raise NotHere
        supervision.end_concern(row, visit.viewer, visit.now)
        visit.audit(session, "concern ended", child_id=row.child_id, what=f"concern {row.id}")
    return visit.redirect(f"/children/{row.child_id}?done=concern#supervision")


def told(visit: Visit) -> Response:
    """Somebody has made sure that the child knows their IRO."""
    with visit.store.write() as session:
        child = child_of(session, visit)
        if not access.may_change_case(session, visit.viewer, child.id, visit.now):
            raise NotHere
        overview.tell_iro(session, child.id, visit.now)
        visit.audit(session, "knows their IRO", child_id=child.id)
    return visit.redirect(f"/children/{child.id}?done=told")


def year(visit: Visit) -> Response:
    """What children spoke of, with charts; small numbers are hidden."""
    with visit.store.write() as session:
        report, years = _report(session, visit)
        visit.audit(session, "view themes")
    most = max((one.children or 0 for one in report.themes), default=0)
    bars = {(one.group, one.name): round(WIDEST * one.children / most) if one.children and most else 0 for one in report.themes}
    groups: dict[str, list] = {}
    for one in report.themes:
        groups.setdefault(one.group, []).append(one)
    return visit.page("themes.html", report=report, groups=groups, bars=bars, years=years, bands=[band[0] for band in themes.BANDS])


def year_csv(visit: Visit) -> Response:
    with visit.store.write() as session:
        report, _ = _report(session, visit)
        visit.audit(session, "export themes")
    rows = [[one.group, one.name, _number(one.children), *(one.by_age or ["hidden"] * len(themes.BANDS))] for one in report.themes]
    return _csv(f"themes-{report.year}.csv", ["group", "theme", "children", *(band[0] for band in themes.BANDS)], rows)


def _report(session: Session, visit: Visit) -> tuple[themes.Report, list[int]]:
    _manager(visit)
    this = themes.year_of(visit.now.astimezone(LONDON).date())
    years = list(range(this, this - YEARS, -1))
    asked = visit.request.query_params.get("year", "")
    chosen = int(asked) if asked.isdecimal() and len(asked) == 4 else this
    if chosen not in years:
        raise NotHere
    return themes.report(session, visit.viewer, chosen, visit.now), years


def _manager(visit: Visit) -> None:
    if visit.viewer.kind != "manager":
        raise NotHere


def _number(count: int | None) -> int | str:
    return "hidden" if count is None else count


def _csv(name: str, header: list[str], rows: Iterable[list]) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return Response(
        out.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _safe(cell: object) -> object:
    """A spreadsheet must not run a cell as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell
