"""What a child wants the IRO to know or do, beside the review form: kept in their own words."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from cases import alerts
from cases.store.models import Inbound, Issue, Person, new_id

#: These ask somebody to do something, so they are put in front of a person by themselves and not only as a message.
TO_DO = (
    "call_back",
    "decision_not_done",
    "contact_change",
    "language",
    "early_review",
    "change_iro",
    "see_record",
    "correct_record",
    "delete_record",
)

_CALL = re.compile(
    r"\b(?:call|ring|phone|facetime|call ?back|meet|visit|see|catch up with)\b|\b(?:speak|talk|chat)\s+(?:to|with)\b", re.IGNORECASE
)
_CALL_ME = re.compile(r"\b(?:call|ring|phone|facetime)\s+(?:me|us|back)\b|\bcall ?back\b|\ba call\b", re.IGNORECASE)
_TELL = re.compile(r"\b(?:tell|let) (?:my |the )?[\w'-]+(?: know)?(?: that)? (?:i|i'm|im|my|we|me)\b", re.IGNORECASE)
_OPENING_WORDS = frozenset(
    """
    hi hey hello please pls plz can could may i we u you want wanna need would like id i'd got have to a an my the some with for about just quick
    urgent message msg text contact tell say ask send write let know give something smth summat thing things stuff problem problems issue issues
    worry worries question questions iro reviewing officer independent someone somebody her him them raise report share talk speak is there me
    how do get hold of in touch on one this im i'm worried upset sad
    """.split()
)


def says_nothing_yet(text: str, *names: str) -> bool:
    """'can i message my iro', 'i have a problem': the wish to say something, and not yet what."""
    for name in names:
        text = re.sub(rf"\b{re.escape(name)}\b", "", text, flags=re.IGNORECASE) if name else text
    return set(re.findall(r"[a-z']+", text.lower())) <= _OPENING_WORDS


def wants_a_call(text: str) -> bool:
    """Said to begin with: 'can i talk to her', 'ring me', 'when can we meet'. 'tell her i want to see my sister' is a message."""
    return bool((_CALL_ME if _TELL.search(text) else _CALL).search(text))


def asks_for_a_call(text: str) -> bool:
    """Said where a message was asked for: only a plain 'call me' is no message."""
    return bool(_CALL_ME.search(text))


def record(
    session: Session,
    child: Person,
    *,
    kind: str,
    text: str,
    inbound_id: str | None,
    now: datetime,
    alert: bool | None = None,
    detail: str | None = None,
) -> Issue:
    """Write what the child said. Their message reaches the IRO anyway; what asks for something to be done gets its own alert."""
    inbound = session.get(Inbound, inbound_id) if inbound_id else None
    issue = Issue(
        id=new_id(), child_id=child.id, kind=kind, text=text, detail=detail, inbound_id=inbound.id if inbound else None, created_at=now
    )
    session.add(issue)
    session.flush()
    if alert if alert is not None else kind in TO_DO:
        alerts.raise_alert(
            session,
            level="message",
            about="issue",
            about_id=issue.id,
            child_id=child.id,
            now=now,
            hidden_from=inbound.hidden_from if inbound else None,
        )
    return issue
