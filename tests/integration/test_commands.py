"""The command `heard`, as a council's officer types it: plain lines when something is wrong, never a traceback."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from cases import casework, people
from cases.settings import ROOT
from cases.store import crypto
from cases.store.db import Store

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def heard(settings, *arguments: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEARD_", "TWILIO_"))}
    env = {**kept, "HEARD_HOME": str(settings.home), "HEARD_DATABASE_URL": settings.database_url, **env}
    command = [sys.executable, "-m", "heard", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, input=stdin, capture_output=True, text=True, timeout=120)


def test_export_prints_what_is_held_and_is_on_the_audit_trail(settings, store, world):
    shown = json.loads(heard(settings, "export", "C1").stdout)
    assert shown["child"]["name"] == "Ash Marlow" and shown["iro"]["name"] == "Denise Okoro"
    with store.write() as session:
        casework.note(session, people.by_ref(session, "C1"), people.by_ref(session, "I1"), "Rang the school.", datetime.now(UTC))
    shown = json.loads(heard(settings, "export", "C1").stdout)
    assert [(one["by"], one["text"]) for one in shown["staff_notes"]] == [("iro", "Rang the school.")]
    assert {"messages", "consultations", "issues", "complaints", "advocate_requests", "alerts"} <= shown.keys()
    assert json.loads(heard(settings, "export", "C1").stdout)["audit"][0]["action"] == "export"


def test_leave_says_what_was_done_and_what_is_to_be_done(settings, store, world):
    gone = heard(settings, "leave", "I1", "--to", "I2")
    assert gone.returncode == 0 and "2 children are I2's now." in gone.stdout
    gone = heard(settings, "leave", "D1")
    assert "TO DO Nobody is loaded as duty now" in gone.stdout
    assert "has left already" in heard(settings, "leave", "I1").stderr
    assert "There is nobody with the reference X9" in heard(settings, "leave", "X9").stderr


def test_erase_leaves_nothing_that_could_be_read(settings, store, world):
    assert heard(settings, "erase", "C1", "--yes").returncode == 0
    with store.read() as session:
        assert people.by_ref(session, "C1") is None
        assert people.phone_of(session, "+447700900001") is None
    again = heard(settings, "export", "C1")
    assert again.returncode == 1 and "There is no child with the reference C1" in again.stderr


def test_rotated_key_opens_everything_and_the_old_one_is_gone_at_the_end(settings, store, world):
    old = crypto.read_service_keys(settings.key_file)
    assert heard(settings, "keys", "rotate").returncode == 0
    assert len(crypto.read_service_keys(settings.key_file)) == 2
    assert heard(settings, "keys", "rotate", "--finish").returncode == 0
    new = crypto.read_service_keys(settings.key_file)
    assert len(new) == 1 and new != old
    reopened = Store(settings.database_url, new)
    with reopened.read() as session:
        assert people.by_ref(session, "C1").name == "Ash Marlow"
    reopened.close()


def test_wrong_file_is_refused_by_row_and_column_and_changes_nothing(settings, store, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("kind,ref,name\nchild,C1,Ash\nteacher,T1,Bo\n")
    refused = heard(settings, "import", str(file))
    assert refused.returncode == 2 and "Row 3, column kind" in refused.stderr and "Nothing was changed" in refused.stderr
    with store.read() as session:
        assert people.by_ref(session, "C1") is None


@pytest.mark.parametrize(
    ("arguments", "env", "says"),
    [
        (("parse",), {}, "There is no trained model yet"),
        (("rasa",), {}, "There is no trained model yet"),
        (("migrate",), {"HEARD_KEY_FILE": "/nowhere/key"}, "The service key cannot be read"),
        (("gateway",), {"PORT": "none"}, "PORT is 'none': set it to a port number"),
        (("up",), {"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_AUTH_TOKEN is empty"),
        (("keys", "new"), {}, "is there already"),
    ],
)
def test_what_is_wrong_is_said_in_a_plain_line(settings, store, arguments, env, says):
    refused = heard(settings, *arguments, **env)
    assert refused.returncode != 0 and says in refused.stderr
    assert "Traceback" not in refused.stderr


def test_check_says_what_is_missing_in_plain_words(settings, store, world):
    with store.write() as session:
        people.add_person(session, kind="iro", ref="I7", name="Rae Lund")
    checked = heard(settings, "check")
    assert checked.returncode == 1
    assert "The service key opens the database." in checked.stdout and "WRONG SMS is off" in checked.stdout
    assert "Somebody is loaded as duty." in checked.stdout
    assert "WRONG No alert reaches I7: no e-mail address and no phone." in checked.stdout
