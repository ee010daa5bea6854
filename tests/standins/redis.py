"""A real Redis server of the tests' own, on a loopback port, with nothing kept on disk."""

from __future__ import annotations

import subprocess

from tests.standins.ports import free_port


class Redis:
    def __enter__(self) -> Redis:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        argv = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *exc) -> None:
        self._process.terminate()
        self._process.wait(10)
