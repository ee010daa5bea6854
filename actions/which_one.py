"""'Which Sam do you mean?': asked once, in front of the form's next question, where a name fits several known people.

The slot consultation_missed holds which entry of which list was asked about, for the very next message. Whatever that message
is, the form goes on: an entry that stays open keeps the names that it may be, for whoever reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from actions.base import Turn
from cases import consultations, known_people
from cases.language import evidence, people, steering
from cases.language.form import Change, Outcome
from cases.language.people import Known
from cases.language.text import clean, plain, shorten
from cases.store.models import Consultation

MARK = "which"
LISTS = ("attend", "exclude")
#: More names than this are no question for a text message.
MOST = 3
#: An answer has few words; a longer message is read as any other.
LONGEST = 8


def settled(turn: Turn, change: Change) -> Change:
    """The change of a list with who is meant, where that is known. A name said in full settles the one that was left open."""
    around = known_people.around(turn.session, turn.child)
    found = list(dict.fromkeys(known_people.settle(name, around) for name in change.value))
    return replace(change, value=[one for one in found if not _said_in_full(one, found, around)])


def _said_in_full(entry: str, others: list[str], around: list[known_people.Someone]) -> bool:
    may_be = {one.name for one in known_people.may_be(entry, around)}
    return any(other in may_be for other in others)


def mark(turn: Turn, consultation: Consultation, changes: Iterable[Change]) -> str | None:
    """What to ask about, before the changes are written: the first name that they bring, and that fits more than one."""
    held = consultations.values(consultation)
    before = {name for field in LISTS for name in held.get(field) or ()}
    for change in changes:
        if change.field not in LISTS or change.skipped or not change.value:
            continue
        around = known_people.around(turn.session, turn.child)
        for at, entry in enumerate(change.value):
            if entry not in before and 1 < len(known_people.may_be(entry, around)) <= MOST:
                return f"{MARK}:{change.field}:{at}"
    return None


def as_said(turn: Turn, outcome: Outcome) -> Outcome:
    """The outcome as it is said back in front of the question: without the names that the question itself gives."""
    around = known_people.around(turn.session, turn.child)

    def bare(change: Change) -> Change:
        if change.field not in LISTS or not change.value:
            return change
        return replace(change, value=[one.partition(" (")[0] if known_people.may_be(one, around) else one for one in change.value])

    return replace(outcome, changes=tuple(map(bare, outcome.changes)))


def ask(turn: Turn, consultation: Consultation, said: str) -> bool:
    """Ask it, if there is one to ask. False otherwise."""
    field, at, may_be = _asked(turn, consultation)
    if not may_be:
        return False
    entry = consultations.values(consultation)[field][at]
    *first, last = [_described(turn, one) for one in may_be]
    turn.say(
        "utter_consultation_ask_which",
        taps=[one.name for one in may_be],
        said=said,
        name=entry.partition(" (")[0],
        first=", ".join(first),
        last=last,
    )
    return True


def answered(turn: Turn, consultation: Consultation) -> Outcome | None:
    """What the message answers to it. None where nothing was asked, or where the message is about something else."""
    field, at, may_be = _asked(turn, consultation)
    said = plain(turn.text)
    steer = steering.read(said)
    if not may_be or turn.risk != "none" or steer is not None and steer.kind in ("stop", "side", "back"):
        return None
    if people.NOBODY.match(said):  # an answer to the question that comes next
        return None
    held = list(consultations.values(consultation)[field])
    if steer is not None and steer.kind in ("skip", "refuse", "no_preference", "filler"):
        return Outcome("again")
    instead = known_people.chosen(turn.text, held[at], may_be) if len(said.split()) <= LONGEST else None
    if instead is None and (others := _somebody_else(said, held[at])):
        instead = others
    if instead is None:
        if len(said.split()) > LONGEST or steering.is_question(said) or evidence.strong(said, turn.now, Known(names=held), field):
            return None
        instead = [held[at].replace(" (", f" ({shorten(clean(turn.text).strip(' .!'), 60)}; ", 1)]
    return Outcome("again", (Change(field, list(dict.fromkeys([*held[:at], *instead, *held[at + 1 :]]))),))


def _somebody_else(said: str, entry: str) -> list[str]:
    """'my friend sam', or 'sam from football': somebody of that name whom the service does not know."""
    bare = entry.partition(" (")[0]
    found = people.read(said, asked="attend").come
    return [one for one in found if bare.lower() in re.findall(r"[\w'-]+", one.lower()) and one.lower() != bare.lower()][:1]


def _asked(turn: Turn, consultation: Consultation | None) -> tuple[str, int, list[known_people.Someone]]:
    mark, _, where = turn.slot("consultation_missed").partition(":")
    field, _, at = where.partition(":")
    held = consultations.values(consultation).get(field) or [] if mark == MARK and consultation is not None else []
    if not held or int(at) >= len(held):
        return "", 0, []
    return field, int(at), known_people.may_be(held[int(at)], known_people.around(turn.session, turn.child))


def _described(turn: Turn, one: known_people.Someone) -> str:
    if not one.role:
        return one.name
    role = turn.phrase(f"utter_consultation_part_role_{one.role.replace(' ', '_').lower()}")
    return turn.phrase("utter_consultation_part_which_one", name=one.name, role=role)
