"""A child says that they are being harmed: they get help at once, and people are told."""

from tests.stack import wait_until


def said(replies: list[str]) -> str:
    return " ".join(replies).lower()


def test_danger_now_gets_999_and_childline_and_pages_duty_and_iro(heard, child):
    before = len(heard.post.to("duty@council.example"))
    replies = said(child.says("im going to kill myself tonight"))
    assert "999" in replies and "0800 1111" in replies
    alerts = child.record()["alerts"]
    assert {"iro", "duty"} <= {alert["to_role"] for alert in alerts if alert["level"] == "immediate"}
    wait_until(lambda: len(heard.post.to("duty@council.example")) > before, 20, "duty gets an e-mail")
    letter = heard.post.to("duty@council.example")[-1]
    assert "kill" not in letter.whole and "Robin" not in letter.whole, "no child's words or name in an e-mail"
    assert "/inbox/alerts/" in letter.text


def test_disclosure_in_the_middle_of_the_form_and_the_form_goes_on(child):
    child.says("i want to fill in my form")
    child.says("friday after school")
    replies = said(child.says("my carer hit me last night"))
    assert "0800 1111" in replies or "999" in replies
    child.says("at school")
    kept = child.consultation()
    assert "friday" in kept["when"].lower() and "school" in kept["where"].lower()
    assert [message for message in child.record()["messages"] if message["risk"] in ("concern", "immediate")]


def test_stop_him_hurting_me_is_not_the_word_stop(child):
    child.says("stop him hurting me")
    messages = child.record()["messages"]
    assert messages[0]["risk"] in ("concern", "immediate")
    assert len(messages) > 1, "the child was answered"
