"""An advocate for a child: offered, asked for, handed over with what the child agreed to, chased, and the child hears.

For the staff page: `referral` (what may be passed on), `hand_over`, `started`, `close`. A request that nobody hands over in
time, and one that no advocate has taken up, is put in front of people again each working day by the job "advocate_chase".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import alerts, people, timescales, words, working_days
from cases.settings import ROOT
from cases.store import jobs, outbox
from cases.store.models import AdvocateOffer, AdvocateRequest, Person, new_id

CHASE = "advocate_chase"
#: From this step on, the manager hears of it beside the IRO.
MANAGER_FROM = 2


class NotAgreed(Exception):
    """The child has not agreed that anything is passed on: somebody has to ask them first."""


# Offers ----------------------------------------------------------------------------------------------------------------


def offer_due(session: Session, child: Person, why: str, now: datetime) -> bool:
    """Is an advocate to be offered now? Not while one is asked for or there, and not again for the same reason within months.

    why: complaint, plan (the child disagrees with it), needs (see data/advocacy.yml).
    """
    if why == "needs" and not needs_one(child):
        return False
    if current(session, child.id) is not None:
        return False
    since = now - timedelta(days=_rules()["offer_again_after_days"])
    made = select(AdvocateOffer.id).where(AdvocateOffer.child_id == child.id, AdvocateOffer.why == why, AdvocateOffer.at > since)
    return session.scalar(made.limit(1)) is None


def offered(session: Session, child: Person, why: str, now: datetime) -> None:
    """Write down that it was offered."""
    session.add(AdvocateOffer(id=new_id(), child_id=child.id, why=why, at=now))
    session.flush()


def needs_one(child: Person) -> bool:
    """Do the needs on the child's record speak for an advocate, whether they ask or not?"""
    needs = (child.needs or "").lower()
    return any(word in needs for word in _rules()["communication_needs"])


@cache
def _rules() -> dict:
    return yaml.safe_load((ROOT / "data" / "advocacy.yml").read_text(encoding="utf-8"))


# Requests --------------------------------------------------------------------------------------------------------------


def ask(
    session: Session,
    child: Person,
    *,
    text: str | None,
    agreed_to_share: bool | None,
    now: datetime,
    hidden_from: str | None = None,
    share_words: bool | None = None,
    presumed: bool = False,
) -> AdvocateRequest:
    """The child wants an advocate (or is presumed to). One open request stands; a later one adds what it agreed to.

    share_words: what the child said here may be passed on too; without a word on it, as agreed_to_share.
    """
    share_words = agreed_to_share if share_words is None else share_words
    held = session.scalar(
        select(AdvocateRequest)
        .where(AdvocateRequest.child_id == child.id, AdvocateRequest.status == "asked", AdvocateRequest.hidden_from == hidden_from)
        .limit(1)
    )
    if held is not None:
        if agreed_to_share is not None:
            held.agreed_to_share, held.share_words = agreed_to_share, share_words
        held.text = held.text or text
        held.presumed = held.presumed and presumed
        return held
    request = AdvocateRequest(
        id=new_id(),
        child_id=child.id,
        text=text,
        agreed_to_share=agreed_to_share,
        share_words=share_words,
        presumed=presumed,
        hidden_from=hidden_from,
        created_at=now,
    )
    session.add(request)
    session.flush()
    _alert(session, request, now)
    _chase_at(session, request, "hand_over", now)
    return request


def current(session: Session, child_id: str) -> AdvocateRequest | None:
    """The newest request that is still open or has an advocate."""
    query = select(AdvocateRequest).where(
        AdvocateRequest.child_id == child_id, AdvocateRequest.status.in_(("asked", "handed_over", "started"))
    )
    return session.scalar(query.order_by(AdvocateRequest.created_at.desc()).limit(1))


def withdraw(session: Session, child: Person, *, only_unagreed: bool = True) -> bool:
    """Not now after all: open requests that nobody has acted on are taken back. Returns whether there was one.

    One that came with a complaint, or where the child has agreed to what is passed on, stays unless `only_unagreed` is False.
    """
    taken_back = False
    for held in session.scalars(select(AdvocateRequest).where(AdvocateRequest.child_id == child.id, AdvocateRequest.status == "asked")):
        if not only_unagreed or held.hidden_from is None and held.agreed_to_share is None:
            held.status = "withdrawn"
            taken_back = True
    return taken_back


def referral(session: Session, request: AdvocateRequest) -> dict[str, str]:
    """What the child agreed to have passed on: name, phone, words. Empty where they have not agreed."""
    if not request.agreed_to_share:
        return {}
    child = session.get_one(Person, request.child_id)
    phone = people.sms_phone(session, child.id)
    passed = {"name": child.name} | ({"phone": phone.number} if phone else {})
    return passed | ({"words": request.text} if request.share_words and request.text else {})


def hand_over(session: Session, request: AdvocateRequest, *, provider: str, by: Person, now: datetime) -> None:
    """It was passed to the advocacy service; the child hears so. Raises NotAgreed while the child has not agreed. Twice is once."""
    if request.status != "asked":
        return
    if not request.agreed_to_share:
        raise NotAgreed(request.id)
    request.status, request.provider = "handed_over", provider.strip()
    request.handed_over_at, request.handed_over_by, request.chased = now, by.id, 0
    _tell(session, request, "utter_advocacy_handed_over", now, provider=request.provider)
    _chase_at(session, request, "start", now)


def started(session: Session, request: AdvocateRequest, *, advocate: str, by: Person, now: datetime) -> None:
    """An advocate has it: the child hears who. From "asked" too, where the service answered at once."""
    if request.status not in ("asked", "handed_over"):
        return
    request.handed_over_at, request.handed_over_by = request.handed_over_at or now, request.handed_over_by or by.id
    request.status, request.advocate, request.started_at = "started", advocate.strip(), now
    _tell(session, request, "utter_advocacy_started", now, advocate=request.advocate)


def close(session: Session, request: AdvocateRequest, now: datetime) -> None:
    """The advocate's work is done, or the child no longer wants one."""
    if request.status not in ("closed", "withdrawn"):
        request.status, request.closed_at = "closed", now


def chase(session: Session, request_id: str, now: datetime) -> None:
    """The job "advocate_chase": nobody has handed it over, or no advocate has taken it up, in time. People are told again."""
    request = session.get(AdvocateRequest, request_id)
    if request is None or request.status not in ("asked", "handed_over"):
        return
    if now < _due(request):  # it was handed over since: the job of the hand-over watches it
        return
    request.chased += 1
    _alert(session, request, now, roles=("iro", "manager") if request.chased >= MANAGER_FROM else ())
    _chase_at(session, request, "chase_again", now)


def _due(request: AdvocateRequest) -> datetime:
    name, start = ("start", request.handed_over_at) if request.status == "handed_over" else ("hand_over", request.created_at)
    return working_days.end_of_day(start, timescales.get("advocacy", name).working_days)


def _chase_at(session: Session, request: AdvocateRequest, name: str, now: datetime) -> None:
    due_at = working_days.end_of_day(now, timescales.get("advocacy", name).working_days)
    jobs.add(session, CHASE, request.id, lane=f"advocate:{request.id}:{name}", due_at=due_at)


def _alert(session: Session, request: AdvocateRequest, now: datetime, roles: tuple[str, ...] = ()) -> None:
    alerts.raise_alert(
        session,
        level="message",
        about="advocate_request",
        about_id=request.id,
        child_id=request.child_id,
        now=now,
        hidden_from=request.hidden_from,
        roles=roles,
    )


def _tell(session: Session, request: AdvocateRequest, response: str, now: datetime, **values: str) -> None:
    talk = people.conversation_of(session, request.child_id)
    said = words.render(response, talk.language, **values)
    outbox.say(session, talk, said.text, hidden_from=request.hidden_from, now=now)
