"""How Rasa is started: sealed off, on loopback, with no secrets but its own."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from cases.settings import ROOT, Settings
from cases.store.crypto import BOT, TRACKER, ring
from heard.tracker import tracker_url

PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"


def command(settings: Settings, number: int = 1) -> tuple[list[str], dict[str, str]]:
    """The command line and the whole environment. A store must be open: the keys come from it.

    `number`: which of the servers in HEARD_RASA_URL, from 1.

    Raises RuntimeError, in one plain line, where Rasa cannot be started.
    """
    model = newest_model(settings)
    if model is None:
        raise RuntimeError("There is no trained model yet: run 'heard train'.")
    if not 0 < number <= len(settings.rasa_urls):
        raise RuntimeError(f"HEARD_RASA_URL names {len(settings.rasa_urls)} servers: there is no number {number}.")
    url = urlsplit(settings.rasa_urls[number - 1])
    if url.hostname not in ("127.0.0.1", "localhost"):
        raise RuntimeError(f"HEARD_RASA_URL is {settings.rasa_urls[number - 1]}: Rasa is only ever started on 127.0.0.1.")
    argv = [
        *(str(PYTHON), "-m", "bot", "run", "--quiet"),
        *("--interface", "127.0.0.1", "--port", str(url.port or 5005)),
        *("--model", str(model)),
        *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
    ]
    env = {
        **environment(settings),
        "HEARD_BOT_TOKEN": ring.token(BOT),
        "HEARD_BOT_TRACKER_URL": tracker_url(settings),
        "HEARD_BOT_TRACKER_KEYS": ring.fernet_key(TRACKER),
        "HEARD_BOT_ACTIONS_URL": ",".join(f"{url}/webhook?token={ring.token(BOT)}" for url in settings.actions_urls),
        "HEARD_BOT_REDIS_URL": settings.redis_url,
        "HEARD_BOT_LOCALE": str(ROOT / "locale"),
        "HEARD_BOT_RESPONSES": str(ROOT / "data" / "responses"),
        "HEARD_BOT_SERVICES": str(ROOT / "data" / "services.yml"),
    }
    return argv, env


def environment(settings: Settings) -> dict[str, str]:
    """What every Rasa command gets, and nothing else: none of the service's own settings and secrets."""
    scratch = settings.home / "rasa"
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    handed_on = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "TZ")
    return {
        **{name: os.environ[name] for name in handed_on if name in os.environ},
        "HOME": str(scratch),  # Rasa and its libraries keep settings and caches at home
        "MPLCONFIGDIR": str(scratch),
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "0",
        "PYTHONPYCACHEPREFIX": str(scratch / "compiled"),  # compiling TensorFlow's Python anew costs half a minute
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",  # it would keep training data outside of HEARD_HOME, pickled
        "LOG_LEVEL": "WARNING",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "MALLOC_ARENA_MAX": "2",  # one pool of memory a thread would cost some 50 MB
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def newest_model(settings: Settings) -> Path | None:
    """The model that was trained last, or None."""
    models = sorted((settings.home / "models").glob("heard-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return models[-1] if models else None
