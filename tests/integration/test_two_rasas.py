"""Two Rasa servers: a talk keeps to one, and goes to the other while that one is away."""

import pytest

from channels.rasa import Rasa, RasaDown, RasaFailed
from tests.standins.rasa import RasaStandIn

TALKS = [f"talk-{number}" for number in range(40)]


@pytest.fixture
def other():
    standin = RasaStandIn()
    yield standin
    standin.close()


def say(client: Rasa, conversation: str, message_id: str = "m"):
    return client.turn(conversation=conversation, message_id=message_id, text="hi", payload=None, language="en", channel="sms", risk="none")


def test_talks_spread_over_both_and_each_keeps_to_its_own(rasa, other):
    client = Rasa([rasa.url, other.url], "token")
    for turn in range(3):
        for talk in TALKS:
            say(client, talk, f"{talk}-{turn}")
    here, there = ({turn["conversation"] for turn in one.turns} for one in (rasa, other))
    assert here | there == set(TALKS) and not here & there
    assert min(len(here), len(there)) > 10


def test_while_one_is_away_the_other_answers_everybody(rasa, other):
    client = Rasa([rasa.url, other.url], "token")
    other.close()
    for talk in TALKS:
        assert say(client, talk, talk).replies
    assert len(rasa.turns) == len(TALKS)


def test_one_that_has_no_model_yet_is_passed_over(rasa, other):
    rasa.fail = 503
    client = Rasa([rasa.url, other.url], "token")
    assert [say(client, talk, talk).replies[0].text for talk in TALKS] == ["Got: hi"] * len(TALKS)


def test_turn_that_failed_is_not_run_by_the_other_at_once(rasa, other):
    rasa.fail = other.fail = 500
    with pytest.raises(RasaFailed):
        say(Rasa([rasa.url, other.url], "token"), "talk")
    assert rasa.calls + other.calls == 1


def test_both_away_is_told_as_such(rasa, other):
    client = Rasa([rasa.url, other.url], "token")
    rasa.close()
    other.close()
    with pytest.raises(RasaDown):
        say(client, "talk")
