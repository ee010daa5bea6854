"""People: children and staff, whose IRO, who is away, and who is around a child. Nothing that a child said is shown here."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only
from starlette.responses import Response

from cases import access, leaving, people, set_up
from cases.importing import COLUMNS
from cases.set_up import CannotDo
from cases.store.models import Absence, Allocation, Contact, Person
from inbox.dates import LONDON
from inbox.web import NotHere, Visit, clean

ON_A_PAGE = 100


def all_of_them(visit: Visit) -> Response:
    _may(visit)
    kind = visit.request.query_params.get("kind", "child")
    if kind not in people.KINDS:
        raise NotHere
    with visit.store.write() as session:
        visit.audit(session, "view people")
    with visit.store.read() as session:
        return _list(session, visit, kind)


def find(visit: Visit) -> Response:
    _may(visit)
    with visit.store.write() as session:
        visit.audit(session, "search people")
    with visit.store.read() as session:
        return _list(session, visit, "", clean(visit.form.get("name", ""))[:100])


def new(visit: Visit) -> Response:
    _may(visit)
    with visit.store.read() as session:
        return _form(session, visit, {"kind": visit.request.query_params.get("kind", "child")})


def add(visit: Visit) -> Response:
    _may(visit)
    typed = {name: clean(visit.form.get(name, "")) for name in COLUMNS}
    with visit.store.write() as session:
        person, problems = set_up.add(session, typed, visit.now)
        if person is None:
            return _form(session, visit, typed, {one.column: one.what for one in problems})
        visit.audit(session, "add person", child_id=_child_id(person), what=f"person {person.id}")
    return visit.redirect(f"/people/{person.id}?done=added")


def show(visit: Visit) -> Response:
    with visit.store.write() as session:
        person = _person(session, visit)
        visit.audit(session, "view person", child_id=_child_id(person), what=f"person {person.id}")
    with visit.store.read() as session:
        return _page(session, visit, person)


def change(visit: Visit) -> Response:
    typed = {name: clean(visit.form.get(name, "")) for name in COLUMNS}
    with visit.store.write() as session:
        person = _person(session, visit)
        problems = set_up.change(session, person, typed)
        if problems:
            return _page(session, visit, person, problems={one.column: one.what for one in problems}, typed=typed)
        visit.audit(session, "change person", child_id=_child_id(person), what=f"person {person.id}")
    return visit.redirect(f"/people/{person.id}?done=changed")


def allocate(visit: Visit) -> Response:
    """Give a child an IRO: brothers and sisters together, unless a reason is given."""
    with visit.store.write() as session:
        child = _person(session, visit)
        iro = session.get(Person, visit.form.get("iro", ""))
        if child.kind != "child":
            raise NotHere
        if iro is None:
            return _page(session, visit, child, problems={"iro": "no-iro"})
        try:
            because = clean(visit.form.get("because", ""))[:500]
            moved = set_up.allocate(session, child, iro, visit.now, together=visit.form.get("together") == "yes", apart_because=because)
        except CannotDo as why:
            return _page(session, visit, child, problems={"iro": {"iro": "no-iro"}.get(str(why), str(why))})
        for one in moved:
            visit.audit(session, "allocate", child_id=one.id, what=f"person {iro.id}")
    return visit.redirect(f"/people/{child.id}?done=allocated")


def away(visit: Visit) -> Response:
    with visit.store.write() as session:
        iro = _person(session, visit)
        cover = session.get(Person, visit.form.get("cover", ""))
        try:
            starts, last = (date.fromisoformat(visit.form.get(name, "")) for name in ("starts", "ends"))
            if cover is None:
                raise CannotDo("cover")
            row = set_up.away(session, iro, cover, _midnight(starts), _midnight(last + timedelta(days=1)))
        except CannotDo as why:
            return _page(session, visit, iro, problems={"away": str(why)})
        except (ValueError, OverflowError):
            return _page(session, visit, iro, problems={"away": "days"})
        visit.audit(session, "away", what=f"absence {row.id}")
    return visit.redirect(f"/people/{iro.id}?done=away")


def back(visit: Visit) -> Response:
    """Somebody is back early, or is not away after all."""
    _may(visit)
    with visit.store.write() as session:
        row = session.get(Absence, visit.path("absence_id"))
        if row is None:
            raise NotHere
        if row.starts >= visit.now:
            session.delete(row)
        else:
            row.ends = min(row.ends, visit.now)
        visit.audit(session, "back", what=f"absence {row.id}")
    return visit.redirect(f"/people/{row.iro_id}?done=back")


def leave(visit: Visit) -> Response:
    """They have left, or are back: who has left sees nothing more, and a child who has left is on no list."""
    with visit.store.write() as session:
        person = _person(session, visit)
        if person.id == visit.viewer.id:
            return _page(session, visit, person, problems={"left": "yourself"})
        if person.left_at is not None:
            person.left_at = None
            visit.audit(session, "is back", child_id=_child_id(person), what=f"person {person.id}")
        elif set_up.has_children(session, person):
            return _page(session, visit, person, problems={"left": "children"})
        else:
            try:
                leaving.leave(session, person, visit.now, by=visit.viewer)
            except leaving.CannotLeave:  # a child of whom something is unread or open
                return _page(session, visit, person, problems={"left": "unread"})
    return visit.redirect(f"/people/{person.id}?done={'left' if person.left_at else 'here'}")


def add_contact(visit: Visit) -> Response:
    with visit.store.write() as session:
        child = _person(session, visit)
        if child.kind != "child":
            raise NotHere
        typed = {name: clean(visit.form.get(name, ""))[:200] for name in ("relation", "name", "phone", "email")}
        try:
            row = set_up.add_contact(session, child, now=visit.now, **typed)
        except CannotDo as why:
            return _page(session, visit, child, problems={"contact": str(why)})
        visit.audit(session, "add contact", child_id=child.id, what=f"contact {row.id}")
    return visit.redirect(f"/people/{child.id}?done=contact#contacts")


def end_contact(visit: Visit) -> Response:
    _may(visit)
    with visit.store.write() as session:
        row = session.get(Contact, visit.path("contact_id"))
        if row is None:
            raise NotHere
        row.ended_at = row.ended_at or visit.now
        visit.audit(session, "end contact", child_id=row.child_id, what=f"contact {row.id}")
    return visit.redirect(f"/people/{row.child_id}?done=contact#contacts")


def _may(visit: Visit) -> None:
    if not access.may_set_up(visit.viewer):
        raise NotHere


def _person(session: Session, visit: Visit) -> Person:
    _may(visit)
    person = session.get(Person, visit.path("person_id"))
    if person is None:
        raise NotHere
    return person


def _child_id(person: Person) -> str | None:
    return person.id if person.kind == "child" else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LONDON).astimezone(UTC)


def _list(session: Session, visit: Visit, kind: str, wanted: str = "") -> Response:
    query = select(Person).options(load_only(Person.id, Person.kind, Person.ref, Person.name, Person.left_at, raiseload=True))
    everybody = session.scalars(query.where(Person.kind == kind) if kind else query).all()
    parts = wanted.casefold().split()
    if not kind:
        everybody = [one for one in everybody if parts and all(part in f"{one.name} {one.ref}".casefold() for part in parts)]
    everybody = sorted(everybody, key=lambda one: (one.left_at is not None, one.name.casefold()))
    asked = visit.request.query_params.get("page", "1")
    pages = max(1, -(-len(everybody) // ON_A_PAGE))
    number = min(max(1, int(asked)), pages) if asked.isdecimal() and len(asked) < 6 else 1
    shown = everybody[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    iros = select(Allocation.child_id, Person.name).join(Person, Person.id == Allocation.iro_id).where(Allocation.until.is_(None))
    return visit.page(
        "people.html",
        kind=kind,
        kinds=people.KINDS,
        people=shown,
        count=len(everybody),
        iros=dict(session.execute(iros.where(Allocation.child_id.in_([one.id for one in shown]))).all()),
        wanted=wanted,
        number=number,
        pages=pages,
    )


def _form(session: Session, visit: Visit, typed: dict[str, str], problems: dict[str, str] | None = None) -> Response:
    return visit.page(
        "person_new.html",
        400 if problems else 200,
        typed=typed,
        problems=problems or {},
        kinds=people.KINDS,
        iros=people.staff(session, "iro"),
    )


def _page(
    session: Session, visit: Visit, person: Person, *, problems: dict[str, str] | None = None, typed: dict[str, str] | None = None
) -> Response:
    phones = set_up.numbers(session, person)
    held = {
        "name": person.name,
        "email": person.email,
        "phone": phones[0].number if phones else "",
        "date_of_birth": person.date_of_birth,
        "language": person.language,
        "looked_after_since": person.looked_after_since.isoformat() if person.looked_after_since else "",
        "needs": person.needs,
        "sibling_group": person.sibling_group,
    }
    is_child = person.kind == "child"
    allocation = session.scalar(select(Allocation).where(Allocation.child_id == person.id, Allocation.until.is_(None)))
    children = select(func.count(Allocation.id)).join(Person, Person.id == Allocation.child_id)
    absences = select(Absence).where(Absence.iro_id == person.id, Absence.ends > visit.now).order_by(Absence.starts)
    contacts = select(Contact).where(Contact.child_id == person.id, Contact.ended_at.is_(None)).order_by(Contact.created_at)
    iros = people.staff(session, "iro")
    return visit.page(
        "person.html",
        400 if problems else 200,
        person=person,
        typed=typed or {name: value or "" for name, value in held.items()},
        problems=problems or {},
        phones=phones,
        iros=iros,
        iro_names={one.id: one.name for one in iros},
        allocation=allocation,
        siblings=[(one, people.iro_of(session, one.id)) for one in set_up.siblings(session, person)] if is_child else [],
        children=session.scalar(children.where(Allocation.iro_id == person.id, Allocation.until.is_(None), Person.left_at.is_(None))),
        absences=session.scalars(absences).all() if person.kind == "iro" else [],
        contacts=session.scalars(contacts).all() if is_child else [],
        relations=set_up.RELATIONS,
    )
