"""The worker's side of the dialogue: one request a turn, to one of the Rasa servers.

A talk always goes to the same server while that one answers, so that two of them hardly ever wait for each other's lock.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

LONGEST = 2000
TIMEOUT = urllib3.Timeout(connect=2, read=20)
#: Connections to one server that are kept for the next turn.
KEPT = 8
#: Seconds for which a server that did not answer is asked last.
AWAY = 3.0


class RasaDown(Exception):
    """Nobody answers, or no model is loaded yet."""


class Broken(RasaDown):
    """It took the request, and no answer came: it may be down now, or this turn may be one that it cannot do."""


class RasaFailed(Exception):
    """It answered, and this turn did not work."""


class Silence(RasaFailed):
    """It had nothing to say: the action server is down, or an action of this turn failed."""


@dataclass(frozen=True)
class Reply:
    text: str
    choices: list[dict] | None
    name: str | None = None  # of the response


@dataclass(frozen=True)
class Turn:
    replies: list[Reply]
    intent: str | None
    understood: bool


class Rasa:
    """A client that may be shared by threads."""

    def __init__(self, urls: Sequence[str], token: str, actions_urls: Sequence[str] = ()):
        self._actions_urls = actions_urls
        self._urls = urls
        headers = {"Authorization": f"Bearer {token}"}
        self._servers = urllib3.PoolManager(maxsize=KEPT, headers=headers, timeout=TIMEOUT, retries=False)
        self._away_until = [0.0] * len(urls)

    def turn(self, *, conversation: str, message_id: str, text: str, payload: str | None, language: str, channel: str, risk: str) -> Turn:
        """Say `text` to the bot. A repeated message_id gets the same answer and runs nothing."""
        body = {
            "conversation": conversation,
            "message_id": message_id,
            "text": text[:LONGEST],
            "payload": payload,
            "language": language,
            "channel": channel,
            "risk": risk,
        }
        down: RasaDown | None = None
        for number in self._order(conversation):
            try:
                return self._ask(number, body)
            except RasaDown as error:
                self._away_until[number] = time.monotonic() + AWAY
                if isinstance(error, Broken):  # it may still be at it: the next try is time enough
                    raise
                down = error
        raise down or RasaDown("no server")

    def is_down(self, error: RasaDown | RasaFailed) -> bool:
        """Whether no turn at all works now, so that this one waits; else it is this turn that does not work."""
        if isinstance(error, Broken):
            return not any(self._answers(f"{url}/webhooks/heard/health") for url in self._urls)
        if isinstance(error, Silence):
            return not any(self._answers(f"{url}/health") for url in self._actions_urls)
        return isinstance(error, RasaDown)

    def _order(self, conversation: str) -> list[int]:
        """The servers, the talk's own first, those that did not answer just now last."""
        count = len(self._urls)
        first = crc32(conversation.encode()) % count
        now = time.monotonic()
        return sorted(((first + step) % count for step in range(count)), key=lambda number: self._away_until[number] > now)

    def _ask(self, number: int, body: dict) -> Turn:
        try:
            answer = self._servers.request("POST", f"{self._urls[number]}/webhooks/heard/message", json=body)
        except (NewConnectionError, ConnectTimeoutError) as error:
            raise RasaDown(type(error).__name__) from None
        except HTTPError as error:
            raise Broken(type(error).__name__) from None
        if answer.status in (401, 404, 502, 503, 504):
            raise RasaDown(str(answer.status))
        if answer.status != 200:
            raise RasaFailed(str(answer.status))
        try:
            return _read(json.loads(answer.data))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise RasaFailed("unreadable") from None

    def _answers(self, url: str) -> bool:
        try:
            return self._servers.request("GET", url, timeout=3).status == 200
        except HTTPError:
            return False

    def close(self) -> None:
        self._servers.clear()


def _read(body: dict) -> Turn:
    replies = [
        Reply(one["text"], [{"title": b["title"], "payload": b["payload"]} for b in one.get("buttons") or ()] or None, one.get("name"))
        for one in body["replies"]
        if one.get("text")
    ]
    if not replies:
        raise Silence("no reply")
    intent = body.get("intent")
    return Turn(replies, intent, intent not in (None, "nlu_fallback", "out_of_scope"))
