"""What an IRO says of themselves to the children whose IRO they are: a photo, and how and when they answer."""

from __future__ import annotations

import re

from starlette.responses import Response

from cases.store.models import Person
from inbox.web import NotHere, Visit, clean

#: Both go to a child by text message, each beside a few words.
LONGEST_LINK, LONGEST_WORDS = 120, 160


def save(visit: Visit) -> Response:
    if visit.viewer.kind != "iro":
        raise NotHere
    photo = clean(visit.form.get("photo", ""))
    answers = " ".join(clean(visit.form.get("answers", "")).split())
    if photo and (len(photo) > LONGEST_LINK or not re.fullmatch(r"https://[^\s/]+\.[^\s/]+/\S+", photo)):
        return visit.redirect("/account?done=wrong-photo#photo")
    if len(answers) > LONGEST_WORDS:
        return visit.redirect("/account?done=long-answers#answers")
    with visit.store.write() as session:
        person = session.get_one(Person, visit.viewer.id)
        person.photo, person.answers = photo or None, answers or None
        visit.audit(session, "profile", what=f"person {person.id}")
    return visit.redirect("/account?done=profile")
