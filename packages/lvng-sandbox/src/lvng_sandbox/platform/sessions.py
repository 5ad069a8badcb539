"""Sessions of signed-in users: JWTs, and the refresh tokens that give new ones."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jwt

from ..problems import unauthorized
from .accounts import Caller

if TYPE_CHECKING:
    from .platform import Platform

JWT_SECRET = "jwt"  # noqa: S105 - the name of the fact that holds it
SESSION_SECONDS = 3600
REFRESH_SECONDS = 7 * 24 * 3600


class Sessions:
    """The sessions of a platform. A JWT needs no record: it is good until it expires or its session ends."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._sql = platform.store.sql

    def open(self, caller: Caller) -> Caller:
        """The caller in a new session."""
        return replace(caller, session=secrets.token_hex(8))

    def issue(self, caller: Caller, seconds: int = SESSION_SECONDS, use: str = "access") -> str:
        """A new JWT in the caller's session, or in one of its own."""
        now = int(self._platform.clock())
        signed_out = self._sql.execute(
            "SELECT signed_out FROM accounts WHERE user_id = ?", (caller.user_id,)
        ).fetchone()[0]
        claims = {
            "userId": caller.user_id,
            "email": self._platform.accounts.email(caller.user_id),
            "role": self._role(caller),
            "organizationId": caller.tenant,
            "iat": now,
            "exp": now + seconds,
            "jti": secrets.token_hex(8),
            "session": caller.session or secrets.token_hex(8),
            "signedOut": signed_out,
            "use": use,
        }
        return jwt.encode(claims, self._secret(), algorithm="HS256")

    def claims(self, token: str, use: str = "access") -> dict[str, Any]:
        """What a JWT says.

        Raises:
            Problem: 401: it is not valid, or no longer.
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
        if claims["exp"] <= self._platform.clock():
            raise unauthorized("The token has expired")
        if claims.get("use") != use or not self._goes_on(claims):
            raise unauthorized("The token is not valid")
        return claims

    def refresh_token(self, caller: Caller, seconds: int = REFRESH_SECONDS) -> str:
        """A new refresh token for the caller's session. Kept as a hash."""
        token = f"rt_{secrets.token_hex(16)}"
        self.keep_refresh_token(caller, token, seconds)
        return token

    def keep_refresh_token(self, caller: Caller, token: str, seconds: int) -> None:
        """Take a refresh token into use."""
        until = self._platform.clock() + seconds
        self._sql.execute(
            "INSERT INTO refresh_tokens (hash, session, user_id, until) VALUES (?, ?, ?, ?)",
            (_hash(token), caller.session, caller.user_id, until),
        )

    def trade(self, token: str) -> Caller | None:
        """The caller of a refresh token, which is used up by this; None where it is not valid.

        A token that comes a second time was stolen, or is in the hands of a thief: it ends its session.
        """
        row = self._sql.execute(
            "SELECT session, user_id, until, used FROM refresh_tokens WHERE hash = ?",
            (_hash(token),),
        ).fetchone()
        if row is None:
            return None
        session, user_id, until, used = row
        caller = self._platform.accounts.by_id(user_id)
        if used:
            self.end(session)
        if used or caller is None or until <= self._platform.clock():
            return None
        self._sql.execute("UPDATE refresh_tokens SET used = 1 WHERE hash = ?", (_hash(token),))
        return replace(caller, session=session)

    def end(self, session: str) -> None:
        """End a session: its tokens are no longer valid."""
        self._sql.execute("INSERT OR IGNORE INTO revoked VALUES (?)", (session,))
        self._sql.execute("DELETE FROM refresh_tokens WHERE session = ?", (session,))

    def end_all(self, user_id: str) -> None:
        """End every session of a user."""
        self._sql.execute(
            "UPDATE accounts SET signed_out = signed_out + 1 WHERE user_id = ?", (user_id,)
        )
        self._sql.execute("DELETE FROM refresh_tokens WHERE user_id = ?", (user_id,))

    def _goes_on(self, claims: dict[str, Any]) -> bool:
        """Whether the user is there and has not signed out."""
        row = self._sql.execute(
            "SELECT 1 FROM accounts WHERE user_id = ? AND signed_out = ? "
            "AND NOT EXISTS (SELECT 1 FROM revoked WHERE session = ?)",
            (claims["userId"], claims["signedOut"], claims["session"]),
        ).fetchone()
        return row is not None

    def _role(self, caller: Caller) -> str:
        members = self._platform.records(caller, "organizations.members", caller.tenant)
        member = members.first(user_id=caller.user_id)
        return str(member["role"]) if member else "owner"

    def _secret(self) -> str:
        return self._platform.store.fact(JWT_SECRET) or ""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
