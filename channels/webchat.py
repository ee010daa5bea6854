"""The child's page: the same talk as by text, in a browser, with or without JavaScript."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import anyio
from jinja2 import Environment, FileSystemLoader
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from cases import invites, people, trace, words
from cases.settings import Settings
from cases.store import inbound
from cases.store.db import Store
from cases.store.models import Conversation, Inbound, Outgoing, Person
from channels import chat_sessions
from channels.news import News

log = logging.getLogger("heard.chat")

HERE = Path(__file__).parent
LONDON = ZoneInfo("Europe/London")
SHOWN = 100
LARGEST = 1_000_000
#: Seconds: a look at the talk though nobody rang, a sign of life, a look whether the sign-in still holds.
LOOK_EVERY, BEAT_EVERY, CHECK_EVERY = 5.0, 15.0, 30.0
CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
EVENT_ID = re.compile(r"(\d{1,12})\.(\d{1,12})")


class Refused(Exception):
    def __init__(self, status: int, why: str):
        super().__init__(why)
        self.status = status
        self.why = why


class WebChat:
    def __init__(self, store: Store, settings: Settings, news: News, clock: Callable[[], datetime]):
        self.store = store
        self.clock = clock
        self.news = news
        self.settings = settings
        self.pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)

    # Signing in ---------------------------------------------------------------------------------------------------

    async def page(self, request: Request) -> Response:
        """The talk, or the way in. A link's token goes from the URL into a cookie; looking at a link uses nothing up."""
        token = request.query_params.get("invite")
        if token is not None:
            answer: Response = RedirectResponse("/chat", 303)
            answer.set_cookie(
                chat_sessions.INVITE_COOKIE,
                token[:200] if token.isascii() else "wrong",
                httponly=True,
                samesite="lax",  # the link is followed from an e-mail or a text, which is another site
                secure=self.settings.secure_cookies,
                path="/chat",
                max_age=600,
            )
            return answer
        return await run_in_threadpool(self._page, request)

    def _page(self, request: Request) -> Response:
        token = request.cookies.get(chat_sessions.COOKIE)
        with self.store.write() as session:
            found = chat_sessions.find(session, token, self.clock())
            if found is None or chat_sessions.INVITE_COOKIE in request.cookies:
                return self._way_in(request)
            held, conversation = found
            held.seen_at = self.clock()
        with self.store.read() as session:
            conversation = session.get_one(Conversation, conversation.id)
            messages, cursor = messages_after(session, conversation, None)
            choices = conversation.menu if messages and messages[-1]["from"] != "me" else None
        return self._html(
            "chat.html",
            messages=messages,
            choices=choices or [],
            cursor=cursor,
            csrf=chat_sessions.csrf(token),
            new_id=secrets.token_hex(16),
        )

    def _way_in(self, request: Request, problem: bool = False, status: int = 200) -> Response:
        return self._html("enter.html", status, has_link=chat_sessions.INVITE_COOKIE in request.cookies and not problem, problem=problem)

    async def enter(self, request: Request) -> Response:
        form = await self._form(request)
        return await run_in_threadpool(self._enter, request, form)

    def _enter(self, request: Request, form: dict) -> Response:
        way_in = form.get("code", "").strip() or request.cookies.get(chat_sessions.INVITE_COOKIE, "")
        own_device = form.get("own_device") == "yes"
        now = self.clock()
        with self.store.write() as session:
            child_id = invites.redeem(session, way_in[:200], request.client.host if request.client else "", now) if way_in else None
            token = chat_sessions.begin(session, people.conversation_of(session, child_id), own_device, now) if child_id else None
            if token:
                chat_sessions.end(session, request.cookies.get(chat_sessions.COOKIE))
        if token is None:
            answer = self._way_in(request, problem=True, status=403)
        else:
            answer = RedirectResponse("/chat", 303)
            answer.set_cookie(chat_sessions.COOKIE, token, **chat_sessions.cookie(self.settings, own_device=own_device))
        answer.delete_cookie(chat_sessions.INVITE_COOKIE, path="/chat")
        return answer

    async def leave(self, request: Request) -> Response:
        """End the sign-in, so that the back button shows nothing."""
        await self._form(request)
        await run_in_threadpool(self._leave, request.cookies.get(chat_sessions.COOKIE))
        answer = RedirectResponse("/blank", 303)
        answer.delete_cookie(chat_sessions.COOKIE, path="/chat")
        return answer

    def _leave(self, token: str | None) -> None:
        with self.store.write() as session:
            chat_sessions.end(session, token)

    async def blank(self, request: Request) -> Response:
        return self._html("blank.html")

    # Talking ------------------------------------------------------------------------------------------------------

    async def send(self, request: Request) -> Response:
        """Keep one message: JSON from the page's script, or a plain form."""
        by_script = request.headers.get("content-type", "").startswith("application/json")
        try:
            said = await (self._json(request) if by_script else self._form(request))
            seq = await run_in_threadpool(self._keep, request, said)
        except (SQLAlchemyError, OSError) as error:
            log.error("a message could not be kept: %s", type(error).__name__)
            return self._refuse(Refused(503, "Not kept: try again."), by_script)
        except Refused as refused:
            return self._refuse(refused, by_script)
        return JSONResponse({"ok": True, "n": seq}) if by_script else RedirectResponse("/chat", 303)

    def _refuse(self, refused: Refused, by_script: bool) -> Response:
        if by_script:
            return JSONResponse({"error": refused.why}, refused.status)
        if refused.status == 401:
            return RedirectResponse("/chat", 303)
        return self._html("problem.html", refused.status, status=refused.status)

    def _keep(self, request: Request, said: dict) -> int:
        """Returns the message's number in the talk; the same for a repeat."""
        token = request.cookies.get(chat_sessions.COOKIE)
        now = self.clock()
        with self.store.write() as session:
            found = chat_sessions.find(session, token, now)
            if found is None:
                raise Refused(401, "You are signed out.")
            held, conversation = found
            if not hmac.compare_digest(chat_sessions.csrf(token).encode(), str(said.get("csrf", "")).encode("utf-8", "replace")):
                raise Refused(403, "This page is too old: load it again.")
            client_id, text, payload = said.get("id"), said.get("text") or "", said.get("payload")
            if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id) or not isinstance(text, str):
                raise Refused(400, "A message has an id and a text.")
            text = text.encode("utf-8", "replace").decode()  # half a character (a lone surrogate) could be shown on no page
            held.seen_at = now
            unique = hashlib.sha256(f"{conversation.id}:{client_id}".encode()).hexdigest()
            before = session.scalar(select(Inbound.seq).where(Inbound.provider == "web", Inbound.provider_id == unique))
            if before is not None:
                return before
            if payload:
                text = next((one["title"] for one in conversation.menu or () if one["payload"] == payload), None)
                if text is None:
                    raise Refused(409, "That choice is not open any more.")
            row = inbound.accept(
                session, conversation=conversation, provider="web", provider_id=unique, channel="web", text=text, received_at=now
            )
        if row is None:  # the same message at the same moment: the other one is kept
            return self._keep(request, said)
        with trace.about(row.id):
            log.info("kept")
        return row.seq

    async def events(self, request: Request) -> Response:
        """Server-sent events from the database, whichever process wrote what is new."""
        token = request.cookies.get(chat_sessions.COOKIE)
        conversation_id = await run_in_threadpool(self._talk_of, token)
        if conversation_id is None:
            return PlainTextResponse("You are signed out.\n", 401)
        last = EVENT_ID.fullmatch(request.headers.get("last-event-id") or request.query_params.get("after", ""))
        after = (int(last[1]), int(last[2])) if last else None
        return StreamingResponse(
            self._stream(request, token, conversation_id, after), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
        )

    def _talk_of(self, token: str | None) -> str | None:
        with self.store.read() as session:
            found = chat_sessions.find(session, token, self.clock())
            return found[1].id if found else None

    async def _stream(self, request: Request, token: str | None, conversation_id: str, after: tuple[int, int] | None) -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        with self.news.listening(conversation_id) as bell:
            async for event in self._events(request, token, conversation_id, after, bell):
                yield event

    async def _events(
        self, request: Request, token: str | None, conversation_id: str, after: tuple[int, int] | None, bell: asyncio.Event
    ) -> AsyncIterator[str]:
        beat = check = anyio.current_time()
        while not self.news.closed and not await request.is_disconnected():
            bell.clear()
            try:
                news, after = await run_in_threadpool(self._news, conversation_id, after)
                if anyio.current_time() - check > CHECK_EVERY:
                    check = anyio.current_time()
                    if await run_in_threadpool(self._talk_of, token) is None:
                        yield "event: signed-out\ndata: {}\n\n"
                        return
            except SQLAlchemyError as error:
                log.warning("events: %s", type(error).__name__)
                news = ""
            if news:
                yield news
                beat = anyio.current_time()
            elif anyio.current_time() - beat > BEAT_EVERY:
                beat = anyio.current_time()
                yield ": still here\n\n"
            with anyio.move_on_after(LOOK_EVERY):
                await bell.wait()

    def _news(self, conversation_id: str, after: tuple[int, int] | None) -> tuple[str, tuple[int, int] | None]:
        with self.store.read() as session:
            seq, number = _newest(session, conversation_id)
            if after == (seq, number):
                return "", after
            conversation = session.get_one(Conversation, conversation_id)
            messages, cursor = messages_after(session, conversation, after)
            data = json.dumps({"messages": messages, "choices": conversation.menu or []}, ensure_ascii=True)
        found = EVENT_ID.fullmatch(cursor)
        return f"id: {cursor}\nevent: messages\ndata: {data}\n\n", (int(found[1]), int(found[2]))

    # Small things -------------------------------------------------------------------------------------------------

    def plainly(self, handler):
        """`handler`, with a refusal shown as a page."""

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except Refused as refused:
                return self._refuse(refused, by_script=False)

        return handle

    def _html(self, name: str, status: int = 200, /, **values) -> HTMLResponse:
        return HTMLResponse(self.pages.get_template(name).render(**values), status)

    async def _form(self, request: Request) -> dict:
        try:
            pairs = parse_qsl((await self._body(request)).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
        except ValueError:
            raise Refused(400, "The form has too many fields.") from None
        return dict(pairs)

    async def _json(self, request: Request) -> dict:
        try:
            said = json.loads(await self._body(request))
        except ValueError:
            raise Refused(400, "This is not JSON.") from None
        if not isinstance(said, dict):
            raise Refused(400, "This is not a message.")
        return said

    async def _body(self, request: Request) -> bytes:
        """The body, of a request that one of our own pages made."""
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise Refused(403, "This came from another site.")
        body = b""
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    raise Refused(413, "That is too long.")
        except ClientDisconnect:
            raise Refused(400, "The message did not arrive whole.") from None
        return body


def messages_after(session: Session, conversation: Conversation, after: tuple[int, int] | None) -> tuple[list[dict], str]:
    """What was said in the talk on any channel since `after` (the newest of it, without), oldest first, and the new cursor."""
    seq, number = after or (0, 0)
    ours = session.scalars(
        select(Inbound).where(Inbound.conversation_id == conversation.id, Inbound.seq > seq).order_by(Inbound.seq.desc()).limit(SHOWN)
    ).all()
    theirs = session.scalars(
        select(Outgoing)
        .where(Outgoing.conversation_id == conversation.id, Outgoing.number > number)
        .order_by(Outgoing.number.desc())
        .limit(SHOWN)
    ).all()
    names = {row.author: session.get(Person, row.author) for row in theirs if row.author != "bot"}

    def words_of(row: Inbound | Outgoing) -> str:
        return words.render("utter_channel_in_record", conversation.language).text if row.words_gone_at else row.text

    found = [(row.received_at, 0, row.seq, _said("me", None, words_of(row), row.received_at, row.media) | {"n": row.seq}) for row in ours]
    for row in theirs:
        person = names.get(row.author)
        found.append((row.created_at, 1, row.number, _said("person" if person else "bot", person, words_of(row), row.created_at, 0)))
    found.sort(key=lambda one: one[:3])
    cursor = f"{max([seq, *(row.seq for row in ours)])}.{max([number, *(row.number for row in theirs)])}"
    return [one[3] for one in found][-SHOWN:], cursor


def _newest(session: Session, conversation_id: str) -> tuple[int, int]:
    seq = select(func.max(Inbound.seq)).where(Inbound.conversation_id == conversation_id).scalar_subquery()
    number = select(func.max(Outgoing.number)).where(Outgoing.conversation_id == conversation_id).scalar_subquery()
    first, second = session.execute(select(seq, number)).one()
    return first or 0, second or 0


def _said(who: str, person: Person | None, text: str, at, media: int) -> dict:
    shown = at.astimezone(LONDON)
    return {
        "from": who,
        "name": people.first_name(person) if person else "",
        "text": text.encode("utf-8", "replace").decode(),
        "media": media,
        "at": shown.isoformat(timespec="seconds"),
        "time": shown.strftime("%H:%M"),
        "day": f"{shown:%A} {shown.day} {shown:%B}",
    }


def routes(store: Store, settings: Settings, news: News, clock: Callable[[], datetime]) -> list:
    chat = WebChat(store, settings, news, clock)
    return [
        Route("/chat", chat.page),
        Route("/chat/enter", chat.plainly(chat.enter), methods=["POST"]),
        Route("/chat/leave", chat.plainly(chat.leave), methods=["POST"]),
        Route("/chat/messages", chat.send, methods=["POST"]),
        Route("/chat/events", chat.events),
        Route("/blank", chat.blank),
        Mount("/chat/static", StaticFiles(directory=HERE / "static")),
    ]
