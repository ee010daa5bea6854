"""The staff pages, mounted by the gateway at /inbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from cases.settings import Settings
from cases.store.db import Store
from cases.store.models import utcnow
from inbox import (
    account,
    advocacy,
    alerts,
    answers,
    casework,
    children,
    complaints,
    consultations,
    lists,
    oidc,
    overview,
    people,
    profile,
    record,
    reviews,
    set_up,
    sign_in,
    unmatched,
)
from inbox.web import Inbox

STATIC = Path(__file__).parent / "static"

#: Every page is for staff who have signed in, but for these.
OPEN = [
    ("/sign-in", "GET", sign_in.show),
    ("/sign-in", "POST", sign_in.enter),
    # A right password is in hand for these two, in a session that opens nothing yet.
    ("/sign-in/code", "GET", sign_in.ask_code),
    ("/sign-in/code", "POST", sign_in.take_code),
    # To the council's OpenID provider and back.
    ("/sign-in/council", "GET", oidc.leave),
    ("/sign-in/back", "GET", oidc.come_back),
]

PAGES = [
    ("/", "GET", lists.show),
    ("/search", "POST", lists.search),
    ("/alerts/{alert_id}", "GET", alerts.follow),
    ("/alerts/{alert_id}/acknowledge", "POST", alerts.acknowledge),
    ("/children/{child_id}", "GET", children.show),
    ("/children/{child_id}/footprint", "GET", children.footprint),
    ("/children/{child_id}/record", "GET", record.show),
    ("/children/{child_id}/record.pdf", "GET", record.as_pdf),
    ("/children/{child_id}/record.json", "GET", record.as_json),
    ("/children/{child_id}/in-record", "POST", record.in_record),
    ("/children/{child_id}/answer", "POST", answers.answer),
    ("/children/{child_id}/draft", "POST", answers.save_draft),
    ("/children/{child_id}/come-back", "POST", answers.come_back),
    ("/children/{child_id}/no-answer", "POST", answers.no_answer),
    ("/children/{child_id}/note", "POST", casework.note),
    ("/children/{child_id}/hand-over", "POST", casework.hand_over),
    ("/children/{child_id}/end-chats", "POST", casework.end_chats),
    ("/issues/{issue_id}/done", "POST", casework.issue_done),
    ("/advocate-requests/{request_id}", "POST", advocacy.move),
    ("/messages/{inbound_id}/risk", "GET", casework.flag),
    ("/messages/{inbound_id}/risk", "POST", casework.correct_flag),
    ("/children/{child_id}/invite", "POST", children.invite),
    ("/children/{child_id}/in-confidence", "GET", complaints.in_confidence),
    ("/children/{child_id}/reviews", "GET", reviews.all_of_child),
    ("/children/{child_id}/reviews", "POST", reviews.plan),
    ("/reviews/{review_id}", "GET", reviews.show),
    ("/reviews/{review_id}", "POST", reviews.change),
    ("/reviews/{review_id}/status", "POST", reviews.set_status),
    ("/reviews/{review_id}/consulted", "POST", reviews.consulted),
    ("/reviews/{review_id}/papers", "POST", reviews.papers),
    ("/reviews/{review_id}/decisions", "POST", reviews.decide),
    ("/reviews/{review_id}/announce", "POST", reviews.announce),
    ("/reviews/{review_id}/explained", "POST", reviews.explain),
    ("/decisions/{decision_id}", "POST", reviews.decision),
    ("/consultations/{consultation_id}", "GET", consultations.show),
    ("/consultations/{consultation_id}/paper.pdf", "GET", record.consultation_as_pdf),
    ("/complaints", "GET", complaints.all_of_them),
    ("/complaints/{complaint_id}", "GET", complaints.show),
    ("/complaints/{complaint_id}", "POST", complaints.move),
    ("/unmatched", "GET", unmatched.all_of_them),
    ("/unmatched/{conversation_id}", "GET", unmatched.show),
    ("/unmatched/{conversation_id}/done", "POST", unmatched.deal_with),
    ("/children/{child_id}/concerns", "POST", overview.add_concern),
    ("/children/{child_id}/told", "POST", overview.told),
    ("/concerns/{concern_id}/end", "POST", overview.end_concern),
    ("/overview", "GET", overview.show),
    ("/overview/waiting.csv", "GET", overview.waiting_csv),
    ("/supervision", "GET", overview.cases),
    ("/themes", "GET", overview.year),
    ("/themes.csv", "GET", overview.year_csv),
    ("/people", "GET", people.all_of_them),
    ("/people/find", "POST", people.find),
    ("/people/new", "GET", people.new),
    ("/people/new", "POST", people.add),
    ("/people/{person_id}", "GET", people.show),
    ("/people/{person_id}", "POST", people.change),
    ("/people/{person_id}/iro", "POST", people.allocate),
    ("/people/{person_id}/away", "POST", people.away),
    ("/people/{person_id}/leave", "POST", people.leave),
    ("/people/{person_id}/contacts", "POST", people.add_contact),
    ("/absences/{absence_id}/end", "POST", people.back),
    ("/contacts/{contact_id}/end", "POST", people.end_contact),
    ("/import", "GET", set_up.imports),
    ("/import", "POST", set_up.load),
    ("/imports/{import_id}/undo", "POST", set_up.undo),
    ("/settings", "GET", set_up.settings),
    ("/settings/{name}", "POST", set_up.change_setting),
    ("/account", "GET", account.show),
    ("/account/password", "POST", account.change_password),
    ("/account/profile", "POST", profile.save),
    ("/account/recovery-codes", "POST", account.new_recovery_codes),
    ("/account/new-phone", "POST", account.new_phone),
    ("/account/sign-out", "POST", account.sign_out),
    ("/account/sign-out-everywhere", "POST", account.sign_out_everywhere),
]


def create_app(store: Store, settings: Settings, clock: Callable[[], datetime] = utcnow) -> Starlette:
    """The inbox as an ASGI app. `clock` gives the time (a test's own, or the real one)."""
    inbox = Inbox(store, settings, clock)
    inbox.provider = oidc.Provider(settings) if settings.oidc_issuer else None
    routes: list = [Mount("/static", StaticFiles(directory=STATIC))]
    routes += [Route(path, inbox.open_to_all(handler), methods=[method]) for path, method, handler in OPEN]
    routes += [Route(path, inbox.for_staff(handler), methods=[method]) for path, method, handler in PAGES]
    return Starlette(
        routes=routes,
        middleware=[Middleware(_Headers, frames="'self'" if settings.demo else "'none'", secure=settings.secure_cookies)],
        exception_handlers={
            404: lambda request, _: inbox.error(request, 404),
            405: lambda request, _: inbox.error(request, 404),
        },
    )


class _Headers:
    """What every answer says to the browser: run nothing but ours, show it in no frame, keep no copy."""

    def __init__(self, app, frames: str, secure: bool):
        self.app = app
        sources = "; ".join(f"{kind}-src 'self'" for kind in ("style", "script", "img", "connect"))
        self.headers = {
            "Content-Security-Policy": f"default-src 'none'; {sources}; form-action 'self'; base-uri 'none'; frame-ancestors {frames}",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Robots-Tag": "noindex",
        }
        if secure:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope, receive, send):
        async def send_with(message):
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if "/static/" not in scope["path"]:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with if scope["type"] == "http" else send)
