"""A real Chromium: Debian's where it is installed, else the one that Playwright downloaded."""

from __future__ import annotations

import shutil
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright

#: The last three keep Chromium from calling home, which a closed network answers with noise.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def chromium(playwright: Playwright):
    """A headless browser; it is closed at the end."""
    browser: Browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
    yield browser
    browser.close()
