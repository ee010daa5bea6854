"""Texts to and from Twilio's API: sends, asks what became of a text, lists those that came."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from cases import segments
from cases.settings import Settings
from channels.outcome import GiveUp, TryAgain, Unsure
from channels.twilio import RECEIPTS

#: How a text in Twilio's list can have ended without arriving: it is not the one that we look for.
ENDED_BADLY = ("failed", "undelivered", "canceled")
#: Codes that speak of our account or of a full queue, not of this text: a person can put it right, or time does.
OUR_SIDE = {20003, 20404, 20429, 21212, 21603, 21606, 21611, 21659, 21660, 30001, 30002}
#: What an account that is on trial puts before every text.
TRIAL = "Sent from your Twilio trial account - "


class _TooMany(Exception):
    def __init__(self, wait: float):
        super().__init__("429")
        self.wait = wait


class _Http(TwilioHttpClient):
    """Sends to `base` instead of Twilio's own address, with time-outs, and says how long a 429 asks us to wait."""

    def __init__(self, base: str):
        super().__init__()
        self._base = base

    def request(self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, allow_redirects=False):
        if self._base:
            url = re.sub(r"^https://[^/]+", self._base, url)
        answer = super().request(method, url, params, data, headers, auth, timeout or 15, allow_redirects)
        if answer.status_code == 429:
            wait = (answer.headers or {}).get("Retry-After", "")
            raise _TooMany(min(float(wait), 600) if wait.isdigit() else 5)
        return answer


@dataclass(frozen=True)
class Received:
    """A text to our number, as Twilio's list has it."""

    sid: str
    sender: str
    body: str
    media: int


class SmsSender:
    """Sends texts, and lists those that came. Each thread has a client of its own, since a connection is not to be shared."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._local = threading.local()

    def send(self, *, to: str, body: str, ref: str) -> str:
        """Hand one text over; returns its SID. `ref` comes back with the receipts.

        Raises TryAgain (it did not go out), GiveUp (it never will) or Unsure (look with `find` before sending again).
        """
        try:
            message = self._client().messages.create(
                to=to,
                from_=self._settings.twilio_from,
                body=body,
                status_callback=f"{self._settings.public_url}/sms/status?id={ref}",
            )
        except TwilioRestException as error:
            raise _of_status(error) from None
        except _TooMany as error:
            raise TryAgain("429", after=error.wait) from None
        except requests.exceptions.RequestException as error:
            if _never_left(error):
                raise TryAgain(type(error).__name__) from None
            raise Unsure(type(error).__name__) from None
        return message.sid

    def find(self, *, to: str, body: str, since: datetime, known: set[str]) -> str | None:
        """The SID of a text with this body that went to `to` since then and is not among `known`. Raises TryAgain."""
        try:
            recent = self._client().messages.list(to=to, from_=self._settings.twilio_from, limit=50)
        except (TwilioRestException, requests.exceptions.RequestException, _TooMany) as error:
            raise TryAgain(type(error).__name__, after=getattr(error, "wait", None)) from None
        earliest = since - timedelta(minutes=10)  # their clock is not ours
        for one in recent:
            made = one.date_created or datetime.now(UTC)
            if one.sid not in known and made >= earliest and one.status not in ENDED_BADLY and _same(one.body or "", body):
                return one.sid
        return None

    def state_of(self, sid: str) -> tuple[str | None, str]:
        """(what has become of a text, as a receipt would say it; the code of its failure). Raises TryAgain."""
        try:
            one = self._client().messages(sid).fetch()
        except TwilioRestException as error:
            if error.status == 404:  # deleted there
                return None, ""
            raise TryAgain(f"twilio {error.status}") from None
        except (requests.exceptions.RequestException, _TooMany) as error:
            raise TryAgain(type(error).__name__, after=getattr(error, "wait", None)) from None
        return RECEIPTS.get(one.status or ""), str(one.error_code or "")

    def received(self, since: datetime) -> list[Received]:
        """The texts that came to our number since then, oldest first. Raises TryAgain."""
        try:
            listed = self._client().messages.list(to=self._settings.twilio_from, date_sent_after=since, page_size=1000)
        except (TwilioRestException, requests.exceptions.RequestException, _TooMany) as error:
            raise TryAgain(type(error).__name__, after=getattr(error, "wait", None)) from None
        return [
            Received(one.sid, one.from_ or "", one.body or "", int(one.num_media or 0))
            for one in reversed(listed)
            if one.direction == "inbound" and (one.date_created is None or one.date_created >= since)
        ]

    def _client(self) -> Client:
        if not hasattr(self._local, "client"):
            http = _Http(self._settings.twilio_api_url)
            self._local.client = Client(self._settings.twilio_account_sid, self._settings.twilio_auth_token, http_client=http)
        return self._local.client


def _same(listed: str, sent: str) -> bool:
    """Whether Twilio's list means the text that we sent: it may have made its characters plain, or put its own words before it."""
    return _bare(listed.removeprefix(TRIAL)) == _bare(sent)


def _bare(text: str) -> str:
    return "".join(segments.plain(unicodedata.normalize("NFKC", segments.plain(text))).split())


def _of_status(error: TwilioRestException) -> Exception:
    if error.status in (401, 403, 404) or error.code in OUR_SIDE:
        return TryAgain(f"twilio {error.code or error.status}")
    if error.status == 503:
        return TryAgain("twilio 503")
    if error.status >= 500:
        return Unsure(f"twilio {error.status}")
    return GiveUp(str(error.code or error.status))


def _never_left(error: requests.exceptions.RequestException) -> bool:
    """Whether no connection was made, so that nothing can have been sent."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
