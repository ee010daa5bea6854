"""The sign-in page: the only one that is open to everybody."""

from __future__ import annotations

from starlette.responses import Response

from cases import logins
from cases.logins import Refused
from inbox.web import Visit, safe_next


def show(visit: Visit) -> Response:
    return visit.page("sign_in.html", next=safe_next(visit.request.query_params.get("next", "/")), refused=None, email="")


def enter(visit: Visit) -> Response:
    email, onward = visit.form.get("email", ""), safe_next(visit.form.get("next", "/"))
    source = visit.request.client.host if visit.request.client else "unknown"
    answer = logins.sign_in(visit.store, email[:320], visit.form.get("password", "")[:1000], source, visit.now)
    if isinstance(answer, Refused):
        return visit.page("sign_in.html", 403, next=onward, refused=answer, email=email)
    response = visit.redirect(onward)
    response.set_cookie(
        visit.inbox.cookie,
        answer.token,
        path=visit.base,
        secure=visit.inbox.settings.secure_cookies,
        httponly=True,
        samesite="lax",  # so that the link in an alert's e-mail finds whoever is signed in
    )
    return response
