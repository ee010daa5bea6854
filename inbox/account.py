"""One's own sign-in: change the password, sign out here and everywhere."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from cases import logins
from cases.logins import WeakPassword
from inbox.web import Visit


def show(visit: Visit) -> Response:
    return _page(visit)


def change_password(visit: Visit) -> Response:
    old, new, again = (visit.form.get(name, "") for name in ("old", "new", "again"))
    if new != again:
        return _page(visit, 400, problem="different")
    try:
        refused = logins.change_password(visit.store, visit.viewer, old, new, visit.now, keep=visit.token)
    except WeakPassword as weak:
        return _page(visit, 400, problem="weak", weakness=str(weak))
    if refused:
        return _page(visit, 400, problem="wait" if refused.until else "old", until=refused.until)
    return visit.redirect("/account?done=password")


def sign_out(visit: Visit) -> Response:
    with visit.store.write() as session:
        logins.sign_out(session, visit.token, visit.now)
        visit.audit(session, "sign-out")
    return _signed_out(visit)


def sign_out_everywhere(visit: Visit) -> Response:
    with visit.store.write() as session:
        logins.sign_out_everywhere(session, visit.viewer.id, visit.now)
        visit.audit(session, "sign-out everywhere")
    return _signed_out(visit)


def _signed_out(visit: Visit) -> Response:
    response = visit.redirect("/sign-in?done=out")
    visit.forget_cookie(response)
    return response


def _page(visit: Visit, status: int = 200, problem: str = "", weakness: str = "", until: datetime | None = None) -> Response:
    return visit.page("account.html", status, problem=problem, weakness=weakness, until=until, shortest=logins.SHORTEST)
