"""Who sees what: every page, every role, every thing. What is not theirs is one and the same "not found" page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete

from cases import access, people
from cases.store.models import Absence, Audit, Complaint, Person
from inbox.app import OPEN, PAGES
from tests.caseload import SECRETS

ROLES = ("iro", "other_iro", "duty", "complaints", "manager", "admin")

#: Who opens a page: path → roles. {name} is filled from the case or the world. Whoever is not named gets "not found".
SEES = {
    "/": ROLES,
    "/account": ROLES,
    "/complaints": ("iro", "other_iro", "complaints", "manager"),
    "/unmatched": ("duty", "manager"),
    "/unmatched/{unmatched}": ("duty", "manager"),
    "/children/{child}": ("iro", "manager"),
    "/children/{other_child}": ("other_iro", "manager"),
    "/children/{child}/in-confidence": ("complaints", "manager"),
    "/children/{other_child}/in-confidence": (),
    "/children/{iro}": (),
    "/children/made-up": (),
    "/children/{child}/footprint": ("iro", "manager"),
    "/children/{other_child}/footprint": ("other_iro", "manager"),
    "/messages/{message}/risk": ("iro", "manager"),
    "/messages/{hidden_message}/risk": ("manager",),
    "/messages/made-up/risk": (),
    "/consultations/{consultation}": ("iro", "manager"),
    "/consultations/made-up": (),
    "/consultations/{consultation}/paper.pdf": ("iro", "manager"),
    "/consultations/made-up/paper.pdf": (),
    "/children/{child}/record": ("iro", "manager"),
    "/children/{child}/record.pdf": ("iro", "manager"),
    "/children/{child}/record.json": ("iro", "manager"),
    "/children/{other_child}/record.json": ("other_iro", "manager"),
    "/complaints/{complaint}": ("iro", "complaints", "manager"),
    "/complaints/{complaint_about_iro}": ("complaints", "manager"),
    "/complaints/made-up": (),
    "/children/{child}/reviews": ("iro", "manager"),
    "/children/{other_child}/reviews": ("other_iro", "manager"),
    "/reviews/{review}": ("iro", "manager"),
    "/reviews/made-up": (),
    "/supervision": ("iro", "other_iro", "manager"),
    "/overview": ("manager",),
    "/overview/waiting.csv": ("manager",),
    "/themes": ("manager",),
    "/themes.csv": ("manager",),
    "/people": ("manager", "admin"),
    "/people/new": ("manager", "admin"),
    "/people/{child}": ("manager", "admin"),
    "/people/made-up": (),
    "/import": ("admin",),
    "/settings": ("admin",),
    "/alerts/{alert_for_iro}": ("iro",),
    "/alerts/{alert_for_complaints}": ("complaints",),
    "/alerts/made-up": (),
}

#: Who may do what, likewise.
DOES = {
    "/search": (ROLES, {"name": "a"}),
    "/children/{child}/in-record": (("iro", "manager"), {"up_to": "2026-11-24T11:00:00+00:00"}),
    "/children/{child}/answer": (("iro", "manager"), {"answer": "hello"}),
    "/children/{child}/draft": (("iro", "manager"), {"answer": "hello"}),
    "/children/{child}/come-back": (("iro", "manager"), {"by": "2026-11-25"}),
    "/children/{child}/no-answer": (("iro", "manager"), {}),
    "/children/{child}/note": (("iro", "manager"), {"note": "rang the school"}),
    "/children/{child}/hand-over": (("iro", "manager"), {"note": "away tomorrow", "to": "duty"}),
    "/children/{child}/end-chats": (("iro", "manager"), {}),
    "/children/{child}/invite": (("iro", "manager"), {}),
    "/issues/{issue}/done": (("iro", "manager"), {}),
    "/issues/{hidden_issue}/done": (("manager",), {}),
    "/messages/{message}/risk": (("iro", "manager"), {"risk": "none", "why": "a film"}),
    "/messages/{hidden_message}/risk": (("manager",), {"risk": "none", "why": "a film"}),
    "/children/{child}/reviews": (("iro", "manager"), {"on": "2026-12-20"}),
    "/reviews/{review}": (("iro", "manager"), {"on": "2026-12-21", "tell": "yes"}),
    "/reviews/{review}/status": (("iro", "manager"), {"status": "cancelled"}),
    "/reviews/{review}/consulted": (
        ("iro", "manager"),
        {"who": "Ms Reed", "role": "school", "how": "phone", "on": "2026-11-20"},
    ),
    "/reviews/{review}/papers": (("iro", "manager"), {"decisions_on": "2026-11-20"}),
    "/reviews/{review}/decisions": (("iro", "manager"), {"text": "a bus pass"}),
    "/reviews/{review}/announce": (("iro", "manager"), {}),
    "/reviews/{review}/explained": (("iro", "manager"), {"explained": "Yes to the bus pass.", "send": "yes"}),
    "/decisions/{decision}": (("iro", "manager"), {"what": "done"}),
    "/children/{child}/concerns": (("iro", "manager"), {"kind": "no_school"}),
    "/concerns/{concern}/end": (("iro", "manager"), {}),
    "/children/{child}/told": (("iro", "manager"), {}),
    "/complaints/{complaint}": (("complaints", "manager"), {"to": "acknowledge"}),
    "/complaints/{complaint_about_iro}": (("complaints", "manager"), {"to": "2"}),
    "/advocate-requests/{advocate}": (("complaints", "manager"), {"to": "closed"}),
    "/people/find": (("manager", "admin"), {"name": "a"}),
    "/people/new": (("manager", "admin"), {"kind": "iro", "ref": "I9", "name": "New Iro"}),
    "/people/{child}": (("manager", "admin"), {"name": "Ash Marlow", "phone": "+447700900001"}),
    "/people/{child}/iro": (("manager", "admin"), {"iro": "nobody"}),
    "/people/{iro}/away": (("manager", "admin"), {"starts": "x"}),
    "/people/{child}/contacts": (("manager", "admin"), {"relation": "carer", "name": "Jo"}),
    "/contacts/{contact}/end": (("manager", "admin"), {}),
    "/absences/{absence}/end": (("manager", "admin"), {}),
    "/people/{sibling}/leave": (("manager", "admin"), {}),
    "/import": (("admin",), {"content": "kind,ref,name\niro,I8,New Iro\n", "sure": "yes"}),
    "/imports/{import_run}/undo": (("admin",), {}),
    "/settings/{setting}": (("admin",), {"value": "14"}),
    "/unmatched/{unmatched}/done": (("duty", "manager"), {}),
    "/alerts/{alert_for_iro}/acknowledge": (("iro",), {}),
    "/alerts/{alert_for_complaints}/acknowledge": (("complaints",), {}),
    "/account/profile": (("iro", "other_iro"), {"answers": "On Mondays."}),
    "/account/password": (ROLES, {"old": "x", "new": "y", "again": "z"}),
    "/account/recovery-codes": (ROLES, {"code": "000000"}),
    "/account/new-phone": (ROLES, {"code": "000000"}),
    "/account/sign-out": (ROLES, {}),
    "/account/sign-out-everywhere": (ROLES, {}),
}


def _ids(world, case) -> dict[str, str]:
    return vars(case) | {name: person.id for name, person in vars(world).items()} | {"setting": "record_days"}


def test_the_walk_below_knows_every_page():
    def meets(route: str, path: str) -> bool:
        parts = list(zip(route.split("/"), path.split("/"), strict=False))
        return route.count("/") == path.count("/") and all(one.startswith("{") or one == other for one, other in parts)

    for method, walked in (("GET", SEES), ("POST", DOES)):
        routes = [path for path, of, _ in PAGES if of == method]
        assert {next((route for route in routes if meets(route, path)), path) for path in walked} == set(routes)
    assert {path for path, _, _ in OPEN} == {"/sign-in", "/sign-in/code", "/sign-in/council", "/sign-in/back"}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_pages_and_no_other(world, case, as_, role):
    browser = as_(getattr(world, role))
    nothing_here = browser.get("/inbox/children/nobody").text
    for path, roles in SEES.items():
        response = browser.get("/inbox" + path.format(**_ids(world, case)))
        assert response.status_code == (200 if role in roles else 404), path
        if role not in roles:
            assert response.text == nothing_here, path


@pytest.mark.parametrize("role", ROLES)
def test_each_role_does_what_is_theirs_to_do_and_no_other(world, case, as_, role):
    browser = as_(getattr(world, role))
    for path, (roles, fields) in DOES.items():
        browser.get("/inbox/account")
        if "Sign in" in browser.page:
            browser.sign_in(getattr(world, role))
            browser.get("/inbox/account")
        response = browser.submit("/inbox" + path.format(**_ids(world, case)), once="once", **fields)
        assert (response.status_code != 404) == (role in roles), path


def test_nobody_who_is_not_signed_in_sees_anything(world, case, browser):
    fresh = browser()
    for path in SEES:
        response = fresh.get("/inbox" + path.format(**_ids(world, case)))
        assert response.url.path == "/inbox/sign-in", path
        assert "Ash" not in response.text
    for path in DOES:
        response = fresh.post("/inbox" + path.format(**_ids(world, case)), data={"csrf": ""})
        assert response.url.path == "/inbox/sign-in", path


def test_an_iro_finds_no_trace_of_a_complaint_about_them(store, world, case, as_):
    """Every page with the complaint in the store reads as it does without it."""
    paths = [path.format(**_ids(world, case)) for path, roles in SEES.items() if "iro" in roles]

    def all_pages() -> dict[str, str]:
        browser = as_(world.iro)
        answers = {path: browser.get("/inbox" + path) for path in paths}
        assert all(answer.status_code == 200 for answer in answers.values())
        pages = {path: answer.text for path, answer in answers.items()}
        browser.get("/inbox/")
        pages["search"] = browser.submit("/inbox/search", name="ash").text
        return {path: _without_tokens(text) for path, text in pages.items()}

    all_pages()  # opens what is new, so that both walks below see the same states
    with_it = all_pages()
    for path, text in with_it.items():
        assert not any(secret in text for secret in SECRETS), path
    with store.write() as session:
        _remove_the_complaint(session, world, case)
    assert all_pages() == with_it


def test_a_complaint_leaves_no_trace_with_a_colleague_who_covers(store, world, case, as_, now):
    with store.write() as session:
        session.add(
            Absence(iro_id=world.iro.id, cover_id=world.other_iro.id, starts=now - timedelta(hours=1), ends=now + timedelta(days=1))
        )
    browser = as_(world.other_iro)
    for path in ("/", f"/children/{world.child.id}", "/complaints"):
        page = browser.get("/inbox" + path).text
        assert "Ash" in page
        assert not any(secret in page for secret in SECRETS), path
    assert browser.get(f"/inbox/complaints/{case.complaint_about_iro}").status_code == 404


def test_cover_ends_with_the_absence(store, world, case, as_, clock, now):
    with store.write() as session:
        session.add(
            Absence(iro_id=world.iro.id, cover_id=world.other_iro.id, starts=now - timedelta(hours=1), ends=now + timedelta(minutes=5))
        )
    browser = as_(world.other_iro)
    assert browser.get(f"/inbox/children/{world.child.id}").status_code == 200
    assert browser.get(f"/inbox/alerts/{case.alert_for_iro}").status_code == 200
    clock.now = now + timedelta(minutes=6)
    assert browser.get(f"/inbox/children/{world.child.id}").status_code == 404
    assert browser.get(f"/inbox/alerts/{case.alert_for_iro}").status_code == 404


def test_a_child_goes_to_another_iro_with_all_that_waits(store, world, case, as_, now):
    with store.write() as session:
        people.allocate(session, session.get(Person, world.child.id), session.get(Person, world.other_iro.id), now)
    before, after = as_(world.iro), as_(world.other_iro)
    assert "Ash" not in before.get("/inbox/").text
    assert before.get(f"/inbox/children/{world.child.id}").status_code == 404
    page = after.get("/inbox/").text
    assert "Ash" in page and "1 new message" in page
    assert not any(secret in after.get(f"/inbox/children/{world.child.id}").text for secret in SECRETS)


def test_duty_sees_a_child_in_danger_until_a_week_after(world, as_, say, clock, now):
    say(world.other_child, "he is outside my door", level="immediate")
    duty = as_(world.duty)
    page = duty.get("/inbox/").text
    assert "Danger now" in page and "Cleo Vane" in page and "Ash" not in page
    assert "he is outside my door" in duty.get(f"/inbox/children/{world.other_child.id}").text
    duty.submit("/inbox/alerts/" + duty.page.split("/alerts/")[1].split("/")[0] + "/acknowledge")
    clock.now = now + timedelta(days=8)
    duty.sign_in(world.duty)
    assert duty.get(f"/inbox/children/{world.other_child.id}").status_code == 404


def test_duty_is_told_of_danger_even_in_a_complaint_and_the_iro_is_not(world, as_, say):
    say(world.child, "denise hit me", level="immediate", hidden_from=world.iro.id)
    assert "denise hit me" in as_(world.duty).get(f"/inbox/children/{world.child.id}").text
    iro = as_(world.iro)
    assert "Danger now" not in iro.get("/inbox/").text
    assert "denise hit me" not in iro.get(f"/inbox/children/{world.child.id}").text


@pytest.mark.parametrize(
    "about_another, stage, seen",
    [(True, "received", True), (False, "received", False), (True, "draft", False), (True, "withdrawn", False)],
)
def test_an_iro_sees_a_complaint_only_where_it_is_known_to_be_about_somebody_else(store, world, now, about_another, stage, seen):
    with store.write() as session:
        session.add(Complaint(child_id=world.child.id, about_another=about_another, text="not fair", stage=stage, created_at=now))
    with store.read() as session:
        assert (session.scalar(access.complaints_of(world.iro, now)) is not None) == seen
        assert (session.scalar(access.complaints_of(world.complaints, now)) is not None) == (stage != "draft")


def test_a_model_without_a_rule_is_shown_to_nobody(world):
    with pytest.raises(TypeError):
        access.visible(Person, world.manager)


def test_an_iro_sees_no_audit_row_of_a_complaint_about_them(store, world, case, as_):
    as_(world.complaints).get(f"/inbox/complaints/{case.complaint_about_iro}")
    as_(world.complaints).get(f"/inbox/children/{world.child.id}/in-confidence")
    with store.read() as session:
        rows = session.query(Audit).filter(Audit.action.in_(["view complaint", "view in confidence"])).all()
        assert [row.hidden_from for row in rows] == [world.iro.id] * 2
        assert session.query(Audit).filter(access.visible(Audit, world.iro), Audit.action == "view complaint").all() == []


def test_reading_a_complaint_that_may_be_about_the_iro_leaves_no_trace_for_them(store, world, as_, now):
    with store.write() as session:
        complaint = Complaint(child_id=world.child.id, text="not fair", stage="received", created_at=now)
        session.add(complaint)
    assert as_(world.complaints).get(f"/inbox/complaints/{complaint.id}").status_code == 200
    page = as_(world.iro).get(f"/inbox/children/{world.child.id}/footprint").text
    assert "Colin" not in page
    assert "Colin" in as_(world.manager).get(f"/inbox/children/{world.child.id}/footprint").text


def _without_tokens(text: str) -> str:
    lines = (line for line in text.splitlines() if 'name="csrf"' not in line and 'name="once"' not in line)
    return "\n".join(lines)


def _remove_the_complaint(session, world, case) -> None:
    from cases.store.models import AdvocateRequest, Alert, Complaint, Inbound, Issue, Job, Outgoing

    kept = [case.hidden_message, case.complaint_about_iro]
    session.execute(delete(Issue).where(Issue.inbound_id == case.hidden_message))
    alerts = [alert.id for alert in session.query(Alert).all() if alert.about_id in kept or alert.about == "advocate_request"]
    session.query(Outgoing).filter(Outgoing.alert_id.in_(alerts)).update({"alert_id": None}, synchronize_session=False)
    session.execute(delete(Alert).where(Alert.id.in_(alerts)))
    session.execute(delete(AdvocateRequest))
    session.execute(delete(Complaint).where(Complaint.id == case.complaint_about_iro))
    session.execute(delete(Job))
    session.execute(delete(Outgoing).where(Outgoing.hidden_from.is_not(None)))
    session.execute(delete(Inbound).where(Inbound.id == case.hidden_message))
