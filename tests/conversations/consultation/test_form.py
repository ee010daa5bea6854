"""A child fills in what they want said at their review."""


def fill_in(child, *turns: str) -> list[str]:
    return [" ".join(child.says(turn)) for turn in turns]


def test_child_answers_every_question_and_sends_it(heard, child):
    fill_in(
        child,
        "can i do my form",
        "wednesday after school",
        "at the library",
        "my nan and my social worker",
        "not my dad",
        "no",
        "i want to see my sister more",
        "no thanks",
    )
    kept = child.consultation()
    assert kept["status"] == "open", "nothing is sent without a yes"
    assert "wednesday" in kept["when"].lower() and "library" in kept["where"].lower()
    assert [name for name in kept["attend"] if "nan" in name] and [name for name in kept["exclude"] if "dad" in name]
    assert kept["chair"] is False and kept["advocate"] is False
    assert any("sister" in issue for issue in kept["issues"])
    assert "Shall I send it" in " ".join(child.says("no thats all"))
    assert child.consultation()["status"] == "open", "nothing is sent without a yes"
    child.says("yes")
    assert child.consultation()["status"] == "sent"
    assert any(alert["to_role"] == "iro" for alert in child.record()["alerts"])


def test_child_changes_mind_about_day(child):
    fill_in(child, "start my form", "monday at 4", "actually not monday, make it thursday")
    assert "thursday" in child.consultation()["when"].lower()
    assert "monday" not in child.consultation()["when"].lower()
    fill_in(child, "my school")
    assert "school" in child.consultation()["where"].lower()


def test_child_asks_who_reads_this_in_the_middle_and_the_question_comes_again(child):
    replies = fill_in(child, "i want to do my consultation", "who will see this?", "tuesday 4pm")
    assert "iro" in replies[1].lower()
    assert "1 of 7" in replies[1], "the question is asked again"
    assert "tuesday" in child.consultation()["when"].lower()


def test_child_skips_a_question_and_goes_back_to_it(child):
    fill_in(child, "do my form", "dunno, skip", "at home")
    assert child.consultation()["when"] is None and "home" in child.consultation()["where"].lower()


def test_child_stops_in_the_middle_and_goes_on_later(child):
    fill_in(child, "fill in my form", "friday 3pm", "can we do this later")
    assert "friday" in child.consultation()["when"].lower()
    replies = fill_in(child, "hi", "carry on with my form", "online please")
    assert "online" in child.consultation()["where"].lower(), replies
    assert "friday" in child.consultation()["when"].lower()


def test_somebody_moves_from_the_list_of_guests_to_the_other(child):
    fill_in(child, "start my form", "any day", "at school", "mum and dad", "actually not dad")
    kept = child.consultation()
    assert [name for name in kept["attend"] if "mum" in name] and not [name for name in kept["attend"] if "dad" in name]
    assert [name for name in kept["exclude"] if "dad" in name]


def test_child_says_more_about_home_and_school_and_reads_what_they_said(child):
    fill_in(child, "start my form", "friday at 4", "at school", "my nan", "no", "no", "money", "no")
    replies = fill_in(child, "yes", "2", "my room is cold, school is good", "a heater", "who reads this?", "yes")
    assert "Home (1 of 10)" in replies[0] and "Family and friends (2 of 10)" in replies[-1]
    assert child.consultation()["topics"] == {
        "home": {"how": "2 (not good)", "say": "my room is cold", "needed": "a heater", "safe": "yes"},
        "school": {"how": "4 (good): school is good"},
    }
    assert "my room is cold" in " ".join(child.says("what did i say"))
    child.says("that's all")
    child.says("yes")
    assert child.consultation()["status"] == "sent"
