"""An action server for the tests: answers as rasa-sdk does, notes what it was asked, and fails when told to."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Actions:
    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.failing: set[str] = set()
        actions = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                actions.calls.append(call)
                name = call["next_action"]
                status, body = (500, {"error": "oops"}) if name in actions.failing else (200, actions.run(name, call))
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook?token=secret-in-the-url"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def names(self) -> list[str]:
        return [call["next_action"] for call in self.calls]

    def run(self, name: str, call: dict[str, Any]) -> dict[str, Any]:
        tracker = call["tracker"]
        text = tracker["latest_message"]["text"]
        say = {
            "action_time": "It is noon",
            "action_unclear": "A person will read this",
            "action_sent": "Sent: {colour} {animal}".format(**tracker["slots"]),
            "action_restart": "Starting again",
        }
        if name == "action_time" and "gap" in text:
            return {"events": [], "responses": [{"response": "utter_gap"}]}
        if name == "action_time" and "words" in text:
            return {"events": [], "responses": [{"response": "utter_words", "words": text}]}
        if name == "validate_pets_form":
            asked = tracker["slots"].get("requested_slot")
            answered = asked and tracker["latest_message"]["intent"]["name"] not in ("ask_time", "start_form")
            events = [{"event": "slot", "name": asked, "value": text}] if answered else []
            return {"events": events, "responses": []}
        return {"events": [], "responses": [{"text": say[name]}]}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
