"""A turn of Rasa that either works as a whole or fails as a whole.

Rasa catches every Exception that an action or the tracker store raises, logs it and carries on: a form whose answers
could not be saved still says thank you, and a conversation that could not be read goes on as a blank one. `TurnFailed`
is not an Exception, so that it passes through those handlers; the connector alone catches it. A failed turn is neither
saved nor answered, and whoever sent the message tries again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import aiohttp
from rasa.core.actions.action import Action, ActionExecutionRejection, RemoteAction
from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

REJECTED = 400
#: How many of the actions that were done last an action is told of.
LAST_DONE = 4
#: Seconds for one action; the worker that waits for the whole turn gives up after 20.
ACTION_TIME = aiohttp.ClientTimeout(total=15, connect=2)


class TurnFailed(BaseException):
    """The turn must not count. Holds the class of what went wrong, never its text."""

    def __init__(self, cause: BaseException | str):
        self.cause = cause if isinstance(cause, str) else type(cause).__name__
        super().__init__(self.cause)


def make_strict(agent: Agent) -> None:
    """Make every failure inside a turn of `agent` raise TurnFailed. Call once, after its model is loaded."""
    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        agent.tracker_store._on_tracker_store_error = _fail
    processor = agent.processor
    if processor.action_endpoint is not None:
        processor.action_endpoint = StrictEndpoint(processor.action_endpoint)
    run_action = processor._run_action

    async def run_strictly(action: Action, *args: Any, **kwargs: Any) -> bool:
        return await run_action(_StrictAction(action), *args, **kwargs)

    processor._run_action = run_strictly
    # Rasa holds the answer against a JSON schema, and first that schema against the schema of schemas, at every call:
    # four fifths of the time of a turn. StrictEndpoint looks at the answer instead.
    RemoteAction._validate_action_result = lambda action, result: True
    RemoteAction._action_call_format = _call


def _fail(error: Exception) -> None:
    raise TurnFailed(error) from None


def _call(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """What an action is told. Rasa sends the whole domain and all that was ever said with every call; ours look at the
    message, the slots, and what was done last.
    """
    done = [event for event in tracker.events if isinstance(event, ActionExecuted)][-LAST_DONE:]
    return {
        "next_action": action.name(),
        "sender_id": tracker.sender_id,
        "tracker": tracker.current_state() | {"events": [event.as_dict() for event in done]},
        "domain": {},
    }


class StrictEndpoint(EndpointConfig):
    """The action servers, in turn; anything but an answer or a plain refusal fails the turn.

    `url` may hold several, by comma. One that cannot be reached, or goes away in the middle, is followed by the next:
    an action writes once for a message, however often it is asked.
    """

    def __init__(self, endpoint: EndpointConfig):
        self.__dict__.update(endpoint.__dict__)
        self._urls = [url.strip() for url in (endpoint.url or "").split(",") if url.strip()]
        self._next = 0
        self._session: aiohttp.ClientSession | None = None

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        cause: Exception | str = "there is no action server"
        for url in self._in_turn():
            try:
                result = await self._post(url, kwargs["json"])
            except ClientResponseError:
                raise
            except aiohttp.ClientConnectionError as error:
                cause = error
            except Exception as error:
                raise TurnFailed(error) from None
            else:
                if not _well_formed(result):
                    raise TurnFailed("the action server's answer has another form")
                return result
        raise TurnFailed(cause) from None

    def _in_turn(self) -> Iterator[str]:
        """Each server once, another one first each time, and at the end the first again: its idle connection was perhaps just old."""
        count = len(self._urls)
        self._next += 1
        for step in range(count + 1 if count else 0):
            yield self._urls[(self._next + step) % count]

    async def _post(self, url: str, body: Any) -> Any:
        if self._session is None:  # a new session a call would be a new connection a call
            self._session = aiohttp.ClientSession(timeout=ACTION_TIME)
        async with self._session.post(url, json=body) as answer:
            if answer.status == REJECTED:
                raise ClientResponseError(answer.status, answer.reason, await answer.content.read())
            if answer.status >= REJECTED:
                raise TurnFailed(f"ClientResponseError {answer.status}")
            return await answer.json()


def _well_formed(result: Any) -> bool:
    """True for {"events": [{"event": "slot", …}, …], "responses": [{…}, …]}, either of them absent."""
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    if not isinstance(events, list) or not isinstance(responses, list):
        return False
    return all(isinstance(event, dict) and isinstance(event.get("event"), str) for event in events) and all(
        isinstance(response, dict) for response in responses
    )


class _StrictAction:
    """An action whose errors fail the turn. A form that does not take an answer ("rejects") is no error."""

    def __init__(self, action: Action):
        self._action = action

    def __getattr__(self, name: str) -> Any:
        return getattr(self._action, name)

    async def run(self, *args: Any, **kwargs: Any) -> list:
        try:
            return await self._action.run(*args, **kwargs)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            raise TurnFailed(error) from None
