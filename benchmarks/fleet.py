"""Heard as several processes of each kind, started and restarted one by one, as systemd does on a council's machines.

Nothing is put in their place: gateways, workers, action servers and Rasa are the real ones, on loopback. Used by
`make chaos`, `make load` and the tests of scale-out.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from cases.settings import ROOT
from tests.stack import Stack, wait_until
from tests.standins.ports import free_port

KINDS = ("gateway", "worker", "actions", "rasa")
RESTART_AFTER = 1.0


@dataclass
class Process:
    kind: str
    number: int  # from 1
    argv: list[str]
    env: dict[str, str]
    health: str  # URL; empty: none
    running: subprocess.Popen | None = None
    not_before: float = 0.0  # monotonic: it is not started again earlier
    ending: bool = False

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.number}"


class Fleet(Stack):
    """One process of every kind, or as many as `counts` says. What dies is started again after a second.

    `rasa_urls`: servers that somebody else runs, in the place of our own.
    """

    def __init__(
        self,
        home: Path,
        database_url: str = "",
        *,
        counts: dict[str, int] | None = None,
        redis_url: str = "",
        rasa_urls: tuple[str, ...] = (),
        **how,
    ):
        super().__init__(home, database_url, **how)
        self.counts = dict.fromkeys(KINDS, 1) | (counts or {})
        self.ports = [free_port() for _ in range(self.counts["gateway"])]
        self.urls = [f"http://127.0.0.1:{port}" for port in self.ports]
        self.url = self.urls[0]
        self.env |= {
            "PORT": str(self.ports[0]),
            "HEARD_PUBLIC_URL": self.url,
            "HEARD_RASA_URL": ",".join(f"http://127.0.0.1:{free_port()}" for _ in range(self.counts["rasa"])),
            "HEARD_ACTIONS_URL": ",".join(f"http://127.0.0.1:{free_port()}" for _ in range(self.counts["actions"])),
            "HEARD_REDIS_URL": redis_url,
        }
        if rasa_urls:
            self.counts["rasa"] = 0
            self.env["HEARD_RASA_URL"] = ",".join(rasa_urls)
        self.processes: list[Process] = []
        self._ending = threading.Event()

    def start(self) -> None:
        self.processes = [self._process(kind, number + 1) for kind in KINDS for number in range(self.counts[kind])]
        for process in self.processes:
            self._start(process)
        self._keeper = threading.Thread(target=self._keep, daemon=True, name="keeper")
        self._keeper.start()

    def stop(self) -> None:
        """End all of it, at once where it does not end by itself."""
        self._ending.set()
        self._keeper.join()
        for process in self.processes:
            process.running.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.running.wait(15)
            except subprocess.TimeoutExpired:
                process.running.kill()
                process.running.wait()

    def of(self, kind: str) -> list[Process]:
        return [process for process in self.processes if process.kind == kind]

    def kill(self, process: Process, *, away: float = RESTART_AFTER) -> None:
        """SIGKILL, in the middle of whatever it does. It stays away for `away` seconds."""
        process.not_before = time.monotonic() + away
        process.running.kill()
        process.running.wait()

    def restart(self, process: Process) -> int:
        """SIGTERM, and start it again once it has ended by itself, as `systemctl restart` does. Returns the exit status."""
        process.ending = True
        process.running.send_signal(signal.SIGTERM)
        status = process.running.wait(60)
        self._start(process)
        process.ending = False
        return status

    @contextmanager
    def stopped(self, process: Process):
        """Stop it and leave it stopped for the length of the block."""
        process.ending = True
        process.running.send_signal(signal.SIGTERM)
        process.running.wait(60)
        yield
        self._start(process)
        process.ending = False

    def wait_for(self, *kinds: str, seconds: float = 300) -> None:
        """Until every process of these kinds answers."""
        for process in self.processes:
            if process.kind in kinds and process.health:
                wait_until(
                    lambda process=process: _answers(process), seconds, f"{process.name} answers: see {self.home}/{process.name}.log"
                )

    def wait_for_gateway(self) -> None:
        self.wait_for("gateway")

    def wait_for_rasa(self) -> None:
        self.wait_for("actions", "rasa")

    def tail(self) -> str:
        return "\n".join((self.home / f"{process.name}.log").read_text(errors="replace")[-1500:] for process in self.processes)

    def _process(self, kind: str, number: int) -> Process:
        argv = [sys.executable, "-m", "heard", kind]
        env, health = self.env, ""
        if kind == "gateway":
            env = {**env, "PORT": str(self.ports[number - 1])}
            health = f"{self.urls[number - 1]}/health"
        elif kind == "actions":
            argv += ["--number", str(number)]
            health = f"{self.settings.actions_urls[number - 1]}/health"
        elif kind == "rasa":
            argv += ["--number", str(number)]
            health = f"{self.settings.rasa_urls[number - 1]}/webhooks/heard/health"
        return Process(kind, number, argv, env, health)

    def _start(self, process: Process) -> None:
        with (self.home / f"{process.name}.log").open("ab") as log:
            process.running = subprocess.Popen(process.argv, cwd=ROOT, env=process.env, stdout=log, stderr=subprocess.STDOUT)

    def _keep(self) -> None:
        """Start again what has died."""
        died: dict[str, float] = {}
        while not self._ending.wait(0.1):
            for process in self.processes:
                if process.ending or process.running.poll() is None:
                    continue
                now = time.monotonic()
                since = died.setdefault(process.name, now)
                if now >= max(process.not_before, since + RESTART_AFTER):
                    self._start(process)
                    died.pop(process.name)

    def cpu_seconds(self) -> dict[str, float]:
        """Processor time that each process has used since it was started."""
        tick = os.sysconf("SC_CLK_TCK")
        used = {}
        for process in self.processes:
            fields = Path(f"/proc/{process.running.pid}/stat").read_text().rpartition(")")[2].split()
            used[process.name] = (int(fields[11]) + int(fields[12])) / tick
        return used


def _answers(process: Process) -> bool:
    try:
        return httpx.get(process.health, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
