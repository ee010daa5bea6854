"""How a piece of the worker's work can end, other than well."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session


class TryAgain(Exception):
    """It did not work now and may later. `also` is written together with letting the job go.

    after: seconds to wait, when the other side said so. tries: how often in all before it is set aside. counts: False when
    it was no try at all (nobody was there), so that it can wait for as long as that lasts.
    """

    def __init__(
        self,
        why: str,
        *,
        after: float | None = None,
        tries: int | None = None,
        counts: bool = True,
        also: Callable[[Session], None] | None = None,
    ):
        super().__init__(why)
        self.after = after
        self.tries = tries
        self.counts = counts
        self.also = also


class GiveUp(Exception):
    """It will never work. `code` says why, in the provider's terms."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Unsure(Exception):
    """It went out, and whether it arrived is not known."""
