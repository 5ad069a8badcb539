"""Accounts, their passwords and their API keys."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from ..clock import Clock
from ..problems import Problem, unauthorized
from ..randomness import Randomness
from ..store.database import CollectionKey, Store, define_tables
from .caller import Caller

KEY_PREFIX = "lvng_sk_"
_NO_PASSWORD = ""
_API_KEYS = ("api_keys", "/api/v2/api-keys")

define_tables("""
CREATE TABLE IF NOT EXISTS accounts (
    user_id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    tenant TEXT NOT NULL,
    sign_outs INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS keys (
    hash TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    until REAL
);
CREATE INDEX IF NOT EXISTS keys_id ON keys (key_id);
""")


class _Key(NamedTuple):
    """An API key as it is stored."""

    caller: Caller
    until: float | None
    """Unix time until which it is valid after its replacement."""
    expires: float | None
    """Unix time at which its record expires."""


class Accounts:
    """The accounts of a platform. API keys and passwords are stored as hashes."""

    def __init__(self, store: Store, clock: Clock, random: Randomness) -> None:
        self._store = store
        self._sql = store.sql
        self._clock = clock
        self._random = random

    def add(self, user_id: str, email: str, tenant: str, password: str = _NO_PASSWORD) -> Caller:
        """Create an account. Without a password, login is not possible."""
        self._sql.execute(
            "INSERT INTO accounts (user_id, email, password, tenant) VALUES (?, ?, ?, ?)",
            (user_id, email.lower(), _hash_password(password, self._random.bytes(16)), tenant),
        )
        return Caller(user_id, tenant)

    def by_email(self, email: str) -> Caller | None:
        """The account of an email address."""
        return self._find("email", email.lower())

    def by_id(self, user_id: str) -> Caller | None:
        """The account of a user."""
        return self._find("user_id", user_id)

    def email(self, user_id: str) -> str | None:
        """The email address of a user."""
        row = self._sql.execute(
            "SELECT email FROM accounts WHERE user_id = ?", (user_id,)
        ).fetchone()
        return None if row is None else str(row[0])

    def all(self) -> list[tuple[str, str, str]]:
        """User id, email address and organization of each account, oldest first."""
        rows = self._sql.execute("SELECT user_id, email, tenant FROM accounts ORDER BY rowid")
        return rows.fetchall()

    def members(self, tenant: str) -> list[str]:
        """The ids of the users of an organization."""
        rows = self._sql.execute("SELECT user_id FROM accounts WHERE tenant = ?", (tenant,))
        return [user_id for (user_id,) in rows]

    def log_in(self, email: str, password: str) -> Caller | None:
        """The account of an email address and its password."""
        row = self._sql.execute(
            "SELECT password FROM accounts WHERE email = ?", (email.lower(),)
        ).fetchone()
        if row is None or not password or not _is_password(password, row[0]):
            return None
        return self.by_email(email)

    def move(self, user_id: str, tenant: str) -> Caller | None:
        """Move an account to another organization; None if there is no such account."""
        self._sql.execute("UPDATE accounts SET tenant = ? WHERE user_id = ?", (tenant, user_id))
        return self.by_id(user_id)

    def delete(self, user_id: str) -> None:
        """Delete an account and its keys."""
        self._sql.execute("DELETE FROM keys WHERE user_id = ?", (user_id,))
        self._sql.execute("DELETE FROM accounts WHERE user_id = ?", (user_id,))

    def sign_outs(self, user_id: str) -> int | None:
        """The number of times a user signed out of all sessions; None if there is no such user."""
        row = self._sql.execute(
            "SELECT sign_outs FROM accounts WHERE user_id = ?", (user_id,)
        ).fetchone()
        return None if row is None else int(row[0])

    def count_sign_out(self, user_id: str) -> None:
        """Record that a user signed out of all sessions."""
        self._sql.execute(
            "UPDATE accounts SET sign_outs = sign_outs + 1 WHERE user_id = ?", (user_id,)
        )

    def by_key(self, key: str) -> Caller:
        """The account of an API key, limited to the scopes of the key.

        Raises:
            Problem: 401: the key is unknown, revoked or expired.
        """
        hashed, now = hash_secret(key), self._clock.time()
        stored = self._store.while_unchanged(
            ("key", hashed), lambda: self._stored_key(hashed), _API_KEYS[0]
        )
        if stored.until is not None and stored.until <= now:
            raise _invalid_key()
        if stored.expires is not None and stored.expires <= now:
            raise unauthorized("The API key has expired")
        return stored.caller

    def _stored_key(self, hashed: str) -> _Key:
        """The key with a hash.

        Raises:
            Problem: 401: there is none, or it is revoked.
        """
        row = self._sql.execute(
            "SELECT key_id, until, accounts.user_id, tenant FROM keys JOIN accounts USING (user_id) WHERE hash = ?",
            (hashed,),
        ).fetchone()
        if row is None:
            raise _invalid_key()
        key_id, until, user_id, tenant = row
        record = self._store.get(CollectionKey(*_API_KEYS, user_id), key_id)
        if record is None or record["revoked_at"] or not record["is_active"]:
            raise unauthorized("The API key has been revoked")
        expires = record["expires_at"]
        return _Key(
            Caller(user_id, tenant, key_id, tuple(record["scopes"])),
            until,
            datetime.fromisoformat(expires).timestamp() if expires else None,
        )

    def new_key(self, environment: str = "test") -> str:
        """Make a new API key, which is not registered yet."""
        return f"{KEY_PREFIX}{environment}_{self._random.hex(16)}"

    def add_key(self, caller: Caller, key_id: str, key: str, grace: float = 0.0) -> None:
        """Register an API key.

        Args:
            caller: the user of the key.
            key_id: id of its record.
            key: the key.
            grace: seconds for which an earlier key with this id remains valid.
        """
        now = self._clock.time()
        self._sql.execute(
            "UPDATE keys SET until = ? WHERE key_id = ? AND until IS NULL", (now + grace, key_id)
        )
        self._sql.execute("DELETE FROM keys WHERE until <= ?", (now,))
        self._sql.execute(
            "INSERT OR REPLACE INTO keys (hash, key_id, user_id) VALUES (?, ?, ?)",
            (hash_secret(key), key_id, caller.user_id),
        )

    def permanent_key_id(self, caller: Caller, key: str) -> str | None:
        """The id of a valid key of a caller; None for one that is invalid or was replaced."""
        row = self._sql.execute(
            "SELECT key_id FROM keys WHERE hash = ? AND user_id = ? AND until IS NULL",
            (hash_secret(key), caller.user_id),
        ).fetchone()
        with contextlib.suppress(Problem):
            return self.by_key(key).key_id if row else None
        return None

    def delete_key(self, key_id: str) -> None:
        """Delete an API key."""
        self._sql.execute("DELETE FROM keys WHERE key_id = ?", (key_id,))

    def _find(self, column: str, value: str) -> Caller | None:
        row = self._sql.execute(
            f"SELECT user_id, tenant FROM accounts WHERE {column} = ?", (value,)
        ).fetchone()
        return None if row is None else Caller(*row)


def credential_of(headers: Mapping[str, str]) -> str:
    """The API key or JWT of a request.

    Raises:
        Problem: 401: it has none.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    if key := headers.get("x-api-key", "").strip():
        return key
    raise unauthorized("No API key or token was sent")


def _invalid_key() -> Problem:
    return unauthorized("The API key is not valid")


def hash_secret(secret: str) -> str:
    """The hash under which a random secret is stored: an API key or a refresh token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _hash_password(password: str, salt: bytes) -> str:
    return f"{salt.hex()}${_scrypt(password, salt).hex()}"


def _is_password(password: str, stored: str) -> bool:
    salt, _, digest = stored.partition("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)).hex(), digest)


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**10, r=8, p=1)
