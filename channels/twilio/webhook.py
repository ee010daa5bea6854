"""The signed webhooks of Twilio that bring messages and receipts. They answer 200 only when what came is on disk."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qsl

import anyio
from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from cases import people, trace
from cases.settings import Settings
from cases.store import inbound
from cases.store.crypto import KeyProblem
from cases.store.db import Store
from cases.store.models import Conversation, Outgoing, Phone
from channels import delivery
from channels.twilio import RECEIPTS

log = logging.getLogger("heard.sms")

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
LARGEST_FORM = 2_000_000
MOST_FIELDS = 200
SID = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: Twilio waits 15 s. A try that is still waiting for the disk then is refused, and a repeat of it changes nothing.
PATIENCE = 10
#: Threads that serve the webhooks alone, however busy the web chat and the inbox are.
THREADS = 20


class Refused(Exception):
    def __init__(self, status: int, line: str):
        super().__init__(line)
        self.answer = PlainTextResponse(line + "\n", status)


def routes(store: Store, settings: Settings, clock: Callable[[], datetime]) -> list[Route]:
    threads = anyio.CapacityLimiter(THREADS)

    async def sms(request: Request) -> Response:
        return await _answer(request, settings, threads, lambda form: _accept(store, form, clock()))

    async def status(request: Request) -> Response:
        ref = request.query_params.get("id", "")
        return await _answer(request, settings, threads, lambda form: _receipt(store, form, ref, clock()))

    return [Route("/sms", sms, methods=["POST"]), Route("/sms/status", status, methods=["POST"])]


async def _answer(request: Request, settings: Settings, threads: anyio.CapacityLimiter, work) -> Response:
    """Check the signature, then run `work(form)` on a thread; 200 once it is on disk."""
    try:
        form = await _signed_form(request, settings)
        with anyio.fail_after(PATIENCE):
            await anyio.to_thread.run_sync(work, form, abandon_on_cancel=True, limiter=threads)
    except Refused as refused:
        return refused.answer
    except (SQLAlchemyError, KeyProblem, TimeoutError, OSError) as error:
        log.error("a webhook could not be kept: %s", type(error).__name__)
        return PlainTextResponse("Not kept: the store cannot be written to now. Try again.\n", 503, {"Retry-After": "5"})
    return Response(EMPTY_TWIML, media_type="text/xml")


async def _signed_form(request: Request, settings: Settings) -> dict[str, str]:
    signature = request.headers.get("x-twilio-signature", "")
    if not signature or not settings.twilio_auth_token:
        raise Refused(403, "This address takes messages signed by Twilio only.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise Refused(413, "The form is too large.")
    try:
        # Bytes that are no UTF-8 are kept as they are here, since the signature is over them.
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, errors="surrogateescape", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Refused(400, f"The form has more than {MOST_FIELDS} fields.") from None
    query = request.scope.get("query_string", b"").decode("latin-1")
    url = settings.public_url + request.url.path + (f"?{query}" if query else "")
    if not _is_signed(settings.twilio_auth_token, url, pairs, signature):
        log.warning("a webhook with a wrong signature was refused")
        raise Refused(403, "The signature is wrong. Check TWILIO_AUTH_TOKEN and HEARD_PUBLIC_URL.")
    return {name: _as_text(value) for name, value in pairs}


def _is_signed(token: str, url: str, pairs: list[tuple[str, str]], signature: str) -> bool:
    fields = _Fields(pairs)
    try:
        return RequestValidator(token).validate(url, fields, signature)
    except UnicodeEncodeError:  # the validator takes UTF-8 only; the same sum over the bytes
        signed = url + "".join(name + value for name in sorted(set(fields)) for value in sorted(set(fields.getlist(name))))
        digest = hmac.new(token.encode(), signed.encode("utf-8", "surrogateescape"), hashlib.sha1).digest()
        return hmac.compare_digest(base64.b64encode(digest), signature.encode("utf-8", "replace"))


class _Fields(dict):
    """The form as the validator wants it: a field may be there more than once."""

    def __init__(self, pairs: list[tuple[str, str]]):
        super().__init__(pairs)
        self._pairs = pairs

    def getlist(self, name: str) -> list[str]:
        return [value for key, value in self._pairs if key == name]


def _as_text(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _accept(store: Store, form: dict[str, str], now: datetime) -> None:
    for name in ("MessageSid", "From", "Body"):
        if name not in form or (name != "Body" and not form[name].strip()):
            raise Refused(400, f"The field {name} is missing.")
    sid, sender = form["MessageSid"].strip(), form["From"].strip()
    if not SID.fullmatch(sid) or len(sender) > 64:
        raise Refused(400, "MessageSid or From is not what Twilio sends.")
    media = form.get("NumMedia", "")
    count = min(int(media), 99) if media.isascii() and media.isdigit() and len(media) < 4 else 0
    take_in(store, sid=sid, sender=sender, body=form["Body"], media=count, now=now)


def take_in(store: Store, *, sid: str, sender: str, body: str, media: int = 0, now: datetime) -> bool:
    """Keep one text. False when it was kept before."""
    for last in (False, True):
        try:
            with store.write() as session:
                conversation, phone = _conversation(session, sender)
                row = inbound.accept(
                    session,
                    conversation=conversation,
                    phone=phone,
                    provider="twilio",
                    provider_id=sid,
                    channel="sms",
                    text=body,
                    media=media,
                    received_at=now,
                )
            if row is not None:
                with trace.about(row.id):
                    log.info("kept %s", sid)
            return row is not None
        except IntegrityError:  # two at the same moment began one conversation, or kept one text twice: the second finds the first
            if last:
                raise
        except DBAPIError as error:  # the connection was cut, perhaps after it was kept: a repeat changes nothing
            if last or not error.connection_invalidated:
                raise
    return False


def _conversation(session, sender: str) -> tuple[Conversation, Phone | None]:
    """The talk of the child whose number this is, and the phone; else one with the number alone, told nothing of any child."""
    number = people.normalise_phone(sender)
    held = inbound.lock_of_phone(session, number) if number else None
    phone = held[1] if held else people.phone_of(session, number) if number else None
    if phone is not None and phone.status != "unverified" and phone.person.kind == "child" and phone.person.left_at is None:
        return held[0] if held else people.conversation_of(session, phone.person_id), phone
    return people.conversation_of_number(session, number or sender), None


_SENT = select(Outgoing.id).where(
    Outgoing.id == bindparam("row"), Outgoing.provider_id == bindparam("sid"), Outgoing.state.in_(("sent", "delivered"))
)


def _receipt(store: Store, form: dict[str, str], ref: str, now: datetime) -> None:
    sid = form.get("MessageSid", "").strip()
    if not SID.fullmatch(sid):
        raise Refused(400, "The field MessageSid is missing.")
    state = RECEIPTS.get(form.get("MessageStatus", "").strip().lower())
    if state is None:
        return
    if state == "sent":
        with store.read() as session:
            if session.scalar(_SENT, {"row": ref, "sid": sid}) is not None:
                return  # as our own request to Twilio had said already
    with store.write() as session:
        if delivery.take_plain_receipt(session, ref, sid, state, now):
            return
        row = session.get(Outgoing, ref, with_for_update=True) if SID.fullmatch(ref) else None
        if row is None:
            row = session.scalar(select(Outgoing).where(Outgoing.provider_id == sid).limit(1).with_for_update())
        if row is not None:
            delivery.take_receipt(session, row, sid, state, form.get("ErrorCode", "").strip(), now)
