"""`heard check`: is everything that Heard needs there? One plain line each."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from cases import people, questions
from cases.language import calendar
from cases.settings import BadSettings, Settings
from cases.store.crypto import KeyProblem, ring
from cases.store.db import Store, open_store
from cases.store.models import DataKey

#: Seconds that clocks may differ (a lease is 15), and connections of a gateway, a worker, an action server and a Rasa: docs/scale.md.
CLOCKS_APART, ONE_SET = 2.0, 61
#: The first SQLite release without the rare loss of commits in WAL mode.
SAFE_SQLITE = (3, 51, 3)


def check() -> Iterator[tuple[bool, str]]:
    """(whether it is good, what to know or do), for settings, key, database, people, Rasa, actions, e-mail and SMS."""
    try:
        settings = Settings.from_env()
    except BadSettings as error:
        yield from ((False, line) for line in error.problems)
        return
    yield True, "The settings can be used."
    yield from content()
    yield (
        settings.secure_cookies,
        f"HEARD_PUBLIC_URL is {settings.public_url}" + ("." if settings.secure_cookies else "; for real use it must be https."),
    )
    yield from _sign_in(settings)
    yield _paper()
    try:
        store = open_store(settings)
    except KeyProblem as error:
        yield False, str(error)
        return
    yield from _database(store, settings)
    servers = [("Rasa", f"{url}/webhooks/heard/health") for url in settings.rasa_urls]
    for name, url in [*servers, *(("The action server", f"{url}/health") for url in settings.actions_urls)]:
        yield _answers(url), f"{name} at {url}" + (" answers." if _answers(url) else " does not answer: is 'heard up' running?")
    yield _smtp(settings)
    yield (
        settings.sms_ready,
        "SMS goes through " + (settings.twilio_api_url or "Twilio") + "."
        if settings.sms_ready
        else ("SMS is off: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM."),
    )
    yield from _one_machine(settings, store)


def _sign_in(settings: Settings) -> Iterator[tuple[bool, str]]:
    if settings.oidc_issuer:
        good = _answers(f"{settings.oidc_issuer}/.well-known/openid-configuration")
        state = "which answers." if good else "which does not answer: check HEARD_OIDC_ISSUER."
        yield good, f"Staff sign in at {settings.oidc_issuer}, {state}"
    else:
        yield (
            settings.second_factor,
            "Staff sign in with a password and a code from their phone."
            if settings.second_factor
            else "Staff sign in with a password alone: for real use take HEARD_SECOND_FACTOR=off away.",
        )


def content(folder: Path = questions.FOLDER) -> Iterator[tuple[bool, str]]:
    """Whether the questions that a council edits can be used; a line for each that cannot."""
    try:
        questions.load(folder)
        yield True, "The questions of the consultation (data/consultation) can be used."
    except questions.BadContent as error:
        yield from ((False, line) for line in error.problems)
    try:
        terms = calendar.load()
        there = bool(terms.holidays) and terms.holidays[-1].last > date.today() + timedelta(days=120)
        yield there, "The school holidays (data/terms.yml) " + ("can be used." if there else "end within four months: add the next ones.")
    except calendar.BadTerms as error:
        yield from ((False, line) for line in error.problems)


def _paper() -> tuple[bool, str]:
    try:
        import weasyprint  # noqa: F401 (loads Pango)
    except OSError:
        return False, "PDFs cannot be made: install Pango (apt-get install libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core)."
    return True, "PDFs of the record can be made."


def _database(store: Store, settings: Settings) -> Iterator[tuple[bool, str]]:
    try:
        with store.read() as session:
            version = session.scalar(text("SELECT sqlite_version()" if store.is_sqlite else "SHOW server_version"))
            yield True, f"The database answers: {'SQLite' if store.is_sqlite else 'PostgreSQL'} {version}."
            if store.is_sqlite:
                safe = tuple(int(part) for part in version.split(".")) >= SAFE_SQLITE
                yield safe, f"SQLite {version} " + ("keeps every commit." if safe else "can lose a commit: install a newer pysqlite3.")
            held = session.scalars(select(DataKey.owner)).all()
            if held:
                ring.key(held[0])
                yield True, "The service key opens the database."
            for kind, needed in (("duty", "urgent alerts have nowhere to go"), ("manager", "complaints about an IRO have nowhere to go")):
                there = bool(people.staff(session, kind))
                yield there, f"Somebody is loaded as {kind}." if there else f"Nobody is loaded as {kind}: {needed}. Use 'heard import'."
            mute = [
                person.ref
                for kind in ("iro", "duty", "complaints", "manager")
                for person in people.staff(session, kind)
                if not person.email and people.sms_phone(session, person.id) is None
            ]
            if mute:
                yield False, f"No alert reaches {', '.join(mute)}: no e-mail address and no phone. Use 'heard import'."
    except KeyProblem as error:
        yield False, str(error)
    except Exception as error:  # whatever a driver raises: the person needs the line, not the trace
        yield False, f"The database does not answer ({type(error).__name__}): check HEARD_DATABASE_URL, and run 'heard migrate'."


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=3).status_code == 200
    except httpx.HTTPError:
        return False


def _smtp(settings: Settings) -> tuple[bool, str]:
    if not settings.smtp_url:
        return False, "E-mail is off: set HEARD_SMTP_URL and HEARD_MAIL_FROM, or nobody is alerted by e-mail."
    url = urlsplit(settings.smtp_url)
    try:
        server = (smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP)(url.hostname, url.port or 0, timeout=5)
        server.quit()
    except OSError as error:
        return False, f"The mail server at {url.hostname} does not answer ({type(error).__name__}): check HEARD_SMTP_URL."
    return True, f"The mail server at {url.hostname} answers."


def _one_machine(settings: Settings, store: Store) -> Iterator[tuple[bool, str]]:
    """What is not fit for more than one machine, or for several of a kind."""
    several = len(settings.rasa_urls) > 1
    if store.is_sqlite:
        yield True, "SQLite: fit for one machine; more machines need PostgreSQL and HEARD_REDIS_URL (docs/scale.md)."
        if settings.redis_url:
            yield False, "HEARD_REDIS_URL is set, but the database is SQLite: a second machine would have another database."
        return
    if not settings.redis_url:
        yield not several, "PostgreSQL without HEARD_REDIS_URL: fit for one Rasa server; more of them need Redis for their locks."
    else:
        yield _redis(settings.redis_url)
    try:
        yield from _postgres(store)
    except SQLAlchemyError as error:
        yield False, f"PostgreSQL could not be asked about its limits ({type(error).__name__})."
    for name, urls in (("HEARD_RASA_URL", settings.rasa_urls), ("HEARD_ACTIONS_URL", settings.actions_urls)):
        if len(urls) == 1:
            yield True, f"{name} names one server: while it restarts, turns wait. Name two, by comma, to do without a pause."


def _postgres(store: Store) -> Iterator[tuple[bool, str]]:
    with store.read() as session:
        now, most = session.scalar(select(func.clock_timestamp())), int(session.scalar(text("SHOW max_connections")))
    apart = abs((datetime.now(UTC) - now).total_seconds())
    good = apart < CLOCKS_APART
    yield good, f"This machine's clock is {apart:.1f} s from the database's" + ("." if good else ": leases go wrong. Set up NTP on both.")
    sets = most // ONE_SET
    yield sets > 0, f"PostgreSQL allows {most} connections: room for {sets} of each process in the worst case ({ONE_SET} for one of each)."


def _redis(address: str) -> tuple[bool, str]:
    url = urlsplit(address)
    try:
        socket.create_connection((url.hostname, url.port or 6379), timeout=3).close()
    except OSError as error:
        return False, f"Redis at {url.hostname} does not answer ({type(error).__name__}): check HEARD_REDIS_URL."
    return True, f"Redis at {url.hostname} answers."
