"""A new model is taken up by the running service, and nothing that a child sends meanwhile is lost or out of order."""

import os
import shutil
import uuid

from cases.settings import ROOT
from heard.rasa import newest_model
from tests.stack import wait_until


def test_messages_sent_while_the_model_is_changed_are_all_answered_in_order(heard, child):
    assert child.says("hi")
    model = newest_model(heard.settings)
    copy = ROOT / "var" / "models" / f"new-{uuid.uuid4().hex}"
    shutil.copy(model, copy)
    os.replace(copy, model)  # the same model in a new file: no other test notices
    wait_until(lambda: "There is a new model" in (heard.home / "up.log").read_text(errors="replace"), 30, "the new model is noticed")
    sent = ["who is my iro", "when is my review", "thanks"]
    for text in sent:
        child.text(text)
    wait_until(lambda: "The new model is in use" in (heard.home / "up.log").read_text(errors="replace"), 120, "Rasa is back")
    wait_until(lambda: len([text for text in child.phone() if "Denise Demo" in text]) == 1, 60, "the question is answered once")
    assert child.says("who reads this"), "the talk goes on"
    record = child.record()
    assert [message["text"] for message in record["messages"] if message["from"] == "child"][-4:] == [*sent, "who reads this"]
