"""The only way into Rasa: one message in, the replies to it out. Loopback, bearer token, idempotent.

A child's text is never run as an intent (see bot/commands.py). A payload, which comes from a menu that the service
itself last sent, travels in a field of its own.
"""

from __future__ import annotations

import asyncio
import gc
import hmac
import logging
import re
from collections.abc import Iterable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, UserUttered
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import logs
from bot.commands import clean, neutralise
from bot.graph import run_plainly
from bot.nlu.understood import NOT_UNDERSTOOD
from bot.tracker import SealedTrackerStore
from bot.turn import TurnFailed, make_strict

logger = logging.getLogger("bot.connector")

MAX_BODY = 64 * 1024
MAX_REPLIES = 6
NEVER_A_PAYLOAD = (NOT_UNDERSTOOD, "back", "session_start")  # declared by Rasa itself
RISKS = ("none", "concern", "immediate")
CHANNELS = ("sms", "web")

_ID = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_PAYLOAD = re.compile(r"/(\w{1,80})", re.ASCII)


class BadMessage(Exception):
    """The request does not follow the protocol. The text names the field and holds nothing of what was sent."""


class Silent(OutputChannel):
    """Rasa wants somewhere to send to; what was said is read from the conversation instead."""

    @classmethod
    def name(cls) -> str:
        return "heard"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        return None


class HeardInput(InputChannel):
    """POST /webhooks/heard/message and GET /webhooks/heard/health."""

    def __init__(self, token: str):
        if len(token) < 16:
            raise ValueError("HEARD_BOT_TOKEN is missing or too short.")
        self._token = token.encode()

    @classmethod
    def name(cls) -> str:
        return "heard"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> HeardInput:
        return cls(str((credentials or {}).get("token") or ""))

    def get_output_channel(self) -> OutputChannel:
        return Silent()

    def blueprint(self, on_new_message: Any) -> Blueprint:
        logs.install()
        heard = Blueprint("heard")
        heard.listener("before_server_start")(_limit_size)
        heard.listener("after_server_start")(_prepare)

        @heard.get("/health")
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"}) if _agent(request) else _error(503, "no model is loaded")

        @heard.post("/message")
        async def message(request: Request) -> HTTPResponse:
            if not self._trusted(request):
                return _error(401, "unauthorised")
            agent = _agent(request)
            if agent is None:
                return _error(503, "no model is loaded")
            try:
                fields = read_fields(_body(request), agent.domain)
            except BadMessage as problem:
                return _error(400, str(problem))
            try:
                return response.json(await answer(agent, fields))
            except TurnFailed as failure:
                logger.error("Turn failed: message %s, %s.", fields["message_id"], failure.cause)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                logger.error("Turn failed: message %s, %s.", fields["message_id"], type(error).__name__)
            return response.json({"replies": [], "intent": None, "confidence": 0.0})

        return heard

    def _trusted(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode("utf-8", "replace"), self._token)


async def _limit_size(app: Sanic, loop: Any) -> None:
    app.config.REQUEST_MAX_SIZE = MAX_BODY


async def _prepare(app: Sanic, loop: Any) -> None:
    """Refuse to serve with a store that would forget or leak; make failures count."""
    agent = app.ctx.agent
    if not agent.is_ready():
        logger.error("No model could be loaded.")
        return
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if not isinstance(store, SealedTrackerStore):
        logger.error("The encrypted tracker store is not in use: see tracker_store in endpoints.yml.")
        app.stop()
        return
    make_strict(agent)
    run_plainly(agent.processor.graph_runner)
    gc.collect()
    gc.freeze()  # the model and Rasa itself stay: looking through them again and again would hold up a turn
    gc.set_threshold(10_000)
    app.ctx.heard_ready = True


def _agent(request: Request) -> Agent | None:
    return request.app.ctx.agent if getattr(request.app.ctx, "heard_ready", False) else None


def _error(status: int, text: str) -> HTTPResponse:
    return response.json({"error": text}, status=status)


def _body(request: Request) -> Any:
    try:
        return request.json
    except Exception:
        raise BadMessage("the body is not JSON") from None


def read_fields(body: Any, domain: Domain) -> dict[str, Any]:
    """The checked fields of a message. Raises BadMessage."""
    if not isinstance(body, dict):
        raise BadMessage("the body is not a JSON object")
    fields = {name: body.get(name) for name in ("conversation", "message_id")}
    for name, value in fields.items():
        value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(value, str) or not _ID.fullmatch(value):
            raise BadMessage(f"{name} is not an id")
        fields[name] = value
    text = body.get("text")
    if not isinstance(text, str):
        raise BadMessage("text is not a string")
    payload = body.get("payload")
    if payload is not None:
        match = _PAYLOAD.fullmatch(payload) if isinstance(payload, str) else None
        if not match or match[1] not in domain.intents or match[1] in NEVER_A_PAYLOAD:
            raise BadMessage("payload is not a declared intent")
        payload = match[1]
    language = body.get("language") or "en"
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        raise BadMessage("language is not a language code")
    for name, allowed in (("channel", CHANNELS), ("risk", RISKS)):
        fields[name] = body.get(name, allowed[0])
        if fields[name] not in allowed:
            raise BadMessage(f"{name} is not one of {', '.join(allowed)}")
    return {**fields, "text": clean(text), "payload": payload, "language": language}


async def answer(agent: Agent, fields: dict[str, Any]) -> dict[str, Any]:
    """Run the turn, or find it if this message was answered before, and say what was said.

    Raises TurnFailed when the turn did not work out; then nothing of it was saved.
    """
    processor, message_id = agent.processor, fields["message_id"]
    async with agent.lock_store.lock(fields["conversation"]):
        tracker = await processor.get_tracker(fields["conversation"])
        said = turn_of(tracker.events, message_id)
        if said is None:
            message = _as_message(fields)
            # What Rasa's own handle_message does, on the conversation that was read already, and saved only if it worked.
            await processor._update_tracker_session(tracker, message.output_channel, message.metadata)
            await processor._handle_message_with_tracker(message, tracker)
            tracker = await processor.run_action_extract_slots(message.output_channel, tracker)
            await processor._run_prediction_loop(message.output_channel, tracker)
            said = turn_of(tracker.events, message_id)
            if not said["replies"]:
                raise TurnFailed("nothing was said")
            await processor.save_tracker(tracker)
    return said


def _as_message(fields: dict[str, Any]) -> UserMessage:
    metadata = {name: fields[name] for name in ("message_id", "language", "channel", "risk")}
    text, like_a_command = neutralise(fields["text"])
    message = UserMessage(text, Silent(), fields["conversation"], None, "heard", fields["message_id"], metadata)
    if fields["payload"]:
        message.parse_data = _parsed(text, [{"name": fields["payload"], "confidence": 1.0}])
    elif like_a_command or not text:
        message.parse_data = _parsed(text, [{"name": NOT_UNDERSTOOD, "confidence": 0.0}])
    return message


def _parsed(text: str, ranking: list[dict[str, Any]]) -> dict[str, Any]:
    return {"text": text, "intent": ranking[0], "intent_ranking": ranking, "entities": []}


def turn_of(events: Iterable[Event], message_id: str) -> dict[str, Any] | None:
    """What was understood and said after the message with this id, or None if it is not among the events."""
    turn: dict[str, Any] | None = None
    for event in events:
        if isinstance(event, UserUttered):
            if turn is not None:
                break
            if (event.metadata or {}).get("message_id") == message_id:
                intent = event.intent or {}
                turn = {"replies": [], "intent": intent.get("name"), "confidence": round(float(intent.get("confidence") or 0), 4)}
        elif turn is not None and isinstance(event, BotUttered) and event.text and len(turn["replies"]) < MAX_REPLIES:
            buttons = [{"title": b.get("title", ""), "payload": b.get("payload", "")} for b in event.data.get("buttons") or []]
            turn["replies"].append({"name": event.metadata.get("utter_action"), "text": event.text, "buttons": buttons})
    return turn
