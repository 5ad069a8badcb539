"""Log in with email and password, for services that need a JWT for longer than its lifetime."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Self

from lvng_core import AsyncClient, Client, ConfigurationError, TokenProvider
from lvng_core.helpers import MaskedStr, Secret, current_clock

__all__ = ["PasswordLogin"]

_EMAIL, _PASSWORD = "LVNG_EMAIL", "LVNG_PASSWORD"
_LIFE = 3600.0
"""Lifetime of a token in seconds if the server does not send it."""
_MARGIN = 60.0
"""Seconds before its expiry at which a token is replaced; at most half of its lifetime."""


class PasswordLogin(TokenProvider):
    """Logs in with email and password, and keeps the session alive. Pass it as `api_key`.

    The first call that needs a token calls `auth.login`. A minute before the token expires, or when the server
    refuses it, the session is renewed by `auth.refresh` or, if that fails, by `auth.login`. Several clients, sync and
    async, may share a `PasswordLogin` and thereby its session.

    Args:
        email: email address of the user; default: the environment variable LVNG_EMAIL.
        password: the password, or a function that returns it each time it is needed; default: the environment
            variable LVNG_PASSWORD, which is read each time it is needed.

    Raises:
        ConfigurationError: email or password is missing or not a string.

    Example:
        client = LvngClient(PasswordLogin())  # LVNG_EMAIL, LVNG_PASSWORD
        client.api_keys.list()
    """

    def __init__(
        self, email: str | None = None, password: str | Callable[[], str] | None = None
    ) -> None:
        self.email: str = _text("email", email, _EMAIL)
        self._source: Secret | Callable[[], str] | None = None
        if password is None:
            _text("password", None, _PASSWORD)
        elif not isinstance(password, str) and callable(password):
            self._source = password
        else:
            self._source = Secret(_text("password", password, _PASSWORD))
        self._session: _Session | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.email}>"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if isinstance(self._source, Secret):
            raise TypeError(
                f"A password cannot be pickled. Set {_PASSWORD}, or pass PasswordLogin a function that "
                "returns the password."
            )
        return type(self), (self.email, self._source)

    def sync_token(self, client: Client) -> str:
        """Return a valid token; logs in if there is none.

        Args:
            client: the client that makes the calls.

        Raises:
            AuthenticationError: email or password is wrong.
        """
        from ._sync.login import sign_in

        return sign_in(self, client)

    async def async_token(self, client: AsyncClient) -> str:
        """Return a valid token; logs in if there is none.

        Args:
            client: the client that makes the calls.

        Raises:
            AuthenticationError: email or password is wrong.
        """
        from ._async.login import sign_in

        return await sign_in(self, client)

    def invalidate(self, token: str) -> None:
        """Renew the session before the next call if this is its token."""
        with self._lock:
            if self._session is not None and self._session.access.reveal() == token:
                self._session.expires = -math.inf

    def current(self) -> str | None:
        """The token of the session; None if it has to be renewed."""
        with self._lock:
            session = self._session
        if session is None or session.expires <= current_clock().now():
            return None
        return session.access.reveal()

    def take_refresh_token(self) -> str | None:
        """Take the refresh token. Its second use would count as theft and end the session."""
        with self._lock:
            session, self._session = self._session, None
        if session is None or session.refresh is None:
            return None
        return MaskedStr(session.refresh.reveal())

    def password(self) -> str:
        """The password, with a masked repr."""
        if isinstance(self._source, Secret):
            return MaskedStr(self._source.reveal())
        given = None if self._source is None else self._source()
        return MaskedStr(_text("password", given, _PASSWORD))

    def keep(self, response: object) -> str | None:
        """Store the session of a response, under `data` or at the top level; returns its token, if it has one.

        LVNG does not document this response.
        """
        session = response.get("data", response) if isinstance(response, Mapping) else None
        token = session.get("access_token") if isinstance(session, Mapping) else None
        if session is None or not isinstance(token, str):
            return None
        said, refresh_token = session.get("expires_in"), session.get("refresh_token")
        lasts = max(float(said), 0.0) if isinstance(said, (int, float)) else _LIFE
        expires = current_clock().now() + lasts - min(_MARGIN, lasts / 2)
        refresh = Secret(refresh_token) if isinstance(refresh_token, str) else None
        with self._lock:
            self._session = _Session(Secret(token), refresh, expires)
        return token


@dataclass(slots=True)
class _Session:
    """A session; `expires` is a time of the monotonic clock."""

    access: Secret
    refresh: Secret | None
    expires: float


def _text(name: str, given: object, variable: str) -> str:
    """The given value, else that of an environment variable. Errors never show it."""
    value = os.environ.get(variable) if given is None else given
    if value is None:
        _refuse(f"No {name}: pass {name}=... or set {variable}.")
    if not isinstance(value, str):
        _refuse(f"{name} must be a string, got {type(value).__name__}.")
    if not value.strip():
        _refuse(f"{name} is empty. Pass {name}=... or set {variable}.")
    return value


def _refuse(message: str) -> NoReturn:
    raise ConfigurationError(f"PasswordLogin: {message}")
