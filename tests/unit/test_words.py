"""What the service says by itself."""

import re

from cases import words


def test_no_response_is_written_twice():
    seen = {}
    for path in words.RESPONSES.glob("*.yml"):
        for name in re.findall(r"^  (utter_\w+):", path.read_text(), re.M):
            assert name not in seen, f"{name} is in {seen.get(name)} and {path.name}"
            seen[name] = path.name


def test_variation_that_was_just_said_is_not_said_again():
    first = words.render("utter_safety_concern").text
    second = words.render("utter_safety_concern", avoid=[first]).text
    third = words.render("utter_safety_concern", avoid=[first, second]).text
    assert len({first, second, third}) == 3


def test_language_without_a_catalogue_is_answered_in_english():
    assert words.render("utter_contact_read", "xx", name="Denise").text == "Denise has read your message."


def test_catalogue_of_a_language_is_used(tmp_path, monkeypatch):
    folder = tmp_path / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "heard.po").write_text('msgid "{name} has read your message."\nmsgstr "{name} czyta."\n')
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    assert words.render("utter_contact_read", "pl", name="Denise").text == "Denise czyta."


def test_urgent_reply_names_999_and_childline_in_every_variation():
    for name in ("utter_safety_immediate", "utter_safety_immediate_untold"):
        for text in words.texts(name, team="the duty team"):
            assert "999" in text and "0800 1111" in text
