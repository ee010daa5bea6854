"""A telephone company that misbehaves by a seed: errors, delays, cut connections, lost and reordered receipts.

It takes texts as Twilio's REST interface does (tests/standins/twilio.py), calls back with receipts, and brings the
children's texts to the gateways as Twilio does: signed, with time-outs, a few tries again over the main and the fallback
address, and then never again. What it could not bring stays in its list, where a service that looks can find it.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import urllib3

from tests.standins.twilio import Message, TwilioStandIn

#: Twilio's limits, in seconds: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
CONNECT, READ, TOTAL, RETRIES = 5, 15, 15, 5


class Provider(TwilioStandIn):
    """`faults` share of sends goes wrong; 0 is a good day. `urls`: where receipts go, one gateway after the other."""

    def __init__(self, seed: int, faults: float = 0.0):
        super().__init__()
        self.random = random.Random(seed)
        self.faults = faults
        self.down_until = 0.0
        self.urls: Sequence[str] = ()
        self.public_url = ""
        self.arrived: dict[str, list[float]] = {}  # our id of an outgoing text → when it reached a phone, each time
        self.order: list[tuple[str, str]] = []  # (phone, our id) as they arrived
        self._lock = threading.Lock()
        self._callbacks = ThreadPoolExecutor(4, thread_name_prefix="receipt")
        self._gateways = urllib3.PoolManager(timeout=urllib3.Timeout(connect=CONNECT, read=READ), retries=False)

    def planned(self) -> object:
        if time.monotonic() < self.down_until:
            return 503
        with self._lock:
            chance = self.random.random()
            if chance >= self.faults:
                return None
            return self.random.choice([500, 503, 429, 500, "cut", "drop", ("slow", 1.5), ("slow", 4)])

    def take(self, message: Message) -> None:
        super().take(message)
        ref = (message.status_callback or "").rpartition("id=")[2]
        with self._lock:
            self.arrived.setdefault(ref, []).append(time.monotonic())
            self.order.append((message.to, ref))
            receipts = ["sent", "delivered"]
            if self.random.random() < self.faults:
                self.random.shuffle(receipts)
            if self.random.random() < self.faults:
                receipts.pop()
        for status in receipts if self.urls else ():
            self._callbacks.submit(self._receipt, message, status)

    def _receipt(self, message: Message, status: str) -> None:
        parts = urlsplit(message.status_callback)
        path = f"{parts.path}?{parts.query}"
        fields = {
            "AccountSid": self.account_sid,
            "MessageSid": message.sid,
            "MessageStatus": status,
            "To": message.to,
            "From": message.from_,
        }
        headers = {"X-Twilio-Signature": self.sign(self.public_url + path, fields)}
        for url in self.urls:
            try:
                if self._gateways.request_encode_body("POST", url + path, fields, headers, encode_multipart=False).status < 500:
                    return
            except urllib3.exceptions.HTTPError:
                continue

    def close(self) -> None:
        self._callbacks.shutdown(cancel_futures=True)
        self._gateways.clear()
        super().close()

    async def bring(self, client: httpx.AsyncClient, sender: str, body: str, sid: str, said: Callable[[int], None] | None = None) -> bool:
        """A child's text to the gateways. True once one of them answered 200; False when Twilio would give up."""
        message = Message(self.number, sender, body, None, sid=sid, at=datetime.now(UTC), direction="inbound")
        with self._lock:
            self.received.append(message)
        fields = {"AccountSid": self.account_sid, "MessageSid": sid, "From": sender, "To": self.number, "Body": body, "NumMedia": "0"}
        headers = {"X-Twilio-Signature": self.sign(f"{self.public_url}/sms", fields)}
        deadline = time.monotonic() + TOTAL
        first = self.random.randrange(len(self.urls))
        for attempt in range(RETRIES + 1):
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            url = self.urls[(first + attempt) % len(self.urls)]
            try:
                answer = await client.post(
                    f"{url}/sms", data=fields, headers=headers, timeout=httpx.Timeout(left, connect=min(CONNECT, left))
                )
                if said:
                    said(answer.status_code)
                if answer.status_code == 200:
                    return True
            except httpx.HTTPError:
                if said:
                    said(0)
            await asyncio.sleep(min(0.3 * 2**attempt, max(0.0, deadline - time.monotonic())))
        return False
