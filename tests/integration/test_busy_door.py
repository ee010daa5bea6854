"""A flood of sign-ins holds up nothing but sign-ins."""

from __future__ import annotations

import re

import anyio
import httpx
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from cases import logins
from cases.store.models import Attempt
from channels.app import create_app
from inbox.web import AT_THE_DOOR


def test_text_is_kept_at_once_while_sixty_sign_ins_wait_for_their_passwords_to_be_checked(store, wired, world):
    form = {"MessageSid": "SMbusy", "From": "+447700900001", "To": wired.twilio_from, "Body": "hello", "NumMedia": "0"}
    signature = RequestValidator(wired.twilio_auth_token).compute_signature(wired.public_url + "/sms", form)

    def tries() -> int:
        with store.read() as session:
            return session.scalar(select(func.count(Attempt.id)).where(Attempt.what == "sign-in"))

    async def sign_in(browser, entry) -> None:
        await browser.post("/inbox/sign-in", data=entry)

    async def day_of_the_flood() -> tuple[int, int]:
        transport = httpx.ASGITransport(create_app(store, wired), client=("10.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="https://heard.example") as browser:
            page = await browser.get("/inbox/sign-in")
            entry = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page.text)[1], "password": "wrong", "next": "/"}
            async with anyio.create_task_group() as flood:
                for _ in range(2):
                    logins._room.acquire()  # whoever checks passwords now is very slow
                try:
                    for number in range(60):
                        flood.start_soon(sign_in, browser, entry | {"email": f"someone{number}@council.example"})
                    with anyio.fail_after(20):
                        while tries() < AT_THE_DOOR:
                            await anyio.sleep(0.02)
                        answer = await browser.post("/sms", data=form, headers={"X-Twilio-Signature": signature})
                        inbox = await browser.get("/inbox/")
                finally:
                    logins._room.release(2)
                    flood.cancel_scope.cancel()
            return answer.status_code, inbox.status_code

    assert anyio.run(day_of_the_flood) == (200, 303)
