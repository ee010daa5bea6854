"""What `heard up --demo` needs before it starts: settings for a make-believe phone company and post, and fictional people."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import logins, people
from cases.importing import load
from cases.settings import Settings
from cases.store.db import Store
from cases.store.models import Person

#: Everybody's in the demo: it protects nothing, since every person in it is made up.
PASSWORD = "only-for-the-demo"
PEOPLE = Path(__file__).with_name("people.csv")


def environment(settings: Settings) -> dict[str, str]:
    """Settings for the make-believe phone company and post, where no real or stand-in ones are set."""
    extra = {}
    if not settings.sms_ready:
        extra |= {
            "TWILIO_ACCOUNT_SID": "ACdemo",
            "TWILIO_AUTH_TOKEN": "only-for-the-demo",
            "TWILIO_FROM": "+447700900999",
            "TWILIO_API_URL": f"http://127.0.0.1:{settings.port}/demo/twilio",
        }
    if not settings.smtp_url:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            extra |= {"HEARD_SMTP_URL": f"smtp://127.0.0.1:{probe.getsockname()[1]}", "HEARD_MAIL_FROM": "heard@demo.example"}
    return extra


def prepare(store: Store, settings: Settings, say: Callable[[str], None]) -> bool:
    """Load the fictional people once. False, with a plain line, where a demo must not run."""
    if settings.sms_ready and not _on_this_machine(settings.twilio_api_url):
        say("The demo does not run with a real Twilio account: unset the TWILIO_ settings, or start with 'heard up'.")
        return False
    if not _on_this_machine(settings.smtp_url):
        say("The demo does not send real e-mail: unset HEARD_SMTP_URL, or start with 'heard up'.")
        return False
    with store.write() as session:
        held = session.scalars(select(Person)).all()
        if any(not person.demo for person in held):
            say("This database holds real people, so the demo does not start: set HEARD_HOME to an empty folder, or use 'heard up'.")
            return False
        if not held:
            add_people(session, datetime.now(UTC))
            say("The fictional people of the demo are loaded.")
    return True


def add_people(session: Session, now: datetime) -> None:
    """The people of people.csv through the same code as `heard import`, each member of staff with the demo's password."""
    load(session, _with_dates(PEOPLE.read_text(), now.date()).encode(), now, demo=True)
    for kind in people.STAFF_KINDS:
        for person in people.staff(session, kind):
            logins.set_password(session, person, PASSWORD, now)


def _with_dates(text: str, today: date) -> str:
    """{in:21} is the date in 21 days, {ago:90} the one 90 days ago, {born:15} somebody's birthday who is 15."""
    made = {
        "in": lambda days: today + timedelta(days=days),
        "ago": lambda days: today - timedelta(days=days),
        "born": lambda years: today - timedelta(days=round(years * 365.25) + 100),
    }
    return re.sub(r"\{(in|ago|born):(\d+)\}", lambda found: made[found[1]](int(found[2])).isoformat(), text)


def _on_this_machine(url: str) -> bool:
    return (urlsplit(url).hostname or "") in ("127.0.0.1", "localhost", "::1")
