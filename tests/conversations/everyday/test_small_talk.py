"""Everything else that a child tries: hello, thanks, rude words, homework, rights; and what nobody understands."""

import re

import pytest

from tests.conversations.complaints.test_complaint_about_iro import sign_in
from tests.stack import wait_until


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "thanks",
        "bye",
        "help",
        "what are my rights",
        "who reads this",
        "i need a solicitor",
        "what is an iro",
        "whats an advocate",
        "what is a review",
        "are you a robot",
        "can i talk to a real person",
        "ur so stupid",
        "whats 12 times 9",
        "what did they decide last time",
        "they said id get a laptop and i still havent",
        "the review was ok but too long",
        "can u speak arabic",
        "this is my new number now",
        "the food here is horrible",
        "i want an advocate",
        "no",
        "yes",
        "skip",
        "go back",
        "start again",
        "qwpoeiruty zxmcnb",
    ],
)
def test_every_message_gets_an_answer_that_is_short_and_leaves_a_way_on(child, text):
    replies = child.says(text)
    assert replies, "silence"
    assert all(len(reply) <= 306 for reply in replies), "longer than two texts"
    record = child.record()
    assert record["messages"][0]["text"] == text, "what the child said is kept"


def test_issue_in_own_words_reaches_the_iro(heard, child):
    child.says("the wifi is always off here and i cant do my homework")
    record = child.record()
    assert any("wifi" in issue["text"] for issue in record["issues"])
    assert any(alert["to_role"] == "iro" for alert in record["alerts"])


def test_message_that_nobody_understands_is_put_in_front_of_the_iro(heard, child):
    replies = " ".join(child.says("blorp the fnurgle wibble")).lower()
    assert "denise" in replies or "iro" in replies or "person" in replies
    assert any(alert["to_role"] == "iro" for alert in child.record()["alerts"])


def test_child_asks_for_an_advocate_and_says_yes(child):
    child.says("i want someone to speak up for me")
    for _ in range(4):
        if child.record()["advocate_requests"]:
            break
        child.says("yes")
    assert child.record()["advocate_requests"]


def test_answer_of_the_iro_reaches_the_phone(heard, child):
    child.says("hi denise are you coming to see me")
    iro = sign_in(heard, heard.iro)
    page = iro.get(f"/inbox/children/{child.id}").text
    form = page[page.index('class="answer"') :]
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', form)[1] for name in ("csrf", "once", "seen")}
    iro.post(f"/inbox/children/{child.id}/answer", data={**hidden, "answer": "Yes, on Friday."})
    wait_until(lambda: any("on Friday" in text for text in child.phone()), 30, "the answer reaches the phone")


def test_time_to_call_and_missing_somebody_open_no_form(child):
    child.says("can someone ring me")
    assert "after 4pm" in " ".join(child.says("after 4"))
    assert "That sounds hard" in " ".join(child.says("i want my mum"))
    assert "OK" in " ".join(child.says("no"))
    assert child.record()["consultations"] == []
    said = " ".join(child.says("i dont want to go to my review"))
    assert "still have your say" in said and "Want to tell me more" in said
    assert child.record()["complaints"] == []
