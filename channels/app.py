"""The gateway: Twilio's webhooks, the web chat and the staff's inbox, each answer with strict headers."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import anyio
from prometheus_client import CollectorRegistry
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cases.settings import Settings
from cases.store.db import Store
from cases.store.models import DataKey, utcnow
from channels import webchat
from channels.news import News
from channels.operating import Door, Room, metrics_route
from channels.twilio import webhook

log = logging.getLogger("heard.gateway")


def create_app(store: Store, settings: Settings, clock: Callable[[], datetime] = utcnow, *, extra_routes: Sequence = ()) -> Starlette:
    """`extra_routes` are put first; what headers they set themselves is kept."""
    from inbox.app import create_app as create_inbox

    def health(request):
        return JSONResponse({"status": "ok"})

    async def ready(request):
        try:
            with anyio.fail_after(5):
                await anyio.to_thread.run_sync(_look, store, abandon_on_cancel=True)
        except Exception as error:
            log.error("not ready: %s", type(error).__name__)
            return JSONResponse({"status": "the store cannot be read"}, 503)
        if not room.enough():
            return JSONResponse({"status": "the disk is nearly full"}, 503)
        return JSONResponse({"status": "ok"})

    @asynccontextmanager
    async def let_go_at_the_end(app: Starlette) -> AsyncIterator[None]:
        yield
        news.close()

    news = News(store)
    room = Room(settings)
    registry = CollectorRegistry()
    app = Starlette(
        routes=[
            *extra_routes,
            Route("/health", health),
            Route("/favicon.ico", lambda request: Response(status_code=204)),
            Route("/ready", ready),
            metrics_route(store, settings, room, registry, clock),
            *webhook.routes(store, settings, clock),
            *webchat.routes(store, settings, news, clock),
            Mount("/inbox", create_inbox(store, settings, clock)),
        ],
        lifespan=let_go_at_the_end,
        middleware=[Middleware(StrictHeaders, settings=settings), Middleware(Door, room=room, registry=registry)],
    )
    app.state.news = news
    return app


def _look(store: Store) -> None:
    with store.read() as session:
        session.scalar(select(DataKey.owner).limit(1))


class StrictHeaders:
    """Adds what a browser must be told, where a route has not said it itself; and turns a failure into a plain 500.

    The failure is logged by its class alone: a message or a traceback could hold a child's words.
    """

    def __init__(self, app: ASGIApp, settings: Settings):
        self.app = app
        # The demo's page shows the inbox and the chat beside a phone.
        ancestors = "'self'" if settings.demo else "'none'"
        self.headers = {
            "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            f"form-action 'self'; base-uri 'none'; frame-src {ancestors}; frame-ancestors {ancestors}",
            "x-content-type-options": "nosniff",
            "x-frame-options": "SAMEORIGIN" if settings.demo else "DENY",
            "referrer-policy": "no-referrer",
            "cache-control": "no-store",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=()",
        }
        if settings.secure_cookies:
            self.headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = message.setdefault("headers", [])
                said = {name.lower() for name, _ in headers}
                headers += [(name.encode(), value.encode()) for name, value in self.headers.items() if name.encode() not in said]
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            log.error("%s %s failed: %s", scope["method"], scope["path"].split("/")[1:2], type(error).__name__)
            if not begun:
                answer = PlainTextResponse("Something went wrong here. Nothing that was kept before is lost.\n", 500)
                await answer(scope, receive, send_with_headers)
