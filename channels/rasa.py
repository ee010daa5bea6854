"""The worker's side of the dialogue: one request a turn, to Rasa on loopback."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

LONGEST = 2000
TIMEOUT = httpx.Timeout(20, connect=2)


class RasaDown(Exception):
    """Nobody answers, or no model is loaded yet."""


class RasaFailed(Exception):
    """It answered, and this turn did not work."""


@dataclass(frozen=True)
class Reply:
    text: str
    choices: list[dict] | None


@dataclass(frozen=True)
class Turn:
    replies: list[Reply]
    intent: str | None
    understood: bool


class Rasa:
    """A client that may be shared by threads."""

    def __init__(self, url: str, token: str):
        self._client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT, trust_env=False)

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
        try:
            answer = self._client.post("/webhooks/heard/message", json=body)
        except httpx.TransportError as error:
            raise RasaDown(type(error).__name__) from None
        if answer.status_code in (401, 404, 502, 503, 504):
            raise RasaDown(str(answer.status_code))
        if answer.status_code != 200:
            raise RasaFailed(str(answer.status_code))
        try:
            return _read(answer.json())
        except (ValueError, KeyError, TypeError, AttributeError):
            raise RasaFailed("unreadable") from None

    def close(self) -> None:
        self._client.close()


def _read(body: dict) -> Turn:
    replies = [
        Reply(one["text"], [{"title": b["title"], "payload": b["payload"]} for b in one.get("buttons") or ()] or None)
        for one in body["replies"]
        if one.get("text")
    ]
    if not replies:  # the action server is down, or the submit of a form failed: Rasa then says nothing at all
        raise RasaFailed("no reply")
    intent = body.get("intent")
    return Turn(replies, intent, intent not in (None, "nlu_fallback", "out_of_scope"))
