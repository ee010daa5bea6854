"""One question at a time: while "are you safe right now?" is open, what the dialogue asks in the same turn waits.

A plain "no" then answers that question alone, and people are paged; after a plain "yes" the dialogue's question is put. Should
a plain answer come later ("ok", the next day), it cannot be meant for a question that the child never saw: then, too, it is put.
Anything else goes to the dialogue as it is: its question from before still stands there.

Where the safety net only guesses, what was asked decides whether the child is asked: "my dad" as the answer to "who should
not come?" is an answer. People see it all the same, with why it was flagged.
"""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy.orm import Session

from cases.safety import Assessment
from cases.store import inbound as inbounds
from cases.store.models import Conversation, Inbound
from channels import texts
from channels.rasa import Reply

#: How long after the question a plain yes or no is taken to answer it.
ASKED = timedelta(minutes=30)
#: Questions of the form that a few words answer, and those that ask for anything at all; how many words are an answer.
SHORT = re.compile(r"utter_consultation_(ask_meeting|last|begin|confirm_(when|where|attend|exclude|chair|advocate))")
OPEN = re.compile(r"utter_consultation_(ask_issues|confirm_issues|ask_topic|confirm_topic)|utter_complaints_ask_(about|wanted|advocate)")
SHORT_ANSWER, ANSWER_TO_OPEN = 12, 2
#: The dialogue's own way of asking it.
OURS = ("utter_issues_harm",)


def is_needed(found: Assessment, text: str, asked: str | None) -> bool:
    """Whether a message of concern is answered with the question, `asked` being what the dialogue asked before it."""
    words = len(text.split())
    is_answer = SHORT.fullmatch(asked or "") and words <= SHORT_ANSWER
    is_answer = is_answer or (OPEN.fullmatch(asked or "") and (words <= ANSWER_TO_OPEN or found.faint))
    return found.risk == "concern" and not (found.unsure and is_answer)


def answered(session: Session, inbound: Inbound) -> tuple[bool | None, Inbound | None]:
    """(safe, the message that the question was about); (None, None) where this is no plain answer to it.

    Only the very next message answers the question.
    """
    safe = texts.says_safe(texts.clean(inbound.text))
    before = inbounds.previous(session, inbound) if safe is not None else None
    if before is None or not before.asked_safe or inbound.received_at - before.received_at > ASKED:
        return None, None
    return safe, before


def still_to_put(session: Session, inbound: Inbound, conversation: Conversation) -> Inbound | None:
    """The message whose question of the dialogue is put in answer to this plain yes or no, since the child has not seen it yet."""
    is_plain = texts.is_yes_or_no(texts.clean(inbound.text))
    return session.get(Inbound, conversation.held_back) if is_plain and conversation.held_back else None


def waits(reply: Reply) -> bool:
    """Does this reply of the dialogue ask something, so that it has to wait?"""
    return reply.name not in OURS and (bool(reply.choices) or "?" in reply.text)
