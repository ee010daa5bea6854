"""One process each: gateway, worker, actions, rasa."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from types import FrameType
from urllib.parse import urlsplit

import click
import uvicorn

from cases.settings import Settings
from cases.store.db import open_store


def gateway(settings: Settings, host: str) -> None:
    from channels.app import create_app

    store = open_store(settings)
    store.prepare()
    extra = ()
    if settings.demo:
        from demo.routes import routes

        extra = routes(store, settings)
    app = create_app(store, settings, extra_routes=extra)
    shorten_pauses()
    _serve(app, host, settings.port, closing=app.state.news.close)


def actions(settings: Settings, number: int = 1) -> None:
    from actions.app import create_app

    if not 0 < number <= len(settings.actions_urls):
        raise click.ClickException(f"HEARD_ACTIONS_URL names {len(settings.actions_urls)} servers: there is no number {number}.")
    url = urlsplit(settings.actions_urls[number - 1])
    app = create_app(open_store(settings), settings)
    shorten_pauses()
    let_others_first()
    _serve(app, url.hostname, url.port)


def worker(settings: Settings) -> None:
    # Several messages are worked on at once: threads of the sentence model's own would only wait for each other. Before numpy loads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from channels.worker import THREADS, run

    store = open_store(settings, pool=THREADS)
    shorten_pauses()
    let_others_first()
    run(store, settings)


def rasa(settings: Settings, number: int = 1) -> None:
    from heard.rasa import command

    open_store(settings)  # the keys that Rasa is handed come from the store
    try:
        argv, env = command(settings, number)
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None
    let_others_first()
    os.execvpe(argv[0], argv, env)


def let_others_first() -> None:
    """Where the machine is short of time, gateway and database go before what thinks: a message is kept at once, and answered later."""
    os.nice(5)


def shorten_pauses() -> None:
    """Keep Python's garbage collector from holding up a request: a full round took longer than the slowest page.

    What a process loaded at its start stays until its end, and need not be looked through again. What one page makes is
    mostly gone with it, and is not looked at before the next thousands.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


class _Server(uvicorn.Server):
    """Finishes the requests that are on their way when it is told to end; `closing` lets go of those that would never end."""

    def __init__(self, config: uvicorn.Config, closing: Callable[[], None]):
        super().__init__(config)
        self._closing = closing

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._closing()
        super().handle_exit(sig, frame)


def _serve(app, host: str, port: int, closing: Callable[[], None] = lambda: None) -> None:
    # No access log: a path can hold a child's sign-in token.
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_level="warning", server_header=False, timeout_graceful_shutdown=10
    )
    _Server(config, closing).run()
