"""After the storm: what of all that children sent was lost, out of order, doubled, unanswered, or told to nobody.

Counted from three sides: what the children's phones and browsers know (was it accepted, and when), what the case store
holds, and what arrived at the phones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select

from cases.store.db import Store
from cases.store.models import Alert, Inbound, Job, Outgoing
from cases.store.models import Conversation as Talk

#: One text twice among a thousand messages, where a kill fell between the provider's answer and our note of it.
MOST_DUPLICATES = 1 / 1000


@dataclass
class Sent:
    """One message of a child, as the phone or browser knows it. Times are monotonic seconds."""

    provider_id: str
    child_id: str
    text: str
    channel: str
    danger: bool  # it must raise an alarm of its own
    began: float
    accepted: float | None = None  # None: nobody ever said that it was kept


@dataclass
class Count:
    sent: int = 0
    lost: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    unalerted: list[str] = field(default_factory=list)
    late: int = 0  # never accepted at the door, found by looking at the provider's list
    set_aside: int = 0  # not answered by the bot; a person has it, and the child was told
    left: int = 0  # jobs that are still open

    def aims_missed(self) -> list[str]:
        missed = [name for name in ("lost", "out_of_order", "unanswered", "unalerted") if getattr(self, name)]
        if len(self.duplicated) > max(1, self.sent * MOST_DUPLICATES):
            missed.append("duplicated")
        return missed + (["left"] if self.left else [])

    def figures(self) -> dict[str, int]:
        return {name: value if isinstance(value, int) else len(value) for name, value in vars(self).items()}


def count(store: Store, sent: list[Sent], arrived: dict[str, list[float]], order: list[tuple[str, str]]) -> Count:
    """`arrived`: our id of an outgoing text → when it came to a phone, each time; `order`: (phone, id) as they came."""
    with store.read() as session:
        inbound = {row.provider_id: row for row in session.scalars(select(Inbound))}
        outgoing = list(session.scalars(select(Outgoing).order_by(Outgoing.number)))
        alerts = list(session.scalars(select(Alert)))
        talks = {talk.child_id: talk.id for talk in session.scalars(select(Talk))}
        left = session.scalars(select(Job).where(Job.done_at.is_(None), Job.kind.in_(("screen", "turn", "deliver")))).all()
    found = Count(sent=len(sent), left=len(left))
    here: dict[str, Inbound] = {}
    for one in sent:
        row = inbound.get(one.provider_id)
        if row is None or row.text != one.text or row.conversation_id != talks.get(one.child_id):
            found.lost.append(one.provider_id)
        else:
            here[one.provider_id] = row
            found.late += one.accepted is None
            found.set_aside += row.state == "set_aside"
    _order(found, sent, here, outgoing, order)
    _duplicates(found, outgoing, arrived)
    _answers(found, here, outgoing, arrived)
    _alerted(found, sent, here, outgoing, alerts)
    return found


def _order(found: Count, sent: list[Sent], here: dict[str, Inbound], outgoing: list[Outgoing], order: list[tuple[str, str]]) -> None:
    """What was accepted before another was even sent comes before it, is handled before it, and is answered before it.

    Handling is the dialogue's alone: a message that tells of danger is answered at once, ahead of what waits for Rasa.
    """
    by_child: dict[str, list[Sent]] = defaultdict(list)
    for one in sent:
        if one.provider_id in here and one.accepted is not None:
            by_child[one.child_id].append(one)
    for those in by_child.values():
        for one in those:
            if any(one.accepted < other.began and here[one.provider_id].seq > here[other.provider_id].seq for other in those):
                found.out_of_order.append(one.provider_id)
    talks: dict[str, list[Inbound]] = defaultdict(list)
    for row in here.values():
        if row.state == "handled" and row.understood is not None:
            talks[row.conversation_id].append(row)
    for rows in talks.values():
        rows.sort(key=lambda row: row.seq)
        found.out_of_order += [late.provider_id for early, late in zip(rows, rows[1:], strict=False) if late.handled_at < early.handled_at]
    numbers = {row.id: row.number for row in outgoing if row.conversation_id}
    last: dict[str, int] = {}
    seen: set[str] = set()
    for phone, ref in order:
        if ref in numbers and ref not in seen:
            seen.add(ref)
            if numbers[ref] < last.get(phone, 0):
                found.out_of_order.append(ref)
            last[phone] = numbers[ref]


def _duplicates(found: Count, outgoing: list[Outgoing], arrived: dict[str, list[float]]) -> None:
    to_children = {row.id for row in outgoing if row.conversation_id}
    for ref, times in arrived.items():
        found.duplicated += [ref] * (len(times) - 1 if ref in to_children else 0)
    said = Counter((row.answers, row.text) for row in outgoing if row.conversation_id and row.answers)
    found.duplicated += [f"{answers} said twice" for (answers, _), times in said.items() for _ in range(times - 1)]


def _answers(found: Count, here: dict[str, Inbound], outgoing: list[Outgoing], arrived: dict[str, list[float]]) -> None:
    reached = {row.answers for row in outgoing if row.answers and (row.channel != "sms" or row.id in arrived)}
    for provider_id, row in here.items():
        if row.id not in reached or row.state == "waiting":
            found.unanswered.append(provider_id)


def _alerted(found: Count, sent: list[Sent], here: dict[str, Inbound], outgoing: list[Outgoing], alerts: list[Alert]) -> None:
    """Somebody was really sent something about it: of its own where it tells of danger, else about the child's talk."""
    told = {row.alert_id for row in outgoing if row.alert_id and row.channel == "email" and row.state in ("sent", "delivered")}
    of_child = {(alert.child_id, alert.level) for alert in alerts if alert.id in told}
    children_told = {child for child, _ in of_child}
    about = {(alert.about_id, alert.level) for alert in alerts}
    for one in sent:
        row = here.get(one.provider_id)
        if row is None:
            continue
        flagged = row.risk not in (None, "none")
        alarmed = flagged and (row.id, row.risk) in about and (one.child_id, row.risk) in of_child
        # Of a concern that the safety net only guesses people are told as of any message.
        as_any = not (one.danger or row.risk == "immediate") and (not row.for_person or one.child_id in children_told)
        if not (alarmed or as_any):
            found.unalerted.append(one.provider_id)
