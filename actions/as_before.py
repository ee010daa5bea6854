"""'Same as last time': what the form before, or the review before, held is brought and asked about; and who is meant by a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from actions import which_one
from actions.base import Turn
from cases import consultations
from cases.language import steering
from cases.language.fields import united
from cases.language.form import FIELDS, LISTS, Change, State
from cases.store.models import Consultation


def everything(turn: Turn, said: str, state: State) -> tuple[Change, ...]:
    """'Same', to this question; 'the same for everything', to each that has no answer yet and that last time's form or review answers.

    Where nothing is known of last time the words are kept for when, where and who; the IRO may know.
    """
    for_all = steering.all_the_same(said)
    if not for_all and not steering.the_same(said):
        return ()
    before = consultations.last_time(turn.session, consultations.open_one(turn.session, turn.child.id, turn.now)[0])
    asked = [name for name in FIELDS if name == state.asked or for_all and (name not in state.values or name in state.told)]
    same = consultations.SAME
    return tuple(
        Change(name, [same] if name in LISTS else same)
        for name in asked
        if name in before or name in ("when", "where", "attend", "exclude")
    )


def brought(consultation: Consultation, asked: str) -> bool:
    return consultations.states(consultation).get(asked) == "last"


def settled(turn: Turn, consultation: Consultation, changes: Iterable[Change]) -> tuple[Change, ...]:
    """'Same as last time' brings what last time held, to be asked about; names come with who is meant, where that is known."""
    found = []
    for change in changes:
        same = change.value == consultations.SAME or isinstance(change.value, list) and consultations.SAME in change.value
        if same and (before := consultations.last_time(turn.session, consultation).get(change.field)) is not None:
            others = [one for one in change.value if one != consultations.SAME] if isinstance(change.value, list) else None
            change = replace(change, value=before if others is None else united(list(before), others), last=not others)
        if change.field in which_one.LISTS and change.value and not change.skipped:
            change = which_one.settled(turn, change)
        found.append(change)
    return tuple(found)
