"""A real PostgreSQL server of the tests' own: a new cluster in a temporary folder, on loopback, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path

import psycopg

from cases.store.db import migrate


def binaries() -> Path:
    """Where initdb and postgres are. Raises FileNotFoundError with what to do when there are none."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not folders:
        raise FileNotFoundError("PostgreSQL is not installed: run 'make test', which installs it, or install the package 'postgresql'.")
    return folders[-1].parent


class Postgres:
    """Use as a context manager; `database()` gives the URL of a new, empty database each time."""

    has_template = False

    def __enter__(self) -> Postgres:
        self.folder = Path(tempfile.mkdtemp(prefix="heard-pg-"))
        self.user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name  # the server refuses to run as root
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._run("initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", "heard", "-E", "UTF8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *exc) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories= -c max_connections=200"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def cpu_seconds(self) -> float:
        """Processor time of the server so far, of its processes that are gone too."""
        server = (self.folder / "data" / "postmaster.pid").read_text().split()[0]
        seconds = 0.0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:  # it ended just now
                continue
            if path.parent.name == server:
                seconds += sum(int(one) for one in fields[11:15])
            elif fields[1] == server:
                seconds += int(fields[11]) + int(fields[12])
        return seconds / os.sysconf("SC_CLK_TCK")

    @property
    def url(self) -> str:
        return f"postgresql://heard@127.0.0.1:{self.port}"

    @contextmanager
    def database(self):
        """The URL of a new database with today's tables in it, copied from one that was migrated once."""
        name = f"t{uuid.uuid4().hex[:12]}"
        with psycopg.connect(f"{self.url}/postgres", autocommit=True) as connection:
            if not self.has_template:
                connection.execute("CREATE DATABASE migrated")
                migrate(f"{self.url}/migrated")
                self.has_template = True
            connection.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        yield f"{self.url}/{name}"
        with psycopg.connect(f"{self.url}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(binaries() / program), *arguments]
        if os.getuid() == 0:
            command = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
