"""The demo's phone company: it speaks Twilio's protocol on loopback, and keeps the texts of the make-believe phones.

A text from a phone is a signed webhook, like Twilio's; an answer comes through Twilio's REST interface, with basic
authentication. Nothing is written to disk. Real: the protocol. Made up: the phones.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cases.settings import Settings

KEPT = 2000


@dataclass
class Text:
    sender: str
    to: str
    body: str
    direction: str  # inbound, outbound-api
    status: str = "received"
    sid: str = field(default_factory=lambda: "SM" + secrets.token_hex(16))
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def as_twilio(self) -> dict:
        return {
            "sid": self.sid,
            "from": self.sender,
            "to": self.to,
            "body": self.body,
            "status": self.status,
            "direction": self.direction,
            "num_media": "0",
            "error_code": None,
            "date_created": format_datetime(self.at),
            "date_sent": format_datetime(self.at),
        }


class Carrier:
    def __init__(self, settings: Settings):
        self.settings = settings
        self.here = f"http://127.0.0.1:{settings.port}"
        self.texts: deque[Text] = deque(maxlen=KEPT)

    def routes(self) -> list[Route]:
        path = "/demo/twilio/2010-04-01/Accounts/{account}/Messages.json"
        return [Route(path, self.create, methods=["POST"]), Route(path, self.list, methods=["GET"])]

    async def text(self, sender: str, body: str) -> Text:
        """A phone sends a text: the webhook is called as Twilio calls it."""
        text = Text(sender, self.settings.twilio_from, body, "inbound")
        self.texts.append(text)
        await self._webhook(
            "/sms", {"MessageSid": text.sid, "From": sender, "To": text.to, "Body": body, "NumMedia": "0", "NumSegments": "1"}
        )
        return text

    def of(self, number: str) -> list[Text]:
        return [text for text in self.texts if number in (text.sender, text.to)]

    async def create(self, request: Request) -> Response:
        if not self._allowed(request):
            return JSONResponse({"code": 20003, "message": "Authenticate", "status": 401}, 401)
        form = await request.form()
        if not form.get("To") or not form.get("Body"):
            return JSONResponse({"code": 21602, "message": "A To number and a Body are required.", "status": 400}, 400)
        text = Text(str(form.get("From", self.settings.twilio_from)), str(form["To"]), str(form["Body"]), "outbound-api", "sent")
        self.texts.append(text)
        return JSONResponse(text.as_twilio() | {"status": "queued"}, 201, background=BackgroundTask(self._deliver, text))

    async def list(self, request: Request) -> Response:
        if not self._allowed(request):
            return JSONResponse({"code": 20003, "message": "Authenticate", "status": 401}, 401)
        wanted = {"to": request.query_params.get("To"), "sender": request.query_params.get("From")}
        found = [
            text for text in reversed(self.texts) if all(value is None or getattr(text, name) == value for name, value in wanted.items())
        ]
        return JSONResponse({"messages": [text.as_twilio() for text in found[:50]], "next_page_uri": None, "page": 0, "page_size": 50})

    async def _deliver(self, text: Text) -> None:
        text.status = "delivered"
        await self._webhook("/sms/status", {"MessageSid": text.sid, "MessageStatus": "delivered", "From": text.sender, "To": text.to})

    async def _webhook(self, path: str, fields: dict[str, str]) -> None:
        fields = {"AccountSid": self.settings.twilio_account_sid, **fields}
        signed = self.settings.public_url + path + "".join(name + fields[name] for name in sorted(fields))
        digest = hmac.new(self.settings.twilio_auth_token.encode(), signed.encode(), hashlib.sha1).digest()
        async with httpx.AsyncClient(timeout=15) as client:
            await client.post(self.here + path, data=fields, headers={"X-Twilio-Signature": base64.b64encode(digest).decode()})

    def _allowed(self, request: Request) -> bool:
        pair = f"{self.settings.twilio_account_sid}:{self.settings.twilio_auth_token}".encode()
        return hmac.compare_digest(request.headers.get("authorization", ""), "Basic " + base64.b64encode(pair).decode())
