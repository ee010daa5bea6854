"""What the bot says: a variation that this talk has not just used, in the child's language, with the gaps filled in.

The English text is the msgid. A catalogue is read from locale/<language>/LC_MESSAGES/heard.po; what it does not hold is
said in English.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.io import read_yaml_file
from rasa.utils.endpoints import EndpointConfig

from bot.nlu import examples

DOMAIN = "heard"
SOURCE_LANGUAGE = "en"
_GAP = re.compile(r"\{(\w+)\}")


class NothingToFillIn(Exception):
    """A reply has a gap that nothing fills. Sending it would show a child "{name}" or "None"."""


class Catalogues:
    """Translations by language, each read once."""

    def __init__(self, folder: str | Path | None):
        self._folder = Path(folder) if folder else None
        self._loaded: dict[str, NullTranslations] = {}

    def translate(self, text: str, language: str) -> str:
        """The text in the language, or in its base language ("cy" for "cy_GB"), or as it is."""
        for code in (language.replace("-", "_"), re.split("[-_]", language)[0]):
            translated = self._catalogue(code).ugettext(text) if code != SOURCE_LANGUAGE else text
            if translated != text:
                return translated
        return text

    def _catalogue(self, language: str) -> NullTranslations:
        if language not in self._loaded:
            self._loaded[language] = self._read(language)
        return self._loaded[language]

    def _read(self, language: str) -> NullTranslations:
        path = self._folder / language / "LC_MESSAGES" / f"{DOMAIN}.po" if self._folder and language.isidentifier() else None
        if path is None or not path.is_file():
            return NullTranslations()
        compiled = io.BytesIO()
        with path.open("rb") as source:
            write_mo(compiled, read_po(source))
        compiled.seek(0)
        return Translations(compiled)


def read(paths: Iterable[Path]) -> dict[str, list[dict[str, Any]]]:
    """The replies in these files: name → variations. Raises ValueError for a name in two of them: one would be dropped silently."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in paths:
        for name, variations in (examples.content(path).get("responses") or {}).items():
            if name in found:
                raise ValueError(f"The reply {name} is in {path} and in another file.")
            found[name] = variations
    return found


def helplines(file: str | Path | None) -> dict[str, str]:
    """What fills {childline}, {childline_hours} and the like: of data/services.yml, what somebody has confirmed."""
    held = read_yaml_file(file)["services"] if file else {}
    filled: dict[str, str] = {}
    for name, service in held.items():
        if service.get("confirmed") is True:
            filled[name] = str(service.get("phone") or service["text"])
            filled[f"{name}_hours"] = str(service.get("hours") or "")
    return filled


class TranslatedResponses(TemplatedNaturalLanguageGenerator):
    """The reply generator that endpoints.yml names."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain):
        folder = endpoint_config.kwargs.get("responses")
        super().__init__(domain.responses)
        self._written = read(sorted(Path(folder).glob("*.yml")) if folder else ())
        self._catalogues = Catalogues(endpoint_config.kwargs.get("locale"))
        self._services = helplines(endpoint_config.kwargs.get("services"))

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any) -> dict[str, Any] | None:
        """The reply, or None if there is none of that name. Raises NothingToFillIn."""
        known = {**self.responses, **self._written}  # Rasa puts the model's domain into self.responses when it loads a model
        if utter_action not in known:
            return None
        about = (tracker.latest_message.metadata if tracker.latest_message else None) or {}
        slots = tracker.current_slot_values()
        channel = about.get("channel") or output_channel
        fitting = ResponseVariationFilter(known).responses_for_utter_action(utter_action, channel, slots)
        if not fitting:
            return None
        number = (_last_variation(tracker, utter_action) + 1) % len(fitting)
        language = about.get("language") or slots.get("language") or SOURCE_LANGUAGE
        reply = copy.deepcopy(fitting[number])
        reply.pop("condition", None)
        values = {**self._services, **slots, **kwargs}
        reply["text"] = self._word(reply.get("text", ""), language, values)
        for button in reply.get("buttons") or []:
            button["title"] = self._word(button["title"], language, values)
        reply["variation"] = number
        return reply

    def _word(self, text: str, language: str, values: dict[str, Any]) -> str:
        def fill(gap: re.Match[str]) -> str:
            value = values.get(gap[1])
            if value is None:
                raise NothingToFillIn(gap[1])
            return str(value)

        return _GAP.sub(fill, self._catalogues.translate(text, language))


def _last_variation(tracker: DialogueStateTracker, name: str) -> int:
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered) and event.metadata.get("utter_action") == name:
            return int(event.metadata.get("variation", -1))
    return -1
