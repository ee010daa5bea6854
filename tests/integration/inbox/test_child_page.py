"""What staff do on a child's page beside sending an answer, and what the child hears of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from cases import people
from cases.store.models import (
    Alert,
    Audit,
    ChatSession,
    ChildSettings,
    Consultation,
    Draft,
    FlagCorrection,
    FollowUp,
    Inbound,
    Issue,
    Outgoing,
    Person,
    Review,
)


@pytest.fixture
def iro(as_, world):
    return as_(world.iro)


@pytest.fixture
def page(world):
    return f"/inbox/children/{world.child.id}"


@pytest.fixture
def to_child(store, world):
    def texts() -> list[str]:
        with store.read() as session:
            talk = people.conversation_of(session, world.child.id).id
            return [row.text for row in session.query(Outgoing).filter_by(conversation_id=talk).order_by(Outgoing.number)]

    return texts


def test_a_promise_to_come_back_is_told_to_the_child_and_stands_until_an_answer_goes(store, world, say, iro, page, to_child, clock, now):
    say(world.child, "can my nan come")
    iro.get(page)
    response = iro.submit(f"{page}/come-back", by="2026-11-27")
    assert "said they would come back by Friday 27 November" in response.text
    assert "Denise has read your message and will come back to you by Friday 27 November" in to_child()[-1]
    assert "You said you would come back by Friday 27 November" in iro.get("/inbox/").text
    clock.now = now + timedelta(days=4)  # Saturday
    iro.sign_in(world.iro)
    assert "Promise is late" in iro.get("/inbox/").text
    iro.get(page)
    iro.submit(f"{page}/answer", answer="Yes she can")
    assert "would come back" not in iro.get(page).text
    assert "Promise is late" not in iro.get("/inbox/").text


@pytest.mark.parametrize("by", ["", "Friday", "2026-11-23", "2027-11-26", "2026-11-28"])
def test_only_a_day_of_the_list_can_be_promised(store, iro, page, to_child, by):
    iro.get(page)
    response = iro.submit(f"{page}/come-back", by=by)
    assert "Choose a day from the list" in response.text and "Error: " in response.text
    assert to_child() == []
    with store.read() as session:
        assert session.query(FollowUp).count() == 0


def test_what_was_read_and_not_answered_waits_for_an_answer(world, say, iro, page):
    say(world.child, "can i do karate")
    assert "Waiting for your answer" not in iro.get("/inbox/").text, "it is new, and stands above"
    iro.get(page)
    assert "1 message read and not answered" in iro.get("/inbox/").text
    iro.get(page)
    iro.submit(f"{page}/answer", answer="I will ask")
    assert "Waiting for your answer" not in iro.get("/inbox/").text


def test_an_iro_can_say_that_no_answer_is_needed(world, say, iro, page, clock, now, to_child):
    say(world.child, "ok cool")
    iro.get(page)
    said = to_child()
    assert "no answer is needed" in iro.submit(f"{page}/no-answer").text
    assert "Waiting for your answer" not in iro.get("/inbox/").text
    assert to_child() == said
    say(world.child, "one more thing", at=now + timedelta(minutes=1))
    clock.now = now + timedelta(minutes=2)
    iro.get(page)
    assert "Waiting for your answer" in iro.get("/inbox/").text


def test_what_heard_understood_waits_only_where_it_asks_for_something(store, world, say, iro, page):
    message = say(world.child, "when is my review")
    with store.write() as session:
        session.get(Inbound, message).understood = True
    iro.get(page)
    assert "Waiting for your answer" not in iro.get("/inbox/").text
    with store.write() as session:
        session.add(Issue(child_id=world.child.id, kind="question", text="when is my review", inbound_id=message))
    assert "Waiting for your answer" in iro.get("/inbox/").text


def test_words_are_kept_without_sending_and_say_how_they_read(store, world, say, iro, page, to_child):
    say(world.child, "hi")
    iro.get(page)
    text = "We will discuss accommodation arrangements at the consultation."
    response = iro.submit(f"{page}/draft", answer=text)
    assert "Your words are saved. They have not been sent." in response.text
    assert f"{text}</textarea>" in response.text
    assert "Reading age about" in response.text and "Long words: accommodation" in response.text
    assert "One text message." in response.text
    assert "Not sent yet" in iro.get("/inbox/").text
    assert not any(text in one for one in to_child())
    iro.get(page)
    iro.submit(f"{page}/draft", answer="")
    assert "Not sent yet" not in iro.get("/inbox/").text


def test_the_page_keeps_what_is_typed_by_itself(store, iro, page):
    iro.get(page)
    fields = {name: iro.field(name) for name in ("csrf", "once")} | {"answer": "Your nan can come. We said Tuesday at four."}
    answer = iro.post(f"{page}/draft", data=fields, headers={"Accept": "application/json"}).json()
    assert answer["age"] <= 7 and answer["hard"] == [] and answer["texts"] == 1
    with store.read() as session:
        assert session.query(Draft).one().text == fields["answer"]


def test_what_is_kept_late_does_not_come_back_after_it_was_sent(store, world, iro, page):
    iro.get(page)
    fields = {name: iro.field(name) for name in ("csrf", "once", "seen")} | {"answer": "Hello Ash"}
    iro.post(f"{page}/answer", data=fields)
    iro.post(f"{page}/draft", data=fields, headers={"Accept": "application/json"})
    with store.read() as session:
        assert session.query(Draft).count() == 0


def test_a_plain_phrase_is_put_after_what_stands_there(iro, page):
    iro.get(page)
    response = iro.submit(f"{page}/draft", answer="Hi Ash.", phrase="1")
    assert "Hi Ash.\nI do not know yet. I will find out and tell you by ___.</textarea>" in response.text


def test_a_note_stands_in_the_thread_and_never_goes_to_the_child(world, say, iro, as_, page, to_child):
    say(world.child, "hi")
    iro.get(page)
    said = to_child()
    response = iro.submit(f"{page}/note", note="Rang the school, they will ring back.")
    assert "Rang the school" in response.text and "Note by Denise Okoro" in response.text and "Not for Ash" in response.text
    assert to_child() == said
    assert "Rang the school" in as_(world.manager).get(page).text
    assert "Write your note" in iro.submit(f"{page}/note", note="  ").text


def test_a_note_is_kept_when_the_session_ends(world, iro, page, clock, now):
    iro.get(page)
    clock.now = now + timedelta(minutes=31)
    response = iro.submit(f"{page}/note", note="Half a thought")
    assert "It is kept" in response.text
    assert "Half a thought</textarea>" in iro.sign_in(world.iro).text


def test_something_is_passed_on_with_an_alert_and_a_note(store, world, iro, as_, page, to_child):
    iro.get(page)
    assert "It is passed on." in iro.submit(f"{page}/hand-over", to="duty", note="I am in court until Thursday").text
    duty = as_(world.duty)
    assert "Passed on to you" in duty.get("/inbox/").text or "passed on to you" in duty.page
    assert "I am in court until Thursday" in duty.get(page).text
    assert "Nothing is waiting for you" in duty.get("/inbox/").text
    assert to_child() == []
    with store.read() as session:
        told = session.query(Outgoing).filter_by(person_id=world.duty.id).all()
        assert told and not any("Ash" in row.text or "court" in row.text for row in told)


@pytest.mark.parametrize("to, why", [("iro", "x"), ("complaints", "x"), ("duty", " "), ("nobody", "x")])
def test_something_is_passed_on_only_to_who_can_take_it_and_with_a_reason(store, iro, page, to, why):
    iro.get(page)
    assert "Say who it goes to and why" in iro.submit(f"{page}/hand-over", to=to, note=why).text
    with store.read() as session:
        assert session.query(Alert).count() == 0


def test_a_call_that_was_made_is_closed_by_whom_and_when(store, world, case, iro, page, now):
    with store.write() as session:
        issue = Issue(child_id=world.child.id, kind="call_back", text="ring me after 4", created_at=now)
        session.add(issue)
    assert "The call was made" in iro.get(page).text
    iro.submit(f"/inbox/issues/{issue.id}/done")
    assert "Wants a call back</strong> (done)" in iro.page
    with store.read() as session:
        row = session.get(Issue, issue.id)
        assert (row.status, row.closed_by, row.closed_at) == ("closed", world.iro.id, now)


def test_a_false_alarm_is_corrected_with_who_and_why_and_nobody_is_chased(store, world, say, iro, page, now):
    message = say(world.child, "im gonna die of boredom", level="immediate")
    with store.write() as session:
        session.get(Inbound, message).category = "suicide"
    iro.get(page)
    iro.get(f"/inbox/messages/{message}/risk")
    assert "im gonna die of boredom" in iro.page and "suicide" in iro.page
    assert "Say why" in iro.submit(f"/inbox/messages/{message}/risk", risk="none", why="").text
    assert "The flag is corrected" in iro.submit(f"/inbox/messages/{message}/risk", risk="none", why="A way of speaking").text
    with store.read() as session:
        row = session.query(FlagCorrection).one()
        assert (row.was_risk, row.was_category, row.risk, row.why, row.by_id) == (
            "immediate",
            "suicide",
            "none",
            "A way of speaking",
            world.iro.id,
        )
        assert session.get(Inbound, message).risk == "none"
        assert session.query(Alert).filter_by(level="immediate", acknowledged_at=None).count() == 0
    assert "Danger now" not in iro.get("/inbox/").text
    assert "A way of speaking" in iro.get(f"/inbox/messages/{message}/risk").text


def test_a_missed_worry_is_flagged_and_people_are_told_as_if_the_net_had_seen_it(store, world, say, iro, as_):
    message = say(world.child, "he does that thing again")
    iro.get(f"/inbox/messages/{message}/risk")
    iro.submit(f"/inbox/messages/{message}/risk", risk="immediate", category="abuse_physical", why="I know what Ash means")
    assert "Danger now" in as_(world.duty).get("/inbox/").text
    with store.read() as session:
        assert {row.to_role for row in session.query(Alert).filter_by(level="immediate")} == {"iro", "duty"}
        assert session.query(Outgoing).filter_by(person_id=world.duty.id).count() > 0


@pytest.mark.parametrize("fields, says", [
    ({"risk": "none", "why": "x"}, "Choose something else"),
    ({"risk": "terrible", "why": "x"}, "Choose what it should be"),
    ({"risk": "concern", "category": "aliens", "why": "x"}, "Choose what it should be"),
])  # fmt: skip
def test_a_correction_that_is_none_changes_nothing(store, world, say, iro, fields, says):
    message = say(world.child, "hello")
    iro.get(f"/inbox/messages/{message}/risk")
    response = iro.submit(f"/inbox/messages/{message}/risk", **fields)
    assert response.status_code == 400 and says in response.text
    with store.read() as session:
        assert session.query(FlagCorrection).count() == 0


def test_a_lost_phone_is_signed_out_of_the_web_chat(store, world, iro, page, now):
    with store.write() as session:
        talk = people.conversation_of(session, world.child.id)
        other = people.conversation_of(session, world.other_child.id)
        for token, conversation in (("a", talk), ("b", talk), ("c", other)):
            session.add(ChatSession(token_hash=token, conversation_id=conversation.id, created_at=now, seen_at=now))
    iro.get(page)
    assert "Ash is signed out of the web chat everywhere." in iro.submit(f"{page}/end-chats").text
    with store.read() as session:
        assert [row.token_hash for row in session.query(ChatSession)] == ["c"]


def test_the_footprint_says_who_has_read_and_done_what(world, say, iro, as_, page):
    say(world.child, "hi")
    iro.get(page)
    iro.submit(f"{page}/answer", answer="Hello Ash")
    as_(world.manager).get(page)
    found = iro.get(f"{page}/footprint").text
    assert found.index("Priya Shaw") < found.index("Answered")
    assert found.count("Opened the page") == 2 and "Hello Ash" not in found


def test_a_child_who_moves_between_page_and_answer_gets_nothing_and_the_words_are_not_lost(store, world, say, iro, page, to_child, now):
    say(world.child, "hi")
    iro.get(page)
    said = to_child()
    with store.write() as session:
        people.allocate(session, session.get(Person, world.child.id), session.get(Person, world.other_iro.id), now)
    response = iro.submit(f"{page}/answer", answer="I will come on Monday")
    assert response.status_code == 404
    assert "may have another IRO by now" in response.text and "I will come on Monday" in response.text
    assert "Ash" not in response.text
    assert to_child() == said


def test_a_form_of_an_older_session_shows_the_words_and_sends_nothing(world, iro, page, to_child):
    iro.get(page)
    old = {name: iro.field(name) for name in ("csrf", "once", "seen")}
    iro.get("/inbox/account")
    iro.submit("/inbox/account/sign-out")
    iro.sign_in(world.iro)
    response = iro.post(f"{page}/answer", data=old | {"answer": "long thought"}, headers={"Origin": "https://heard.example"})
    assert response.status_code == 403 and "long thought" in response.text
    assert to_child() == []
    foreign = iro.post(f"{page}/answer", data=old | {"answer": "ring 0900"}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403 and "ring 0900" not in foreign.text


def test_the_consultation_shows_what_is_different_from_last_time(store, world, case, iro, now):
    with store.write() as session:
        before = Consultation(
            child_id=world.child.id, status="sent", started_at=now - timedelta(days=200), sent_at=now - timedelta(days=199)
        )
        session.add(before)
        session.flush()
        from cases.store.models import Answer

        for number, (field, words, value) in enumerate([("when", "b4 school", '"b4"'), ("where", "no the library", '"library"')], 1):
            session.add(Answer(number=number, consultation_id=before.id, child_id=world.child.id, field=field, words=words, value=value))
    text = iro.get(f"/inbox/consultations/{case.consultation}").text
    assert re.search(r"Last time: <span[^>]*>b4 school<", text)
    assert not re.search(r"Last time: <span[^>]*>no the library<", text), "the same as last time"


def test_the_childs_language_stands_in_words(store, world, iro, page):
    assert "Language: English." in iro.get(page).text
    with store.write() as session:
        session.get(Person, world.child.id).language = "pl"
    assert "Language: Polish." in iro.get(page).text
    with store.write() as session:
        session.add(ChildSettings(child_id=world.child.id, language="ar"))
    assert "Language: Arabic." in iro.get(page).text, "what the child asked for goes before what is on record"


def test_the_clock_of_reviews_stands_on_the_page(store, world, iro, page, now):
    with store.write() as session:
        child = session.get(Person, world.child.id)
        child.looked_after_since = now.date() - timedelta(days=200)
        child.created_at = now - timedelta(days=210)
        session.add(Review(child_id=child.id, at=now - timedelta(days=180), status="held"))
    text = re.sub(r"\s+", " ", iro.get(page).text)
    assert "Second review due by 28 August 2026." in text and "Late" in text


def test_what_was_done_is_on_the_trail_by_ids_alone(store, world, say, iro, page):
    say(world.child, "hi")
    iro.get(page)
    iro.submit(f"{page}/note", note="secret thought")
    iro.submit(f"{page}/come-back", by="2026-11-25")
    with store.read() as session:
        rows = session.query(Audit).filter_by(child_id=world.child.id).all()
        assert {"note", "promise"} <= {row.action for row in rows}
        assert not any("secret" in (row.object or "") or "Ash" in (row.object or "") for row in rows)
