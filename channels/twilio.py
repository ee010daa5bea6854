"""Texts by Twilio: the signed webhooks that bring messages and receipts, and the client that sends.

The one place that imports twilio. The webhook answers 200 only when the message is on disk.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import re
import threading
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import anyio
import requests
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from cases import people, segments, trace
from cases.settings import Settings
from cases.store import inbound
from cases.store.crypto import KeyProblem
from cases.store.db import Store
from cases.store.models import Conversation, Outgoing, Phone, utcnow
from channels import delivery
from channels.outcome import GiveUp, TryAgain, Unsure

log = logging.getLogger("heard.sms")

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
LARGEST_FORM = 2_000_000
MOST_FIELDS = 200
SID = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: Twilio waits 15 s. A try that is still waiting for the disk then is refused, and a repeat of it changes nothing.
PATIENCE = 10
#: Threads that serve the webhooks alone, however busy the web chat and the inbox are.
THREADS = 20
RECEIPTS = {
    "queued": "sent", "accepted": "sent", "scheduled": "sent", "sending": "sent", "sent": "sent",
    "delivered": "delivered", "read": "delivered", "undelivered": "failed", "failed": "failed",
}  # fmt: skip
#: How a text in Twilio's list can have ended without arriving: it is not the one that we look for.
ENDED_BADLY = ("failed", "undelivered", "canceled")
#: Codes that speak of our account or of a full queue, not of this text: a person can put it right, or time does.
OUR_SIDE = {20003, 20404, 20429, 21212, 21603, 21606, 21611, 21659, 21660, 30001, 30002}
#: What an account that is on trial puts before every text.
TRIAL = "Sent from your Twilio trial account - "


# Webhooks -------------------------------------------------------------------------------------------------------------


class Refused(Exception):
    def __init__(self, status: int, line: str):
        super().__init__(line)
        self.answer = PlainTextResponse(line + "\n", status)


def routes(store: Store, settings: Settings) -> list[Route]:
    threads = anyio.CapacityLimiter(THREADS)

    async def sms(request: Request) -> Response:
        return await _answer(request, settings, threads, lambda form: _accept(store, form))

    async def status(request: Request) -> Response:
        ref = request.query_params.get("id", "")
        return await _answer(request, settings, threads, lambda form: _receipt(store, form, ref))

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


def _accept(store: Store, form: dict[str, str]) -> None:
    for name in ("MessageSid", "From", "Body"):
        if name not in form or (name != "Body" and not form[name].strip()):
            raise Refused(400, f"The field {name} is missing.")
    sid, sender = form["MessageSid"].strip(), form["From"].strip()
    if not SID.fullmatch(sid) or len(sender) > 64:
        raise Refused(400, "MessageSid or From is not what Twilio sends.")
    media = form.get("NumMedia", "")
    count = min(int(media), 99) if media.isascii() and media.isdigit() and len(media) < 4 else 0
    take_in(store, sid=sid, sender=sender, body=form["Body"], media=count)


def take_in(store: Store, *, sid: str, sender: str, body: str, media: int = 0) -> bool:
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
                    received_at=utcnow(),
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
    phone = people.phone_of(session, number) if number else None
    if phone is not None and phone.status != "unverified" and phone.person.kind == "child" and phone.person.left_at is None:
        return people.conversation_of(session, phone.person_id), phone
    return people.conversation_of_number(session, number or sender), None


def _receipt(store: Store, form: dict[str, str], ref: str) -> None:
    sid = form.get("MessageSid", "").strip()
    if not SID.fullmatch(sid):
        raise Refused(400, "The field MessageSid is missing.")
    state = RECEIPTS.get(form.get("MessageStatus", "").strip().lower())
    if state is None:
        return
    with store.write() as session:
        row = session.get(Outgoing, ref) if SID.fullmatch(ref) else None
        if row is None:
            row = session.query(Outgoing).filter(Outgoing.provider_id == sid).first()
        if row is not None:
            delivery.take_receipt(session, row.id, sid, state, form.get("ErrorCode", "").strip(), utcnow())


# The client -----------------------------------------------------------------------------------------------------------


class _TooMany(Exception):
    def __init__(self, wait: float):
        super().__init__("429")
        self.wait = wait


class _Http(TwilioHttpClient):
    """Sends to `base` instead of Twilio's own address, with time-outs, and says how long a 429 asks us to wait."""

    def __init__(self, base: str):
        super().__init__()
        self._base = base

    def request(self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, allow_redirects=False):
        if self._base:
            url = re.sub(r"^https://[^/]+", self._base, url)
        answer = super().request(method, url, params, data, headers, auth, timeout or 15, allow_redirects)
        if answer.status_code == 429:
            wait = (answer.headers or {}).get("Retry-After", "")
            raise _TooMany(min(float(wait), 600) if wait.isdigit() else 5)
        return answer


@dataclass(frozen=True)
class Received:
    """A text to our number, as Twilio's list has it."""

    sid: str
    sender: str
    body: str
    media: int


class SmsSender:
    """Sends texts, and lists those that came. Each thread has a client of its own, since a connection is not to be shared."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._local = threading.local()

    def send(self, *, to: str, body: str, ref: str) -> str:
        """Hand one text over; returns its SID. `ref` comes back with the receipts.

        Raises TryAgain (it did not go out), GiveUp (it never will) or Unsure (look with `find` before sending again).
        """
        try:
            message = self._client().messages.create(
                to=to,
                from_=self._settings.twilio_from,
                body=body,
                status_callback=f"{self._settings.public_url}/sms/status?id={ref}",
            )
        except TwilioRestException as error:
            raise _of_status(error) from None
        except _TooMany as error:
            raise TryAgain("429", after=error.wait) from None
        except requests.exceptions.RequestException as error:
            if _never_left(error):
                raise TryAgain(type(error).__name__) from None
            raise Unsure(type(error).__name__) from None
        return message.sid

    def find(self, *, to: str, body: str, since: datetime, known: set[str]) -> str | None:
        """The SID of a text with this body that went to `to` since then and is not among `known`. Raises TryAgain."""
        try:
            recent = self._client().messages.list(to=to, from_=self._settings.twilio_from, limit=50)
        except (TwilioRestException, requests.exceptions.RequestException, _TooMany) as error:
            raise TryAgain(type(error).__name__, after=getattr(error, "wait", None)) from None
        earliest = since - timedelta(minutes=10)  # their clock is not ours
        for one in recent:
            made = one.date_created or datetime.now(UTC)
            if one.sid not in known and made >= earliest and one.status not in ENDED_BADLY and _same(one.body or "", body):
                return one.sid
        return None

    def state_of(self, sid: str) -> tuple[str | None, str]:
        """(what has become of a text, as a receipt would say it; the code of its failure). Raises TryAgain."""
        try:
            one = self._client().messages(sid).fetch()
        except TwilioRestException as error:
            if error.status == 404:  # deleted there
                return None, ""
            raise TryAgain(f"twilio {error.status}") from None
        except (requests.exceptions.RequestException, _TooMany) as error:
            raise TryAgain(type(error).__name__, after=getattr(error, "wait", None)) from None
        return RECEIPTS.get(one.status or ""), str(one.error_code or "")

    def received(self, since: datetime) -> list[Received]:
        """The texts that came to our number since then, oldest first. Raises TryAgain."""
        try:
            listed = self._client().messages.list(to=self._settings.twilio_from, date_sent_after=since, page_size=1000)
        except (TwilioRestException, requests.exceptions.RequestException, _TooMany) as error:
            raise TryAgain(type(error).__name__, after=getattr(error, "wait", None)) from None
        return [
            Received(one.sid, one.from_ or "", one.body or "", int(one.num_media or 0))
            for one in reversed(listed)
            if one.direction == "inbound" and (one.date_created is None or one.date_created >= since)
        ]

    def _client(self) -> Client:
        if not hasattr(self._local, "client"):
            http = _Http(self._settings.twilio_api_url)
            self._local.client = Client(self._settings.twilio_account_sid, self._settings.twilio_auth_token, http_client=http)
        return self._local.client


def _same(listed: str, sent: str) -> bool:
    """Whether Twilio's list means the text that we sent: it may have made its characters plain, or put its own words before it."""
    return _bare(listed.removeprefix(TRIAL)) == _bare(sent)


def _bare(text: str) -> str:
    return "".join(segments.plain(unicodedata.normalize("NFKC", segments.plain(text))).split())


def _of_status(error: TwilioRestException) -> Exception:
    if error.status in (401, 403, 404) or error.code in OUR_SIDE:
        return TryAgain(f"twilio {error.code or error.status}")
    if error.status == 503:
        return TryAgain("twilio 503")
    if error.status >= 500:
        return Unsure(f"twilio {error.status}")
    return GiveUp(str(error.code or error.status))


def _never_left(error: requests.exceptions.RequestException) -> bool:
    """Whether no connection was made, so that nothing can have been sent."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
