"""The calls of `PasswordLogin`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvng_core import (
    AsyncClient,
    AuthenticationError,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    ValidationError,
)

from .._generated.auth import AsyncAuth

if TYPE_CHECKING:
    from .._login import PasswordLogin

_REFUSALS = (AuthenticationError, NotFoundError, PermissionDeniedError, ValidationError)
"""Errors that mean that a refresh token is no longer valid."""


async def sign_in(login: PasswordLogin, client: AsyncClient) -> str:
    """Return a valid token: the current one, a refreshed one, or that of a new session."""
    if token := login.current():
        return token
    auth = AsyncAuth(client)
    if refresh_token := login.take_refresh_token():
        try:
            renewed = await auth.refresh(refresh_token=refresh_token)
            if token := login.keep(renewed):
                return token
        except _REFUSALS:
            pass  # it has expired or was revoked
    signed_in = await auth.login(email=login.email, password=login.password())
    if token := login.keep(signed_in):
        return token
    raise DecodeError(
        "auth.login: the response has no access token."
    )  # the body may contain a secret
