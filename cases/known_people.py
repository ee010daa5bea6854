"""Who a child may mean by 'miss k', 'bryn' or 'my social worker': the people that the service knows around them.

Only a match with exactly one of them counts; otherwise the child's own words stand alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import people
from cases.store.models import Contact, Person

_ROLES = {"social_worker": "social worker", "carer": "carer", "advocate": "advocate"}
_ROLE_WORDS = {
    "social worker": ("social worker", "social", "sw"),
    "carer": ("carer", "foster carer", "foster mum", "foster dad"),
    "advocate": ("advocate",),
}
_TITLE = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|sir|madam)\.?$")


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
        found += [Someone(one.name) for one in session.scalars(siblings.order_by(Person.ref))]
    iro = people.iro_of(session, child.id)
    return [*found, Someone(iro.name)] if iro else found


def settle(said: str, known: list[Someone]) -> str:
    """A name from a child's list with who is meant: 'miss k' → 'miss k (Anita Khan)', 'bryn' → 'Bryn Marlow'."""
    match = re.match(r"^(.*?)\s*(?:\((.*)\))?$", said)
    bare, relation = match[1].strip(), match[2] or ""
    meant = {one.name for one in known if _means(bare, relation, one)}
    if len(meant) != 1:
        return said
    name = meant.pop()
    if name.lower() in said.lower():
        return said
    if name.lower().startswith(bare.lower() + " "):
        return f"{name} ({relation})" if relation else name
    return said if relation else f"{said} ({name})"


def _means(bare: str, relation: str, one: Someone) -> bool:
    words, names = bare.lower().split(), one.name.lower().split()
    if not words or not names:
        return False
    if _TITLE.match(names[0]):
        names = names[1:] or names
    if _TITLE.match(words[0]) and len(words) == 2:
        return names[-1] == words[1] or len(words[1].rstrip(".")) == 1 and names[-1].startswith(words[1][0])
    if one.role and bare.lower() in _ROLE_WORDS[one.role]:
        return True
    return words == names or len(words) == 1 and words[0] == names[0]
