"""One real, running Heard for all conversation and browser tests: gateway, worker, action server and a trained Rasa.

Each test has children of its own, so that no test sees another's talk.
"""

from __future__ import annotations

import pytest

from tests.stack import Child, Stack


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    with Stack(tmp_path_factory.mktemp("heard") / "home") as stack:
        stack.iro = stack.staff("iro", "Denise Demo", email="denise@council.example", phone="+447700900101")
        stack.other_iro = stack.staff("iro", "Idris Example", email="idris@council.example")
        stack.manager = stack.staff("manager", "Morgan Sample", email="manager@council.example")
        stack.duty = stack.staff("duty", "Duty Desk Demo", email="duty@council.example")
        stack.complaints = stack.staff("complaints", "Corin Specimen", email="complaints@council.example")
        stack.wait_for_gateway()
        stack.wait_for_rasa()
        yield stack


@pytest.fixture
def heard(running) -> Stack:
    """The running Heard, with this process's key ring on its store: another test may have opened another one since."""
    running.open_keys()
    return running


@pytest.fixture
def child(heard) -> Child:
    """A child whose IRO is Denise Demo."""
    return heard.child(iro=heard.iro)
