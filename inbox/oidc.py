"""Signing in with the council's own accounts: OpenID Connect, the code flow with PKCE, by Authlib.

What one sign-in needs until it comes back (state, nonce, code verifier) travels in a sealed cookie that lasts ten minutes.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from threading import Lock
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from cryptography.fernet import Fernet, InvalidToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from starlette.responses import RedirectResponse, Response

from cases import single_sign_on
from cases.settings import Settings
from cases.single_sign_on import NotLetIn
from cases.store.crypto import WEB, ring
from inbox.web import NotHere, Visit, safe_next

log = logging.getLogger("heard.inbox")

PATIENCE = 600  # seconds from leaving for the provider to coming back
TIMEOUT = 10
FRESH_FOR = 3600
LEEWAY = 120  # seconds that the provider's clock may differ from ours
#: Signatures by a private key of the provider. Never "none", and never one that a client secret could make.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SCOPE = "openid profile email"


class Failed(Exception):
    """The provider cannot be reached, or what it sent does not hold. Says which step; never what was in it."""


class Provider:
    """The council's OpenID provider, as its own discovery document describes it."""

    def __init__(self, settings: Settings):
        self.issuer = settings.oidc_issuer
        self.redirect_uri = f"{settings.public_url}/inbox/sign-in/back"
        self._settings = settings
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._read_at = 0.0
        self._lock = Lock()

    def begin(self, state: str, nonce: str, verifier: str) -> str:
        """The address at the provider to send the browser to."""
        with self._session() as session:
            scopes = set(self._described().get("scopes_supported") or ())
            scope = f"{SCOPE} groups" if "groups" in scopes else SCOPE
            url, _ = session.create_authorization_url(
                self._metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier, scope=scope
            )
            return url

    def finish(self, code: str, nonce: str, verifier: str) -> dict[str, Any]:
        """Exchange the code; the claims of the ID token once its signature, issuer, audience, times and nonce hold."""
        with self._session() as session:
            try:
                token = session.fetch_token(
                    self._described()["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier, timeout=TIMEOUT
                )
            except (AuthlibBaseError, requests.RequestException, ValueError) as error:
                raise Failed(f"token {type(error).__name__}") from None
        try:
            return self._checked(token, nonce)
        except (JoseError, AuthlibBaseError, KeyError, ValueError, TypeError) as error:
            raise Failed(f"ID token {type(error).__name__}") from None

    def _checked(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        try:
            read = jwt.decode(token["id_token"], self._key_set(), algorithms=list(ALGORITHMS))
        except (InvalidKeyIdError, ValueError):  # they sign with a new key
            read = jwt.decode(token["id_token"], self._key_set(again=True), algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._settings.oidc_client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            {"nonce": nonce, "client_id": self._settings.oidc_client_id, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=LEEWAY)
        return dict(claims)

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self._settings.oidc_client_id,
            self._settings.oidc_client_secret,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
        )

    def _described(self) -> dict[str, Any]:
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_FOR or not self._metadata:
                found = self._get(f"{self.issuer}/.well-known/openid-configuration")
                if str(found.get("issuer", "")).rstrip("/") != self.issuer:
                    raise Failed("discovery: another issuer")
                self._metadata, self._keys, self._read_at = found, None, time.monotonic()
            return self._metadata

    def _key_set(self, again: bool = False) -> KeySet:
        uri = self._described()["jwks_uri"]
        with self._lock:
            if self._keys is None or again:
                self._keys = KeySet.import_key_set(self._get(uri))
            return self._keys

    def _get(self, url: str) -> dict[str, Any]:
        try:
            answer = requests.get(url, timeout=TIMEOUT)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            raise Failed(f"discovery {type(error).__name__}") from None


# The two pages --------------------------------------------------------------------------------------------------------


def leave(visit: Visit) -> Response:
    """To the provider."""
    provider = _provider(visit)
    kept = {name: secrets.token_urlsafe(48) for name in ("state", "nonce", "verifier")}
    try:
        url = provider.begin(kept["state"], kept["nonce"], kept["verifier"])
    except Failed as failure:
        return _no(visit, "away", failure)
    response = RedirectResponse(url, 303)
    sealed = _fernet().encrypt(json.dumps(kept | {"next": safe_next(visit.request.query_params.get("next", "/"))}).encode())
    _cookie(visit, response, sealed.decode())
    return response


def come_back(visit: Visit) -> Response:
    """From the provider, with a code that is worth a session to whom it names, if they are ours."""
    provider = _provider(visit)
    said = visit.request.query_params
    try:
        kept = json.loads(_fernet().decrypt(visit.request.cookies.get(_name(visit), "").encode(), ttl=PATIENCE))
    except InvalidToken:
        return _no(visit, "late")
    if not secrets.compare_digest(said.get("state", "").encode(), kept["state"].encode()):
        return _no(visit, "late")
    if said.get("iss", provider.issuer).rstrip("/") != provider.issuer or "code" not in said:
        return _no(visit, "stopped")
    try:
        claims = provider.finish(said["code"], kept["nonce"], kept["verifier"])
    except Failed as failure:
        return _no(visit, "away", failure)
    settings = visit.inbox.settings
    answer = single_sign_on.sign_in(
        visit.store, provider.issuer, claims, settings.oidc_groups, settings.oidc_groups_claim, visit.source, visit.now
    )
    if isinstance(answer, NotLetIn):
        return _no(visit, answer.why)
    response = visit.redirect(kept["next"])
    visit.set_cookie(response, answer.token)
    _cookie(visit, response, "")
    return response


def _provider(visit: Visit) -> Provider:
    if visit.inbox.provider is None:
        raise NotHere
    return visit.inbox.provider


def _no(visit: Visit, why: str, failure: Failed | None = None) -> Response:
    if failure:
        log.warning("single sign-on: %s", failure)
    response = visit.page("council_sign_in.html", 502 if why == "away" else 403, why=why)
    _cookie(visit, response, "")
    return response


def _fernet() -> Fernet:
    return Fernet(ring.fernet_key(WEB))


def _name(visit: Visit) -> str:
    return ("__Secure-" if visit.inbox.settings.secure_cookies else "") + "heard-on-the-way"


def _cookie(visit: Visit, response: Response, value: str) -> None:
    response.set_cookie(
        _name(visit),
        value,
        max_age=PATIENCE if value else 0,
        path=visit.base.rstrip("/") + "/sign-in",
        secure=visit.inbox.settings.secure_cookies,
        httponly=True,
        samesite="lax",  # the provider sends the browser back by a link
    )
