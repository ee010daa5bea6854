"""The one place that reads the environment. Everything else is handed a Settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cases.problems import Problem

ROOT = Path(__file__).resolve().parent.parent
#: The kinds of staff: each is a role, and cases/access.py says what it sees.
STAFF_KINDS = ("iro", "manager", "duty", "complaints", "admin")


class BadSettings(Problem):
    """One or more settings cannot be used."""


@dataclass(frozen=True)
class Settings:
    home: Path
    database_url: str
    key_file: Path
    public_url: str
    port: int
    rasa_urls: tuple[str, ...]
    actions_urls: tuple[str, ...]
    redis_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    languages: tuple[str, ...] = ("en",)
    pass_on_after: timedelta = timedelta(hours=72)
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_from: str = ""
    twilio_api_url: str = ""
    workers: int = 1
    free_space_mb: int = 200
    metrics_token: str = field(default="", repr=False)
    log_json: bool = False
    second_factor: bool = True
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_groups: Mapping[str, frozenset[str]] = field(default_factory=dict)  # kind of staff → groups of the provider
    oidc_groups_claim: str = "groups"
    demo: bool = False

    @property
    def rasa_url(self) -> str:
        """The first Rasa server; workers spread talks over all of `rasa_urls`."""
        return self.rasa_urls[0]

    @property
    def actions_url(self) -> str:
        """The first action server; Rasa goes round all of `actions_urls`."""
        return self.actions_urls[0]

    @property
    def sms_ready(self) -> bool:
        """True when there is a Twilio account (or a stand-in for one) to send through."""
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.twilio_from)

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, demo: bool = False) -> Settings:
        """Read and check every setting.

        Raises BadSettings with one line for each that cannot be used; each line names the variable and what to set.
        """
        env = os.environ if env is None else env
        problems: list[str] = []
        home = Path(env.get("HEARD_HOME") or ROOT / "var").resolve()
        port = _port(env, "PORT", 8000, problems)
        settings = cls(
            home=home,
            database_url=env.get("HEARD_DATABASE_URL") or f"sqlite:///{home / 'heard.db'}",
            key_file=Path(env.get("HEARD_KEY_FILE") or home / "service.key"),
            public_url=(env.get("HEARD_PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            port=port,
            rasa_urls=_several(env.get("HEARD_RASA_URL")) or ("http://127.0.0.1:5005",),
            actions_urls=_several(env.get("HEARD_ACTIONS_URL")) or ("http://127.0.0.1:5055",),
            redis_url=env.get("HEARD_REDIS_URL", ""),
            smtp_url=env.get("HEARD_SMTP_URL", ""),
            mail_from=env.get("HEARD_MAIL_FROM", ""),
            languages=tuple(part.strip() for part in (env.get("HEARD_LANGUAGES") or "en").split(",") if part.strip()),
            pass_on_after=timedelta(hours=_hours(env, "HEARD_PASS_ON_HOURS", 72, problems)),
            twilio_account_sid=env.get("TWILIO_ACCOUNT_SID", ""),
            twilio_auth_token=env.get("TWILIO_AUTH_TOKEN", ""),
            twilio_from=env.get("TWILIO_FROM", ""),
            twilio_api_url=env.get("TWILIO_API_URL", "").rstrip("/"),
            workers=_number(env, "HEARD_WORKERS", 1, 1, 64, problems),
            free_space_mb=_number(env, "HEARD_FREE_SPACE_MB", 200, 0, 10**9, problems),
            metrics_token=env.get("HEARD_METRICS_TOKEN", ""),
            log_json=env.get("HEARD_LOG", "text") == "json",
            second_factor=env.get("HEARD_SECOND_FACTOR", "on") != "off",
            oidc_issuer=env.get("HEARD_OIDC_ISSUER", "").rstrip("/"),
            oidc_client_id=env.get("HEARD_OIDC_CLIENT_ID", ""),
            oidc_client_secret=env.get("HEARD_OIDC_CLIENT_SECRET", ""),
            oidc_groups=_groups(env.get("HEARD_OIDC_GROUPS", ""), problems),
            oidc_groups_claim=env.get("HEARD_OIDC_GROUPS_CLAIM") or "groups",
            demo=demo,
        )
        if env.get("HEARD_LOG", "text") not in ("text", "json"):
            problems.append(f"HEARD_LOG is '{env['HEARD_LOG']}': set it to text or json.")
        if env.get("HEARD_SECOND_FACTOR", "on") not in ("on", "off"):
            problems.append("HEARD_SECOND_FACTOR is neither on nor off: leave it out for on.")
        problems += settings._problems()
        if problems:
            raise BadSettings(problems)
        return settings

    def _problems(self) -> list[str]:
        problems = []
        for name, value, schemes in (
            ("HEARD_DATABASE_URL", self.database_url, ("sqlite", "postgresql", "postgresql+psycopg")),
            ("HEARD_PUBLIC_URL", self.public_url, ("http", "https")),
            *(("HEARD_RASA_URL", url, ("http", "https")) for url in self.rasa_urls),
            *(("HEARD_ACTIONS_URL", url, ("http", "https")) for url in self.actions_urls),
            ("HEARD_SMTP_URL", self.smtp_url, ("smtp", "smtps")),
            ("HEARD_REDIS_URL", self.redis_url, ("redis", "rediss")),
            ("TWILIO_API_URL", self.twilio_api_url, ("http", "https")),
        ):
            scheme = urlsplit(value).scheme
            if value and scheme not in schemes:
                problems.append(f"{name} starts with '{scheme or value[:8]}': set it to a URL that starts with {' or '.join(schemes)}.")
        twilio = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
            "TWILIO_FROM": self.twilio_from,
        }
        if any(twilio.values()):
            problems += [
                f"{name} is empty: set it, or unset the other TWILIO_ settings to run without SMS."
                for name, value in twilio.items()
                if not value
            ]
        if self.smtp_url and not self.mail_from:
            problems.append("HEARD_MAIL_FROM is empty: set it to the address that alerts are sent from.")
        if "en" not in self.languages:
            problems.append("HEARD_LANGUAGES must include en: every reply is written in English first.")
        return problems + self._oidc_problems()

    def _oidc_problems(self) -> list[str]:
        if not self.oidc_issuer:
            return []
        problems = []
        url = urlsplit(self.oidc_issuer)
        if url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost"):
            problems.append("HEARD_OIDC_ISSUER must begin with https://.")
        if {"common", "organizations", "consumers"} & set(url.path.split("/")):
            problems.append("HEARD_OIDC_ISSUER takes accounts of any organisation: put your own tenant's id in its place.")
        if not (self.oidc_client_id and self.oidc_client_secret):
            problems.append("HEARD_OIDC_CLIENT_ID and HEARD_OIDC_CLIENT_SECRET are needed beside HEARD_OIDC_ISSUER.")
        if not self.oidc_groups:
            problems.append("HEARD_OIDC_GROUPS is empty, so nobody could sign in: set it to role=group pairs, with commas between them.")
        return problems


def _groups(text: str, problems: list[str]) -> dict[str, frozenset[str]]:
    """ "iro=GROUP, iro=OTHER, manager=GROUP" → {"iro": {GROUP, OTHER}, "manager": {GROUP}}."""
    found: dict[str, set[str]] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        kind, _, group = (part.strip() for part in pair.partition("="))
        if kind not in STAFF_KINDS or not group:
            problems.append(f"HEARD_OIDC_GROUPS has '{pair[:40]}': each part is a role ({', '.join(STAFF_KINDS)}), '=' and a group.")
            continue
        found.setdefault(kind, set()).add(group)
    return {kind: frozenset(groups) for kind, groups in found.items()}


def _hours(env: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    value = env.get(name) or str(default)
    if value.isdigit() and int(value) <= 24 * 60:
        return int(value)
    problems.append(f"{name} is '{value}': set it to a number of hours up to {24 * 60}, or to 0 for never.")
    return default


def _port(env: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    value = env.get(name) or str(default)
    if value.isdigit() and 0 < int(value) < 65536:
        return int(value)
    problems.append(f"{name} is '{value}': set it to a port number from 1 to 65535.")
    return default


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int, problems: list[str]) -> int:
    value = env.get(name) or str(default)
    if value.isdigit() and least <= int(value) <= most:
        return int(value)
    problems.append(f"{name} is '{value}': set it to a whole number from {least} to {most}.")
    return default


def _several(value: str | None) -> tuple[str, ...]:
    """URLs by comma."""
    return tuple(part.strip().rstrip("/") for part in (value or "").split(",") if part.strip())
