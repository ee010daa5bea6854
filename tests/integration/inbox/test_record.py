"""A child's record on paper and as JSON, the mark that it is in the case record, and what is let go after it."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pypdf
import pytest

from cases import case_record, complaint_stages, consultations
from cases.language.form import Change
from cases.store.models import (
    AdvocateRequest,
    Alert,
    Answer,
    Audit,
    Complaint,
    ComplaintEvent,
    Consultation,
    Decision,
    Inbound,
    Issue,
    Note,
    Outgoing,
    Review,
)
from tests import paper
from tests.caseload import SECRETS

GONE = "These words are in the case record. Heard no longer keeps them."


@pytest.fixture
def iro(as_, world):
    return as_(world.iro)


def _text(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    ("page", "as_file"),
    [("/children/{child}/record", "/children/{child}/record.pdf"), ("/consultations/{views}", "/consultations/{views}/paper.pdf")],
)
def test_the_pdf_is_read_aloud_in_the_order_of_the_page_and_nothing_is_in_the_way(world, case, iro, page, as_file):
    ids = {"child": world.child.id, "views": case.consultation}
    iro.get(f"/inbox/children/{world.child.id}")
    iro.submit(f"/inbox/children/{world.child.id}/note", note="Rang the school.")
    shown = iro.get("/inbox" + page.format(**ids)).text
    answer = iro.get("/inbox" + as_file.format(**ids))
    assert answer.headers["content-type"] == "application/pdf"
    assert paper.problems(answer.content) == []
    assert "".join(paper.read_out(answer.content)) == "".join(paper.printed(shown))


def test_a_long_talk_stays_tagged_over_many_pages(world, case, say, iro, now):
    for number in range(90):
        say(world.child, f"message {number} about the bus to my new school", at=now - timedelta(minutes=200 - number), alert=False)
    pdf = iro.get(f"/inbox/children/{world.child.id}/record.pdf").content
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) > 3
    assert paper.problems(pdf) == []


def test_no_day_on_paper_is_today_and_dates_are_in_words(store, world, case, iro, now):
    with store.write() as session:
        session.get(Decision, case.decision).due = date(2026, 12, 4)
    views = iro.get(f"/inbox/consultations/{case.consultation}").text
    assert "Tuesday 24 November 2026, midday" in views and "oday" not in views.split("<main")[1]
    record = iro.get(f"/inbox/children/{world.child.id}/record").text
    assert "1 May 2012" in record and "4 December 2026" in record and "2012-05-01" not in record


def test_the_paper_has_the_childs_words_and_nothing_to_press(world, case, iro):
    text = _text(iro.get(f"/inbox/children/{world.child.id}/record.pdf").content)
    for words in (
        "Ash Marlow",
        "can my aunt come to my review",
        "after skl",
        "no the library",
        "bus pass",
        "they lost my bag",
        "24 November 2026, 9am",
    ):
        assert words in text, words
    assert "Sign out" not in text and "Mark as in the case record" not in text


def test_what_a_child_wrote_is_text_on_paper_and_fetches_nothing(world, say, iro):
    say(world.child, '<img src="http://127.0.0.1:9/x"><h1>fake</h1> @import url(file:///etc/passwd)')
    pdf = iro.get(f"/inbox/children/{world.child.id}/record.pdf").content
    assert "<h1>fake</h1>" in _text(pdf) and [one.role for one in paper.tree(pdf).walk()].count("H1") == 1


def test_the_json_holds_what_the_viewer_may_see_and_no_more(world, case, iro, as_):
    answer = iro.get(f"/inbox/children/{world.child.id}/record.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="heard-C1.json"'
    held = json.loads(answer.text)
    assert not any(secret in answer.text for secret in SECRETS)
    assert held["child"]["ref"] == "C1" and held["iro"]["ref"] == "I1"
    assert [one["text"] for one in held["messages"] if one["from"] == "child"] == ["can my aunt come to my review"]
    assert {one["question"]: one["words"] for one in held["consultations"][0]["answers"]} == {
        "when": "after skl",
        "where": "no the library",
    }
    manager = as_(world.manager).get(f"/inbox/children/{world.child.id}/record.json").text
    assert all(secret in manager for secret in SECRETS)


def test_staff_notes_go_to_the_case_system_marked_and_on_none_of_the_childs_papers(world, case, iro):
    page = f"/inbox/children/{world.child.id}"
    iro.get(page)
    iro.submit(f"{page}/note", note="Rang the school, they will ring back.")
    held = json.loads(iro.get(f"{page}/record.json").text)
    assert [(one["by"], one["text"]) for one in held["staff_notes"]] == [("Denise Okoro (iro)", "Rang the school, they will ring back.")]
    assert "Rang the school" not in json.dumps({name: part for name, part in held.items() if name != "staff_notes"})
    pages = pypdf.PdfReader(io.BytesIO(iro.get(f"{page}/record.pdf").content)).pages
    assert "Staff notes, not for Ash" in pages[-1].extract_text() and "Rang the school" in pages[-1].extract_text()
    assert not any("Rang the school" in one.extract_text() for one in pages[:-1]), "from a new page on"
    assert "can my aunt come" not in pages[-1].extract_text()
    assert "Rang the school" not in _text(iro.get(f"/inbox/consultations/{case.consultation}/paper.pdf").content)


def test_a_note_goes_after_the_mark_but_not_while_somebody_waits_for_it(world, case, iro, now, store):
    page = f"/inbox/children/{world.child.id}"
    iro.get(page)
    iro.submit(f"{page}/note", note="Rang the school.")
    iro.submit(f"{page}/hand-over", to="manager", note="Please ring them on Monday.")
    _marked(iro, world)
    _let_go(store, now + timedelta(days=31))
    with store.read() as session:
        assert sorted(one.text for one in session.query(Note)) == ["", "Please ring them on Monday."]


def test_every_export_is_on_the_trail_with_who_and_where_from(store, world, case, iro):
    for name in ("record", "record.pdf", "record.json"):
        iro.get(f"/inbox/children/{world.child.id}/{name}")
    with store.read() as session:
        rows = session.query(Audit).filter(Audit.child_id == world.child.id).order_by(Audit.id).all()
        assert [row.action for row in rows] == ["view record", "export pdf", "export json"]
        assert {(row.actor_id, row.source) for row in rows} == {(world.iro.id, "testclient")}


def test_a_mark_covers_what_the_page_showed_and_not_what_came_after_or_is_kept_from_the_viewer(
    store, world, case, iro, say, clock, now, row
):
    iro.get(f"/inbox/children/{world.child.id}/record")
    clock.now = now + timedelta(minutes=5)
    later = say(world.child, "one more thing", at=now + timedelta(minutes=1))
    page = iro.submit(f"/inbox/children/{world.child.id}/in-record", up_to=iro.field("up_to"), sure="yes")
    assert "Marked as in the case record" in page.text
    assert row(Inbound, case.message).in_record_at == clock.now
    assert row(Inbound, later).in_record_at is None
    assert row(Inbound, case.hidden_message).in_record_at is None
    assert row(Complaint, case.complaint_about_iro).in_record_at is None
    assert row(Complaint, case.complaint).in_record_at == clock.now
    assert row(Consultation, case.consultation).in_record_at == clock.now


@pytest.mark.parametrize(
    "form", [{"sure": ""}, {"sure": "yes", "up_to": "tomorrow"}, {"sure": "yes", "up_to": "2099-01-01T00:00:00+00:00"}]
)
def test_nothing_is_marked_without_a_tick_and_a_time_that_has_been(store, world, case, iro, row, form):
    iro.get(f"/inbox/children/{world.child.id}/record")
    page = iro.submit(f"/inbox/children/{world.child.id}/in-record", **({"up_to": iro.field("up_to")} | form))
    assert "Nothing was marked" in page.text
    assert row(Inbound, case.message).in_record_at is None


def _marked(iro, world) -> None:
    iro.get(f"/inbox/children/{world.child.id}/record")
    iro.submit(f"/inbox/children/{world.child.id}/in-record", up_to=iro.field("up_to"), sure="yes")


def _let_go(store, at) -> int:
    with store.write() as session:
        return case_record.let_go(session, at)


def test_words_go_thirty_days_after_the_mark_and_that_they_were_said_stays(store, world, case, iro, now, row):
    iro.get(f"/inbox/children/{world.child.id}")  # reads what is new
    with store.write() as session:
        session.query(Inbound).update({"state": "handled"})
    _marked(iro, world)
    assert _let_go(store, now + timedelta(days=29)) == 0
    assert _let_go(store, now + timedelta(days=31)) > 0
    message = row(Inbound, case.message)
    assert message.text == "" and message.words_gone_at and message.read_by == world.iro.id and message.received_at
    page = iro.get(f"/inbox/children/{world.child.id}/record").text
    assert "can my aunt come" not in page and "Heard no longer keeps them" in page
    assert "Heard no longer keeps them" in iro.get(f"/inbox/children/{world.child.id}").text, "in the thread it is said as well"
    assert row(Inbound, case.hidden_message).text != ""


def test_what_is_not_read_not_finished_or_still_open_is_never_let_go(store, world, case, iro, now, row):
    _marked(iro, world)
    _let_go(store, now + timedelta(days=400))
    assert row(Inbound, case.message).text, "nobody has opened it"
    with store.read() as session:
        assert all(one.text for one in session.query(Issue).all()), "open"
        assert all(one.text for one in session.query(Complaint).all()), "not closed"


def test_views_for_a_review_stay_until_it_has_been(store, world, case, iro, now, row):
    with store.write() as session:
        session.query(Alert).update({"acknowledged_at": now})
        session.get(Review, world.review.id).at = now + timedelta(days=60)
    _marked(iro, world)
    _let_go(store, now + timedelta(days=40))
    with store.read() as session:
        assert [one.words for one in session.query(Answer).order_by(Answer.number)] == ["after skl", "my house", "no the library"]
    _let_go(store, now + timedelta(days=61))
    with store.read() as session:
        assert [one.words for one in session.query(Answer).order_by(Answer.number)] == ["", "", ""]


def test_an_answer_that_did_not_arrive_yet_is_not_let_go(store, world, case, iro, now):
    iro.get(f"/inbox/children/{world.child.id}")
    iro.submit(f"/inbox/children/{world.child.id}/answer", answer="Yes, she can come.")
    _marked(iro, world)
    _let_go(store, now + timedelta(days=31))
    with store.read() as session:
        assert session.query(Outgoing).filter_by(author=world.iro.id).one().text == "Yes, she can come."


def _everything_is_done(store, now) -> None:
    with store.write() as session:
        session.query(Alert).update({"acknowledged_at": now})
        session.query(Inbound).update({"state": "handled", "read_at": now})
        session.query(Issue).update({"status": "closed"})
        session.query(Complaint).filter(Complaint.stage == "received").update({"stage": "closed"})
        session.query(Review).update({"status": "held"})
        session.query(AdvocateRequest).update({"status": "closed", "hidden_from": None})
        session.query(Answer).filter(Answer.field == "when").update({"state": "skipped"})


def test_every_page_says_where_the_words_are_that_heard_let_go(store, world, case, iro, now):
    _everything_is_done(store, now)
    _marked(iro, world)
    _let_go(store, now + timedelta(days=31))
    complaint = iro.get(f"/inbox/complaints/{case.complaint}").text
    assert complaint.count(GONE) == 3, "what it is about, what was said, and why they wanted an advocate"
    assert "<blockquote" not in complaint
    views = iro.get(f"/inbox/consultations/{case.consultation}").text
    assert views.count(GONE) == 1 and "Ash chose not to answer" in views and "<blockquote" not in views
    flag = iro.get(f"/inbox/messages/{case.message}/risk").text
    assert GONE in flag and "<blockquote" not in flag
    child = iro.get(f"/inbox/children/{world.child.id}").text
    for part in ("issues", "advocate"):
        assert GONE in child.split(f'id="{part}"')[1].split("</section>")[0], part
    assert ">Complaint</a>" in child and "something not said yet" not in child
    record = iro.get(f"/inbox/children/{world.child.id}/record").text
    assert 'dir="auto"></' not in record and "About something not said" not in record
    held = json.loads(iro.get(f"/inbox/children/{world.child.id}/record.json").text)
    for part in ("issues", "complaints", "advocate_requests", "consultations", "messages"):
        assert {one["words_gone"] for one in held[part] if one.get("from") in (None, "child")} == {True}, part


def test_what_was_said_the_time_before_is_in_the_case_record_and_said_to_be(store, world, case, iro, now):
    with store.write() as session:
        before = Consultation(child_id=world.child.id, status="sent", started_at=now - timedelta(days=200), words_gone_at=now)
        session.add(before)
        session.flush()
        session.add(Answer(number=1, consultation_id=before.id, child_id=world.child.id, field="where", words="", value="null"))
    page = iro.get(f"/inbox/consultations/{case.consultation}").text
    assert "What Ash said before the last review is in the case record." in page and "Last time:" not in page


def test_what_a_child_adds_to_a_complaint_is_in_the_record_and_is_not_let_go_unseen(store, world, case, iro, now, row):
    def complaint(session) -> Complaint:
        return session.get(Complaint, case.complaint)

    with store.write() as session:
        complaint_stages.add(session, complaint(session), "and my boots", now)
    assert "and my boots" in iro.get(f"/inbox/children/{world.child.id}/record").text
    _marked(iro, world)
    with store.write() as session:
        complaint_stages.add(session, complaint(session), "my coat too", now + timedelta(days=1))
    _everything_is_done(store, now)
    _let_go(store, now + timedelta(days=40))
    assert row(Complaint, case.complaint).text == "they lost my bag", "nobody has copied the coat"
    _marked(iro, world)
    _let_go(store, now + timedelta(days=31))
    with store.read() as session:
        assert {event.words for event in session.query(ComplaintEvent).filter_by(complaint_id=case.complaint)} == {None}


def test_views_that_a_child_changes_after_the_mark_are_not_let_go_before_they_are_copied(store, world, case, iro, now):
    _marked(iro, world)
    with store.write() as session:
        views = session.get(Consultation, case.consultation)
        consultations.write(session, views, [Change("where", "park")], "the park instead", None, now + timedelta(days=1))
        consultations.send(session, views, now + timedelta(days=1))
    _everything_is_done(store, now)
    _let_go(store, now + timedelta(days=40))
    assert "the park instead" in iro.get(f"/inbox/consultations/{case.consultation}").text


def test_what_heard_took_an_issue_to_mean_goes_with_its_words(store, world, case, iro, now, row):
    with store.write() as session:
        session.get(Issue, case.issue).detail = "after 4pm on Tuesdays"
    assert "After 4pm on Tuesdays" in iro.get(f"/inbox/children/{world.child.id}/record").text
    _everything_is_done(store, now)
    _marked(iro, world)
    _let_go(store, now + timedelta(days=31))
    assert row(Issue, case.issue).detail is None
