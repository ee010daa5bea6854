"""`heard check` says what is not fit for more than one machine, and the units that councils copy start commands that there are."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cases.settings import ROOT
from heard import check
from heard.cli import cli
from tests.standins.ports import free_port

TWO = ("http://127.0.0.1:5005", "http://127.0.0.1:5006")


def lines(settings, store) -> dict[bool, str]:
    found = list(check._one_machine(settings, store))
    return {good: " ".join(line for fit, line in found if fit is good) for good in (True, False)}


def test_sqlite_is_for_one_machine(store, settings):
    if not store.is_sqlite:
        pytest.skip("about SQLite")
    assert "one machine" in lines(settings, store)[True] and not lines(settings, store)[False]
    assert "another database" in lines(replace(settings, redis_url="redis://127.0.0.1/0"), store)[False]


def test_on_postgresql_redis_the_clock_and_the_connections_are_looked_at(store, settings):
    if store.is_sqlite:
        pytest.skip("about PostgreSQL")
    alone = lines(settings, store)
    assert not alone[False] and "200 connections: room for 3" in alone[True] and "Name two" in alone[True]
    assert "need Redis" in lines(replace(settings, rasa_urls=TWO), store)[False]
    away = replace(settings, rasa_urls=TWO, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    assert "does not answer" in lines(away, store)[False]


def test_clock_that_is_wrong_is_told(store, settings, monkeypatch):
    if store.is_sqlite:
        pytest.skip("about PostgreSQL")
    monkeypatch.setattr(check, "CLOCKS_APART", -1.0)
    assert "NTP" in lines(settings, store)[False]


@pytest.mark.parametrize("unit", sorted((ROOT / "deploy" / "systemd").glob("*.service")), ids=lambda path: path.name)
def test_unit_starts_a_command_that_there_is_and_gives_it_time_to_drain(unit):
    text = unit.read_text()
    command, *options = re.search(r"^ExecStart=/opt/heard/\.venv/bin/heard (.+)$", text, re.M)[1].split()
    assert command in cli.commands
    known = {name for parameter in cli.commands[command].params for name in parameter.opts}
    assert {option for option in options if option.startswith("--")} <= known
    assert "Restart=always" in text and int(re.search(r"TimeoutStopSec=(\d+)", text)[1]) >= 15
