"""The worker's side of the dialogue: one request a turn, to one of the Rasa servers.

A talk always goes to the same server while that one answers, so that two of them hardly ever wait for each other's lock.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import httpx

LONGEST = 2000
TIMEOUT = httpx.Timeout(20, connect=2)
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
        headers = {"Authorization": f"Bearer {token}"}
        self._clients = [httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT, trust_env=False) for url in urls]
        self._away_until = [0.0] * len(self._clients)

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
            return not any(_answers(f"{client.base_url}webhooks/heard/health") for client in self._clients)
        if isinstance(error, Silence):
            return not any(_answers(f"{url}/health") for url in self._actions_urls)
        return isinstance(error, RasaDown)

    def _order(self, conversation: str) -> list[int]:
        """The servers, the talk's own first, those that did not answer just now last."""
        count = len(self._clients)
        first = crc32(conversation.encode()) % count
        now = time.monotonic()
        return sorted(((first + step) % count for step in range(count)), key=lambda number: self._away_until[number] > now)

    def _ask(self, number: int, body: dict) -> Turn:
        try:
            answer = self._clients[number].post("/webhooks/heard/message", json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise RasaDown(type(error).__name__) from None
        except httpx.TransportError as error:
            raise Broken(type(error).__name__) from None
        if answer.status_code in (401, 404, 502, 503, 504):
            raise RasaDown(str(answer.status_code))
        if answer.status_code != 200:
            raise RasaFailed(str(answer.status_code))
        try:
            return _read(answer.json())
        except (ValueError, KeyError, TypeError, AttributeError):
            raise RasaFailed("unreadable") from None

    def close(self) -> None:
        for client in self._clients:
            client.close()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=3, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


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
