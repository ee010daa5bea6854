"""The manager's pages: what waits for whom, supervision, and a year's themes in which no child can be made out."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest

from cases import people, themes
from cases.store.models import Absence, Complaint, Concern, Consultation, FollowUp, Inbound, Issue, Person, Review


@pytest.fixture
def manager(as_, world):
    return as_(world.manager)


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def _rows(browser, path: str) -> list[dict[str, str]]:
    response = browser.get(path)
    assert "attachment" in response.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_what_waits_is_counted_by_iro_and_the_longest_comes_first(store, world, say, manager, now):
    say(world.child, "one", at=now - timedelta(hours=2))
    say(world.sibling, "two", at=now - timedelta(hours=1))
    say(world.other_child, "three", at=now - timedelta(days=3))
    with store.write() as session:
        session.add(Absence(iro_id=world.iro.id, cover_id=world.other_iro.id, starts=now - timedelta(days=1), ends=now + timedelta(days=1)))
        yesterday = now.date() - timedelta(days=1)
        session.add(FollowUp(child_id=world.child.id, kind="come_back", due_on=yesterday, by_id=world.iro.id, created_at=now))
    first, second = _rows(manager, "/inbox/overview/waiting.csv")
    assert (first["iro"], first["children"], first["unread"], first["late_promises"]) == ("Martin Hale", "1", "1", "0")
    assert (second["iro"], second["children"], second["unread"], second["late_promises"]) == ("Denise Okoro", "2", "2", "1")
    text = _text(manager.get("/inbox/overview").text)
    assert "Denise Okoro (away)" in text and "3 days" in text


def test_a_complaint_about_an_iro_is_not_in_their_count(world, case, manager):
    held = {row["iro"]: row for row in _rows(manager, "/inbox/overview/waiting.csv")}
    assert held["Denise Okoro"]["unread"] == "1", "the ordinary message alone"


def test_danger_that_nobody_took_on_stands_on_top_with_whom_it_waits_for(world, say, manager, now):
    say(world.other_child, "old one", at=now - timedelta(days=2))
    say(world.child, "he has a knife", level="immediate")
    text = _text(manager.get("/inbox/overview").text)
    assert text.index("Danger now Ash Marlow") < text.index("Waiting Cleo Vane")
    assert "Waits for Duty desk" in text and "he has a knife" not in text


def test_reviews_soon_without_views_are_named(store, world, manager, now):
    assert "Ash Marlow No views yet" in _text(manager.get("/inbox/overview").text)
    with store.write() as session:
        views = Consultation(child_id=world.child.id, review_id=world.review.id, status="sent", started_at=now, sent_at=now)
        session.add(views)
    assert "No views yet" not in manager.get("/inbox/overview").text
    assert _rows(manager, "/inbox/overview/waiting.csv")[0]["views_sent"] == "1"


def test_a_child_knows_their_iro_when_heard_told_them_or_somebody_says_so(store, world, say, manager, now):
    assert "3 children" in manager.get("/inbox/overview").text
    message = say(world.child, "who is my iro", at=now + timedelta(minutes=1))
    with store.write() as session:
        row = session.get(Inbound, message)
        row.intent, row.state = "who_is_my_iro", "handled"
    assert "2 children" in manager.get("/inbox/overview").text
    manager.get(f"/inbox/children/{world.sibling.id}")
    manager.submit(f"/inbox/children/{world.sibling.id}/told")
    assert "1 child" in manager.get("/inbox/overview").text
    with store.write() as session:  # a new IRO is not known yet
        people.allocate(session, session.get(Person, world.child.id), session.get(Person, world.other_iro.id), now + timedelta(hours=1))
    assert "2 children" in manager.get("/inbox/overview").text


def test_cases_for_supervision_are_worked_out_and_said(store, world, as_, now):
    with store.write() as session:
        ash, bryn = session.get(Person, world.child.id), session.get(Person, world.sibling.id)
        ash.looked_after_since, ash.created_at = now.date() - timedelta(days=900), now - timedelta(days=850)
        bryn.looked_after_since = now.date() - timedelta(days=5)
        session.add(Review(child_id=ash.id, at=now - timedelta(days=400), status="held"))
    iro = as_(world.iro)
    iro.get(f"/inbox/children/{world.child.id}")
    iro.submit(f"/inbox/children/{world.child.id}/concerns", kind="no_school", note="Since September")
    text = _text(iro.get("/inbox/supervision").text)
    for said in ("A review is out of time", "No review in a year", "No school place", "Since September"):
        assert text.index("Ash Marlow") < text.index(said) < text.index("Bryn Marlow")
    assert "New in care" in text[text.index("Bryn Marlow") :] and "Cleo" not in text
    with store.read() as session:
        concern = session.query(Concern).one()
    iro.submit(f"/inbox/concerns/{concern.id}/end")
    assert "No school place" not in _text(iro.get("/inbox/supervision").text)


@pytest.fixture
def years_of_talk(store, world, now):
    """Twenty more children: all of them raised something, 7 wanted a call, 3 an earlier review, 17 of 20 had a question."""
    with store.write() as session:
        for number in range(20):
            child = people.add_person(
                session,
                kind="child",
                ref=f"T{number}",
                name=f"Theme Child{number}",
                date_of_birth=date(2012 if number < 14 else 2008, 1, 1),
            )
            talk = people.conversation_of(session, child.id)
            session.add(
                Inbound(
                    conversation_id=talk.id, owner=child.id, provider="twilio", provider_id=f"SM{number}", channel="sms", seq=1,
                    text="x", received_at=now - timedelta(days=3), risk="concern" if number < 6 else "none",
                    category="bullying" if number < 6 else None,
                )
            )  # fmt: skip
            kinds = ["issue"] + ["call_back"] * (number < 7) + ["early_review"] * (number < 3) + ["question"] * (number < 17)
            session.add_all(Issue(child_id=child.id, kind=kind, text="x", created_at=now - timedelta(days=3)) for kind in kinds)


def test_a_years_themes_hide_what_is_small_and_what_would_give_it_away(world, years_of_talk, manager):
    rows = {row["theme"]: row for row in _rows(manager, "/inbox/themes.csv")}
    assert rows["issue"]["children"] == "20"
    assert rows["call_back"]["children"] == "7"
    assert rows["bullying"]["children"] == "6"
    assert rows["early_review"]["children"] == "hidden", "three children"
    assert rows["question"]["children"] == "hidden", "all but three children"
    assert (rows["issue"]["13_to_15"], rows["issue"]["16_and_over"]) == ("14", "6")
    page = manager.get("/inbox/themes").text
    assert page.count("<svg") == page.count('role="img"') == 3 and "<caption>What children raised</caption>" in page
    assert ">3<" not in page and ">17<" not in page


def test_a_split_by_age_is_shown_whole_or_not_at_all(store, world, years_of_talk, manager, now):
    with store.write() as session:
        young = people.add_person(session, kind="child", ref="T99", name="Theme Young", date_of_birth=date(2019, 1, 1))
        session.add(Issue(child_id=young.id, kind="issue", text="x", created_at=now))
    row = next(row for row in _rows(manager, "/inbox/themes.csv") if row["theme"] == "issue")
    assert row["children"] == "21"
    assert {row[band] for band, _, _ in themes.BANDS} == {"hidden"}


def test_years_do_not_overlap_and_another_year_is_another_page(world, years_of_talk, manager):
    assert _rows(manager, "/inbox/themes.csv?year=2025") == [
        {"group": "asked", "theme": name, "children": "0", "under_10": "0", "10_to_12": "0", "13_to_15": "0", "16_and_over": "0"}
        for name in ("advocate", "complaint", "views")
    ]
    assert themes.year_of(date(2026, 3, 31)) == 2025 and themes.year_of(date(2026, 4, 1)) == 2026
    assert manager.get("/inbox/themes?year=1999").status_code == 404


def test_no_shown_number_can_be_got_by_subtraction():
    for whole in range(40):
        for count in range(whole + 1):
            shown = themes.hide(count, whole)
            assert shown is None or (shown == 0 or shown >= 5) and (whole - shown == 0 or whole - shown >= 5)
    assert themes.split([5, 0, 9]) == (5, 0, 9)
    assert themes.split([5, 1, 9]) is None


def test_a_complaint_about_the_manager_is_in_no_number_of_theirs(store, world, manager, now):
    with store.write() as session:
        for number in range(6):
            child = people.add_person(session, kind="child", ref=f"Z{number}", name=f"Kid {number}")
            session.add(
                Complaint(child_id=child.id, about_iro_id=world.manager.id, stage="received", text="x", created_at=now, received_at=now)
            )
    row = next(row for row in _rows(manager, "/inbox/themes.csv") if row["theme"] == "complaint")
    assert row["children"] == "0"


def test_a_name_in_a_csv_is_never_a_formula(store, world, manager):
    with store.write() as session:
        session.get(Person, world.iro.id).name = "=HYPERLINK(1)"
    assert {row["iro"] for row in _rows(manager, "/inbox/overview/waiting.csv")} == {"'=HYPERLINK(1)", "Martin Hale"}
