"""`heard import`: what a council's officer sees when a file is right, wrong, or loaded twice."""

import pytest
from sqlalchemy import func, select

from cases import people
from cases.importing import ImportProblems, load
from cases.store.models import Person, Phone

HEADER = "kind,ref,name,email,phone,date_of_birth,language,iro_ref,looked_after_since,next_review,review_place,needs,sibling_group\n"
GOOD = (
    HEADER
    + "child,C1,Ash Marlow,,07700 900001,2012-05-01,,I1,2025-01-10,2027-01-12T15:30,Library,,S1\n"
    + "iro,I1,Denise Okoro,denise@council.example,+447700900101,,,,,,,,\n"
)


def test_people_allocations_and_reviews_are_loaded_whatever_the_order_of_the_rows(store, now):
    with store.write() as session:
        assert load(session, GOOD.encode(), now).added == 2
    with store.read() as session:
        child = people.by_ref(session, "C1")
        assert people.iro_of(session, child.id).name == "Denise Okoro"
        assert people.sms_phone(session, child.id).number == "+447700900001"
        review = people.next_review(session, child.id, now)
        assert (review.at.isoformat(), review.place) == ("2027-01-12T15:30:00+00:00", "Library")


def test_a_second_load_updates_and_an_empty_cell_keeps_what_is_held(store, now):
    with store.write() as session:
        load(session, GOOD.encode(), now)
    with store.write() as session:
        result = load(session, (HEADER + "child,C1,Ash Marlow-Vane,,07700900009,,,,,,,,\n").encode(), now)
        assert (result.added, result.updated) == (0, 1)
    with store.read() as session:
        child = people.by_ref(session, "C1")
        assert (child.name, child.date_of_birth) == ("Ash Marlow-Vane", "2012-05-01")
        assert people.sms_phone(session, child.id).number == "+447700900009"
        assert people.phone_of(session, "+447700900001") is None


def test_a_number_that_was_given_up_can_be_somebody_elses(store, now):
    with store.write() as session:
        load(session, GOOD.encode(), now)
        load(session, (HEADER + "child,C1,Ash Marlow,,07700900009,,,,,,,,\n").encode(), now)
        load(session, (HEADER + "child,C2,Bo Lane,,07700900001,,,,,,,,\n").encode(), now)
        assert people.phone_of(session, "+447700900001").person.ref == "C2"
        assert session.scalar(select(func.count()).select_from(Phone)) == 3


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("teacher,T1,Ann Other,,,,,,,,,,\n", "Row 2, column kind: 'teacher' is none of"),
        ("child,,Ann Other,,,,,,,,,,\n", "Row 2, column ref"),
        ("child,C1,,,,,,,,,,,\n", "Row 2, column name: it is empty"),
        ("child,C1,Ann,,12,,,,,,,,\n", "Row 2, column phone: it is not a phone number"),
        ("child,C1,Ann,,,31/05/2012,,,,,,,\n", "Row 2, column date_of_birth: '31/05/2012' is not a date like"),
        ("child,C1,Ann,,,,,,,soon,,,\n", "Row 2, column next_review: 'soon' is not a date"),
        ("child,C1,Ann,,,,,I9,,,,,\n", "Row 2, column iro_ref: 'I9' is no IRO"),
        ("child,C1,Ann,,,,,,,,,,\nchild,C1,Ben,,,,,,,,,,\n", "Row 3, column ref: 'C1' is in the file twice"),
        ("child,C1,Ann,,07700900001,,,,,,,,\nchild,C2,Ben,,+447700900001,,,,,,,,\n", "Row 3, column phone: it belongs to another"),
        ("iro,I1,Ann,a@b.example,,,,,,,,,\niro,I2,Ben,A@b.example,,,,,,,,,\n", "Row 3, column email: it belongs to another"),
        ("iro,I1,Ann,not-an-address,,,,,,,,,\n", "Row 2, column email"),
        ("iro,I1,Ann,,,,,I1,,,,,\n", "Row 2, column iro_ref: it is for children only"),
        ("child,C1,Ann,,,,,,,,Library,,\n", "Row 2, column review_place"),
        ("child,C1,Ann,,,,,,,,,,S1,extra\n", "more cells than columns"),
    ],
)
def test_a_file_with_an_error_names_row_and_column_and_changes_nothing(store, now, rows, says):
    with pytest.raises(ImportProblems) as caught, store.write() as session:
        load(session, (HEADER + rows).encode(), now)
    assert any(says in line for line in caught.value.problems), caught.value.problems
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_file_in_another_encoding_or_without_its_columns_is_refused_plainly(store, now):
    for content, says in (
        (HEADER.encode() + b"child,C1,Zo\xeb,,,,,,,,,,\n", "not UTF-8"),
        (b"name\nAnn\n", "no column 'kind'"),
        (b"", "no column"),
    ):
        with pytest.raises(ImportProblems, match=says), store.write() as session:
            load(session, content, now)


def test_people_added_to_a_demo_database_are_demo_people(store, now):
    with store.write() as session:
        load(session, GOOD.encode(), now, demo=True)
        load(session, (HEADER + "child,C5,New Child,,,,,,,,,,\n").encode(), now)
        assert people.by_ref(session, "C5").demo
