"""A stand-in for the dialogue server, where a test is about what carries a message and not about what it means."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: The connection ends and no answer comes.
CUT = 0


class RasaStandIn:
    """`turns` holds each request that ran a turn; a repeated message id gets the answer it had before.

    `answer(request)` makes the body; `fail` (an HTTP status, or CUT) is answered instead while it is set; `gate`, while
    cleared, holds every turn. It also says how the action server is: `actions_down`.
    """

    def __init__(self, port: int = 0) -> None:
        self.turns: list[dict] = []
        self.calls = 0
        self.fail: int | None = None
        self.actions_down = False
        self.gate = threading.Event()
        self.gate.set()
        self.token: str | None = None
        self.answer: Callable[[dict], dict] = lambda said: {
            "replies": [{"name": None, "text": f"Got: {said['text']}", "buttons": []}],
            "intent": "chitchat",
            "confidence": 0.9,
        }
        self._given: dict[str, dict] = {}
        self._lock = threading.Lock()
        standin = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args) -> None:
                pass

            def do_GET(self) -> None:
                down = standin.actions_down if self.path == "/health" else standin.fail == 503
                self.send_response(503 if down else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if standin.fail == CUT:
                    self.close_connection = True
                    return
                status, body = standin._turn(said, self.headers.get("Authorization", ""))
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()

    def _turn(self, said: dict, authorization: str) -> tuple[int, dict]:
        self.calls += 1
        self.gate.wait(30)
        if self.fail is not None:
            return self.fail, {"error": "told to fail"}
        if self.token and authorization != f"Bearer {self.token}":
            return 401, {"error": "token"}
        with self._lock:
            if said["message_id"] not in self._given:
                self.turns.append(said)
                self._given[said["message_id"]] = self.answer(said)
            return 200, self._given[said["message_id"]]
