"""What the worker's handlers work with; a test puts stand-ins here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from cases.settings import Settings
from cases.store.db import Store
from cases.store.models import utcnow
from channels.email import Mailer
from channels.rasa import Rasa

if TYPE_CHECKING:
    from channels.twilio.client import SmsSender


class Tools:
    def __init__(self, store: Store, settings: Settings, rasa_token: str, *, clock: Callable[[], datetime] = utcnow):
        self.store = store
        self.settings = settings
        self.clock = clock
        self.rasa = Rasa(settings.rasa_urls, rasa_token, settings.actions_urls)
        self.sms: SmsSender | None = None
        if settings.sms_ready:
            from channels.twilio.client import SmsSender  # half a second to import: only where texts are sent

            self.sms = SmsSender(settings)
        self.mail: Mailer | None = Mailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else None
