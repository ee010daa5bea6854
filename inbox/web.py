"""What every staff page shares: who is there, forms that are really ours, and one plain page for what is not theirs."""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import anyio
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from cases import access, audit, languages, logins
from cases.settings import Settings
from cases.store.crypto import ring
from cases.store.db import Store
from cases.store.models import Draft, Person, utcnow
from inbox import dates

log = logging.getLogger("heard.inbox")

LARGEST_FORM = 64 * 1024
LARGEST_FILE = 2 * 1024 * 1024
#: Threads for those who have not signed in: checking a password is slow on purpose, and a flood of tries holds up nobody else.
AT_THE_DOOR = 4


class NotHere(Exception):
    """There is no such page for this person: whether it exists is not said."""


class BadForm(Exception):
    """A form that did not come from a page of ours, or is too large. `ours`: it did, but its token is of another session."""

    def __init__(self, *, ours: bool = False):
        super().__init__()
        self.ours = ours


@dataclass
class Inbox:
    """The staff side of one process."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime] = utcnow
    templates: Environment = field(init=False)
    door: anyio.CapacityLimiter = field(init=False)
    provider: Any = None  # inbox/oidc.py's, where the council's own accounts are used

    def __post_init__(self) -> None:
        self.door = anyio.CapacityLimiter(AT_THE_DOOR)
        self.templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        for read in (dates.day, dates.clock, dates.moment, dates.waited, dates.sentence, dates.plain_date, dates.whole_day):
            self.templates.filters[read.__name__] = read
        self.templates.filters["language_name"] = languages.name

    @property
    def cookie(self) -> str:
        return ("__Secure-" if self.settings.secure_cookies else "") + "heard-staff"

    def open_to_all(self, handler: Callable[[Visit], Response]) -> Callable:
        """A page for people who have not signed in. Its forms are tied to a cookie of their own."""

        def serve(request: Request, form: dict[str, str]) -> Response:
            seed = request.cookies.get("heard-form") or secrets.token_urlsafe(16)
            visit = Visit(self, request, self.clock(), form, seed)
            if request.method == "POST":
                visit.check_form()
            response = handler(visit)
            response.set_cookie("heard-form", seed, path=visit.base, secure=self.settings.secure_cookies, httponly=True, samesite="lax")
            return response

        return self._endpoint(serve, self.door)

    def for_staff(self, handler: Callable[[Visit], Response]) -> Callable:
        """A page for whoever has signed in; anybody else is led through the sign-in and back."""

        def serve(request: Request, form: dict[str, str]) -> Response:
            token = request.cookies.get(self.cookie, "")
            visit = Visit(self, request, self.clock(), form, token)
            if request.method == "POST" and token:
                visit.check_form()
            viewer = logins.person_of(self.store, token, visit.now) if token else None
            if viewer is None:
                return visit.to_sign_in()
            visit.viewer = viewer
            return handler(visit)

        return self._endpoint(serve)

    def _endpoint(self, serve: Callable[[Request, dict[str, str]], Response], limiter: anyio.CapacityLimiter | None = None) -> Callable:
        async def endpoint(request: Request) -> Response:
            form: dict[str, str] = {}
            try:
                form = await _form(request) if request.method == "POST" else {}
                return await anyio.to_thread.run_sync(serve, request, form, limiter=limiter)
            except NotHere:
                return self.error(request, 404, written=_written(form))
            except BadForm as bad:
                return self.error(request, 403, written=_written(form) if bad.ours else "")
            except Exception as failure:
                log.error("%s: %s", request.scope["route"].path, type(failure).__name__)
                return self.error(request, 500, written=_written(form))

        return endpoint

    def error(self, request: Request, status: int, *, written: str = "") -> HTMLResponse:
        """A plain page. `written`: what the person had typed, so that they can copy it."""
        values = {
            "base": request.scope.get("root_path", ""),
            "viewer": None,
            "signed_in": self.cookie in request.cookies,
            "written": written,
        }
        return HTMLResponse(self.templates.get_template(f"error_{status}.html").render(values), status)


@dataclass
class Visit:
    """One request, and who makes it."""

    inbox: Inbox
    request: Request
    now: datetime
    form: dict[str, str]
    seed: str
    viewer: Person | None = None

    @property
    def store(self) -> Store:
        return self.inbox.store

    @property
    def base(self) -> str:
        return self.request.scope.get("root_path", "") or "/"

    @property
    def token(self) -> str:
        return self.seed

    @property
    def csrf(self) -> str:
        return ring.lookup(f"form:{self.seed}")

    @property
    def source(self) -> str:
        """The network address that the request came from, as the proxy in front of the gateway says it."""
        return self.request.client.host if self.request.client else "unknown"

    @property
    def only_looks_ahead(self) -> bool:
        """A browser that fetches a page before anybody asks for it has shown it to nobody."""
        headers = self.request.headers
        return self.request.method == "HEAD" or "prefetch" in headers.get("sec-purpose", headers.get("purpose", ""))

    def path(self, name: str) -> str:
        """An id in the address. What cannot be one is an id of nothing."""
        value = self.request.path_params[name]
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value):
            raise NotHere
        return value

    def check_form(self) -> None:
        """Refuse a form that another site sent, or that has not the token of this session."""
        origin = self.request.headers.get("origin")
        if origin is not None:
            ours = {self.request.headers.get("host"), urlsplit(self.inbox.settings.public_url).netloc}
            if urlsplit(origin).netloc not in ours:
                raise BadForm
        if not hmac.compare_digest(self.form.get("csrf", "").encode(), self.csrf.encode()):
            raise BadForm(ours=origin is not None)

    def audit(self, session: Session, action: str, *, child_id: str | None = None, what: str | None = None, **more) -> None:
        audit.record(session, actor=self.viewer, action=action, child_id=child_id, object=what, source=self.source, now=self.now, **more)

    def page(self, template: str, status: int = 200, **values) -> HTMLResponse:
        shared = {
            "base": self.base.rstrip("/"),
            "viewer": self.viewer,
            "csrf": self.csrf,
            "now": self.now,
            "done": self.request.query_params.get("done", ""),
        }
        return HTMLResponse(self.inbox.templates.get_template(template).render(shared | values), status)

    def redirect(self, path: str) -> RedirectResponse:
        """To a page of the inbox, by GET."""
        return RedirectResponse(self.base.rstrip("/") + path, 303)

    def to_sign_in(self) -> RedirectResponse:
        """The sign-in, which leads back here. An answer that was being sent is kept for its writer."""
        query = {"next": self.request.scope["path"].removeprefix(self.base.rstrip("/"))}
        if self.request.method == "POST":
            child_id = self.path("child_id") if "child_id" in self.request.path_params else None
            query["next"] = f"/children/{child_id}" if child_id else "/"
            if child_id and self._keep_draft(child_id):
                query["done"] = "kept"
        response = self.redirect("/sign-in" + (f"?{urlencode(query)}" if query["next"].strip("/") else ""))
        self.forget_cookie(response)
        return response

    def set_cookie(self, response: Response, token: str) -> None:
        """The session's cookie. Lax, so that the link in an alert's e-mail finds whoever is signed in."""
        secure = self.inbox.settings.secure_cookies
        response.set_cookie(self.inbox.cookie, token, path=self.base, secure=secure, httponly=True, samesite="lax")

    def forget_cookie(self, response: Response) -> None:
        response.delete_cookie(self.inbox.cookie, path=self.base, secure=self.inbox.settings.secure_cookies, httponly=True, samesite="lax")

    def _keep_draft(self, child_id: str) -> bool:
        written = {field: clean(self.form.get(name, "")) for name, field in (("answer", "text"), ("note", "note"))}
        written = {field: text for field, text in written.items() if text}
        if not written:
            return False
        with self.store.write() as session:
            writer = logins.writer_of(session, self.seed, self.now) if self.seed else None
            if writer is None or not access.may_see_child(session, writer, child_id, self.now):
                return False
            keep_draft(session, child_id, writer.id, self.now, **written)
            return True


def keep_draft(session: Session, child_id: str, person_id: str, now: datetime, **written: str) -> None:
    """Keep what was written: `text` for an answer, `note` for a note. The other stays as it was; nothing at all is forgotten."""
    draft = session.get(Draft, (child_id, person_id)) or Draft(child_id=child_id, person_id=person_id, text="")
    for name, text in written.items():
        setattr(draft, name, text)
    draft.saved_at = now
    if draft.text or draft.note:
        session.add(draft)
    elif draft in session:
        session.delete(draft)


def forget_draft(session: Session, child_id: str, person_id: str, field: str) -> None:
    """What was kept in `field` has been sent."""
    draft = session.get(Draft, (child_id, person_id))
    if draft is not None:
        setattr(draft, field, "" if field == "text" else None)
        if not draft.text and not draft.note:
            session.delete(draft)


def clean(text: str) -> str:
    """What a person typed, with plain line ends and without control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text).strip()


def _written(form: dict[str, str]) -> str:
    """What the person who sent the form had typed in the boxes that hold more than a line."""
    return "\n\n".join(filter(None, (clean(form.get(name, "")) for name in ("answer", "note", "why", "explained", "text", "words"))))


def safe_next(path: str) -> str:
    """A path within the inbox to go on to after signing in; "/" for anything else."""
    return path if re.fullmatch(r"(/[A-Za-z0-9_-]+)+/?", path) and not path.startswith("/sign-in") else "/"


async def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _form_with_file(request)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise BadForm
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        raise BadForm from None
    return {name: values[0] for name, values in fields.items()}


async def _form_with_file(request: Request) -> dict[str, str]:
    """A form that a file came with; its bytes that are no UTF-8 stand as surrogates, for whoever reads the file to refuse."""
    size = request.headers.get("content-length", "")
    if not size.isdecimal() or int(size) > LARGEST_FILE:
        raise BadForm
    try:
        async with request.form(max_files=1, max_fields=50, max_part_size=LARGEST_FILE) as parts:
            form = {}
            for name, part in parts.items():
                form.setdefault(name, part if isinstance(part, str) else (await part.read()).decode("utf-8", "surrogateescape"))
            return form
    except HTTPException:  # what Starlette makes of a form that is no form
        raise BadForm from None
