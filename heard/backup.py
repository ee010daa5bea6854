"""`heard backup` and `heard restore`: the whole case store, and Rasa's notes of the talks, in one file.

The file is a tar with a manifest and either two SQLite files or one dump of PostgreSQL. All words and names in it are
sealed as they are in the database. The service key is not in it, and without the key it cannot be read: keep a copy of
the key file elsewhere. A backup may be made while Heard runs; a restore may not.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pysqlite3
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import create_engine, inspect, select, update
from sqlalchemy.engine import URL, make_url

from cases import audit
from cases.problems import Problem
from cases.settings import Settings
from cases.store import crypto
from cases.store.db import open_store
from cases.store.models import Outgoing, Person

FORMAT = 1
MANIFEST = "manifest.json"


class BackupProblem(Problem):
    """A backup cannot be made or used."""


def backup(settings: Settings, path: Path) -> Path:
    """Write everything to `path`, whole or not at all, readable by its owner only."""
    keys = crypto.read_service_keys(settings.key_file)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as name:
        folder = Path(name)
        parts = _copy_sqlite(settings, folder) if _is_sqlite(settings) else _dump_postgres(settings, folder)
        manifest = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": "sqlite" if _is_sqlite(settings) else "postgresql",
            "parts": {part.name: _digest(part) for part in parts},
            "key_check": Fernet(keys[0]).encrypt(b"heard").decode(),
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2))
        whole = folder / "whole"
        whole.touch(mode=0o600)
        with tarfile.open(whole, "w") as archive:
            for part in (folder / MANIFEST, *parts):
                archive.add(part, part.name)
        with whole.open("rb") as written:
            os.fsync(written.fileno())
        whole.replace(path)
    return path


def restore(settings: Settings, path: Path, *, replace: bool) -> dict:
    """Put a backup in the place of the database. Returns its manifest.

    Texts that were waiting to go out when it was made may have gone out since: each is looked up at the provider before
    it is sent. Texts that came in since are found by the search for missed texts, as far back as it goes.
    """
    if _runs(settings):
        raise BackupProblem(f"Heard is running on port {settings.port}: stop it first, on every machine.")
    with tempfile.TemporaryDirectory(dir=_made(settings.home), prefix=".restore-") as name:
        folder = Path(name)
        manifest = _unpack(path, folder)
        _check(settings, manifest, folder, replace)
        if _is_sqlite(settings):
            _place_sqlite(settings, folder)
        else:
            _load_postgres(settings, folder)
    store = open_store(settings)
    store.prepare()
    now = datetime.now(UTC)
    with store.write() as session:
        on_their_way = Outgoing.channel == "sms", Outgoing.state.in_(("waiting", "sending"))
        session.execute(update(Outgoing).where(*on_their_way).values(state="unknown"))
        audit.record(session, actor="command", action="restore", object=f"backup of {manifest['made_at']}", now=now)
    store.close()
    return manifest


def _check(settings: Settings, manifest: dict, folder: Path, replace: bool) -> None:
    here = "sqlite" if _is_sqlite(settings) else "postgresql"
    if manifest.get("format") != FORMAT or manifest.get("database") != here:
        raise BackupProblem(f"This is a backup of {manifest.get('database')}; HEARD_DATABASE_URL names {here}.")
    for name, digest in manifest["parts"].items():
        part = folder / name
        if not part.is_file() or _digest(part) != digest:
            raise BackupProblem(f"The backup is damaged: {name} is not as it was written.")
    try:
        MultiFernet([Fernet(key) for key in crypto.read_service_keys(settings.key_file)]).decrypt(manifest["key_check"])
    except (InvalidToken, ValueError):
        raise BackupProblem(f"{settings.key_file} is not the key that this backup was made with: set HEARD_KEY_FILE to that one.") from None
    if not replace and _holds_people(settings):
        raise BackupProblem("The database holds people already: use --replace to put the backup in its place.")


def _holds_people(settings: Settings) -> bool:
    url = make_url(settings.database_url)
    if _is_sqlite(settings):
        if not Path(url.database).exists():
            return False
        engine = create_engine(url, module=pysqlite3)
    else:
        engine = create_engine(url.set(drivername="postgresql+psycopg"))
    try:
        with engine.connect() as connection:
            return inspect(engine).has_table("people") and connection.execute(select(Person.id).limit(1)).first() is not None
    finally:
        engine.dispose()


# SQLite ---------------------------------------------------------------------------------------------------------------


def _files(settings: Settings) -> dict[str, Path]:
    return {"rasa.db": settings.home / "rasa.db", "heard.db": Path(make_url(settings.database_url).database)}


def _copy_sqlite(settings: Settings, folder: Path) -> list[Path]:
    """A consistent copy of each file, made while others write."""
    made = []
    for name, path in _files(settings).items():
        if not path.exists():
            continue
        source, target = pysqlite3.connect(path), pysqlite3.connect(folder / name)
        try:
            source.execute("PRAGMA busy_timeout=30000")
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
            (verdict,) = target.execute("PRAGMA integrity_check").fetchone()
        finally:
            source.close()
            target.close()
        if verdict != "ok":
            raise BackupProblem(f"{path} is damaged: SQLite says {verdict[:100]}. Keep it, and restore the last good backup.")
        made.append(folder / name)
    return made


def _place_sqlite(settings: Settings, folder: Path) -> None:
    for name, path in _files(settings).items():
        for left in (path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            left.unlink(missing_ok=True)
        if (folder / name).exists():
            fresh = path.with_name(path.name + ".restored")
            shutil.copy(folder / name, fresh)
            fresh.chmod(0o600)
            with fresh.open("rb") as written:
                os.fsync(written.fileno())
            fresh.replace(path)
        else:
            path.unlink(missing_ok=True)


# PostgreSQL -----------------------------------------------------------------------------------------------------------


def _dump_postgres(settings: Settings, folder: Path) -> list[Path]:
    part = folder / "heard.pgdump"
    _postgres(settings, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(part))
    return [part]


def _load_postgres(settings: Settings, folder: Path) -> None:
    """In one transaction: what is there goes, and the backup comes, or nothing changes."""
    engine = create_engine(make_url(settings.database_url).set(drivername="postgresql+psycopg"))
    tables = inspect(engine).get_table_names()
    engine.dispose()
    script, dump = folder / "restore.sql", folder / "dump.sql"
    subprocess.run([_program("pg_restore"), "--no-owner", "--no-privileges", "--file", str(dump), str(folder / "heard.pgdump")], check=True)
    with script.open("w") as whole, dump.open() as rest:
        whole.writelines(f'DROP TABLE IF EXISTS "{table}" CASCADE;\n' for table in tables)
        shutil.copyfileobj(rest, whole)
    _postgres(settings, "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1", "--file", str(script))


def _postgres(settings: Settings, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database. The password goes by the environment, where no list of processes shows it."""
    url: URL = make_url(settings.database_url)
    env = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    address = url.set(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run(
        [_program(program), "--dbname", address, *arguments], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise BackupProblem(f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupProblem(f"{name} is not installed: install PostgreSQL's client programs, as new as the server.")
    return found


# Small things ---------------------------------------------------------------------------------------------------------


def _unpack(path: Path, folder: Path) -> dict:
    """By hand, since tarfile's own filter is not in every Python 3.11 (not in Debian 12's): plain files, none outside `folder`."""
    try:
        with tarfile.open(path) as archive:
            for part in archive:
                if not part.isfile() or part.name != Path(part.name).name:
                    raise tarfile.TarError(part.name)
                with archive.extractfile(part) as content, (folder / part.name).open("wb") as file:
                    shutil.copyfileobj(content, file)
        return json.loads((folder / MANIFEST).read_text())
    except (OSError, tarfile.TarError, ValueError) as error:
        raise BackupProblem(f"{path} is no backup of Heard, or a damaged one ({type(error).__name__}).") from None


def _runs(settings: Settings) -> bool:
    import httpx

    try:
        return httpx.get(f"http://127.0.0.1:{settings.port}/health", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _is_sqlite(settings: Settings) -> bool:
    return urlsplit(settings.database_url).scheme == "sqlite"


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
