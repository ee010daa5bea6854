"""One's own sign-in: change the password and the phone with the codes, sign out here and everywhere."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from cases import logins, second_factor
from cases.logins import WeakPassword
from cases.store.models import Login
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


def new_recovery_codes(visit: Visit) -> Response:
    """Ten new ones for a code from the app; those from before stop working."""
    if refused := second_factor.check(visit.store, visit.viewer, visit.form.get("code", "")[:40], visit.now):
        return _page(visit, 400, problem="code-wait" if refused.until else "code", until=refused.until)
    with visit.store.write() as session:
        codes = second_factor.make_recovery_codes(session, visit.viewer, visit.now)
    return visit.page("recovery_codes.html", codes=codes, next="/account")


def new_phone(visit: Visit) -> Response:
    """The app moves to another phone: a code from the old one or a recovery code, then sign in and set up anew."""
    if refused := second_factor.check(visit.store, visit.viewer, visit.form.get("code", "")[:40], visit.now):
        return _page(visit, 400, problem="code-wait" if refused.until else "code", until=refused.until)
    with visit.store.write() as session:
        second_factor.reset(session, visit.viewer, visit.viewer, visit.now)
    return _signed_out(visit, "new-phone")


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


def _signed_out(visit: Visit, done: str = "out") -> Response:
    response = visit.redirect(f"/sign-in?done={done}")
    visit.forget_cookie(response)
    return response


def _page(visit: Visit, status: int = 200, problem: str = "", weakness: str = "", until: datetime | None = None) -> Response:
    with visit.store.read() as session:
        login = session.get(Login, visit.viewer.id) if visit.inbox.provider is None else None
    return visit.page(
        "account.html",
        status,
        problem=problem,
        weakness=weakness,
        until=until,
        shortest=logins.SHORTEST,
        has_password=login is not None,
        codes_since=login.totp_since if login else None,
    )
