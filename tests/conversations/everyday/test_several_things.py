"""Two things in one message are both answered; and in the form, what was asked tells what a short answer means."""


def said(replies: list[str]) -> str:
    return " ".join(replies)


def test_question_and_wish_in_one_message_are_both_answered(child):
    replies = said(child.says("hi who is my iro and can my nan come"))
    assert "Denise Demo" in replies
    assert "nan" in replies.lower()
    assert "nan" in str(child.consultation()["attend"]).lower()


def test_two_questions_in_one_message_are_both_answered(child):
    replies = said(child.says("thanks. who is my iro and who will see this?"))
    assert "Denise Demo" in replies
    assert "record" in replies, "who reads it is said"


def test_short_answers_mean_what_was_asked(child):
    child.says("i want to fill in my form")
    child.says("friday")
    child.says("at school")
    assert "IRO" in said(child.says("who reads this?")), "a question in between is answered"
    child.says("my mum")
    child.says("my dad")
    child.says("no")
    kept = child.consultation()
    assert "friday" in kept["when"].lower() and "school" in kept["where"].lower()
    assert "mum" in str(kept["attend"]).lower() and "dad" in str(kept["exclude"]).lower() and not kept["chair"]
