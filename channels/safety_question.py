"""One question at a time: while "are you safe right now?" is open, what the dialogue asks in the same turn waits.

A plain "no" then answers that question alone, and people are paged; after a plain "yes" the dialogue's question is put.
Anything else goes to the dialogue as it is: its question from before still stands there.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from cases.store import inbound as inbounds
from cases.store.models import Inbound
from channels import texts
from channels.rasa import Reply

#: How long after the question a plain yes or no is taken to answer it.
ASKED = timedelta(minutes=30)
#: The dialogue's own way of asking it.
OURS = ("utter_issues_harm",)


def answered(session: Session, inbound: Inbound) -> tuple[bool | None, Inbound | None]:
    """(safe, the message that the question was about); (None, None) where this is no plain answer to it.

    Only the very next message answers the question.
    """
    safe = texts.says_safe(texts.clean(inbound.text))
    before = inbounds.previous(session, inbound) if safe is not None else None
    if before is None or before.risk != "concern" or inbound.received_at - before.received_at > ASKED:
        return None, None
    return safe, before


def waits(reply: Reply) -> bool:
    """Does this reply of the dialogue ask something, so that it has to wait?"""
    return reply.name not in OURS and (bool(reply.choices) or "?" in reply.text)
