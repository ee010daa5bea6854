"""A real OpenID provider as a process of its own: Canaille, with its sign-in form, groups, signed tokens and a check of PKCE.

    with OpenIdProvider(redirect_uri) as provider: provider.issuer, provider.client_id, provider.client_secret

It runs as `python -m tests.standins.oidc PORT REDIRECT_URI`, with accounts and groups as ACCOUNTS says.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from urllib.parse import urljoin

import httpx

from cases.settings import ROOT
from tests.standins.ports import free_port

CLIENT_ID, CLIENT_SECRET, PASSWORD = "heard", "only-for-the-tests", "quiet otter by the canal"
#: user name → (e-mail, groups)
ACCOUNTS = {
    "denise": ("denise@council.example", ["heard-iro"]),
    "priya": ("priya@council.example", ["heard-manager"]),
    "martin": ("martin@council.example", []),
    "colin": ("colin@council.example", ["heard-iro"]),  # whom Heard knows as complaints manager
    "stranger": ("stranger@council.example", ["heard-iro"]),
    "denise2": ("Denise@Council.example", ["heard-iro"]),  # another account with the same address
}


class OpenIdProvider:
    def __init__(self, redirect_uri: str):
        self.redirect_uri = redirect_uri
        self.issuer = f"http://127.0.0.1:{free_port()}"

    def __enter__(self) -> OpenIdProvider:
        from tests.stack import wait_until

        command = [sys.executable, "-m", "tests.standins.oidc", self.issuer.rsplit(":", 1)[1], self.redirect_uri]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, 60, "the OpenID provider answers")
        return self

    def __exit__(self, *exc) -> None:
        self.process.terminate()
        self.process.wait(10)

    def _answers(self) -> bool:
        assert self.process.poll() is None, "the OpenID provider ended"
        try:
            return httpx.get(f"{self.issuer}/.well-known/openid-configuration", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def sign_in(self, url: str, user: str) -> str:
        """Go through the provider's own pages as `user`. Returns the address that it sends the browser back to."""
        with httpx.Client(follow_redirects=False, timeout=10) as browser:
            answer = browser.get(url)
            for _ in range(10):
                while answer.is_redirect:
                    onward = urljoin(str(answer.url), answer.headers["location"])
                    if onward.startswith(self.redirect_uri):
                        return onward
                    answer = browser.get(onward)
                answer = browser.post(str(answer.url), data=_filled(answer.text, user))
        raise AssertionError(f"The provider did not send {user} back: {answer.status_code} {answer.text[:2000]}")


def _filled(page: str, user: str) -> dict[str, str]:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    fields = {"csrf_token": token[1]} if token else {}
    if 'name="login"' in page:
        fields["login"] = user
    if 'name="password"' in page:
        fields["password"] = PASSWORD
    if 'value="accept"' in page:
        fields["answer"] = "accept"
    return fields


def main(port: int, redirect_uri: str) -> None:
    import datetime
    import logging
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend
    from canaille.backends.memory.backend import MemoryBackend
    from joserfc.jwk import RSAKey

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args) -> None:
            pass

    by_any = MemoryBackend.do_query

    def by_all(self, model, *args, **wanted):
        """Its store in memory finds what meets any condition, so that one open code hides another; its SQL store means all."""
        found = by_any(self, model, *args, **wanted)
        for name, value in wanted.items():
            ids = {one.id for one in by_any(self, model, **{name: value})}
            found = [one for one in found if one.id in ids]
        return found

    MemoryBackend.do_query = by_all
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "only-for-the-tests",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "WTF_CSRF_ENABLED": False,
            "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False, "LOGGING": {"version": 1, "disable_existing_loggers": True}},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)]},
        }
    )
    logging.disable(logging.CRITICAL)
    with app.app_context():
        users = {
            name: models.User(user_name=name, formatted_name=name.title(), family_name=name, emails=[email], password=PASSWORD)
            for name, (email, _) in ACCOUNTS.items()
        }
        for user in users.values():
            Backend.instance.save(user)
        for group in sorted({group for _, groups in ACCOUNTS.values() for group in groups}):
            members = [users[name] for name, (_, groups) in ACCOUNTS.items() if group in groups]
            Backend.instance.save(models.Group(display_name=group, members=members))
        client = models.Client(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            client_name="Heard",
            client_uri=f"http://127.0.0.1:{port}/heard",  # a trusted domain of its settings: no page of consent
            client_id_issued_at=datetime.datetime.now(datetime.UTC),
            redirect_uris=[redirect_uri],
            grant_types=["authorization_code"],
            response_types=["code"],
            token_endpoint_auth_method="client_secret_basic",
            scope=["openid", "profile", "email", "groups"],
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    make_server("127.0.0.1", port, app, handler_class=Quiet).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
