"""The action server: rasa_sdk's executor behind our own small ASGI app, on loopback and with a token."""

from __future__ import annotations

import hmac
import inspect
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import ModuleType

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from actions import (
    advocacy,
    beside,
    complaint_after,
    complaints,
    consultation,
    contact,
    decisions,
    issues,
    my_iro,
    reviews,
    rights,
    shared,
)
from actions.base import HeardAction
from cases import questions, trace
from cases.settings import Settings
from cases.store.crypto import BOT, ring
from cases.store.db import Store

MODULES = (
    advocacy,
    beside,
    complaint_after,
    complaints,
    consultation,
    contact,
    decisions,
    issues,
    my_iro,
    reviews,
    rights,
    shared,
)
logger = logging.getLogger("heard.actions")


def create_app(store: Store, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Starlette:
    """POST /webhook?token=… runs one action and answers with its events and responses. GET /health.

    400 when a form does not take the message, 404 for an action that there is not, 500 when one failed: never a 200 for
    something that was not done.
    """
    questions.load()  # what cannot be used is said now, and not to a child
    logging.getLogger("rasa_sdk").setLevel(logging.ERROR)
    executor = ActionExecutor()
    for action in all_actions(store, clock):
        executor.register_action(action)
    token = ring.token(BOT)

    async def webhook(request: Request) -> JSONResponse:
        if not hmac.compare_digest(request.query_params.get("token", "").encode(), token.encode()):
            return JSONResponse({"error": "unauthorised"}, status_code=401)
        call = await request.json()
        name = call.get("next_action")
        about = ((call.get("tracker") or {}).get("latest_message") or {}).get("metadata") or {}
        try:
            with trace.about(str(about.get("message_id") or "")):
                result = await executor.run(call)
                logger.info("%s done", name)
        except ActionExecutionRejection as rejection:
            return JSONResponse({"error": "rejected", "action_name": rejection.action_name}, status_code=400)
        except ActionNotFoundException:
            logger.error("There is no action %s.", name)
            return JSONResponse({"error": "not found", "action_name": name}, status_code=404)
        except Exception as error:
            logger.error("Action %s failed: %s.", name, type(error).__name__)
            return JSONResponse({"error": "failed", "action_name": name}, status_code=500)
        return JSONResponse(result.model_dump() if hasattr(result, "model_dump") else result or {"events": [], "responses": []})

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Route("/webhook", webhook, methods=["POST"]), Route("/health", health)])


def all_actions(store: Store, clock: Callable[[], datetime]) -> Iterator[HeardAction]:
    """Every action that the topic modules define."""
    for module in MODULES:
        yield from (kind(store, clock) for kind in _kinds(module))
        yield from getattr(module, "made", lambda store, clock: ())(store, clock)


def _kinds(module: ModuleType) -> list[type[HeardAction]]:
    found = [kind for _, kind in inspect.getmembers(module, inspect.isclass) if issubclass(kind, HeardAction)]
    made_by_module = [kind for kind in found if "__init__" in vars(kind)]
    return [kind for kind in found if kind.__module__ == module.__name__ and "name" in vars(kind) and kind not in made_by_module]
