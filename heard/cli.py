"""The command `heard`. Each subcommand is a few lines; the work is done where it belongs."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cases import trace
from cases.problems import Problem
from cases.settings import Settings

if TYPE_CHECKING:
    from cases.store.db import Store


class Plainly(click.Group):
    """Turns what is wrong with the set-up into plain lines instead of a traceback."""

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except Problem as error:
            self.refuse(error.problems)

    def refuse(self, lines: list[str]):
        for line in lines:
            click.echo(line, err=True)
        sys.exit(2)


@click.group(cls=Plainly)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Heard: a looked-after child texts, their IRO hears, the child hears back."""
    trace.set_up(ctx.invoked_subcommand or "heard", as_json=os.environ.get("HEARD_LOG") == "json")


def _store() -> tuple[Settings, Store]:
    from cases.store.db import open_store  # not above: `heard up` starts the gateway before it loads the database's library

    settings = Settings.from_env()
    return settings, open_store(settings)


def _child(session, ref: str):
    from cases import people

    person = people.by_ref(session, ref)
    if person is None or person.kind != "child":
        raise click.ClickException(f"There is no child with the reference {ref}.")
    return person


@cli.command()
@click.option("--demo", is_flag=True, help="Fictional people, a phone on the screen, no accounts.")
def up(demo: bool) -> None:
    """Start everything under one supervisor. Ctrl-C ends all of it."""
    from heard.up import run

    sys.exit(run(demo=demo))


@cli.command()
@click.option("--demo", is_flag=True, hidden=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; put a TLS proxy in front of it.")
def gateway(demo: bool, host: str) -> None:
    """The internet-facing part: webhooks, web chat, inbox."""
    from heard.serve import gateway

    gateway(Settings.from_env(demo=demo), host)


@cli.command()
def worker() -> None:
    """The part that works off what came in and sends what goes out."""
    from heard.serve import worker

    worker(Settings.from_env())


@cli.command()
@click.option("--number", default=1, show_default=True, help="Which of the servers in HEARD_ACTIONS_URL.")
def actions(number: int) -> None:
    """The action server: what Rasa's stories do in the case store."""
    from heard.serve import actions

    actions(Settings.from_env(), number)


@cli.command()
@click.option("--number", default=1, show_default=True, help="Which of the servers in HEARD_RASA_URL.")
def rasa(number: int) -> None:
    """The dialogue server, on loopback."""
    from heard.serve import rasa

    rasa(Settings.from_env(), number)


@cli.command()
@click.option("--force", is_flag=True, help="Even when nothing has changed, and even if the new model is worse than the one in use.")
def train(force: bool) -> None:
    """Train the dialogue model, if the training data or the bot changed. A running Heard takes the new one up by itself."""
    from heard.train import train

    try:
        train(Settings.from_env(), force=force, progress=click.echo)
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None


@cli.command()
def parse() -> None:
    """JSON lines {"text"} in; {"text", "intent", "confidence", "risk", "category"} out, in order."""
    from heard.parse import parse_lines

    for line in parse_lines(Settings.from_env(), sys.stdin):
        click.echo(json.dumps(line, ensure_ascii=False))


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Load or update people and allocations from a CSV file."""
    from cases.importing import ImportProblems, load

    _, store = _store()
    store.prepare()
    try:
        with store.write() as session:
            loaded = load(session, file.read_bytes(), datetime.now(UTC))
    except ImportProblems as error:
        cli.refuse([*error.problems, "Nothing was changed."])
    click.echo(f"{loaded.added} added, {loaded.updated} updated.")


@cli.command()
@click.argument("child_ref")
def export(child_ref: str) -> None:
    """All that is held on a child, as JSON."""
    from cases import audit
    from cases.exporting import export

    _, store = _store()
    with store.write() as session:
        child = _child(session, child_ref)
        audit.record(session, actor="command", action="export", child_id=child.id, now=datetime.now(UTC))
        held = export(session, child)
    click.echo(json.dumps(held, ensure_ascii=False, indent=2))


@cli.command()
@click.argument("child_ref")
@click.confirmation_option(prompt="This cannot be undone. Everything held on this child will be gone. Go on?")
def erase(child_ref: str) -> None:
    """Erase a child: every row, and the key that sealed them."""
    from cases import audit
    from cases.retention import erase
    from heard.tracker import forget

    settings, store = _store()
    with store.write() as session:
        child = _child(session, child_ref)
        audit.record(session, actor="command", action="erase", child_id=child.id, now=datetime.now(UTC))
        conversation = erase(session, child)
    if conversation:
        forget(settings, conversation)
    click.echo(f"{child_ref} is erased.")


@cli.command()
@click.argument("ref")
@click.option("--to", "to_ref", metavar="REF", help="The IRO who takes over an IRO's children.")
def leave(ref: str, to_ref: str | None) -> None:
    """Take somebody off the service: a child who is looked after no longer, or a member of staff who goes."""
    from cases import leaving, people

    _, store = _store()
    with store.write() as session:
        found = {name: people.by_ref(session, name) for name in (ref, to_ref) if name}
        for name, person in found.items():
            if person is None:
                raise click.ClickException(f"There is nobody with the reference {name}.")
        try:
            left = leaving.leave(session, found[ref], datetime.now(UTC), to=found.get(to_ref))
        except leaving.CannotLeave as error:
            raise click.ClickException(str(error)) from None
    for line in left.done:
        click.echo(line)
    for line in left.warnings:
        click.echo(f"TO DO {line}")


@cli.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    _, store = _store()
    store.prepare()
    click.echo("The database is up to date.")


@cli.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to FILE, while Heard runs. The service key is not in it."""
    from heard.backup import backup

    settings = Settings.from_env()
    backup(settings, file)
    click.echo(f"The backup is {file}. Without a copy of {settings.key_file}, kept elsewhere, nobody can read it.")


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Though the database holds people: they are replaced by the backup.")
def restore(file: Path, replace: bool) -> None:
    """Put a backup in the place of the database. Heard must not be running."""
    from heard.backup import restore

    manifest = restore(Settings.from_env(), file, replace=replace)
    click.echo(f"The database is as it was at {manifest['made_at']}. Start Heard: it looks for texts that came since then.")


@cli.command()
def check() -> None:
    """Look at the settings and connections, and say in plain words what is wrong."""
    from heard.check import check

    ok = True
    for good, line in check():
        ok = ok and good
        click.echo(("ok    " if good else "WRONG ") + line)
    sys.exit(0 if ok else 1)


@cli.group()
def keys() -> None:
    """The service key, which opens every child's key. Keep a copy of its file somewhere safe."""


@keys.command("new")
def keys_new() -> None:
    """Make the first service key."""
    from cases.store.crypto import new_service_key

    settings = Settings.from_env()
    if settings.key_file.exists():
        raise click.ClickException(f"{settings.key_file} is there already: 'heard keys rotate' makes a new key.")
    _write_keys(settings.key_file, [new_service_key()])
    click.echo(f"A new service key is in {settings.key_file}. Without it nobody can read the database: keep a copy.")


@keys.command("rotate")
@click.option("--finish", is_flag=True, help="Drop the old key, once every process was restarted with the new one.")
def keys_rotate(finish: bool) -> None:
    """Make a new service key and wrap every child's key with it."""
    from cases.store import crypto

    settings = Settings.from_env()
    held = crypto.read_service_keys(settings.key_file)
    if not finish:
        _write_keys(settings.key_file, [crypto.new_service_key(), *held])
    _, store = _store()
    with store.write() as session:
        count = crypto.rotate(session)
    if finish:
        _write_keys(settings.key_file, held[:1])
        click.echo(f"{count} keys are wrapped with the service key, and the old one is gone.")
    else:
        # A running process may still wrap a new child's key with the old service key, so the old one stays for now.
        click.echo(f"{count} keys are wrapped with the new service key. Restart Heard, then run 'heard keys rotate --finish'.")
    click.echo(f"Keep a copy of {settings.key_file}.")


def _write_keys(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_text("\n".join(lines) + "\n")
    fresh.replace(path)


@cli.command()
@click.argument("email")
@click.password_option(help="At least 12 characters.")
def password(email: str, password: str) -> None:
    """Set the password of a member of staff, who was loaded with `heard import`."""
    from cases import logins, people

    _, store = _store()
    with store.write() as session:
        person = people.by_email(session, email)
        if person is None:
            raise click.ClickException(f"Nobody on the staff has the address {email}: load them with 'heard import' first.")
        try:
            logins.set_password(session, person, password, datetime.now(UTC))
        except ValueError as error:
            raise click.ClickException(str(error)) from None
    click.echo("The password is set.")


@cli.command("reset-sign-in")
@click.argument("email")
def reset_sign_in(email: str) -> None:
    """For a lost phone or a new council account: forget the codes and the account, and end every session."""
    from cases import people, second_factor

    _, store = _store()
    with store.write() as session:
        person = people.by_email(session, email)
        if person is None:
            raise click.ClickException(f"Nobody on the staff has the address {email}.")
        second_factor.reset(session, person, "command", datetime.now(UTC))
    click.echo("Their next sign-in sets it up anew. Make sure first that it is really they who asked.")


@cli.group()
def audit() -> None:
    """The trail of who saw, answered, exported and changed what."""


@audit.command("verify")
@click.option("--receipt", default="", help="What an earlier 'heard audit verify' printed: shows when rows were cut off at the end.")
def audit_verify(receipt: str) -> None:
    """Go through the whole trail. Ends with 1, and says where, when a row was changed or is missing."""
    from cases import audit

    _, store = _store()
    with store.read() as session:
        broken = audit.verify(session)
        if broken is not None:
            what = "was changed outside Heard" if broken.why == "changed" else "does not follow the row before it: rows are missing"
            click.echo(f"The trail is broken: row {broken.id}{f', written {broken.at.isoformat()},' if broken.at else ''} {what}.")
            sys.exit(1)
        if receipt and not audit.holds(session, receipt):
            click.echo(f"The trail is broken: row {receipt.split(':')[0]} is not there as it was when the receipt was made.")
            sys.exit(1)
        click.echo("The trail is whole.")
        click.echo(f"Receipt: {audit.receipt(session)}")
        click.echo("Keep the receipt somewhere else, and give it to the next 'heard audit verify --receipt'.")
