"""The sign-in: a password and then a one-time code, or the council's own account. Its pages are open to everybody."""

from __future__ import annotations

import io

import segno
from starlette.responses import Response

from cases import logins, second_factor
from cases.logins import Refused
from inbox.web import NotHere, Visit, safe_next


def show(visit: Visit) -> Response:
    return _page(visit, safe_next(visit.request.query_params.get("next", "/")))


def enter(visit: Visit) -> Response:
    if visit.inbox.provider is not None:
        raise NotHere  # a password is no way round the council's own sign-in
    email, onward = visit.form.get("email", ""), safe_next(visit.form.get("next", "/"))
    password, second = visit.form.get("password", "")[:1000], visit.inbox.settings.second_factor
    answer = logins.sign_in(visit.store, email[:320], password, visit.source, visit.now, second_factor=second)
    if isinstance(answer, Refused):
        return _page(visit, onward, 403, refused=answer, email=email)
    response = visit.redirect(f"/sign-in/code?next={onward}" if answer.waits_for else onward)
    visit.set_cookie(response, answer.token)
    return response


def ask_code(visit: Visit) -> Response:
    return _code_page(visit, safe_next(visit.request.query_params.get("next", "/")))


def take_code(visit: Visit) -> Response:
    """The code opens a new session. Whoever has just set up their app is shown their recovery codes, once."""
    onward, token = safe_next(visit.form.get("next", "/")), _token(visit)
    held = second_factor.waiting(visit.store, token, visit.now)
    answer = second_factor.finish(visit.store, token, visit.form.get("code", "")[:40], visit.source, visit.now)
    if held is None or isinstance(answer, Refused):
        return _code_page(visit, onward, refused=answer)
    if held.waits_for == "set-up":
        with visit.store.write() as session:
            codes = second_factor.make_recovery_codes(session, answer.person, visit.now)
        response = visit.page("recovery_codes.html", codes=codes, next=onward)
    else:
        response = visit.redirect(onward)
    visit.set_cookie(response, answer.token)
    return response


def _page(visit: Visit, onward: str, status: int = 200, refused: Refused | None = None, email: str = "") -> Response:
    council = visit.inbox.provider is not None
    return visit.page("sign_in.html", status, next=onward, refused=refused, email=email, council=council)


def _code_page(visit: Visit, onward: str, refused: Refused | None = None) -> Response:
    held = second_factor.waiting(visit.store, _token(visit), visit.now)
    if held is None:
        return visit.redirect("/sign-in?done=late")
    status = 403 if refused else 200
    if held.waits_for == "code":
        return visit.page("sign_in_code.html", status, next=onward, refused=refused)
    with visit.store.write() as session:
        secret = second_factor.new_secret(session, held.person)
    in_fours = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    picture = _picture(second_factor.address(held.person, secret))
    return visit.page("sign_in_set_up.html", status, next=onward, refused=refused, secret=in_fours, picture=picture)


def _picture(text: str) -> str:
    """The QR code as SVG for the page itself, so that the secret is in no address and in no cache."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", xmldecl=False, svgns=False, scale=5, border=4, light="white", title="QR code")
    return out.getvalue().decode()


def _token(visit: Visit) -> str:
    return visit.request.cookies.get(visit.inbox.cookie, "")
