"""The staff pages in a real Chromium: no barrier that axe can find, on a phone and on a desk, with and without JavaScript."""

from __future__ import annotations

import dataclasses
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright
from starlette.applications import Starlette
from starlette.routing import Mount

from cases import casework, logins, people
from cases.store import outbox
from cases.store.models import Outgoing, Person
from inbox.app import create_app
from tests.caseload import make_case, say
from tests.standins.browser import chromium
from tests.standins.ports import free_port

PASSWORD = "quiet otter by the canal"
WIDTHS = {"phone": 320, "desk": 1280}
LONG_WORD = "wherewherewhere" * 12

#: Words of ordinary length that are cut in two at the end of a line; a web address may be.
BROKEN_WORDS = """() => {
  const found = [], range = document.createRange();
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (texts.currentNode.parentElement.closest('.address')) continue;
    for (const word of texts.currentNode.data.matchAll(/[A-Za-z]{4,14}(?![A-Za-z])/g)) {
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (tops.size > 1 && !word[0].includes('where')) found.push(word[0]);
    }
  }
  return found;
}"""
FAR_LABELS = """() => [...document.querySelectorAll('main input[type=checkbox], main input[type=radio]')]
  .filter((box) => box.labels[0].getBoundingClientRect().left - box.getBoundingClientRect().right > 24).map((box) => box.id)"""

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright, chromium(playwright) as opened:
        yield opened


@pytest.fixture
def case(store, world, now):
    made = make_case(store, world, now)
    say(store, world.child, "i dont feel safe here tonight", level="immediate", at=now - timedelta(minutes=4))
    say(store, world.child, f"this place is {LONG_WORD}\nمرحبا كيف حالك 🙂", at=now - timedelta(minutes=3))
    say(store, world.sibling, "is my review still on friday", at=now - timedelta(days=1))
    return made


@pytest.fixture
def site(store, settings, case, world, now):
    """The inbox over HTTP on a loopback port; gives its address."""
    port = free_port()
    settings = dataclasses.replace(settings, public_url=f"http://127.0.0.1:{port}")
    with store.write() as session:
        for person in (world.iro, world.manager, world.duty, world.complaints, world.admin):
            logins.set_password(session, session.get(Person, person.id), PASSWORD, now)
    app = Starlette(routes=[Mount("/inbox", create_app(store, settings, lambda: now))])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/inbox"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def visit(browser, site):
    """`with visit(world.iro, width=320) as page`: somebody has signed in; what the browser complains about fails the test."""

    @contextmanager
    def open_page(person, **options):
        width = options.pop("width", 1280)
        context = browser.new_context(viewport={"width": width, "height": 720}, **options)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}/sign-in")
        if person:
            page.get_by_label("E-mail address").fill(person.email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("heading", level=1, name="Inbox").wait_for()
        yield page
        assert [one for one in complaints if "Failed to load resource" not in one] == []  # a page that says 404 is meant to
        context.close()

    return open_page


def _pages(world, case) -> dict[str, tuple[Person | None, str]]:
    child = f"/children/{world.child.id}"
    return {
        "sign-in": (None, "/sign-in"),
        "list": (world.iro, "/"),
        "list-of-duty": (world.duty, "/"),
        "list-of-manager": (world.manager, "/"),
        "list-of-admin": (world.admin, "/"),
        "child": (world.iro, child),
        "child-for-manager": (world.manager, child),
        "footprint": (world.iro, f"{child}/footprint"),
        "record": (world.iro, f"{child}/record"),
        "flag": (world.iro, f"/messages/{case.message}/risk"),
        "reviews": (world.iro, f"{child}/reviews"),
        "review": (world.iro, f"/reviews/{world.review.id}"),
        "review-held": (world.iro, f"/reviews/{case.held_review}"),
        "supervision": (world.iro, "/supervision"),
        "overview": (world.manager, "/overview"),
        "themes": (world.manager, "/themes"),
        "people": (world.admin, "/people"),
        "person-child": (world.admin, f"/people/{world.child.id}"),
        "person-iro": (world.admin, f"/people/{world.other_iro.id}"),
        "person-new": (world.admin, "/people/new"),
        "import": (world.admin, "/import"),
        "settings": (world.admin, "/settings"),
        "consultation": (world.iro, f"/consultations/{case.consultation}"),
        "complaints": (world.complaints, "/complaints"),
        "complaint": (world.complaints, f"/complaints/{case.complaint_about_iro}"),
        "in-confidence": (world.complaints, f"{child}/in-confidence"),
        "unmatched": (world.duty, "/unmatched"),
        "unmatched-one": (world.duty, f"/unmatched/{case.unmatched}"),
        "account": (world.iro, "/account"),
        "not-found": (world.iro, "/children/nobody"),
    }


def _check(page: Page, name: str, shots) -> None:
    page.screenshot(path=shots / f"{name}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert page.evaluate(BROKEN_WORDS) == [], name
    apart = page.evaluate(FAR_LABELS)
    assert apart == [], f"{name}: {apart} stand far from their boxes"
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{name} scrolls sideways by {too_wide} px"


@pytest.mark.parametrize("size", WIDTHS)
def test_no_page_has_a_barrier_or_scrolls_sideways(visit, site, world, case, tmp_path, size):
    for name, (person, path) in _pages(world, case).items():
        with visit(person, width=WIDTHS[size]) as page:
            page.goto(site + path)
            _check(page, f"{size}-{name}", tmp_path)


@pytest.mark.parametrize("size", WIDTHS)
def test_who_said_it_shows_before_it_is_read(visit, site, world, case, store, now, size):
    """The child, Heard, a member of staff and a note each look like themselves: a note taken for a message, or a reply of
    Heard's for a note, and somebody believes that the child was told."""
    with store.write() as session:
        talk = people.conversation_of(session, world.child.id)
        outbox.say(session, talk, "Yes she can.", author=world.iro.id, now=now)
        outbox.say(session, talk, "I have told your IRO.", now=now)
        casework.note(session, session.get(Person, world.child.id), session.get(Person, world.iro.id), "Rang the school.", now)
    with visit(world.iro, width=WIDTHS[size]) as page:
        page.goto(f"{site}/children/{world.child.id}")
        looks = {}
        for kind in ("child", "heard", "staff", "note"):
            looks[kind] = page.locator(f".bubble.{kind}").last.evaluate(
                "one => { const is = getComputedStyle(one), box = one.getBoundingClientRect(); return {paper: is.backgroundColor,"
                " line: is.borderTopStyle, left: is.borderLeftWidth, right: is.borderRightWidth, from: box.left, to: box.right}; }"
            )
        plain = [tuple(look[part] for part in ("paper", "line", "left", "right")) for look in looks.values()]
        assert len(set(plain)) == 4, looks
        assert [kind for kind, look in looks.items() if look["line"] == "dashed"] == ["note"]
        assert looks["child"]["from"] < looks["heard"]["from"] == looks["staff"]["from"] == looks["note"]["from"]
        assert looks["child"]["to"] < looks["heard"]["to"]


def test_pages_hold_at_twice_the_text_size_and_in_forced_colours(visit, site, world, case, tmp_path):
    for name, (person, path) in _pages(world, case).items():
        with visit(person, width=640, forced_colors="active") as page:
            page.goto(site + path)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            _check(page, f"large-{name}", tmp_path)


def test_states_with_a_problem_have_no_barrier_either(visit, site, world, case, tmp_path):
    with visit(world.iro, width=320) as page:
        page.goto(f"{site}/children/{world.child.id}")
        page.get_by_role("button", name="Send to Ash").click()
        assert page.evaluate("document.activeElement.className") == "errors"
        _check(page, "phone-empty-answer", tmp_path)
        page.get_by_role("button", name="Make a web chat link").click()
        _check(page, "phone-invite", tmp_path)
        page.goto(f"{site}/children/{world.child.id}")
        page.get_by_label("Answer Ash").fill("We will discuss accommodation arrangements at the consultation.")
        page.get_by_role("button", name="Save without sending").click()
        page.get_by_text("Your words are saved").wait_for()
        page.get_by_text("Plain words to start from").click()
        page.get_by_text("Write a note", exact=True).click()
        page.get_by_text("Pass this on", exact=True).click()
        page.get_by_text("Mark for supervision", exact=True).click()
        _check(page, "phone-child-all-open", tmp_path)
        page.goto(f"{site}/reviews/{case.held_review}")
        page.get_by_text("Add a decision").click()
        page.get_by_role("button", name="Add decision").click()
        _check(page, "phone-review-problem", tmp_path)
        page.goto(f"{site}/account")
        for label in ("Old password", "New password", "New password again"):
            page.get_by_label(label, exact=True).fill("short")
        page.get_by_role("button", name="Change password").click()
        _check(page, "phone-weak-password", tmp_path)
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.get_by_label("E-mail address").fill("nobody@council.example")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        _check(page, "phone-wrong-password", tmp_path)


@pytest.mark.parametrize("scripts", [True, False])
def test_an_iro_answers_from_a_phone_with_and_without_javascript(visit, site, world, case, store, tmp_path, scripts):
    with visit(world.iro, width=320, java_script_enabled=scripts) as page:
        page.get_by_role("button", name="I have this: Ash Marlow").click()
        page.get_by_role("heading", name="Ash Marlow").wait_for()
        page.get_by_label("Answer Ash").fill("I am coming now.")
        page.get_by_role("button", name="Send to Ash").click()
        page.get_by_text("Your answer is on its way to Ash.").wait_for()
        if scripts:
            _check(page, "phone-sent", tmp_path)
    with store.read() as session:
        assert session.query(Outgoing).filter_by(author=world.iro.id).one().text == "I am coming now."


def test_from_the_alert_to_the_sent_answer_is_one_tap_and_the_words(visit, site, world, case, store):
    """The link in the alert is followed by somebody who is signed in: they type, and tap once."""
    with visit(world.iro, width=320) as page:
        page.goto(f"{site}/alerts/{case.alert_for_iro}")
        page.evaluate("window.taps = 0; document.addEventListener('click', () => { window.taps += 1; }, true)")
        page.get_by_label("Answer Ash").type("Yes she can.")
        assert page.evaluate("window.taps") == 0
        page.get_by_role("button", name="Send to Ash").click()
        page.get_by_text("Your answer is on its way to Ash.").wait_for()
    with store.read() as session:
        assert session.query(Outgoing).filter_by(author=world.iro.id).one().text == "Yes she can."


def test_what_is_typed_is_kept_by_itself_and_is_there_again(visit, site, world, case):
    with visit(world.iro) as page:
        page.goto(f"{site}/children/{world.child.id}")
        with page.expect_response(lambda response: response.url.endswith("/draft")) as kept:
            page.get_by_label("Answer Ash").fill("We will discuss accommodation arrangements at the consultation.")
        assert kept.value.status == 200
        page.get_by_text("Long words: accommodation").wait_for()
        page.get_by_text("Plain words to start from").click()
        page.get_by_role("button", name="I do not know yet.").click()
        assert "consultation.\nI do not know yet." in page.get_by_label("Answer Ash").input_value()
        page.goto(f"{site}/children/{world.child.id}")
        assert "We will discuss accommodation" in page.get_by_label("Answer Ash").input_value()


def test_a_file_of_people_is_previewed_loaded_and_undone(visit, site, world, case, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text('kind,ref,name,needs\nchild,C1,Ash Marlow,"Large, clear print"\niro,I9,Nia New,\n')
    with visit(world.admin, width=320) as page:
        page.goto(f"{site}/import")
        page.get_by_label("File").set_input_files(file)
        page.get_by_role("button", name="Show what it would change").click()
        page.get_by_text("1 new, 1 changed, 0 as they are").wait_for()
        _check(page, "phone-import-preview", tmp_path)
        page.get_by_role("button", name="Load the file").click()
        page.get_by_text("The file is loaded.").wait_for()
        page.get_by_role("button", name="Undo").first.click()
        page.get_by_text("Everything is as it was before the file.").wait_for()


def test_the_answer_box_counts_text_messages_as_the_phone_network_does(visit, site, world, case):
    with visit(world.iro) as page:
        page.goto(f"{site}/children/{world.child.id}")
        box, note = page.get_by_label("Answer Ash"), page.locator("#count")
        signature = len("Denise: ")
        for text, count in (
            ("x" * (160 - signature), "One text message."),
            ("x" * (161 - signature), "2 text messages."),
            ("€" * 76, "One text message."),
            ("it’s “fine” – really…", "One text message."),
            ("x" * (306 - signature), "2 text messages."),
            ("x" * (307 - signature), "3 text messages."),
            ("🙂" + "x" * (69 - signature), "2 text messages. Emoji and special letters make texts shorter."),
            ("x" * 1503, "3 letters too many."),
            ("", ""),
        ):
            box.fill(text)
            page.wait_for_function("text => document.getElementById('count').textContent === text", arg=count, timeout=3000)
        assert note.get_attribute("role") == "status"


def test_the_keyboard_alone_reaches_the_answer(visit, site, world, case):
    with visit(world.iro) as page:
        page.goto(f"{site}/children/{world.child.id}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "answer":
                break
        else:
            pytest.fail("the answer box is not among the first 12 stops after the skip link")


def test_the_consultation_prints_without_the_pages_around_it(visit, site, world, case, tmp_path):
    with visit(world.iro) as page:
        page.goto(f"{site}/consultations/{case.consultation}")
        page.emulate_media(media="print")
        page.screenshot(path=tmp_path / "print-consultation.png", full_page=True)
        assert not page.get_by_role("navigation").is_visible()
        assert page.get_by_text("after skl").is_visible()
        page.pdf(path=tmp_path / "consultation.pdf")
