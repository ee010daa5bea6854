"""What is told before its turn: kept, and asked about when its turn comes; and what a message says to such a question."""

from __future__ import annotations

import re
from dataclasses import replace

from cases.language import people, places, steering, topics, yesno
from cases.language.form import FIELDS, LISTS, Change, State


def guessed(changes: list[Change], said: str, state: State) -> bool:
    """Was an unknown word only taken for a name or a place because that was asked?"""
    if state.asked == "where":
        return not places.read(said)
    if state.asked in ("attend", "exclude"):
        who = people.read(said, asked=state.asked)
        return not (who.strong or who.nobody)
    return False


def settle(changes: list[Change], state: State) -> list[Change]:
    """Which answers are told beside another, to be asked about when their turn comes, and which are plainly given.

    A message that answers the question and one to come tells the second beside it. One that answers only another
    question gives that answer; at the second time in a row, the question that was passed over is let go.
    """
    asked = state.asked
    answered = {change.field for change in changes}
    if asked not in FIELDS:
        return changes
    if asked in answered:
        beside = {f for f in answered if f in FIELDS and f != asked and f not in state.values and f not in state.skipped}
        if asked == "exclude":
            beside.discard("attend")
        return [replace(c, told=(c.told or c.field in beside) and not c.skipped) for c in changes]
    ahead = all(FIELDS.index(f) > FIELDS.index(asked) for f in answered)
    settled = [
        replace(c, told=c.field == "issues" and "issues" not in state.values or c.field == "exclude" and asked == "attend") for c in changes
    ]
    if ahead and asked in state.told:
        settled.append(Change(asked, state.values.get(asked)))
    elif ahead and state.missed and asked not in state.values:
        settled.append(Change(asked, None, skipped=True))
    return settled


def confirms(said: str, state: State) -> list[Change] | None:
    """The field asked was told before: 'yes', 'i already said', or for a list 'no one else', leave it as it is."""
    asked = state.asked
    if asked not in state.told:
        return None
    polarity = yesno.polarity(said)
    keeps = steering.said_already(said) or (polarity == "yes" and len(said.split()) <= 4)
    keeps = keeps or bool(
        re.fullmatch(
            r"(?:no |yes )?(?:just|only)?\s*(?:him|her|them|those|that|that's (?:it|all|everyone|everybody|everything|the lot)|it)",
            said.strip(" .!"),
        )
    )
    if asked in LISTS and (people.NOBODY.match(said) or polarity == "no" and len(said.split()) <= 3 or topics.nothing(said)):
        keeps = True
    return [Change(asked, state.values.get(asked))] if keeps else None
