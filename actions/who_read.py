""" "Who has read what I said?": the names on the trail, in the child's words."""

from __future__ import annotations

from actions.base import Turn
from actions.topics import ANSWERS, answers
from cases import readers, reviews
from cases.store.models import Inbound

MOST = 3  # names in one text


def answer(turn: Turn) -> bool:
    """Say who has opened it, if that is what is asked. False otherwise."""
    if turn.chosen or not readers.is_asked(turn.text):
        return False
    found, kept_from = readers.of_child(turn.session, turn.child)
    inbound = turn.session.get(Inbound, turn.message_id) if turn.message_id else None
    if kept_from and inbound is not None and inbound.hidden_from is None:
        inbound.hidden_from = kept_from  # the names alone would tell that IRO of the complaint; the reply goes with the message
    if not found:
        turn.say("utter_reading_nobody", name=turn.iro_name())
        return True
    listed = [
        turn.phrase("utter_reading_line", name=one.name, role=turn.phrase(f"utter_reading_role_{one.kind}"), day=reviews.day(one.last))
        for one in found[:MOST]
    ]
    turn.say("utter_reading_more" if len(found) > MOST else "utter_reading_list", list="\n".join(listed))
    return True


@answers("who_read")
def tell(turn: Turn) -> list[dict]:
    """'did my iro read my message': by the trail; in other words than it knows, when they answer."""
    return [] if answer(turn) else ANSWERS["iro_when"](turn)
