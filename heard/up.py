"""`heard up`: one supervisor for gateway, actions, worker and Rasa, one of each or as many as the settings say.

It starts them in order, the gateway first so that messages are accepted while Rasa is still starting; prefixes their
logs; restarts one that dies or stops answering; and ends all of them on Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

# Only what is quick to load is loaded here: the gateway starts first, and whoever texts does not wait for the rest.
from cases.settings import Settings

if TYPE_CHECKING:
    import httpx

    from cases.store.db import Store

#: Seconds between looks at a process, and how many failed looks in a row end one that hangs.
LOOK = 5
MISSED_LOOKS = 6
#: Seconds for Rasa to end, and to load a model and answer.
ENDS_WITHIN, STARTS_WITHIN = 30, 300
#: The first restart comes at once; one that keeps dying waits up to this long; after so many seconds it is well again.
LONGEST_WAIT, WELL_AFTER = 15.0, 60.0


@dataclass
class Process:
    name: str
    argv: list[str]
    env: dict[str, str]
    health: str = ""  # URL that answers 200 when it works; empty: none
    running: asyncio.subprocess.Process | None = None
    restarts: int = 0
    since: float = 0.0  # monotonic
    stopping: bool = False
    renewing: bool = False  # it is ended to be started again at once
    watcher: asyncio.Task | None = field(default=None, repr=False)


def say(line: str) -> None:
    print(f"heard    | {line}", flush=True)


def run(*, demo: bool) -> int:
    """Run until Ctrl-C or SIGTERM. Returns the exit status."""
    env = dict(os.environ)
    settings = Settings.from_env(env, demo=demo)
    if not _port_free("127.0.0.1", settings.port):
        print(f"Port {settings.port} is in use: end what uses it, or set PORT to another.", file=sys.stderr)
        return 2
    _use_free_ports(settings, env)
    if demo:
        from demo import set_up

        _make_key(settings.key_file)
        env.update(set_up.environment(settings))
    settings = Settings.from_env(env, demo=demo)
    if demo:
        with _opened(settings) as store:
            if not set_up.prepare(store, settings, say):
                return 2
    return asyncio.run(_Supervisor(settings, env).main())


@contextlib.contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    """The case store, ready. Raises Problem."""
    from cases.store.db import open_store

    store = open_store(settings)
    try:
        store.prepare()
        yield store
    finally:
        store.close()


class _Supervisor:
    def __init__(self, settings: Settings, env: dict[str, str]):
        self.settings = settings
        self.env = env
        self.stop = asyncio.Event()
        self.began = time.monotonic()

    async def main(self) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop.set)
        heard = [sys.executable, "-m", "heard"]
        here = f"http://127.0.0.1:{self.settings.port}"
        demo = ["--demo"] if self.settings.demo else []
        gateway = Process("gateway", [*heard, "gateway", *demo], self.env, f"{here}/health")
        actions = self._each("actions", self.settings.actions_urls, "/health")
        workers = [Process(name, [*heard, "worker"], self.env) for name in _names("worker", self.settings.workers)]
        rasas = self._each("rasa", self.settings.rasa_urls, "/webhooks/heard/health")
        started: list[Process] = []
        following: asyncio.Task | None = None
        try:
            started.append(gateway)
            await self._start(gateway)  # alone at first, so that nothing takes the processor from it
            await asyncio.to_thread(self._check_store)
            if await self._healthy(gateway, 30):
                say(f"Messages are accepted now, at {self.settings.public_url} (after {self._age():.0f} s).")
            for process in (*actions, *workers):
                started.append(process)
                await self._start(process)
            if await self._train():
                for process in rasas:
                    started.append(process)
                    await self._start(process)
                say("Rasa is starting; this takes 20 to 60 seconds.")
                if all([await self._healthy(process, STARTS_WITHIN) for process in rasas]):
                    self._ready()
                following = asyncio.create_task(self._follow_models(rasas))
            await self.stop.wait()
        finally:
            if following:
                following.cancel()
            say("Stopping.")
            await asyncio.gather(*(self._end(process) for process in reversed(started)))
        return 0

    def _check_store(self) -> None:
        """What is wrong with the store or its key is said before anything else starts. Raises Problem."""
        with _opened(self.settings):
            pass

    def _each(self, kind: str, urls: tuple[str, ...], health: str) -> list[Process]:
        """One process for each of the URLs on this machine; what runs elsewhere is started there."""
        argv = [sys.executable, "-m", "heard", kind, "--number"]
        names = _names(kind, len(urls))
        return [
            Process(names[number], [*argv, str(number + 1)], self.env, url + health)
            for number, url in enumerate(urls)
            if urlsplit(url).hostname in ("127.0.0.1", "localhost")
        ]

    def _age(self) -> float:
        return time.monotonic() - self.began

    def _ready(self) -> None:
        here = f"http://127.0.0.1:{self.settings.port}"
        say(f"Ready after {self._age():.0f} s. Ctrl-C stops everything.")
        if self.settings.demo:
            say(f"  A phone beside the inbox:  {here}/demo   (the sign-ins are listed there)")
        say(f"  A child's web chat:        {here}/chat")
        say(f"  Staff:                     {here}/inbox")

    async def _train(self) -> bool:
        """Train when the data changed. False when it failed or the supervisor is stopping; messages go on being accepted."""
        from heard.train import Worse, train

        training = asyncio.create_task(asyncio.to_thread(train, self.settings, progress=say))
        stopped = asyncio.create_task(self.stop.wait())
        await asyncio.wait({training, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if self.stop.is_set():
            return False
        stopped.cancel()
        try:
            training.result()
        except Worse as worse:
            say(str(worse))
        except RuntimeError as error:
            say(f"{error} Messages are still accepted and shown to people; fix this and start again.")
            return False
        return True

    async def _follow_models(self, rasas: list[Process]) -> None:
        """Start each Rasa anew when there is a new model. Messages are accepted meanwhile, and the worker's retries bridge the gap.

        A model that Rasa cannot serve is set aside; the next look finds the one of before and serves that again.
        """
        from heard.rasa import newest_model

        served = _identity(newest_model(self.settings))
        while not self.stop.is_set():
            await asyncio.sleep(LOOK)
            try:
                model = newest_model(self.settings)
                new = _identity(model)
            except FileNotFoundError:  # an old one was dropped just now
                continue
            if new in (None, served):
                continue
            served = new
            say("There is a new model: Rasa starts again with it. Messages wait for it and are answered then.")
            if all([await self._renewed(rasa) for rasa in rasas]):
                say("The new model is in use.")
            elif not self.stop.is_set():
                model.rename(model.with_name(f"{model.name}.unusable"))
                say("Rasa cannot use the new model, which was set aside. The one of before is used again.")

    async def _renewed(self, process: Process) -> bool:
        """End a process and start it again at once. True when it answers."""
        process.renewing = True
        for number in (signal.SIGTERM, signal.SIGKILL):
            _signal(process, number)
            deadline = time.monotonic() + ENDS_WITHIN
            while process.renewing and time.monotonic() < deadline and not self.stop.is_set():
                await asyncio.sleep(0.1)
            if not process.renewing:
                break
        return await self._healthy(process, STARTS_WITHIN)

    async def _start(self, process: Process) -> None:
        process.running = await asyncio.create_subprocess_exec(
            *process.argv,
            env=process.env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C comes to the supervisor, which ends them in order
            preexec_fn=_die_with_parent,
        )
        process.since = time.monotonic()
        process.watcher = asyncio.create_task(self._watch(process))

    async def _watch(self, process: Process) -> None:
        """Copy the log; restart the process when it ends or no longer answers."""
        looks = asyncio.create_task(self._look_after(process)) if process.health else None
        async for line in process.running.stdout:
            print(f"{process.name:<8} | {line.decode(errors='replace').rstrip()}", flush=True)
        status = await process.running.wait()
        if looks:
            looks.cancel()
        if process.stopping or self.stop.is_set():
            return
        if process.renewing:
            await self._start(process)
            process.renewing = False
            return
        process.restarts = 0 if time.monotonic() - process.since > WELL_AFTER else process.restarts + 1
        wait = min(0.5 * (2 ** min(process.restarts, 5) - 1), LONGEST_WAIT)
        say(f"{process.name} ended with status {status}; starting it again in {wait:.0f} s.")
        await asyncio.sleep(wait)
        if not self.stop.is_set():
            await self._start(process)

    async def _look_after(self, process: Process) -> None:
        """End a process that was healthy once and then does not answer; the watcher starts it again."""
        if not await self._healthy(process, 600):
            return
        missed = 0
        async with _client(LOOK) as client:
            while missed < MISSED_LOOKS:
                await asyncio.sleep(LOOK)
                missed = 0 if await _answers(client, process.health) else missed + 1
        say(f"{process.name} has not answered for {LOOK * MISSED_LOOKS} s.")
        _signal(process, signal.SIGKILL)

    async def _healthy(self, process: Process, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        async with _client(5) as client:
            while time.monotonic() < deadline and not self.stop.is_set():
                if await _answers(client, process.health):
                    return True
                await asyncio.sleep(0.2)
        return False

    async def _end(self, process: Process) -> None:
        process.stopping = True
        if process.running is None or process.running.returncode is not None:
            return
        _signal(process, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.running.wait(), 15)
        except TimeoutError:
            _signal(process, signal.SIGKILL)


def _identity(model: Path | None) -> tuple[str, int] | None:
    """Another file, though of the same name, is another model; the same file touched is not."""
    return (model.name, model.stat().st_ino) if model else None


def _names(kind: str, count: int) -> list[str]:
    return [kind] if count == 1 else [f"{kind}-{number + 1}" for number in range(count)]


def _client(timeout: float) -> httpx.AsyncClient:
    import httpx

    return httpx.AsyncClient(timeout=timeout)


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    import httpx

    try:
        return (await client.get(url)).status_code == 200
    except httpx.HTTPError:
        return False


def _signal(process: Process, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.running.pid, number)


def _die_with_parent() -> None:
    """On Linux, have the kernel end this process if the supervisor is killed, so that none is left behind."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _make_key(path: Path) -> None:
    from cases.store.crypto import new_service_key

    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(new_service_key() + "\n")


def _use_free_ports(settings: Settings, env: dict[str, str]) -> None:
    """Rasa and actions listen on loopback at any free port, unless the environment names one."""
    for name, url in (("HEARD_RASA_URL", settings.rasa_url), ("HEARD_ACTIONS_URL", settings.actions_url)):  # one each, unless set
        if not env.get(name):
            port = urlsplit(url).port
            env[name] = f"http://127.0.0.1:{port if _port_free('127.0.0.1', port) else _any_port()}"


def _port_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
