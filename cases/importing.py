"""`heard import`: people, allocations and next reviews from a CSV file. A file with one error changes nothing."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import languages, new_iro, people
from cases.store.models import Person, Review

LONDON = ZoneInfo("Europe/London")
COLUMNS = (
    "kind",
    "ref",
    "name",
    "email",
    "phone",
    "date_of_birth",
    "language",
    "iro_ref",
    "looked_after_since",
    "next_review",
    "review_place",
    "needs",
    "sibling_group",
)
#: A review whose time is not known yet is kept at the last minute of its day, so that it is still to come on that day.
TIME_NOT_KNOWN = time(23, 59)
LONGEST = 2000


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell; without a row and a column it is about the file."""

    what: str
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        if self.row is None:
            return self.what
        return f"Row {self.row}, column {self.column}: {self.what}" if self.column else f"Row {self.row}: {self.what}"


class ImportProblems(Exception):
    """The file cannot be loaded. `found` holds what is wrong, `problems` the same as one line each."""

    def __init__(self, found: list[Problem]):
        self.found = found
        self.problems = [str(one) for one in found]
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True)
class Loaded:
    added: int
    updated: int
    people: list[Person]


def load(session: Session, content: bytes, now: datetime, *, demo: bool = False) -> Loaded:
    """Add or update everybody in the file, within the caller's transaction.

    A person is known by `ref`. An empty cell leaves what is held as it is. Raises ImportProblems, before anything is
    written, when any row has an error. People loaded into a demo database are demo people.
    """
    return save(session, check(session, content), now, demo=demo)


def check(session: Session, content: bytes) -> list[dict]:
    """The rows of the file with their dates and numbers parsed. Raises ImportProblems with everything that is wrong."""
    rows = _read(content)
    problems: list[Problem] = []
    known = {person.ref: person for person in session.scalars(select(Person))}
    parsed = [_check(number, row, rows, known, session, problems) for number, row in rows.items()]
    if problems:
        raise ImportProblems(problems)
    return parsed


def check_one(session: Session, row: dict[str, str]) -> tuple[dict, list[Problem]]:
    """One person typed into a form, by the same rules: the parsed row, and what is wrong with it."""
    problems: list[Problem] = []
    row = {name: row.get(name, "").strip() for name in COLUMNS}
    known = {person.ref: person for person in session.scalars(select(Person).where(Person.ref.in_([row["ref"], row["iro_ref"]])))}
    return _check(1, row, {1: row}, known, session, problems), problems


def save(session: Session, parsed: list[dict], now: datetime, *, demo: bool = False) -> Loaded:
    """Write rows that have been checked in the same transaction."""
    known = {person.ref: person for person in session.scalars(select(Person))}
    demo = demo or any(person.demo for person in known.values())
    added = sum(row["ref"] not in known for row in parsed)
    for row in parsed:
        known[row["ref"]] = _save(session, row, known.get(row["ref"]), demo)
    for row in parsed:
        if row["iro_ref"]:
            new_iro.allocate(session, known[row["ref"]], known[row["iro_ref"]], now)
        if row["next_review"]:
            _plan_review(session, known[row["ref"]], row, now)
    return Loaded(added, len(parsed) - added, [known[row["ref"]] for row in parsed])


def _read(content: bytes) -> dict[int, dict[str, str]]:
    """Row number in the file (the header is row 1) → its cells."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ImportProblems([Problem("The file is not UTF-8: in the spreadsheet, choose 'CSV UTF-8' when you save it.")]) from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    header = [name.strip() for name in reader.fieldnames or []]
    missing = [name for name in ("kind", "ref", "name") if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing or unknown:
        raise ImportProblems(
            [Problem(f"there is no column '{name}'.", 1) for name in missing]
            + [Problem(f"the column '{name}' is not known. Known columns: {', '.join(COLUMNS)}.", 1) for name in unknown]
        )
    reader.fieldnames = header
    rows = {}
    try:
        for row in reader:
            if row.get(None):
                raise ImportProblems([Problem("there are more cells than columns; put text with commas in quotes.", reader.line_num)])
            cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
            if any(cells.values()):
                rows[reader.line_num] = cells
    except csv.Error as error:
        raise ImportProblems([Problem(f"not readable as CSV ({error}).", reader.line_num)]) from None
    if not rows:
        raise ImportProblems([Problem("The file has a header but no rows.")])
    return rows


def _check(number: int, row: dict, rows: dict, known: dict[str, Person], session: Session, problems: list[Problem]) -> dict:
    """The row with dates and numbers parsed; what is wrong is added to `problems`."""

    def wrong(column: str, what: str) -> None:
        problems.append(Problem(what, number, column))

    parsed: dict = dict(row)
    kind, ref = row["kind"], row["ref"]
    if kind not in people.KINDS:
        wrong("kind", f"'{kind}' is none of {', '.join(people.KINDS)}.")
    if not re.fullmatch(r"[\w./-]{1,40}", ref):
        wrong("ref", "it must be 1 to 40 letters, digits, '.', '/', '_' or '-'.")
    elif any(other["ref"] == ref for line, other in rows.items() if line < number):
        wrong("ref", f"'{ref}' is in the file twice.")
    elif ref in known and known[ref].kind != kind:
        wrong("kind", f"'{ref}' is held as {known[ref].kind}; a person's kind cannot be changed.")
    if not row["name"]:
        wrong("name", "it is empty.")
    for column, value in row.items():
        if len(value) > LONGEST or "\x00" in value:
            wrong(column, f"it is longer than {LONGEST} characters or holds a NUL character.")
    if row["email"] and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", row["email"]):
        wrong("email", "it is not an e-mail address.")
    elif row["email"] and kind != "child" and _email_of_another(row, rows, number, ref, session):
        wrong("email", "it belongs to another member of staff.")
    if row["phone"]:
        parsed["phone"] = people.normalise_phone(row["phone"])
        if not parsed["phone"]:
            wrong("phone", "it is not a phone number; write it like +447700900123.")
        else:
            held = people.phone_of(session, parsed["phone"])
            twice = any(line < number and people.normalise_phone(other["phone"]) == parsed["phone"] for line, other in rows.items())
            if twice or (held and held.person.ref != ref):
                wrong("phone", "it belongs to another person; one number can be one person's only.")
    if row["language"] and row["language"] != "en":
        parsed["language"] = languages.code(row["language"])
        if not parsed["language"]:
            wrong("language", f"'{row['language']}' is no language that we know; write a short code, like ar or cy.")
    for column in ("date_of_birth", "looked_after_since"):
        parsed[column] = _date(row[column])
        if row[column] and not parsed[column]:
            wrong(column, f"'{row[column]}' is not a date like 2012-05-31.")
    if row["next_review"]:
        parsed["next_review"] = _moment(row["next_review"])
        if not parsed["next_review"]:
            wrong("next_review", f"'{row['next_review']}' is not a date like 2027-01-31 or a date and time like 2027-01-31T15:30.")
    if row["iro_ref"]:
        in_file = [other["kind"] for other in rows.values() if other["ref"] == row["iro_ref"]]
        kinds = in_file or [known[row["iro_ref"]].kind] if in_file or row["iro_ref"] in known else []
        if "iro" not in kinds:
            wrong("iro_ref", f"'{row['iro_ref']}' is no IRO, here or in the file.")
    for column in ("iro_ref", "next_review", "looked_after_since", "sibling_group", "review_place"):
        if row[column] and kind in people.STAFF_KINDS:
            wrong(column, "it is for children only; leave it empty.")
    if row["review_place"] and not row["next_review"]:
        wrong("review_place", "there is a place but no next_review.")
    return parsed


def _email_of_another(row: dict, rows: dict, number: int, ref: str, session: Session) -> bool:
    address = row["email"].lower()
    held = people.by_email(session, address)
    in_file = any(line < number and other["kind"] != "child" and other["email"].lower() == address for line, other in rows.items())
    return in_file or (held is not None and held.ref != ref)


def _save(session: Session, row: dict, person: Person | None, demo: bool) -> Person:
    if person is None:
        return people.add_person(
            session,
            kind=row["kind"],
            ref=row["ref"],
            name=row["name"],
            email=row["email"] or None,
            phone=row["phone"] or None,
            date_of_birth=row["date_of_birth"],
            language=row["language"] or "en",
            needs=row["needs"] or None,
            sibling_group=row["sibling_group"] or None,
            looked_after_since=row["looked_after_since"],
            demo=demo,
        )
    person.name = row["name"]
    if row["email"]:
        people.set_email(person, row["email"])
    if row["date_of_birth"]:
        person.date_of_birth = row["date_of_birth"].isoformat()
    for column in ("language", "needs", "sibling_group", "looked_after_since"):
        if row[column]:
            setattr(person, column, row[column])
    if row["phone"] and people.phone_of(session, row["phone"]) is None:
        people.retire_phones(session, person)
        people.add_phone(session, person, row["phone"])
    session.flush()
    return person


def _plan_review(session: Session, child: Person, row: dict, now: datetime) -> None:
    at, time_known = row["next_review"]
    review = people.next_review(session, child.id, now)
    if review is None:
        review = Review(child_id=child.id)
        session.add(review)
    review.at, review.time_known = at, time_known
    review.place = row["review_place"] or review.place
    session.flush()


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> tuple[datetime, bool] | None:
    """(UTC time, whether the time of day is known); a time without a zone is London's."""
    day = _date(text)
    if day and len(text) <= 10:
        return datetime.combine(day, TIME_NOT_KNOWN, LONDON).astimezone(UTC), False
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=LONDON)).astimezone(UTC), True
