"""Sessions of signed-in users: JWTs, and the refresh tokens that replace them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt

from ..clock import Clock
from ..problems import unauthorized
from ..randomness import Randomness
from ..store.database import Store, define_tables
from .accounts import Accounts, hash_secret
from .caller import Caller

JWT_SECRET = "jwt"  # noqa: S105 - the name under which it is stored
SESSION_SECONDS = 3600
REFRESH_SECONDS = 7 * 24 * 3600

define_tables("""
CREATE TABLE IF NOT EXISTS revoked_sessions (session TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS refresh_tokens (
    hash TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    user_id TEXT NOT NULL,
    until REAL NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);
""")


class Sessions:
    """The sessions of a platform.

    A JWT is not stored: it is valid until it expires or its session ends.

    Args:
        store: the database.
        clock: the time of the sandbox.
        accounts: the accounts that sessions belong to.
        random: makes tokens.
        role_of: returns the role of a caller in the organization.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        accounts: Accounts,
        random: Randomness,
        role_of: Callable[[Caller], str],
    ) -> None:
        self._store = store
        self._sql = store.sql
        self._clock = clock
        self._accounts = accounts
        self._random = random
        self._role_of = role_of

    def open(self, caller: Caller) -> Caller:
        """Open a session; returns the caller in it."""
        return replace(caller, session=self._random.hex(8))

    def issue(self, caller: Caller, seconds: int = SESSION_SECONDS, use: str = "access") -> str:
        """Issue a JWT in the caller's session, or in a new one."""
        now = int(self._clock.time())
        claims = {
            "userId": caller.user_id,
            "email": self._accounts.email(caller.user_id),
            "role": self._role_of(caller),
            "organizationId": caller.tenant,
            "iat": now,
            "exp": now + seconds,
            "jti": self._random.hex(8),
            "session": caller.session or self._random.hex(8),
            "signOuts": self._accounts.sign_outs(caller.user_id),
            "use": use,
        }
        return jwt.encode(claims, self._secret(), algorithm="HS256")

    def claims(self, token: str, use: str = "access") -> dict[str, Any]:
        """The claims of a valid JWT.

        Raises:
            Problem: 401: it is not valid, has expired, or its session has ended.
        """
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._secret(),
                algorithms=["HS256"],
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            raise unauthorized("The token is not valid") from None
        if claims["exp"] <= self._clock.time():
            raise unauthorized("The token has expired")
        if claims.get("use") != use or not self._is_open(claims):
            raise unauthorized("The token is not valid")
        return claims

    def by_token(self, token: str) -> Caller:
        """The account of a JWT.

        Raises:
            Problem: 401: it is not valid.
        """
        claims = self.claims(token)
        return Caller(claims["userId"], claims["organizationId"], session=claims["session"])

    def refresh_token(self, caller: Caller, seconds: int = REFRESH_SECONDS) -> str:
        """Issue a refresh token for the caller's session. Only its hash is stored."""
        token = f"rt_{self._random.hex(16)}"
        self.add_refresh_token(caller, token, seconds)
        return token

    def add_refresh_token(self, caller: Caller, token: str, seconds: int) -> None:
        """Register a refresh token."""
        until = self._clock.time() + seconds
        self._sql.execute(
            "INSERT INTO refresh_tokens (hash, session, user_id, until) VALUES (?, ?, ?, ?)",
            (hash_secret(token), caller.session, caller.user_id, until),
        )

    def redeem(self, token: str) -> Caller | None:
        """Redeem a refresh token; returns the caller in its session, or None if it is not valid.

        Reuse of a refresh token means it leaked: the session is revoked.
        """
        row = self._sql.execute(
            "SELECT session, user_id, until, used FROM refresh_tokens WHERE hash = ?",
            (hash_secret(token),),
        ).fetchone()
        if row is None:
            return None
        session, user_id, until, used = row
        caller = self._accounts.by_id(user_id)
        if used:
            self.end(session)
        if used or caller is None or until <= self._clock.time():
            return None
        self._sql.execute(
            "UPDATE refresh_tokens SET used = 1 WHERE hash = ?", (hash_secret(token),)
        )
        return replace(caller, session=session)

    def end(self, session: str) -> None:
        """End a session: its tokens are no longer valid."""
        self._sql.execute("INSERT OR IGNORE INTO revoked_sessions VALUES (?)", (session,))
        self._sql.execute("DELETE FROM refresh_tokens WHERE session = ?", (session,))

    def end_all(self, user_id: str) -> None:
        """End every session of a user."""
        self._accounts.count_sign_out(user_id)
        self._sql.execute("DELETE FROM refresh_tokens WHERE user_id = ?", (user_id,))

    def _is_open(self, claims: dict[str, Any]) -> bool:
        """Whether the account exists and the session was not ended."""
        if self._accounts.sign_outs(claims["userId"]) != claims["signOuts"]:
            return False
        row = self._sql.execute(
            "SELECT 1 FROM revoked_sessions WHERE session = ?", (claims["session"],)
        ).fetchone()
        return row is None

    def _secret(self) -> str:
        return self._store.get_value(JWT_SECRET) or ""
