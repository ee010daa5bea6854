"""A stand-in for Twilio's REST interface on loopback: checks the sign-in and the form, keeps the texts, fails when told to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit


@dataclass
class Message:
    to: str
    from_: str
    body: str
    status_callback: str | None
    sid: str = field(default_factory=lambda: "SM" + secrets.token_hex(16))
    at: datetime | None = None
    direction: str = "outbound-api"
    status: str = "queued"
    error_code: int | None = None

    def as_json(self) -> dict:
        return {
            "sid": self.sid, "to": self.to, "from": self.from_, "body": self.body, "status": self.status,
            "direction": self.direction, "error_code": self.error_code, "num_media": "0", "date_sent": None,
            "date_created": format_datetime(self.at or datetime.now(UTC)),
        }  # fmt: skip


class TwilioStandIn:
    """`messages` holds what was taken, in order; `received` what came to our number, for the list;
    `problems` what a real Twilio would have refused.

    `plan` holds what happens to the next sends: an HTTP status (int), a dict (answered as an error with its "status" and
    "code"), "drop" (taken, then the connection is cut), "cut" (not taken, and cut), ("slow", seconds).
    """

    def __init__(self) -> None:
        self.account_sid = "AC" + "0" * 32
        self.auth_token = "stand-in-token"
        self.number = "+447700900999"
        self.messages: list[Message] = []
        self.received: list[Message] = []
        self.problems: list[str] = []
        self.plan: deque = deque()
        self.requests: list[str] = []
        self.clock = lambda: datetime.now(UTC)
        standin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args) -> None:
                pass

            def do_POST(self) -> None:
                standin._create(self)

            def do_GET(self) -> None:
                if "/Messages/" in self.path:
                    standin._fetch(self)
                else:
                    standin._list(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def to(self, number: str) -> list[str]:
        """The bodies of the texts that reached `number`, oldest first."""
        return [message.body for message in self.messages if message.to == number]

    def sign(self, url: str, fields: dict[str, str]) -> str:
        """The header X-Twilio-Signature of a webhook with these fields to this address."""
        signed = url + "".join(name + fields[name] for name in sorted(fields))
        return base64.b64encode(hmac.new(self.auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()

    def planned(self) -> object:
        """What happens to the next send; None: it goes well."""
        return self.plan.popleft() if self.plan else None

    def take(self, message: Message) -> None:
        self.messages.append(message)

    def _create(self, request: BaseHTTPRequestHandler) -> None:
        self.requests.append("create")
        form = {name: values[0] for name, values in parse_qs(self._body(request), keep_blank_values=True).items()}
        if not self._allowed(request):
            return
        planned = self.planned()
        if isinstance(planned, tuple):
            time.sleep(planned[1])
        if isinstance(planned, int):
            return self._answer(request, planned, {"code": 20500, "message": "No.", "status": planned}, {"Retry-After": "1"})
        if isinstance(planned, dict):
            return self._answer(request, planned["status"], {"message": "No.", **planned})
        if planned == "cut":
            request.close_connection = True
            return None
        problem = self._problem(form)
        if problem:
            self.problems.append(problem)
            return self._answer(request, 400, {"code": 21602, "message": problem, "status": 400})
        message = Message(form["To"], form["From"], form["Body"], form.get("StatusCallback"), at=self.clock())
        self.take(message)
        if planned == "drop":
            request.close_connection = True
            return None
        return self._answer(request, 201, message.as_json())

    def _list(self, request: BaseHTTPRequestHandler) -> None:
        self.requests.append("list")
        if not self._allowed(request):
            return
        path, _, asked = request.path.partition("?")
        query = {name: values[0] for name, values in parse_qs(asked).items()}
        since = datetime.fromisoformat(query["DateSent>"]) if "DateSent>" in query else None
        size, page = min(int(query.get("PageSize", 50)), 1000), int(query.get("Page", 0))
        found = [
            message
            for message in reversed(self.received + self.messages)
            if query.get("To") in (None, message.to)
            and query.get("From") in (None, message.from_)
            and (since is None or message.at is None or message.at >= since)
        ]
        here = [message.as_json() for message in found[page * size : (page + 1) * size]]
        more = f"{path}?{urlencode(query | {'Page': page + 1})}" if len(found) > (page + 1) * size else None
        self._answer(request, 200, {"messages": here, "next_page_uri": more, "page": page, "page_size": size})

    def _fetch(self, request: BaseHTTPRequestHandler) -> None:
        self.requests.append("fetch")
        path, _, sid = request.path.removesuffix(".json").rpartition("/")
        if not self._allowed(request, f"{path}.json"):
            return
        found = [message for message in self.messages if message.sid == sid]
        if found:
            self._answer(request, 200, found[0].as_json())
        else:
            self._answer(request, 404, {"code": 20404, "message": "Not found", "status": 404})

    def _problem(self, form: dict[str, str]) -> str | None:
        if not form.get("To", "").startswith("+") or form.get("From") != self.number:
            return "To or From is wrong."
        if not form.get("Body") or len(form["Body"]) > 1600:
            return "Body is empty or too long."
        return None

    def _allowed(self, request: BaseHTTPRequestHandler, asked: str | None = None) -> bool:
        pair = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages.json"
        if request.headers.get("Authorization") != f"Basic {pair}" or (asked or urlsplit(request.path).path) != path:
            self.problems.append("wrong sign-in or path")
            self._answer(request, 401, {"code": 20003, "message": "Authenticate", "status": 401})
            return False
        return True

    @staticmethod
    def _body(request: BaseHTTPRequestHandler) -> str:
        return request.rfile.read(int(request.headers.get("Content-Length") or 0)).decode()

    @staticmethod
    def _answer(request: BaseHTTPRequestHandler, status: int, body: dict, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        request.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **(headers or {})}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(data)
