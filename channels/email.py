"""E-mail to staff, by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from html import escape
from urllib.parse import unquote, urlsplit

from channels.outcome import GiveUp, TryAgain

TIMEOUT = 15


class Mailer:
    """smtp://[user:password@]host[:port] (STARTTLS when it is offered) or smtps://…"""

    def __init__(self, url: str, sender: str):
        self._url = urlsplit(url)
        self._sender = sender

    def send(self, *, to: str, subject: str, text: str, link: str | None, message_id: str) -> None:
        """Hand one e-mail over. Raises TryAgain or GiveUp. `message_id` is the same at each try, so that a repeat shows as one."""
        message = compose(sender=self._sender, to=to, subject=subject, text=text, link=link, message_id=message_id)
        try:
            with self._connect() as server:
                server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            codes = (
                [code for code, _ in error.recipients.values()] if isinstance(error, smtplib.SMTPRecipientsRefused) else [error.smtp_code]
            )
            if all(500 <= code < 600 for code in codes) and not isinstance(error, smtplib.SMTPAuthenticationError):
                raise GiveUp(str(codes[0])) from None
            raise TryAgain(f"smtp {codes[0]}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise TryAgain(type(error).__name__) from None

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "localhost", self._url.port
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server


def compose(*, sender: str, to: str, subject: str, text: str, link: str | None, message_id: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2].strip('> ') or 'heard'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{text}\n\n{link}\n" if link else f"{text}\n")
    linked = f'<p><a href="{escape(link)}">Open it in Heard</a></p>' if link else ""
    message.add_alternative(
        f'<!doctype html><html lang="en"><body style="font: 1rem/1.5 sans-serif"><p>{escape(text)}</p>{linked}</body></html>',
        subtype="html",
    )
    return message
