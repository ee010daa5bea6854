"""A page of the inbox as a tagged PDF (PDF/UA-1): the same page with the same print styles, so that screen and paper agree."""

from __future__ import annotations

from pathlib import Path
from threading import BoundedSemaphore

STYLES = Path(__file__).parent / "static" / "inbox.css"
_room = BoundedSemaphore(1)  # laying out a long talk takes a core for a second or two


class NoPaper(Exception):
    """This machine lacks the system libraries that set type."""


def pdf(page: str) -> bytes:
    """The PDF of a page's HTML. It fetches nothing: what a child wrote can point at no address. Raises NoPaper."""
    try:
        from weasyprint import CSS, HTML  # loads Pango, which a machine may not have
    except OSError:
        raise NoPaper from None
    with _room:
        return HTML(string=page, url_fetcher=_nothing).write_pdf(stylesheets=[CSS(filename=STYLES)], pdf_variant="pdf/ua-1")


def _nothing(url: str, *args, **more):
    raise ValueError("A page on paper fetches nothing.")
