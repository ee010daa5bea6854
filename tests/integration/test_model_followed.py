"""The supervisor starts a server anew when there is a new model, and goes back when the new one cannot be served."""

import asyncio
import contextlib
import os
import sys

import httpx
import pytest

from cases.settings import Settings
from heard import up
from tests.standins.ports import free_port

#: Serves the name of the newest model, as Rasa serves what is in it; one that says "broken" cannot be loaded.
SERVER = """
import http.server, pathlib, sys
newest = max(pathlib.Path(sys.argv[1]).glob("heard-*.tar.gz"), key=lambda path: path.stat().st_mtime)
if newest.read_text() == "broken":
    sys.exit("cannot load it")
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(newest.name.encode())
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
"""


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    (tmp_path / "models").mkdir()
    monkeypatch.setattr(up, "LOOK", 0.2)
    monkeypatch.setattr(up, "STARTS_WITHIN", 5)
    return Settings.from_env({"HEARD_HOME": str(tmp_path)})


def put(settings: Settings, name: str, content: str, age: int) -> None:
    path = settings.home / "models" / f"heard-{name}.tar.gz"
    path.write_text(content)
    stamp = path.stat().st_mtime - age
    os.utime(path, (stamp, stamp))


async def until_served(url: str, name: str) -> None:
    async with asyncio.timeout(20), httpx.AsyncClient() as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url)).text == f"heard-{name}.tar.gz":
                    return
            await asyncio.sleep(0.05)


def test_new_model_is_served_and_a_broken_one_is_set_aside(settings, capfd):
    put(settings, "first", "good", 60)
    asyncio.run(_scenario(settings))
    assert [path.name for path in settings.home.rglob("*.unusable")] == ["heard-third.tar.gz.unusable"]
    assert "starting it again in 0 s" not in capfd.readouterr().out.split("cannot load it")[0], "a change of models is no crash"


async def _scenario(settings: Settings) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    supervisor = up._Supervisor(settings, dict(os.environ))
    server = up.Process("rasa", [sys.executable, "-c", SERVER, str(settings.home / "models"), str(port)], dict(os.environ), url)
    await supervisor._start(server)
    following = asyncio.create_task(supervisor._follow_models([server]))
    try:
        await until_served(url, "first")
        put(settings, "second", "good", 30)
        await until_served(url, "second")
        put(settings, "third", "broken", 0)
        async with asyncio.timeout(20):
            while not list(settings.home.rglob("*.unusable")):
                await asyncio.sleep(0.05)
        await until_served(url, "second")
    finally:
        supervisor.stop.set()
        following.cancel()
        await supervisor._end(server)
