"""The form as life has it: over days, by text and in the web chat, with an IRO who changes, spelt by ear, in another language."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select

from cases import invites, people
from cases.store.models import Answer, Consultation, Inbound
from tests.stack import wait_until


def said(replies: list[str]) -> str:
    return " ".join(replies)


def three_days_pass(heard, child) -> None:
    """All that the child did was three days ago."""
    ago = timedelta(days=3)
    with heard.store.write() as session:
        talk = people.conversation_of(session, child.id)
        for form in session.scalars(select(Consultation).where(Consultation.child_id == child.id)):
            form.started_at -= ago
        for row in session.scalars(select(Answer).where(Answer.child_id == child.id)):
            row.created_at -= ago
        for row in session.scalars(select(Inbound).where(Inbound.conversation_id == talk.id)):
            row.received_at -= ago


class Browser:
    """The child in the web chat, without JavaScript's help."""

    def __init__(self, heard, child):
        self.heard, self.child = heard, child
        with heard.store.write() as session:
            _, code = invites.make_invite(session, people.by_ref(session, child.ref), heard.iro, datetime.now(UTC))
        self.client = httpx.Client(base_url=heard.url, headers={"Origin": heard.url})
        assert self.client.post("/chat/enter", data={"code": code}).status_code == 303
        self.csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', self.client.get("/chat").text)[1]

    def says(self, text: str) -> str:
        before = len(self.child.record()["messages"])
        answer = self.client.post("/chat/messages", json={"id": uuid.uuid4().hex, "text": text, "csrf": self.csrf})
        assert answer.status_code == 200, answer.text
        held = wait_until(lambda: (rows := self.child.record()["messages"]) and len(rows) > before + 1 and rows, 60, "it is answered")
        return said([row["text"] for row in held[before + 1 :]])


def test_child_stops_by_text_and_goes_on_three_days_later_in_the_web_chat(heard, child):
    child.says("can i start my review form")
    child.says("next thursday after school")
    child.says("gtg tea time")
    three_days_pass(heard, child)
    browser = Browser(heard, child)
    assert "2 of 7" in browser.says("form")
    browser.says("at my nans")
    browser.says("my nan and my mentor")
    kept = child.consultation()
    assert "thursday" in kept["when"].lower() and "nan" in kept["where"] and len(kept["attend"]) == 2
    assert {message["channel"] for message in child.record()["messages"] if message["from"] == "child"} == {"sms", "web"}
    assert "5 of 7" in said(child.says("no one")), "and by text again"


def test_iro_changes_in_the_middle_and_the_new_one_gets_it(heard, child):
    for text in ("form", "monday", "school", "mum", "no", "no"):
        child.says(text)
    with heard.store.write() as session:
        people.allocate(session, people.by_ref(session, child.ref), session.merge(heard.other_iro), datetime.now(UTC))
    child.says("longer visits with my sister")
    assert "Idris" in said(child.says("who is my iro"))
    child.says("no")
    assert "Shall I send it" in said(child.says("no"))
    assert "Idris" in said(child.says("yes"))
    assert child.consultation()["status"] == "sent" and child.record()["iro"]["name"] == "Idris Example"


def test_child_who_spells_by_ear_is_understood_to_the_end(child):
    for text in ("can i doo my fourm plese", "thersdy arfter skool", "at the libry", "my grandmar an my soshal wurker", "noboddy"):
        child.says(text)
    for text in ("nah", "i wont a bigger rume", "no fanks", "thats all"):
        last = said(child.says(text))
    assert "Shall I send it" in last and "bigger rume" in last
    kept = child.consultation()
    assert (kept["when"], kept["where"], kept["attend"], kept["exclude"]) == (
        "Thursday after school",
        "library",
        ["grandma", "social worker"],
        [],
    )


def test_another_language_is_answered_honestly_and_nothing_is_guessed(child):
    child.says("do my form")
    assert "English" in said(child.says("we wtorek po szkole prosze"))
    child.says("w domu mojej cioci")
    child.says("only my sister")
    kept = child.consultation()
    assert kept["when"] is None and kept["where"] is None and kept["attend"] == ["sister"]
    assert "we wtorek po szkole prosze" in [issue["text"] for issue in child.record()["issues"] if issue["kind"] == "language"]


def test_corrections_at_the_end_then_news_of_something_else_then_sent(child):
    for text in ("my form please", "weds 4pm", "college", "mum, kev", "no", "no", "contact, my phone", "no"):
        child.says(text)
    child.says("no")
    child.says("take kev off the list")
    child.says("i dont want to talk about my phone any more")
    assert "0800 1111" in said(replies := child.says("whats the childline number")) and "Shall I send it" in said(replies)
    child.says("make it 5 not 4")
    kept = child.consultation()
    assert (kept["when"], kept["attend"], kept["issues"], kept["status"]) == ("Wednesday at 5pm", ["mum"], ["contact"], "open")
    child.says("yes")
    assert child.consultation()["status"] == "sent"


def test_refusals_and_questions_are_answered_and_nothing_is_pressed(child):
    child.says("form")
    for text, answer in (
        ("do i have to do this", "don't have to answer"),
        ("what if i say something wrong", "can't get this wrong"),
        ("can i change it later", "until your review"),
        ("i dont understand", "in your own words"),
    ):
        replies = said(child.says(text))
        assert answer in replies and "1 of 7" in replies
    child.says("skip")
    assert "3 of 7" in said(child.says("rather not say"))


def test_no_to_feeling_safe_at_home_reaches_people(child):
    for text in ("form", "skip", "skip", "skip", "no", "no", "no", "no"):
        child.says(text)
    for text in ("home", "3", "its ok", "dunno"):
        replies = said(child.says(text))
    assert "feel safe" in replies
    replies = said(child.says("not really"))
    assert "telling people" in replies and "999" in replies
    assert {alert["to_role"] for alert in child.record()["alerts"] if alert["level"] == "concern"} >= {"iro", "duty"}
