"""Bad configuration is refused at start, in one plain line each that says what to set."""

import pytest

from cases.settings import BadSettings, Settings


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"PORT": "eighty"}, "PORT is 'eighty': set it to a port number"),
        ({"HEARD_DATABASE_URL": "mysql://db"}, "HEARD_DATABASE_URL starts with 'mysql': set it to a URL"),
        ({"HEARD_PUBLIC_URL": "heard.example"}, "HEARD_PUBLIC_URL starts with"),
        ({"HEARD_SMTP_URL": "smtp://mail.example"}, "HEARD_MAIL_FROM is empty"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_AUTH_TOKEN is empty: set it"),
        ({"HEARD_LANGUAGES": "cy"}, "HEARD_LANGUAGES must include en"),
    ],
)
def test_each_wrong_setting_is_one_line_that_says_what_to_set(env, says):
    with pytest.raises(BadSettings) as caught:
        Settings.from_env(env)
    assert any(line.startswith(says) for line in caught.value.problems), caught.value.problems


def test_all_problems_are_told_at_once():
    with pytest.raises(BadSettings) as caught:
        Settings.from_env({"PORT": "0", "HEARD_RASA_URL": "ftp://x"})
    assert len(caught.value.problems) == 2


def test_nothing_set_is_a_working_embedded_service(tmp_path):
    settings = Settings.from_env({"HEARD_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'heard.db'}"
    assert not settings.sms_ready and settings.languages == ("en",)


def test_the_token_is_not_in_a_printed_settings(tmp_path):
    env = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "very-secret", "TWILIO_FROM": "+447700900999"}
    assert "very-secret" not in repr(Settings.from_env(env))
