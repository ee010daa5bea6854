"""`make pictures`: the README's pictures, taken from the running demo in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, sync_playwright

from tests.standins.browser import chromium
from tests.standins.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
TALK = ("hi who is my iro", "can my nan come to my review", "i want to do my form", "wednesday half 3", "at the library")


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="heard-pictures-") as home:
        (ROOT / "var" / "models").mkdir(parents=True, exist_ok=True)
        (Path(home) / "models").symlink_to(ROOT / "var" / "models")
        env = {**os.environ, "HEARD_HOME": home, "PORT": str(port)}
        heard = subprocess.Popen([sys.executable, "-m", "heard", "up", "--demo"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        try:
            for line in heard.stdout:
                if "Ready after" in line:
                    break
            with sync_playwright() as playwright, chromium(playwright) as browser:
                take(browser, url)
        finally:
            heard.terminate()
            heard.wait(30)


def take(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1360, "height": 900})
    page.goto(f"{url}/demo")
    for said in TALK:
        before = page.locator("#texts li").count()
        page.fill("#body", said)
        page.click("#send button")
        page.wait_for_function("count => document.querySelectorAll('#texts li').length >= count + 2", arg=before, timeout=30_000)
    inbox = page.frame_locator("iframe")
    password = re.search(r"<code>([^<]+)</code> for all", httpx.get(f"{url}/demo").text)[1]
    page.locator("details").evaluate("details => details.open = false")
    inbox.locator("input[name=email]").fill("denise@demo.example")
    inbox.locator("input[name=password]").fill(password)
    inbox.locator("form button").first.click()
    inbox.get_by_text("Robin Pretend").first.click()
    inbox.get_by_text("at the library").first.wait_for()
    page.screenshot(path=PICTURES / "heard.png")


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"Pictures are in {PICTURES} (after {time.monotonic() - began:.0f} s).")
