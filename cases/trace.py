"""Logs that can be followed: each line carries the id of the message that it is about, from the webhook to the delivery.

The id is that of the message's row (or of the outgoing one, where it answers none). A line holds ids and classes of
exceptions, never what anybody said or who they are.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_about: ContextVar[str] = ContextVar("heard_about", default="")


@contextmanager
def about(message_id: str) -> Iterator[None]:
    """What is logged in this block is about that message."""
    token = _about.set(message_id)
    try:
        yield
    finally:
        _about.reset(token)


def turns_out_about(message_id: str) -> None:
    """What is logged in the rest of the block is about that message."""
    _about.set(message_id)


class Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        about = _about.get()
        return f"{record.levelname} {record.name}{f' [{about}]' if about else ''} {record.getMessage()}"


class Json(logging.Formatter):
    """One JSON object a line: at, level, process, part, message (the id), text."""

    def __init__(self, process: str):
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "part": record.name,
            "message": _about.get(),
            "text": record.getMessage(),
        }
        return json.dumps({name: value for name, value in line.items() if value})


def set_up(process: str, *, as_json: bool) -> None:
    """Log to standard error: our own lines from INFO on, those of libraries from WARNING on, tracebacks never."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json(process) if as_json else Plain())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("heard").setLevel(logging.INFO)
