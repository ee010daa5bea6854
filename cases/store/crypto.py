"""Encryption at rest: one data key per child, each itself encrypted (wrapped) by the service key.

A sealed column holds bytes: version (1 byte) | owner length (1 byte) | owner | nonce (12 bytes) | AES-256-GCM text.
The owner's id is bound in as associated data, so that one child's words cannot be moved to another's row unnoticed.
Losing a child's wrapped key erases the child: see docs/decisions/0004-envelope-encryption.md.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import urlsafe_b64encode
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, event, select
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.types import TypeDecorator

from cases.problems import Problem

VERSION = b"\x01"
NONCE = 12

#: Owners that are not a child: staff identities, and keys for one purpose each.
STAFF = "staff"
LOOKUP = "purpose:lookup"
TRACKER = "purpose:tracker"
WEB = "purpose:web"
BOT = "purpose:bot"
PURPOSES = (STAFF, LOOKUP, TRACKER, WEB, BOT)


class KeyProblem(Problem):
    """A key is missing or does not fit."""


def new_service_key() -> str:
    return Fernet.generate_key().decode()


def read_service_keys(path: Path) -> list[str]:
    """The service keys, newest first, one a line. Raises KeyProblem when there is none or it cannot be read."""
    try:
        keys = path.read_text().split()
    except OSError as error:
        raise KeyProblem(
            f"The service key cannot be read from {path} ({type(error).__name__}): run 'heard keys new', or set HEARD_KEY_FILE."
        ) from None
    if not keys:
        raise KeyProblem(f"{path} is empty: run 'heard keys new', or set HEARD_KEY_FILE to the right file.")
    return keys


class KeyRing:
    """Data keys by owner, unwrapped in memory as they are needed.

    One process serves one store, so there is one ring: `ring`, bound by Store.
    """

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}
        self._service: MultiFernet | None = None
        self._fetch = lambda owner: None

    def bind(self, service_keys: list[str], fetch) -> None:
        """`fetch(owner)` returns the wrapped key as bytes, or None."""
        try:
            self._service = MultiFernet([Fernet(key) for key in service_keys])
        except ValueError:
            raise KeyProblem("The service key is damaged: restore it from your backup of the key file.") from None
        self._fetch = fetch
        self._keys = {}

    def create(self, session: Session, owner: str) -> None:
        """Give `owner` a new data key. It is written with the caller's transaction."""
        from cases.store.models import DataKey

        key = AESGCM.generate_key(256)
        session.add(DataKey(owner=owner, wrapped=self.wrap(key)))
        self._keys[owner] = key

    def forget(self, owner: str) -> None:
        self._keys.pop(owner, None)

    def wrap(self, key: bytes) -> bytes:
        assert self._service is not None, "Open a Store first."
        return self._service.encrypt(key)

    def rewrap(self, wrapped: bytes) -> bytes:
        assert self._service is not None, "Open a Store first."
        return self._service.rotate(wrapped)

    def key(self, owner: str) -> bytes:
        """The 32-byte data key of `owner`. Raises KeyProblem when it is gone (erased) or the service key is another."""
        if owner not in self._keys:
            wrapped = self._fetch(owner)
            if wrapped is None:
                raise KeyProblem(f"There is no data key for {owner}.")
            try:
                self._keys[owner] = self._service.decrypt(wrapped)
            except InvalidToken:
                raise KeyProblem("The service key does not open this database: set HEARD_KEY_FILE to the key it was made with.") from None
        return self._keys[owner]

    def seal(self, owner: str, text: str) -> bytes:
        nonce = os.urandom(NONCE)
        name = owner.encode()
        sealed = AESGCM(self.key(owner)).encrypt(nonce, text.encode("utf-8", "surrogatepass"), name)
        return VERSION + bytes([len(name)]) + name + nonce + sealed

    def open(self, blob: bytes) -> str:
        size = blob[1]
        name, rest = blob[2 : 2 + size], blob[2 + size :]
        try:
            return AESGCM(self.key(name.decode())).decrypt(rest[:NONCE], rest[NONCE:], name).decode("utf-8", "surrogatepass")
        except InvalidTag:
            raise KeyProblem(f"A sealed text of {name.decode()} was changed outside Heard.") from None

    def lookup(self, value: str) -> str:
        """A keyed hash (HMAC-SHA256, hex) for finding a phone number, e-mail or token without keeping it in the clear."""
        return hmac.new(self.key(LOOKUP), value.encode(), hashlib.sha256).hexdigest()

    def fernet_key(self, purpose: str) -> str:
        """The purpose's key in the form that Fernet takes."""
        return urlsafe_b64encode(self.key(purpose)).decode()

    def token(self, purpose: str) -> str:
        """A bearer token for a purpose; it reveals nothing of the key."""
        return hmac.new(self.key(purpose), b"bearer token", hashlib.sha256).hexdigest()


ring = KeyRing()


class _Owned(str):
    """Text that knows whose key seals it."""

    owner: str

    def __new__(cls, text: str, owner: str) -> _Owned:
        self = super().__new__(cls, text)
        self.owner = owner
        return self


class Sealed(TypeDecorator):
    """A text column that is encrypted under the key of the row's `key_owner`."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if not isinstance(value, _Owned):
            raise KeyProblem("A sealed text has no owner: save it through an object of the model, not in bulk.")
        return ring.seal(value.owner, value)

    def process_result_value(self, value, dialect):
        return None if value is None else ring.open(bytes(value))


@event.listens_for(Mapper, "before_insert")
@event.listens_for(Mapper, "before_update")
def _give_texts_their_owner(mapper, connection, target) -> None:
    for name in _sealed(mapper):
        value = getattr(target, name)
        if value is not None and not isinstance(value, _Owned):
            setattr(target, name, _Owned(value, target.key_owner))


@cache
def _sealed(mapper: Mapper) -> tuple[str, ...]:
    return tuple(attribute.key for attribute in mapper.column_attrs if isinstance(attribute.columns[0].type, Sealed))


def rotate(session: Session) -> int:
    """Wrap every data key with the newest service key. Returns how many were wrapped anew."""
    from cases.store.models import DataKey

    rows = session.scalars(select(DataKey)).all()
    for row in rows:
        row.wrapped = ring.rewrap(row.wrapped)
    return len(rows)
