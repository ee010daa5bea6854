from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.responses import Catalogues, NothingToFillIn, TranslatedResponses

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
slots:
  language: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  place: {type: text, influence_conversation: false, mappings: [{type: custom}]}
responses:
  utter_hello:
    - text: "Hello {name}"
      buttons: [{title: "Yes", payload: "/affirm"}]
    - text: "Hi {name}"
  utter_where: [{text: "It is at {place}"}]
  utter_call: [{text: "Call {childline}, {childline_hours}"}]
  utter_unconfirmed: [{text: "Call {rumour}"}]
  utter_channel:
    - text: "for everybody"
    - {text: "for the web", channel: web}
"""
)
PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Hello {name}"
msgstr "{name}, shwmae"

msgid "Yes"
msgstr "Ie"
"""

SERVICES = """
services:
  childline: {phone: 0800 1111, hours: day and night, confirmed: true}
  rumour: {phone: 0800 0000, confirmed: false}
"""


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "heard.po").write_text(PO, encoding="utf-8")
    return tmp_path


@pytest.fixture
def replies(locale: Path) -> TranslatedResponses:
    (locale / "services.yml").write_text(SERVICES, encoding="utf-8")
    return TranslatedResponses(EndpointConfig(locale=str(locale), services=str(locale / "services.yml")), DOMAIN)


def talk(**metadata: Any) -> DialogueStateTracker:
    tracker = DialogueStateTracker("talk", DOMAIN.slots)
    tracker.update(UserUttered("hi", {"name": "greet"}, metadata=metadata))
    return tracker


def say(replies: TranslatedResponses, utter: str, tracker: DialogueStateTracker, **values: Any) -> dict[str, Any] | None:
    reply = asyncio.run(replies.generate(utter, tracker, "heard", **values))
    if reply:
        tracker.update(BotUttered(reply["text"], metadata={"utter_action": utter, "variation": reply["variation"]}))
    return reply


def test_a_reply_is_in_the_childs_language_and_filled_in_afterwards(replies: TranslatedResponses):
    reply = say(replies, "utter_hello", talk(language="cy"), name="Kai")
    assert reply["text"] == "Kai, shwmae"
    assert reply["buttons"] == [{"title": "Ie", "payload": "/affirm"}]


@pytest.mark.parametrize("language", ["cy_GB", "cy-GB"])
def test_a_regional_language_falls_back_on_its_base(replies: TranslatedResponses, language: str):
    assert say(replies, "utter_hello", talk(language=language), name="Kai")["text"] == "Kai, shwmae"


@pytest.mark.parametrize("language", ["en", "fr", "../cy", ""])
def test_what_is_not_translated_is_said_in_english(replies: TranslatedResponses, language: str):
    assert say(replies, "utter_hello", talk(language=language), name="Kai")["text"] == "Hello Kai"


def test_one_childs_language_does_not_change_the_next_ones(replies: TranslatedResponses):
    say(replies, "utter_hello", talk(language="cy"), name="Kai")
    assert say(replies, "utter_hello", talk(language="en"), name="Kai")["buttons"][0]["title"] == "Yes"


def test_the_variation_is_not_the_one_that_was_used_last(replies: TranslatedResponses):
    tracker = talk()
    assert [say(replies, "utter_hello", tracker, name="Kai")["text"] for _ in range(3)] == ["Hello Kai", "Hi Kai", "Hello Kai"]


def test_a_channel_can_have_words_of_its_own(replies: TranslatedResponses):
    assert say(replies, "utter_channel", talk(channel="web"))["text"] == "for the web"
    assert say(replies, "utter_channel", talk(channel="sms"))["text"] == "for everybody"


@pytest.mark.parametrize("values", [{}, {"name": None}])
def test_a_gap_that_nothing_fills_is_an_error(replies: TranslatedResponses, values: dict[str, Any]):
    with pytest.raises(NothingToFillIn):
        say(replies, "utter_hello", talk(), **values)


def test_a_helpline_is_filled_in_from_the_file_of_services(replies: TranslatedResponses):
    assert say(replies, "utter_call", talk())["text"] == "Call 0800 1111, day and night"


def test_a_helpline_that_nobody_confirmed_is_not_given(replies: TranslatedResponses):
    with pytest.raises(NothingToFillIn):
        say(replies, "utter_unconfirmed", talk())


def test_a_slot_fills_a_gap(replies: TranslatedResponses):
    tracker = talk()
    with pytest.raises(NothingToFillIn):
        say(replies, "utter_where", tracker)
    tracker.slots["place"].value = "school"
    assert say(replies, "utter_where", tracker)["text"] == "It is at school"


def test_a_reply_that_does_not_exist_is_none(replies: TranslatedResponses):
    assert say(replies, "utter_nothing", talk()) is None


def test_without_a_folder_everything_is_english():
    assert Catalogues(None).translate("Yes", "cy") == "Yes"


def test_a_reply_that_only_actions_name_is_read_from_its_file_and_stays_when_a_model_is_loaded(tmp_path: Path):
    (tmp_path / "later.yml").write_text('responses:\n  utter_kept: [{text: "It is kept"}]\n', encoding="utf-8")
    replies = TranslatedResponses(EndpointConfig(responses=str(tmp_path)), DOMAIN)
    replies.responses = DOMAIN.responses  # what Rasa does each time it loads a model
    assert say(replies, "utter_kept", talk())["text"] == "It is kept"
    assert say(replies, "utter_hello", talk(), name="Kai")["text"] == "Hello Kai"
