"""The web chat in a real Chromium against the whole running service: a child without credit, on an old phone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cases import invites, people
from tests.standins.browser import chromium

PHONE = {"width": 320, "height": 640}
ANSWER = 30_000


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright, chromium(playwright) as browser:
        yield browser


@pytest.fixture
def invited(heard):
    """A child with a code from their IRO: (child, link token, code)."""
    child = heard.child(iro=heard.iro)
    with heard.store.write() as session:
        person = people.by_ref(session, child.ref)
        token, code = invites.make_invite(session, person, heard.iro, datetime.now(UTC))
    return child, token, code


def enter(heard, browser: Browser, code: str, **options) -> Page:
    page = browser.new_context(viewport=PHONE, **options).new_page()
    page.goto(f"{heard.url}/chat")
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Open my chat").click()
    return page


def say(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def test_child_signs_in_with_a_code_and_is_answered(heard, browser, invited):
    child, _, code = invited
    page = enter(heard, browser, code)
    say(page, "who is my iro")
    expect(page.get_by_role("log")).to_contain_text("Denise", timeout=ANSWER)
    first = child.record()["messages"][0]
    assert (first["from"], first["channel"], first["text"], first["risk"]) == ("child", "web", "who is my iro", "none")
    assert Axe().run(page).violations_count == 0


def test_code_works_once_only(heard, browser, invited):
    _, _, code = invited
    enter(heard, browser, code).get_by_label("Your message").wait_for()
    again = enter(heard, browser, code)
    expect(again.get_by_role("alert")).to_contain_text("That did not work")


def test_link_needs_a_press_and_leaves_no_token_in_the_address(heard, browser, invited):
    _, token, _ = invited
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{heard.url}/chat?invite={token}")
    page.get_by_role("button", name="Open my chat").click()
    page.get_by_label("Your message").wait_for()
    assert token not in page.url and page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_chat_works_without_javascript(heard, browser, invited):
    child, _, code = invited
    page = enter(heard, browser, code, java_script_enabled=False)
    say(page, "when is my review")
    expect(page.get_by_role("log")).to_contain_text("when is my review")
    assert [message["text"] for message in child.record()["messages"] if message["from"] == "child"] == ["when is my review"]


def test_message_written_without_connection_is_sent_once_when_it_is_back(heard, browser, invited):
    child, _, code = invited
    page = enter(heard, browser, code)
    page.get_by_label("Your message").wait_for()
    page.context.set_offline(True)
    say(page, "can my nan come")
    expect(page.locator("body")).to_contain_text("Not sent yet")
    page.context.set_offline(False)
    expect(page.locator("body")).not_to_contain_text("Not sent yet", timeout=ANSWER)
    expect(page.get_by_role("log")).to_contain_text("nan", timeout=ANSWER)
    assert [message["text"] for message in child.record()["messages"] if message["from"] == "child"] == ["can my nan come"]


def test_leave_now_and_shift_three_times_show_something_else(heard, browser, invited):
    _, _, code = invited
    page = enter(heard, browser, code)
    say(page, "my nan can come")
    expect(page.get_by_role("log")).to_contain_text("my nan can come")
    for _ in range(3):
        page.keyboard.press("Shift")
    expect(page.locator("body")).not_to_contain_text("my nan can come", timeout=10_000)
    page.wait_for_url("**/blank")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("my nan can come")


def test_what_was_said_by_text_is_there_in_the_chat_too(heard, browser, invited):
    child, _, code = invited
    child.says("can my dog come to my review")
    page = enter(heard, browser, code)
    expect(page.get_by_role("log")).to_contain_text("can my dog come")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, "nothing scrolls sideways"
