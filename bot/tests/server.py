"""A real Rasa server with the fixture bot, and a way to talk to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = Path(__file__).with_name("fixture")
TOKEN = "0123456789abcdef0123456789abcdef"


def base_environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",
        "LOG_LEVEL": "WARNING",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OMP_NUM_THREADS": "1",
    }


def train(home: Path) -> Path:
    files = [str(FIXTURE / name) for name in ("nlu.yml", "rules.yml")]
    argv = [sys.executable, "-m", "rasa", "train", "--quiet", "--skip-validation", "--out", str(home), "--fixed-model-name", "fixture"]
    argv += ["--domain", str(FIXTURE / "domain.yml"), "--config", str(FIXTURE / "config.yml"), "--data", *files]
    done = subprocess.run(argv, cwd=ROOT, env=base_environment(home), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return home / "fixture.tar.gz"


class Server:
    def __init__(self, model: Path, home: Path, actions_url: str, tracker_url: str, key: str | None = None, level: str = "WARNING"):
        self.key = key or Fernet.generate_key().decode()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = home / f"rasa-{self.port}.log"
        self._argv = [sys.executable, "-m", "bot", "run", "-i", "127.0.0.1", "-p", str(self.port), "-m", str(model)]
        self._argv += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
        self._env = {
            **base_environment(home),
            "LOG_LEVEL": level,
            "HEARD_BOT_TOKEN": TOKEN,
            "HEARD_BOT_TRACKER_URL": tracker_url,
            "HEARD_BOT_TRACKER_KEYS": self.key,
            "HEARD_BOT_ACTIONS_URL": actions_url,
            "HEARD_BOT_REDIS_URL": "",
            "HEARD_BOT_LOCALE": "",
            "HEARD_BOT_RESPONSES": "",
            "HEARD_BOT_SERVICES": "",
        }
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(self._argv, cwd=ROOT, env=self._env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            assert self._running.poll() is None, self.log.read_text()
            try:
                if self.request("GET", "/webhooks/heard/health")[0] == 200:
                    return
            except OSError:
                time.sleep(0.3)
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        self._running.send_signal(signal.SIGKILL)
        self._running.wait()

    def request(self, method: str, path: str, body: bytes | None = None, token: str | None = TOKEN) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        try:
            return answer.status, json.loads(content)
        except ValueError:
            return answer.status, content

    def post(self, body: Any, token: str | None = TOKEN) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.request("POST", "/webhooks/heard/message", raw, token)

    def say(self, conversation: str, text: str, message_id: str | None = None, **more: Any) -> dict[str, Any]:
        fields = {"conversation": conversation, "message_id": message_id or uuid.uuid4().hex, "text": text, **more}
        status, answer = self.post(fields)
        assert status == 200, answer
        return answer

    def texts(self, conversation: str, text: str, **more: Any) -> list[str]:
        return [reply["text"] for reply in self.say(conversation, text, **more)["replies"]]
