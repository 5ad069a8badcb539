"""Who calls: accounts, their API keys, and what a request may do."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from ..problems import Problem, forbidden, unauthorized
from ..store.database import Place, Record

if TYPE_CHECKING:
    from ..contract.document import Operation
    from .platform import Platform

ALL_SCOPES = ("read", "write", "execute", "admin", "knowledge:read", "knowledge:write")
_NO_PASSWORD = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf something is done."""

    user_id: str
    tenant: str
    """The organization; its people see each other's records."""
    key_id: str | None = None
    """The API key; None for a JWT."""
    scopes: tuple[str, ...] = ALL_SCOPES
    session: str = ""
    """The session that the JWT belongs to."""

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Self:
        """The caller that `state` took apart."""
        return cls(**{**state, "scopes": tuple(state["scopes"])})

    def state(self) -> dict[str, Any]:
        """The caller as JSON, for a job."""
        return {name: getattr(self, name) for name in self.__slots__}


NOBODY = Caller("", "")
"""The caller of public operations."""


class Accounts:
    """Accounts, keys and tokens of a platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._store = platform.store

    def add(self, user_id: str, email: str, tenant: str, password: str = _NO_PASSWORD) -> Caller:
        """Keep a new account. Without a password nobody can log in to it."""
        self._store.sql.execute(
            "INSERT INTO accounts (user_id, email, password, tenant) VALUES (?, ?, ?, ?)",
            (user_id, email.lower(), _hash_password(password), tenant),
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
        row = self._store.sql.execute(
            "SELECT email FROM accounts WHERE user_id = ?", (user_id,)
        ).fetchone()
        return None if row is None else str(row[0])

    def log_in(self, email: str, password: str) -> Caller | None:
        """The account of an email address and its password."""
        row = self._store.sql.execute(
            "SELECT password FROM accounts WHERE email = ?", (email.lower(),)
        ).fetchone()
        if row is None or not password or not _is_password(password, row[0]):
            return None
        return self.by_email(email)

    def move(self, user_id: str, tenant: str) -> Caller | None:
        """Have an account belong to another organization; None where there is no such account."""
        self._store.sql.execute(
            "UPDATE accounts SET tenant = ? WHERE user_id = ?", (tenant, user_id)
        )
        return self.by_id(user_id)

    def remove(self, user_id: str) -> None:
        """Forget an account, with its keys and sessions."""
        self._store.sql.execute("DELETE FROM keys WHERE user_id = ?", (user_id,))
        self._store.sql.execute("DELETE FROM refresh_tokens WHERE user_id = ?", (user_id,))
        self._store.sql.execute("DELETE FROM accounts WHERE user_id = ?", (user_id,))

    def authenticate(self, headers: Mapping[str, str], operation: Operation) -> Caller:
        """The caller of a request.

        Raises:
            Problem: 401 without a valid key or token; 403 where it is not enough.
        """
        if operation.access == "public":
            return NOBODY
        credential = credential_of(headers)
        caller = (
            self._key(credential) if credential.startswith("lvng_sk_") else self._jwt(credential)
        )
        if operation.access == "jwt" and caller.key_id:
            raise forbidden("API keys are not accepted here", "Use the JWT of a signed-in user")
        if operation.scope and not _allows(caller.scopes, operation.scope):
            raise forbidden(f"The key lacks the scope {operation.scope}")
        return caller

    def keep_key(self, caller: Caller, key_id: str, key: str, grace: float = 0.0) -> None:
        """Take an API key into use. Kept as a hash.

        Args:
            caller: whose key it is.
            key_id: id of its record.
            key: the key.
            grace: seconds that an earlier key with this id goes on working.
        """
        now = self._platform.clock()
        self._store.sql.execute(
            "UPDATE keys SET until = ? WHERE key_id = ? AND until IS NULL", (now + grace, key_id)
        )
        self._store.sql.execute("DELETE FROM keys WHERE until <= ?", (now,))
        self._store.sql.execute(
            "INSERT OR REPLACE INTO keys (hash, key_id, user_id) VALUES (?, ?, ?)",
            (_hash_key(key), key_id, caller.user_id),
        )

    def lasting(self, caller: Caller, key: str) -> str | None:
        """The id of a key of a caller that works and goes on working; None for any other."""
        row = self._store.sql.execute(
            "SELECT key_id FROM keys WHERE hash = ? AND user_id = ? AND until IS NULL",
            (_hash_key(key), caller.user_id),
        ).fetchone()
        with contextlib.suppress(Problem):
            return self._key(key).key_id if row else None
        return None

    def drop_key(self, key_id: str) -> None:
        """Take an API key out of use."""
        self._store.sql.execute("DELETE FROM keys WHERE key_id = ?", (key_id,))

    def _find(self, column: str, value: str) -> Caller | None:
        row = self._store.sql.execute(
            f"SELECT user_id, tenant FROM accounts WHERE {column} = ?", (value,)
        ).fetchone()
        return None if row is None else Caller(*row)

    def _key(self, key: str) -> Caller:
        row = self._store.sql.execute(
            "SELECT key_id, accounts.user_id, tenant FROM keys JOIN accounts USING (user_id) "
            "WHERE hash = ? AND (until IS NULL OR until > ?)",
            (_hash_key(key), self._platform.clock()),
        ).fetchone()
        if row is None:
            raise unauthorized("The API key is not valid")
        key_id, user_id, tenant = row
        record = self._store.get(Place("api_keys", "/api/v2/api-keys", user_id), key_id)
        return Caller(user_id, tenant, key_id, _scopes(record, self._platform.clock()))

    def _jwt(self, token: str) -> Caller:
        claims = self._platform.sessions.claims(token)
        return Caller(claims["userId"], claims["organizationId"], session=claims["session"])


def new_key(environment: str = "test") -> str:
    """A new API key."""
    return f"lvng_sk_{environment}_{secrets.token_hex(16)}"


def credential_of(headers: Mapping[str, str]) -> str:
    """The API key or JWT that a request came with.

    Raises:
        Problem: 401: it has none.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    if key := headers.get("x-api-key", "").strip():
        return key
    raise unauthorized("No API key or token was sent")


def _scopes(record: Record | None, now: float) -> tuple[str, ...]:
    """What a key may do, where it can be used at all."""
    if record is None or record["revoked_at"] or not record["is_active"]:
        raise unauthorized("The API key has been revoked")
    expires = record["expires_at"]
    if expires and datetime.fromisoformat(expires).timestamp() <= now:
        raise unauthorized("The API key has expired")
    return tuple(record["scopes"])


def _allows(scopes: tuple[str, ...], wanted: str) -> bool:
    if wanted in scopes or "admin" in scopes:
        return True
    return wanted.startswith("knowledge:") and wanted.removeprefix("knowledge:") in scopes


def _hash_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _hash_password(password: str) -> str:
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_scrypt(password, salt).hex()}"


def _is_password(password: str, kept: str) -> bool:
    salt, _, digest = kept.partition("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)).hex(), digest)


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**10, r=8, p=1)
