"""What Heard says to children: no number that nobody has checked, no word of the network, nothing written twice. See test_tone.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from cases import services, words
from cases.settings import ROOT

NETWORK = ("STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "INFO", "START", "UNSTOP")
WRITTEN = [(name, one["text"]) for name, variations in words.responses().items() for one in variations]
SAID = [(name, text) for name in words.responses() for text in words.texts(name)]
NUMBER = re.compile(r"\b(?:0\d{3} \d{3} \d{4}|0800 1111|0\d{3} \d{4}|85258|116 123|\b999\b|\b101\b)\b")


def test_no_reply_tells_a_child_to_text_a_word_of_the_phone_network():
    commanded = re.compile(rf"\b(?:text|say|reply|send)\s+(?:{'|'.join(NETWORK)})\b", re.IGNORECASE)
    assert not [name for name, text in SAID if commanded.search(text)]


def test_every_number_that_a_child_is_given_is_confirmed():
    known = {str(service.get(kind, "")) for service in services.confirmed().values() for kind in ("phone", "text")}
    given = {number for _, text in SAID for number in NUMBER.findall(text)}
    assert given and all(any(number in one for one in known) for number in given)


def test_no_response_writes_out_a_number_that_data_services_holds():
    """999 alone is written out: see data/services.yml."""
    assert not {(name, number) for name, text in WRITTEN for number in NUMBER.findall(text) if number != "999"}


def test_a_service_that_nobody_confirmed_is_not_given():
    with pytest.raises(KeyError):
        services.get("nyas")


def test_no_response_is_written_twice():
    files = sorted(Path(ROOT / "data" / "responses").glob("*.yml"))
    names = [name for path in files for name in yaml.safe_load(path.read_text())["responses"]]
    assert len(names) == len(set(names))


def test_heard_never_says_that_it_has_booked_anything():
    assert not [name for name, text in SAID if re.search(r"\b(?:booked|uninvited|arranged)\b", text, re.IGNORECASE)]
