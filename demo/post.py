"""The demo's post office: a real SMTP server on loopback whose letters are shown on the demo page and kept nowhere else."""

from __future__ import annotations

from collections import deque
from email import message_from_bytes, policy
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from cases.settings import Settings


class PostOffice:
    def __init__(self, settings: Settings):
        self.letters: deque[dict] = deque(maxlen=200)
        url = urlsplit(settings.smtp_url)
        self._controller = Controller(self, hostname=url.hostname, port=url.port)

    def open(self) -> None:
        self._controller.start()

    async def handle_DATA(self, server, session, envelope) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        body = letter.get_body(("plain",))
        self.letters.append(
            {"to": ", ".join(envelope.rcpt_tos), "subject": str(letter["subject"]), "text": body.get_content() if body else ""}
        )
        return "250 OK"
