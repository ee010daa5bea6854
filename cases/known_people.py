"""Who a child may mean by 'miss k', 'bryn' or 'my social worker': the people that the service knows around them.

Where exactly one of them fits, that is who is meant. Where several do, the child's own word stands with the names that it
may be, so that whoever reads it sees as much, and the child is asked once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import people
from cases.language.text import plain
from cases.store.models import Contact, Person

_ROLES = {"social_worker": "social worker", "carer": "carer", "advocate": "advocate", "parent": "mum or dad", "school": "school"}
_ROLE_WORDS = {
    "social worker": ("social worker", "social", "sw"),
    "carer": ("carer", "foster carer", "foster mum", "foster dad"),
    "advocate": ("advocate",),
    "sibling": ("brother", "sister", "little brother", "little sister", "big brother", "big sister"),
    "IRO": ("iro", "reviewing officer"),
    "school": ("teacher", "form tutor", "head", "ta", "school"),
}
#: The roles that a child may say alone, without a name.
_ALONE = ("social worker", "carer", "advocate")
_TITLE = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|sir|madam)\.?$")
_SPLIT = re.compile(r"^(.*?)\s*(?:\((.*)\))?$")
_OR = " or "
_FIRST = re.compile(r"(?:the )?(?:1|1st|first|first one|number 1|1st one)")
_SECOND = re.compile(r"(?:the )?(?:2|2nd|second|second one|number 2|2nd one|last one|other one)")
_ALL = re.compile(r"(?:i mean |i want )?(?:both|all|the two|either|any)(?: of them)?(?: one)?(?: please)?")
_NEITHER = re.compile(r"(?:no |nah )?(?:neither|none|no|nope|some(?:one|body) else|not them|(?:a )?different one|another one)(?: of them)?")


@dataclass(frozen=True)
class Someone:
    name: str
    role: str = ""


def around(session: Session, child: Person) -> list[Someone]:
    """The contacts on the child's record, their brothers and sisters who are looked after too, and their IRO."""
    held = session.scalars(select(Contact).where(Contact.child_id == child.id, Contact.ended_at.is_(None)).order_by(Contact.created_at))
    found = [Someone(one.name, _ROLES.get(one.relation, "")) for one in held]
    if child.sibling_group:
        siblings = select(Person).where(Person.sibling_group == child.sibling_group, Person.id != child.id, Person.left_at.is_(None))
        found += [Someone(one.name, "sibling") for one in session.scalars(siblings.order_by(Person.ref))]
    iro = people.iro_of(session, child.id)
    return [*found, Someone(iro.name, "IRO")] if iro else found


def settle(said: str, known: Sequence[Someone]) -> str:
    """A name from a child's list with who is meant: 'miss k' → 'miss k (Anita Khan)', 'bryn' → 'Bryn Marlow'.

    'sam', where there are two: 'sam (Sam Field or Sam Okoro)'. A relation that the child gave stands where it decides nothing.
    Where a brother or sister is one of the two the word stands alone: not every child knows of every one, and this is read by them.
    """
    bare, relation = _parts(said)
    meant = _meant(bare, relation, known)
    if len(meant) > 1 and not relation and all(one.role != "sibling" for one in meant):
        return f"{said} ({_OR.join(one.name for one in meant)})"
    if len(meant) != 1:
        return said
    name = meant[0].name
    if name.lower() in said.lower():
        return said
    if name.lower().startswith(bare.lower() + " "):
        return f"{name} ({relation})" if relation else name
    return said if relation else f"{said} ({name})"


def may_be(said: str, known: Sequence[Someone]) -> list[Someone]:
    """The people that an entry of a list was left open between ('sam (Sam Field or Sam Okoro)'); [] where it is settled."""
    bare, relation = _parts(said)
    meant = _meant(bare, "", known)
    return meant if len(meant) > 1 and relation == _OR.join(one.name for one in meant) else []


def chosen(answer: str, said: str, open_between: Sequence[Someone]) -> list[str] | None:
    """What the entry `said` becomes by the child's answer to 'which one do you mean?'; None where the answer names none of them."""
    bare, _ = _parts(said)
    text = plain(answer).strip(" .!?")
    if _ALL.fullmatch(text):
        return [one.name for one in open_between]
    if _NEITHER.fullmatch(text):
        return [bare]
    for pattern, one in zip((_FIRST, _SECOND), open_between, strict=False):
        if pattern.fullmatch(text):
            return [one.name]
    spoken = set(re.findall(r"[a-z'-]+", text))
    own = [set(one.name.lower().split()) - set(bare.lower().split()) for one in open_between]
    named = [one for one, words in zip(open_between, own, strict=True) if words & spoken or _has_role(text, one.role)]
    return [one.name for one in named] if named else None


def _parts(said: str) -> tuple[str, str]:
    match = _SPLIT.match(said)
    return match[1].strip(), match[2] or ""


def _meant(bare: str, relation: str, known: Sequence[Someone]) -> list[Someone]:
    found = list({one.name: one for one in known if _means(bare, one)}.values())
    by_relation = [one for one in found if _has_role(relation.lower(), one.role)]
    return by_relation if len(by_relation) == 1 else found


def _has_role(text: str, role: str) -> bool:
    return any(re.search(rf"\b{word}\b", text) for word in _ROLE_WORDS.get(role, ()))


def _means(bare: str, one: Someone) -> bool:
    words, names = bare.lower().split(), one.name.lower().split()
    if not words or not names:
        return False
    if _TITLE.match(names[0]):
        names = names[1:] or names
    if _TITLE.match(words[0]) and len(words) == 2:
        return names[-1] == words[1] or len(words[1].rstrip(".")) == 1 and names[-1].startswith(words[1][0])
    if one.role in _ALONE and bare.lower() in _ROLE_WORDS[one.role]:
        return True
    return words == names or len(words) == 1 and words[0] == names[0]
