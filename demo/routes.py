"""GET /demo: a phone beside the inbox, with the post that went out. Only with `heard up --demo`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from cases import people
from cases.settings import Settings
from cases.store.db import Store
from cases.store.models import Person, Phone
from demo.carrier import Carrier
from demo.post import PostOffice
from demo.set_up import PASSWORD

HERE = Path(__file__).parent
LONGEST_TEXT = 1600


def routes(store: Store, settings: Settings) -> list:
    """The demo's routes for the gateway; they exist in no other mode."""
    templates = Jinja2Templates(HERE / "templates")
    carrier = Carrier(settings)
    post = PostOffice(settings)
    if settings.smtp_url.startswith("smtp://127.0.0.1:"):
        post.open()

    def page(request: Request) -> Response:
        with store.read() as session:
            rows = session.execute(select(Person, Phone).join(Phone, Phone.person_id == Person.id).where(Person.kind == "child"))
            phones = [(phone.number, person.name) for person, phone in rows if phone.status != "old"]
            staff = [person for kind in people.STAFF_KINDS for person in people.staff(session, kind)]
            staff_phones = [
                (phone.number, person.name)
                for person, phone in session.execute(select(Person, Phone).join(Phone).where(Person.kind != "child"))
            ]
        phones = [*sorted(phones), ("+447700900555", "a number that nobody knows"), *sorted(staff_phones)]
        return templates.TemplateResponse(request, "demo.html", {"phones": phones, "staff": staff, "password": PASSWORD})

    async def send(request: Request) -> Response:
        said = await request.json()
        number, body = people.normalise_phone(str(said.get("number", ""))), str(said.get("body", ""))[:LONGEST_TEXT]
        if not number:
            return JSONResponse({"error": "Choose a phone."}, 400)
        await carrier.text(number, body)
        return JSONResponse({"ok": True})

    def texts(request: Request) -> Response:
        number = request.query_params.get("number", "")
        return JSONResponse(
            {
                "texts": [
                    {"mine": text.sender == number, "body": text.body, "status": text.status, "at": text.at.isoformat()}
                    for text in carrier.of(number)
                ],
                "letters": list(post.letters)[-20:],
            }
        )

    return [
        Route("/demo", page),
        Route("/demo/texts", send, methods=["POST"]),
        Route("/demo/texts", texts, methods=["GET"]),
        *carrier.routes(),
        Mount("/demo/static", StaticFiles(directory=HERE / "static")),
    ]
