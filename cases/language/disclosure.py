"""What may be kept of a message in which harm was heard: a plain answer beside it, and no more."""

from __future__ import annotations

from cases.language import people, places, times, yesno
from cases.language.fields import known_of
from cases.language.form import NO_PREFERENCE, Change, State


def to_the_point(change: Change, said: str, state: State) -> bool:
    """The safety net hears harm, no word of ours says so: an answer is kept where the message is little else."""
    if change.skipped or change.field in ("issues", "chair", "advocate") or not change.value or change.value == NO_PREFERENCE:
        return True
    if change.field == "when":
        return len(times.read(said, state.now, asked=True).left_over.split()) <= 3
    if change.field == "where":
        return len(said.split()) <= 6
    who = people.read(said, known_of("", state), asked=state.asked)
    return len(said.split()) <= 5 or who.strong or people.mostly_people(said, who)


def plain_answer(change: Change, said: str, state: State) -> bool:
    known = known_of("", state)
    if change.field == "attend" != state.asked:  # who is left out comes off the guests' list
        return bool(change.value is not None and set(change.value) < set(state.values.get("attend") or []))
    if change.field in ("attend", "exclude"):
        return bool(change.value) and people.read(said, known, asked=state.asked).strong and change.field in (state.asked, "exclude")
    if change.field == "when":
        return times.read(said, state.now, asked=True).strong and len(said.split()) <= 8
    if change.field == "where":
        return places.read(said, asked=False).strong and len(said.split()) <= 6
    return yesno.polarity(said) is not None and len(said.split()) <= 6
