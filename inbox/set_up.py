"""Set-up for administrators: people from a file, with a preview and a way back, and the council's settings with their history."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from cases import council, import_runs, importing
from cases.importing import ImportProblems
from cases.store.models import ImportRun, Person
from inbox.web import NotHere, Visit

SHOWN = 20


def imports(visit: Visit) -> Response:
    _admin(visit)
    with visit.store.read() as session:
        return _import_page(session, visit)


def load(visit: Visit) -> Response:
    """Without `sure`: what the file would change. With it: load the file, as one step that can be undone."""
    _admin(visit)
    content = visit.form.get("content") or visit.form.get("file", "")
    with visit.store.write() as session:
        try:
            parsed = importing.check(session, content.encode("utf-8", "surrogateescape"))
        except ImportProblems as wrong:
            return _import_page(session, visit, problems=wrong.found, status=400)
        if visit.form.get("sure") != "yes":
            rows, apart = import_runs.preview(session, parsed), import_runs.siblings_apart(session, parsed)
            return visit.page("import_preview.html", rows=rows, apart=apart, content=content)
        run = import_runs.load(session, parsed, visit.viewer, visit.now)
        visit.audit(session, "import", what=f"import {run.id}")
    return visit.redirect("/import?done=loaded")


def undo(visit: Visit) -> Response:
    _admin(visit)
    import_id = visit.path("import_id")
    try:
        with visit.store.write() as session:
            run = session.get(ImportRun, import_id)
            if run is None or run.undone_at is not None:
                raise NotHere
            import_runs.undo(session, run, visit.viewer, visit.now)
            visit.audit(session, "undo import", what=f"import {run.id}")
    except import_runs.CannotUndo as used:
        with visit.store.read() as session:
            return _import_page(session, visit, used=used.refs, status=400)
    return visit.redirect("/import?done=undone")


def settings(visit: Visit) -> Response:
    _admin(visit)
    with visit.store.read() as session:
        return _settings_page(session, visit)


def change_setting(visit: Visit) -> Response:
    _admin(visit)
    name = visit.path("name")
    if name not in council.settings():
        raise NotHere
    with visit.store.write() as session:
        try:
            council.change(session, name, visit.form.get("value", ""), visit.viewer, visit.now)
        except council.BadValue as why:
            return _settings_page(session, visit, wrong=name, why=str(why), status=400)
    return visit.redirect("/settings?done=changed")


def _admin(visit: Visit) -> None:
    if visit.viewer.kind != "admin":
        raise NotHere


def _import_page(session: Session, visit: Visit, *, problems=(), used=(), status: int = 200) -> Response:
    runs = session.execute(
        select(ImportRun, Person.name).join(Person, Person.id == ImportRun.by_id).order_by(ImportRun.at.desc()).limit(SHOWN)
    ).all()
    return visit.page("import.html", status, runs=runs, problems=problems, used=used, columns=importing.COLUMNS)


def _settings_page(session: Session, visit: Visit, *, wrong: str = "", why: str = "", status: int = 200) -> Response:
    held = council.values(session)
    groups: dict[str, list] = {}
    for one in council.settings().values():
        typed = visit.form.get("value", "") if one.name == wrong else one.written(held[one.name])
        groups.setdefault(one.group, []).append((one, typed))
    changes = council.history(session)
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_({row.by_id for row in changes}))).all())
    return visit.page("settings.html", status, groups=groups, changes=changes, names=names, known=council.settings(), wrong=wrong, why=why)
