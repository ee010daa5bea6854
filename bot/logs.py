"""Logs of the Rasa process that hold no child's words.

Rasa puts texts, slots and URLs with tokens into its messages, on error paths at WARNING and ERROR too. So of a record
that is not ours only its place and the class of the exception are written.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import warnings

_EVENT = re.compile(r"[\w.]{1,80}", re.ASCII)
OURS = "bot."


class SafeFormatter(logging.Formatter):
    """Level, logger, line; the message only where it is ours. Never a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        where = f"{self.formatTime(record)} {record.levelname} {record.name}"
        if record.name.startswith(OURS):
            return f"{where} {record.getMessage()}"
        kind = record.exc_info[0].__name__ if isinstance(record.exc_info, tuple) and record.exc_info[0] else ""
        return " ".join(part for part in (f"{where}:{record.lineno}", _structlog_event(record), kind) if part)


def _structlog_event(record: logging.LogRecord) -> str:
    """The fixed event name of a structlog record, such as "interpolator.interpolate.text"."""
    try:
        event = json.loads(record.msg)["event"]
    except (TypeError, ValueError, KeyError):
        return ""
    return event if isinstance(event, str) and _EVENT.fullmatch(event) else ""


def install() -> None:
    """Replace every handler of the process. Rasa and its libraries have set theirs up before a connector is loaded."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter())
    for name in [None, *logging.root.manager.loggerDict]:
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    logging.raiseExceptions = False
