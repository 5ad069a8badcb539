"""Call the token functions of a client, once for concurrent calls."""

from __future__ import annotations

import math
from contextvars import ContextVar
from typing import TYPE_CHECKING

from .._credentials import (
    Credentials,
    TokenFunction,
    TokenProvider,
    async_call_token,
)
from .._deadline import Deadline, DeadlineExceededError
from .._errors import ConfigurationError
from .._flow import Authenticate
from .._secret import Secret
from .._synchronization import async_current_runtime, async_event, async_wait
from .client import AsyncClient

if TYPE_CHECKING:
    from .._credentials import Held

_asking: ContextVar[tuple[int, ...]] = ContextVar("asking", default=())
"""The ids of the token functions that are running in this task or thread."""


async def authenticate(client: AsyncClient, chosen: dict[str, Held], step: Authenticate) -> None:
    """Perform an `Authenticate` step of the call flow: set its credentials.

    Args:
        client: the client that makes the call.
        chosen: its credentials by security scheme.
        step: the step of the flow.
    """
    credentials = client._settings.credentials
    refused = {} if step.refused is None else step.refused.by_scheme
    secrets = {
        name: held
        if isinstance(held, Secret)
        else await _TokenRequest(client, name, held, refused.get(name)).token(step.deadline)
        for name, held in chosen.items()
    }
    step.authentication = credentials.written(secrets)


class _Flight:
    """A pending request for a token, shared by the calls that wait for it."""

    def __init__(self) -> None:
        self.ended = async_event()
        self.token: Secret | None = None
        self.error: Exception | None = None


class _TokenRequest:
    """The request of a call for the token of a function.

    Args:
        client: the client that makes the call.
        name: the security scheme.
        source: the function or provider.
        refused: the token with which the server refused this call; None for the first request.
    """

    def __init__(
        self,
        client: AsyncClient,
        name: str,
        source: TokenFunction | TokenProvider,
        refused: Secret | None,
    ) -> None:
        self._client, self._name, self._source, self._refused = client, name, source, refused
        self._credentials: Credentials = client._settings.credentials

    async def token(self, deadline: Deadline) -> Secret:
        """The token of the pending request, else of a new one.

        Raises:
            DeadlineExceededError: another call's request did not end in time.
        """
        if id(self._source) in _asking.get():
            raise ConfigurationError(
                f"The function for {self._name} makes a call that needs the same token. Use a client "
                "with another key there, or a call that needs none."
            )
        # The runtime is part of the key: events belong to one event loop, and threads to one process.
        key = (id(self._source), async_current_runtime())
        while True:
            mine = _Flight()
            flight: _Flight = self._credentials.flights.setdefault(key, mine)
            if flight is mine:
                try:
                    return await self._lead(flight)
                finally:
                    del self._credentials.flights[key]
                    flight.ended.set()
            left = deadline.left()
            await async_wait(flight.ended, None if left == math.inf else left)
            if flight.error is not None:
                raise flight.error
            if flight.token is not None and flight.token != self._refused:
                return flight.token
            if deadline.left() <= 0:
                raise DeadlineExceededError
            # Otherwise it was cancelled, or it began before the token was refused.

    async def _lead(self, flight: _Flight) -> Secret:
        try:
            token = flight.token = await self._ask()
        except Exception as error:
            flight.error = error
            raise
        return token

    async def _ask(self) -> Secret:
        latest = self._credentials.latest
        source = id(self._source)
        newest = latest.get(source)
        if newest is not None and self._refused is not None and newest != self._refused:
            return newest  # another call has already replaced the refused token
        token = latest[source] = self._credentials.token(self._name, await self._call())
        return token

    async def _call(self) -> object:
        outer = _asking.set((*_asking.get(), id(self._source)))
        try:
            return await async_call_token(self._source, self._client)
        finally:
            _asking.reset(outer)
