"""People and set-up: details, allocations, absence and cover, a file with preview and a way back, settings with history."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from cases import council, people
from cases.store.models import Absence, Allocation, Conversation, ImportRun, Inbound, Person, Phone, Review, SettingChange


@pytest.fixture
def admin(as_, world):
    return as_(world.admin)


@pytest.fixture
def iro_of(store):
    def name(child: Person) -> str | None:
        with store.read() as session:
            iro = people.iro_of(session, child.id)
            return iro.name if iro else None

    return name


FILE = """kind,ref,name,phone,date_of_birth,iro_ref,next_review,needs
iro,I7,Nia New,,,,,
child,C1,Ash Marlow,,,I7,,Large print
child,C7,Dee Fresh,+447700900070,2014-02-03,I7,2026-12-10T15:00,
"""


def _load(admin, content: str, **more):
    admin.get("/inbox/import")
    return admin.post(
        "/inbox/import", data={"csrf": admin.field("csrf")} | more, files={"file": ("people.csv", content.encode(), "text/csv")}
    )


def _sure(admin, content: str):
    return admin.post("/inbox/import", data={"csrf": admin.field("csrf"), "content": content, "sure": "yes"})


def test_a_child_is_added_by_hand_and_belongs_to_their_iro(store, world, admin, iro_of):
    admin.get("/inbox/people/new")
    fields = {"kind": "child", "ref": "C8", "name": "Eli Dunn", "phone": "07700 900080", "iro_ref": "I2", "language": "en"}
    assert "Eli Dunn" in admin.submit("/inbox/people/new", **fields).text
    with store.read() as session:
        assert iro_of(people.by_ref(session, "C8")) == "Martin Hale"
        assert people.phone_of(session, "+447700900080") is not None


def test_wrong_details_are_said_by_field_and_nothing_is_saved(store, world, admin):
    admin.get("/inbox/people/new")
    fields = {"kind": "child", "ref": "C1", "name": "", "phone": "12", "date_of_birth": "yesterday"}
    response = admin.submit("/inbox/people/new", **fields)
    assert response.status_code == 400
    for said in ("Name: it is empty", "Phone number: it is not a phone number", "Date of birth:"):
        assert said in response.text
    admin.get(f"/inbox/people/{world.child.id}")
    response = admin.submit(f"/inbox/people/{world.child.id}", name="Ash Marlow", phone="+447700900002", language="en")
    assert "Phone number: it belongs to another person" in response.text
    with store.read() as session:
        assert people.sms_phone(session, world.child.id).number == "+447700900001"


def test_a_new_number_takes_the_place_of_the_old_one(store, world, admin):
    admin.get(f"/inbox/people/{world.child.id}")
    admin.submit(f"/inbox/people/{world.child.id}", name="Ash Marlow", phone="07700 900055", language="en", sibling_group="S1")
    with store.read() as session:
        assert {row.number: row.status for row in session.query(Phone).filter_by(person_id=world.child.id)} == {
            "+447700900001": "old",
            "+447700900055": "verified",
        }


def test_brothers_and_sisters_move_together(world, admin, iro_of):
    page = f"/inbox/people/{world.child.id}"
    admin.get(page)
    admin.submit(f"{page}/iro", iro=world.other_iro.id, together="yes")
    assert (iro_of(world.child), iro_of(world.sibling)) == ("Martin Hale", "Martin Hale")


def test_brothers_and_sisters_are_parted_only_with_a_reason(store, world, admin, iro_of):
    page = f"/inbox/people/{world.child.id}"
    admin.get(page)
    response = admin.submit(f"{page}/iro", iro=world.other_iro.id)
    assert response.status_code == 400 and "Move them together, or say why not" in response.text
    assert iro_of(world.child) == "Denise Okoro"
    assert "They do not get on" in admin.submit(f"{page}/iro", iro=world.other_iro.id, because="They do not get on").text
    assert (iro_of(world.child), iro_of(world.sibling)) == ("Martin Hale", "Denise Okoro")


def test_absence_gives_the_cover_sight_for_as_long_as_it_lasts(store, world, say, admin, as_, clock, now):
    page = f"/inbox/people/{world.iro.id}"
    admin.get(page)
    for fields, says in (
        ({"starts": "2026-11-24", "ends": "2026-11-20", "cover": world.other_iro.id}, "must not be before the first"),
        ({"starts": "2026-11-24", "ends": "2026-11-27", "cover": world.iro.id}, "choose another IRO"),
        ({"starts": "soon", "ends": "2026-11-27", "cover": world.other_iro.id}, "enter the first and the last day"),
    ):
        assert says in admin.submit(f"{page}/away", **fields).text
    admin.submit(f"{page}/away", starts="2026-11-24", ends="2026-11-27", cover=world.other_iro.id)
    assert (
        "they are away then already" in admin.submit(f"{page}/away", starts="2026-11-26", ends="2026-11-30", cover=world.other_iro.id).text
    )
    assert "Ash" in as_(world.other_iro).get("/inbox/").text
    with store.read() as session:
        absence = session.query(Absence).one().id
    admin.get(page)
    admin.submit(f"/inbox/absences/{absence}/end")
    clock.now = now + timedelta(minutes=1)
    assert "Ash" not in as_(world.other_iro).get("/inbox/").text


def test_an_iro_who_has_children_cannot_leave_and_one_who_left_cannot_sign_in(world, admin, as_, browser):
    page = f"/inbox/people/{world.other_iro.id}"
    gone = as_(world.other_iro)
    admin.get(page)
    assert "still the IRO of children" in admin.submit(f"{page}/leave").text
    child = f"/inbox/people/{world.other_child.id}"
    admin.get(child)
    admin.submit(f"{child}/iro", iro=world.iro.id)
    admin.get(page)
    assert "Has left" in admin.submit(f"{page}/leave").text
    assert gone.get("/inbox/").url.path == "/inbox/sign-in"
    assert browser().sign_in("martin@council.example").status_code == 403


def test_nobody_takes_themselves_off(world, admin):
    page = f"/inbox/people/{world.admin.id}"
    admin.get(page)
    assert "cannot take yourself off" in admin.submit(f"{page}/leave").text


def test_people_around_a_child_are_added_and_removed(world, admin, as_):
    page = f"/inbox/people/{world.child.id}"
    admin.get(page)
    assert "enter a phone number" in admin.submit(f"{page}/contacts", relation="carer", name="Jo Fielding", phone="one").text
    admin.submit(f"{page}/contacts", relation="carer", name="Jo Fielding", phone="01632 960123")
    assert "Jo Fielding" in as_(world.iro).get(f"/inbox/children/{world.child.id}").text
    contact = re.search(r"/contacts/(\w+)/end", admin.get(page).text)[1]
    admin.submit(f"/inbox/contacts/{contact}/end")
    assert "Jo Fielding" not in as_(world.iro).get(f"/inbox/children/{world.child.id}").text


def test_the_administrator_sees_people_and_nothing_that_a_child_said(world, case, admin):
    for path in (f"/people/{world.child.id}", "/people", "/"):
        page = admin.get("/inbox" + path).text
        assert not any(words in page for words in ("my aunt", "bus pass", "lost my bag", "zebrawords", "after skl")), path


def test_a_file_shows_what_it_would_change_before_anything_changes(store, world, admin):
    response = _load(admin, FILE)
    assert "2 new, 1 changed, 0 as they are. Nothing has been changed yet." in response.text
    assert "Needs: Large print" in response.text and "IRO: I1 becomes I7" in response.text
    assert "Brothers and sisters of group" not in response.text, "the file says nothing of groups"
    with store.read() as session:
        assert people.by_ref(session, "C7") is None


def test_a_language_is_shown_by_its_name_whichever_way_it_was_written(store, world, admin):
    content = "kind,ref,name,language\nchild,C1,Ash Marlow,Polish\n"
    assert "Language: English becomes Polish" in _load(admin, content).text
    _sure(admin, content)
    with store.read() as session:
        assert session.get(Person, world.child.id).language == "pl"


def test_a_file_is_loaded_and_undone_as_one(store, world, admin, iro_of):
    _load(admin, FILE)
    assert "The file is loaded." in _sure(admin, FILE).text
    assert iro_of(world.child) == "Nia New"
    with store.read() as session:
        run = session.query(ImportRun).one()
        assert (run.added, run.updated) == (2, 1)
    assert "as it was before the file" in admin.submit(f"/inbox/imports/{run.id}/undo").text
    assert iro_of(world.child) == "Denise Okoro"
    with store.read() as session:
        assert people.by_ref(session, "C7") is None and people.by_ref(session, "I7") is None
        assert session.query(Allocation).filter_by(child_id=world.child.id, until=None).count() == 1
        assert session.get(Person, world.child.id).needs is None
    assert admin.submit(f"/inbox/imports/{run.id}/undo").status_code == 404, "once"


def test_a_file_is_not_undone_over_a_childs_message(store, world, say, admin):
    _load(admin, FILE)
    _sure(admin, FILE)
    with store.read() as session:
        run, child = session.query(ImportRun).one().id, people.by_ref(session, "C7")
    say(child, "hi its dee")
    response = admin.submit(f"/inbox/imports/{run}/undo")
    assert response.status_code == 400 and "written to: C7" in response.text
    with store.read() as session:
        assert people.by_ref(session, "C7") is not None
        assert session.query(Inbound).join(Conversation).filter(Conversation.child_id == child.id).count() == 1
        assert session.query(Review).filter_by(child_id=child.id).count() == 1


@pytest.mark.parametrize("content, says", [
    ("kind,ref,name,date_of_birth\nchild,C9,Kit,31/02/2012\n", "Row 2, column date_of_birth: "),
    ("kind,ref,name,phone\nchild,C9,Kit,+447700900001\n", "Row 2, column phone: it belongs to another person"),
    ("kind,ref,name,phone\nchild,C8,Kit,07700900099\nchild,C9,Kat,+447700900099\n", "Row 3, column phone: it belongs to another"),
    ("kind,ref,name\nchild,C9\n", "Row 2, column name: it is empty"),
    ("kind,ref,name,language\nchild,C9,Kit,what mum speaks at home\n", "Row 2, column language: "),
    ("kind,ref,name,colour\nchild,C9,Kit,red\n", "Row 1: the column &#39;colour&#39; is not known"),
    ("", "Row 1: there is no column"),
])  # fmt: skip
def test_a_file_with_errors_says_where_and_changes_nothing(store, world, admin, content, says):
    response = _load(admin, content, sure="yes")
    assert response.status_code == 400 and says in response.text
    with store.read() as session:
        assert people.by_ref(session, "C9") is None and session.query(ImportRun).count() == 0


def test_a_file_that_is_no_text_or_far_too_large_is_refused_with_a_plain_page(world, admin):
    admin.get("/inbox/import")
    csrf = admin.field("csrf")
    response = admin.post("/inbox/import", data={"csrf": csrf}, files={"file": ("x.csv", b"\xff\xfe\x00kind", "text/csv")})
    assert response.status_code == 400 and "The file is not UTF-8" in response.text
    response = admin.post("/inbox/import", data={"csrf": csrf}, files={"file": ("x.csv", b"x" * 3_000_000, "text/csv")})
    assert response.status_code == 403


def test_siblings_who_would_be_parted_by_a_file_are_named(world, admin):
    page = _load(admin, "kind,ref,name,iro_ref,sibling_group\nchild,C1,Ash Marlow,I2,S1\n").text
    assert "Brothers and sisters of group S1 would not have the same IRO" in page


def test_settings_hold_at_once_and_have_a_history(store, world, admin, as_, now):
    admin.get("/inbox/settings")
    assert "Enter a whole number from 1 to 30" in admin.submit("/inbox/settings/record_days", value="soon").text
    admin.get("/inbox/settings")
    assert "It holds from now on" in admin.submit("/inbox/settings/record_days", value="12").text
    assert "Ana Reed" in admin.page and ": 12</span>" in admin.page
    admin.submit("/inbox/settings/record_days", value="12")
    with store.read() as session:
        assert council.values(session)["record_days"] == 12
        assert session.query(SettingChange).count() == 1, "the same again is no change"
    admin.get("/inbox/settings")
    admin.submit("/inbox/settings/phrases", value="First words ___\n\nOther words")
    page = as_(world.iro).get(f"/inbox/children/{world.child.id}").text
    assert "First words ___" in page and "I do not know yet" not in page
    assert admin.submit("/inbox/settings/nonsense", value="1").status_code == 404


@pytest.mark.parametrize("name, typed, kept", [
    ("working_hours", "08:30 to 17:30", ["08:30", "17:30"]),
    ("chase_concern", "20, 40, 60", [20, 40, 60]),
    ("digest_at", "07:45", "07:45"),
    ("out_of_hours", "D1", ["D1"]),
])  # fmt: skip
def test_the_hours_of_the_service_are_settings_that_alerts_follow(store, world, admin, name, typed, kept):
    from cases import office

    admin.get("/inbox/settings")
    admin.submit(f"/inbox/settings/{name}", value=typed)
    with store.read() as session:
        held = getattr(office.of(session), name)
        assert (list(held) if isinstance(held, tuple) else held) == kept
    admin.get("/inbox/settings")
    assert admin.submit(f"/inbox/settings/{name}", value="half past lemon,").status_code == (200 if name == "out_of_hours" else 400)


def test_what_children_are_told_that_the_duty_team_is_called_is_a_setting(store, world, admin):
    for typed in ("call http://x.example", "team \U0001f642", "the " + "multidisciplinary " * 3, "{name}"):
        admin.get("/inbox/settings")
        assert admin.submit("/inbox/settings/duty_team", value=typed).status_code == 400, typed
    admin.get("/inbox/settings")
    page = admin.submit("/inbox/settings/duty_team", value="the night  team").text
    assert "It holds from now on" in page and "the night team" in page.split("History")[1]
    admin.get("/inbox/settings")
    assert admin.submit("/inbox/settings/duty_team", value="").status_code == 200, "as it was"
