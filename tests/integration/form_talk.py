"""A child's talk with the review form as Rasa drives it, over the real action server and store, without Rasa.

Only what Rasa does between the calls is done here: slots are kept, the next empty slot of the form is asked for, and a
response's words are filled in. What the classifier would say is handed in where a test needs it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import yaml
from starlette.testclient import TestClient

from actions.app import create_app
from cases import consultations, exporting, people, words
from cases.settings import ROOT
from cases.store import inbound
from cases.store.crypto import BOT, ring
from cases.store.models import new_id

FORM = "consultation_form"
REQUIRED = yaml.safe_load((ROOT / "domain.yml").read_text())["forms"][FORM]["required_slots"]


class FormTalk:
    """`says` a message and get what Heard answers, as one text."""

    def __init__(self, store, settings, child, now: datetime):
        self.store, self.child, self.now = store, child, now
        self.server = TestClient(create_app(store, settings, clock=lambda: self.now))
        self.slots: dict[str, str | None] = {}
        self.active = False
        self.said: list[dict] = []
        with store.write() as session:
            self.conversation = people.conversation_of(session, child.id).id

    def wait(self, **duration) -> None:
        self.now += timedelta(**duration)

    def says(self, text: str, *, intent: str = "", confidence: float = 0.9, risk: str = "none", channel: str = "sms") -> str:
        with self.store.write() as session:
            talk = people.conversation_of(session, self.child.id)
            row = inbound.accept(
                session, conversation=talk, provider="web", provider_id=new_id(), channel=channel, text=text, received_at=self.now
            )
            row.risk, row.state = risk, "handled"
            message = row.id
        self.said = []
        self.now += timedelta(seconds=1)
        about = {"text": text, "intent": intent, "confidence": confidence, "risk": risk, "message": message, "channel": channel}
        if self.active:
            rejected = self._call("validate_consultation_form", about) == "rejected"
            if rejected:
                return self._answer()
        elif intent in ("affirm", "deny", "greet"):
            self._call(f"action_{intent}", about)
        else:
            self._call("action_open_consultation", about)
            self.active, self.slots["requested_slot"] = True, ""
        self._ask(about)
        return self._answer()

    def _ask(self, about: dict) -> None:
        if not self.active:
            return
        asked = next((name for name in REQUIRED if not self.slots.get(name)), None)
        if asked is None or self.slots.get("requested_slot", "") is None:
            self.active = False
            self.slots["requested_slot"] = None
            return
        self.slots["requested_slot"] = asked
        self._call(f"action_ask_{asked}", about)

    def _call(self, action: str, about: dict) -> str:
        intent = {"name": about["intent"], "confidence": about["confidence"]}
        latest = {
            "text": about["text"],
            "intent": intent,
            "intent_ranking": [intent, {"name": "thanks", "confidence": 0.0}],
            "metadata": {"message_id": about["message"], "language": "en", "channel": about["channel"], "risk": about["risk"]},
        }
        tracker = {
            "sender_id": self.conversation,
            "slots": dict(self.slots),
            "latest_message": latest,
            "events": [{"event": "action", "name": "action_listen"}, {"event": "user", "text": about["text"]}],
            "active_loop": {"name": FORM} if self.active else {},
            "latest_action_name": "action_listen",
            "paused": False,
            "latest_input_channel": "heard",
            "followup_action": None,
        }
        body = {"next_action": action, "sender_id": self.conversation, "tracker": tracker, "domain": {}, "version": "3.6.21"}
        answer = self.server.post(f"/webhook?token={ring.token(BOT)}", json=body)
        assert answer.status_code == 200, (action, answer.status_code, answer.text)
        result = answer.json()
        self.slots.setdefault("requested_slot", "")
        for event in result["events"]:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "followup":
                self.active, self.slots["requested_slot"] = True, ""
        self.said += result["responses"]
        return "" if result["events"] or result["responses"] or not action.startswith("validate") else "rejected"

    def _answer(self) -> str:
        return "\n".join(
            words.render(one["response"], **{k: str(v) for k, v in one.items() if k not in ("response", "buttons")}).text
            for one in self.said
            if one.get("response")
        )

    def buttons(self) -> list[str]:
        """What the last question offers to tap."""
        return [one["title"] for one in self.said[-1].get("buttons") or ()]

    def kept(self) -> dict:
        """The newest consultation, as `heard export` prints it."""
        with self.store.read() as session:
            return exporting.export(session, people.by_ref(session, self.child.ref))["consultations"][-1]

    def states(self) -> dict[str, str]:
        with self.store.read() as session:
            return consultations.states(consultations.current(session, self.child.id, self.now))
