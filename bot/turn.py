"""A turn of Rasa that either works as a whole or fails as a whole.

Rasa catches every Exception that an action or the tracker store raises, logs it and carries on: a form whose answers
could not be saved still says thank you, and a conversation that could not be read goes on as a blank one. `TurnFailed`
is not an Exception, so that it passes through those handlers; the connector alone catches it. A failed turn is neither
saved nor answered, and whoever sent the message tries again.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection, RemoteAction
from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

REJECTED = 400


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


def _fail(error: Exception) -> None:
    raise TurnFailed(error) from None


class StrictEndpoint(EndpointConfig):
    """The action server, where anything but an answer or a plain refusal fails the turn.

    The responses are left out of the domain that travels with every call: they are its bulk, and the words are filled
    in on this side.
    """

    def __init__(self, endpoint: EndpointConfig):
        self.__dict__.update(endpoint.__dict__)

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        body = kwargs.get("json")
        if isinstance(body, dict) and "responses" in body.get("domain", {}):
            kwargs["json"] = {**body, "domain": {**body["domain"], "responses": {}}}
        try:
            result = await super().request(*args, **kwargs)
        except ClientResponseError as error:
            if error.status == REJECTED:
                raise
            raise TurnFailed(f"{type(error).__name__} {error.status}") from None
        except Exception as error:
            raise TurnFailed(error) from None
        if not _well_formed(result):
            raise TurnFailed("the action server's answer has another form")
        return result


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
