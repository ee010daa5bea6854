"""From the alert to an answer that is on its way, and what happens when something gets in between."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from cases import consultations, logins, people
from cases.language.form import Change
from cases.store import outbox
from cases.store.models import Alert, Audit, ChatInvite, Draft, Inbound, Outgoing, Person, Phone


@pytest.fixture
def answers(store, world):
    def from_staff() -> list[Outgoing]:
        with store.read() as session:
            return session.query(Outgoing).filter(Outgoing.author != "bot", Outgoing.conversation_id.is_not(None)).all()

    return from_staff


@pytest.fixture
def iro(as_, world):
    return as_(world.iro)


def test_the_link_in_an_alert_leads_through_the_sign_in_to_the_message(store, world, say, browser, as_, now, read_state):
    message = say(world.child, "can i see my nan")
    as_(world.iro)
    with store.read() as session:
        alert = session.query(Alert).one().id
    someone = browser()
    response = someone.get(f"/inbox/alerts/{alert}")
    assert response.url.path == "/inbox/sign-in"
    response = someone.sign_in(world.iro)
    assert response.url.path == f"/inbox/children/{world.child.id}"
    assert "can i see my nan" in response.text
    assert read_state(message) == world.iro.id
    with store.read() as session:
        assert session.get(Alert, alert).acknowledged_by == world.iro.id
        assert (
            session.query(Outgoing).filter_by(author="bot", conversation_id=people.conversation_of(session, world.child.id).id).count() == 1
        )


def test_an_answer_goes_out_on_the_childs_phone_in_the_iros_name(store, world, say, iro, answers, now):
    message = say(world.child, "can i see my nan")
    iro.get(f"/inbox/children/{world.child.id}")
    page = iro.submit(f"/inbox/children/{world.child.id}/answer", answer="Yes, I will ask.\r\nSaturday?").text
    assert "on its way" in page
    [sent] = answers()
    assert (sent.text, sent.author, sent.channel, sent.answers) == ("Yes, I will ask.\nSaturday?", world.iro.id, "sms", message)
    with store.read() as session:
        row = session.query(Audit).filter_by(action="answer").one()
        assert (row.actor_id, row.child_id, row.object) == (world.iro.id, world.child.id, f"message {sent.id}")


def test_a_button_pressed_twice_sends_one_answer(world, say, iro, answers):
    iro.get(f"/inbox/children/{world.child.id}")
    fields = {name: iro.field(name) for name in ("csrf", "once", "seen")} | {"answer": "Hello"}
    for _ in range(2):
        assert iro.post(f"/inbox/children/{world.child.id}/answer", data=fields).status_code == 200
    assert len(answers()) == 1


@pytest.mark.parametrize("text, problem", [("  \n ", "Write your answer"), ("x" * 1501, "1500 letters or fewer")])
def test_an_answer_that_cannot_go_says_why_and_is_kept(world, say, iro, answers, text, problem):
    iro.get(f"/inbox/children/{world.child.id}")
    response = iro.submit(f"/inbox/children/{world.child.id}/answer", answer=text)
    assert response.status_code == 400
    assert problem in response.text and "Error: " in response.text
    assert text.strip() in response.text
    assert answers() == []


def test_two_who_answer_at_once_see_each_others_answer_first(world, say, as_, iro, answers):
    say(world.child, "help me with my form")
    manager = as_(world.manager)
    for one in (iro, manager):
        one.get(f"/inbox/children/{world.child.id}")
    iro.submit(f"/inbox/children/{world.child.id}/answer", answer="I can help on Monday")
    response = manager.submit(f"/inbox/children/{world.child.id}/answer", answer="Ask Denise")
    assert response.status_code == 400
    assert "Somebody else answered" in response.text
    assert "I can help on Monday" in response.text and "Ask Denise</textarea>" in response.text
    manager.submit(f"/inbox/children/{world.child.id}/answer", answer="Ask Denise, she can help")
    assert [one.author for one in answers()] == [world.iro.id, world.manager.id]


@pytest.mark.parametrize("end", ["idle", "signed out elsewhere"])
def test_a_session_that_ends_while_writing_keeps_the_answer(store, world, iro, answers, clock, now, end):
    page = f"/inbox/children/{world.child.id}"
    iro.get(page)
    if end == "idle":
        clock.now = now + timedelta(minutes=31)
    else:
        with store.write() as session:
            logins.sign_out_everywhere(session, world.iro.id, now)
    response = iro.submit(f"{page}/answer", answer="Your words matter <3")
    assert response.url.path == "/inbox/sign-in"
    assert "It is kept" in response.text and "Your words matter" not in response.text
    assert answers() == []
    response = iro.sign_in(world.iro)
    assert response.url.path == page
    assert "Your words matter &lt;3</textarea>" in response.text
    iro.submit(f"{page}/answer", answer="Your words matter <3")
    assert len(answers()) == 1
    with store.read() as session:
        assert session.query(Draft).count() == 0


def test_somebody_else_who_signs_in_next_does_not_get_the_draft(world, iro, as_, clock, now):
    iro.get(f"/inbox/children/{world.child.id}")
    clock.now = now + timedelta(minutes=31)
    iro.submit(f"/inbox/children/{world.child.id}/answer", answer="only mine")
    assert "only mine" not in as_(world.manager).get(f"/inbox/children/{world.child.id}").text


def test_a_child_who_moved_to_another_iro_between_page_and_answer(store, world, iro, answers, now):
    iro.get(f"/inbox/children/{world.child.id}")
    with store.write() as session:
        people.allocate(session, session.get(Person, world.child.id), session.get(Person, world.other_iro.id), now)
    response = iro.submit(f"/inbox/children/{world.child.id}/answer", answer="Hello")
    assert response.status_code == 404 and "another IRO" in response.text
    assert answers() == []


def test_a_message_of_a_child_is_shown_as_text(world, say, iro):
    say(world.child, "<script>alert(1)</script> <b onclick=x>hi</b> {{ 7*7 }}")
    page = iro.get(f"/inbox/children/{world.child.id}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page and "<b onclick" not in page and "{{ 7*7 }}" in page


def test_looking_ahead_reads_nothing(world, say, iro, read_state):
    message = say(world.child, "hello")
    iro.head(f"/inbox/children/{world.child.id}")
    iro.get(f"/inbox/children/{world.child.id}", headers={"Sec-Purpose": "prefetch;prerender"})
    assert read_state(message) is None


def test_a_manager_who_looks_in_does_not_read_for_the_iro(world, say, as_, read_state):
    message = say(world.child, "hello")
    as_(world.manager).get(f"/inbox/children/{world.child.id}")
    assert read_state(message) is None


def test_the_complaints_manager_reads_what_was_said_in_confidence_and_leaves_the_rest(store, world, case, as_, read_state):
    as_(world.complaints).get(f"/inbox/children/{world.child.id}/in-confidence")
    assert read_state(case.hidden_message) == world.complaints.id
    assert read_state(case.message) is None
    with store.read() as session:
        told = session.query(Outgoing).filter(Outgoing.text.is_not(None), Outgoing.answers.is_(None)).all()
        assert all(row.hidden_from == world.iro.id for row in told if "Colin" in row.text)


def test_danger_stays_on_top_until_somebody_taps(store, world, say, iro, now):
    say(world.sibling, "hi", at=now - timedelta(hours=5))
    say(world.child, "i want to end it", level="immediate")
    page = iro.get("/inbox/").text
    assert page.index("Ash Marlow") < page.index("Bryn Marlow")
    assert "Danger now" in page
    iro.get(f"/inbox/children/{world.child.id}")
    assert "Danger now" in iro.get("/inbox/").text, "reading is not yet acting"
    alert = re.search(r"/alerts/(\w+)/acknowledge", iro.page)[1]
    response = iro.submit(f"/inbox/alerts/{alert}/acknowledge")
    assert response.url.path == f"/inbox/children/{world.child.id}"
    with store.read() as session:
        by_role = {row.to_role: row.acknowledged_by for row in session.query(Alert).filter_by(level="immediate")}
    assert by_role["iro"] == world.iro.id


def test_the_list_shows_what_waits_by_risk_then_age_and_unread_children_first(world, say, as_, now):
    with_two = as_(world.manager)
    say(world.other_child, "second", at=now - timedelta(hours=1))
    say(world.sibling, "first", at=now - timedelta(hours=2))
    page = with_two.get("/inbox/").text
    children = page[page.index("All children") :]
    assert children.index("Bryn") < children.index("Cleo") < children.index("Ash")
    assert "1 new" in children


def test_a_message_waits_for_the_iro_even_without_an_alert(world, say, iro):
    say(world.child, "hello", alert=False)
    page = iro.get("/inbox/").text
    assert "Nothing is waiting" not in page


def test_search_finds_own_children_by_a_part_of_the_name_and_keeps_it_out_of_the_address(world, iro):
    iro.get("/inbox/")
    response = iro.submit("/inbox/search", name="MAR")
    assert "Ash Marlow" in response.text and "Bryn Marlow" in response.text
    assert "mar" not in str(response.url).lower().replace("/inbox/search", "")
    assert "Nobody of that name" in iro.submit("/inbox/search", name="Cleo").text
    assert "Nobody of that name" in iro.submit("/inbox/search", name="").text


def test_the_consultation_page_has_the_childs_words_and_what_they_changed(world, case, iro):
    page = html.unescape(iro.get(f"/inbox/consultations/{case.consultation}").text)
    assert "after skl" in page and "Heard took this to mean: text: after school" in page
    assert page.index("no the library") < page.index("Said before:") < page.index("my house")


def test_a_web_chat_link_is_made_and_shown_once(store, world, iro, now):
    iro.get(f"/inbox/children/{world.child.id}")
    page = iro.submit(f"/inbox/children/{world.child.id}/invite").text
    link = re.search(r"https://heard\.example/chat\?invite=([\w-]+)", page)
    code = re.search(r'class="code">(\w{4}-\w{4})<', page)
    assert link and code
    assert link[1] not in iro.get(f"/inbox/children/{world.child.id}").text
    from cases import invites

    with store.write() as session:
        assert invites.redeem(session, code[1], "10.1.1.1", now) == world.child.id
        assert session.query(ChatInvite).one().made_by == world.iro.id


def test_duty_deals_with_an_unknown_number(store, world, say, as_):
    message = say("+447700900777", "hi its me on a new phone")
    duty = as_(world.duty)
    assert "Unknown number" in duty.get("/inbox/").text
    duty.get("/inbox/unmatched")
    conversation = re.search(r"/unmatched/(\w+)", duty.page)[1]
    assert "hi its me" in duty.get(f"/inbox/unmatched/{conversation}").text
    response = duty.submit(f"/inbox/unmatched/{conversation}/done")
    assert "Marked as dealt with" in response.text
    assert "Nothing is waiting" in duty.get("/inbox/").text
    with store.read() as session:
        assert session.get(Inbound, message).read_by == world.duty.id
        assert session.query(Outgoing).filter(Outgoing.conversation_id.is_not(None)).count() == 0, "nobody tells a stranger who read it"


def test_a_child_who_stopped_texts_gets_the_answer_in_the_web_chat_and_the_iro_is_told(store, world, iro, answers, now):
    with store.write() as session:
        session.query(Phone).filter_by(person_id=world.child.id).one().status = "stopped"
    assert "web chat" in iro.get(f"/inbox/children/{world.child.id}").text
    page = iro.submit(f"/inbox/children/{world.child.id}/answer", answer="Hello").text
    assert answers()[0].channel == "web"
    assert "Ash has stopped text messages" in page


def test_a_long_talk_is_shown_in_parts(store, world, say, iro, now):
    for number in range(60):
        say(world.child, f"message number {number:02}", at=now - timedelta(minutes=100 - number), alert=False)
    with store.write() as session:
        session.query(Inbound).update({"read_at": now})
        outbox.say(session, people.conversation_of(session, world.child.id), "Hello", now=now)
    page = iro.get(f"/inbox/children/{world.child.id}").text
    assert "message number 59" in page and "message number 10" not in page
    earlier = iro.get(re.search(r'href="(/inbox/children/[^"#]*before=\w+)', page)[1]).text
    assert "message number 10" in earlier and "message number 59" not in earlier
    assert iro.get(f"/inbox/children/{world.child.id}?before=zebra").status_code == 200


def test_the_consultation_page_shows_what_was_said_of_home_in_the_childs_words_under_the_question(store, world, iro, now):
    with store.write() as session:
        held, _ = consultations.open_one(session, world.child.id, now)
        for words, change in (
            ("next tues after skl", Change("when", "next Tuesday after school")),
            ("2 its freezing", Change("home.how", "2 (not good)")),
            ("my room is freezing", Change("home.say", "my room is freezing")),
            ("pass", Change("home.needed", None, skipped=True)),
        ):
            consultations.write(session, held, [change], words, None, now)
    page = html.unescape(iro.get(f"/inbox/consultations/{held.id}").text)
    assert page.index("next tues after skl") < page.index("Home: How is it where you live?") < page.index("2 its freezing")
    assert "Heard took this to mean: 2 (not good)" in page and "next Tuesday after school (Tuesday 1 December)" in page
    assert page.index("Home: What's going well there") < page.index("my room is freezing") < page.index("chose not to answer")


def test_the_consultation_page_says_when_it_was_passed_on_without_a_yes(store, world, iro, now):
    with store.write() as session:
        held, _ = consultations.open_one(session, world.child.id, now)
        consultations.write(session, held, [Change("where", "home")], "home", None, now)
        held.told_at = now
        consultations.send(session, held, now, how="silence")
    assert "Passed on without a yes" in iro.get(f"/inbox/consultations/{held.id}").text
