"""Senders of requests: the connection pool, or the user's transport or client."""

from __future__ import annotations

from typing import Any

from ..._connection_options import ConnectionOptions
from ..errors import mapped
from ..library import Library
from ..proxies import Proxy, environment_proxy
from ..user_clients import NO_DEFAULTS, ClientDefaults, defaults_of
from .pool import AsyncConnectionPool


class AsyncSender:
    """Sends requests with a transport."""

    keeps_deadline = False
    """Whether its sockets apply the deadline of a request."""

    def __init__(self, transport: Any, library: Library) -> None:
        self._transport = transport
        self.library = library
        self.is_closed = False

    def defaults(self) -> ClientDefaults:
        """Defaults for every request."""
        return NO_DEFAULTS

    def proxy_of(self, url: str) -> Proxy | None:  # noqa: ARG002 - for the senders that choose
        """The proxy for a URL, if the sender chooses it."""
        return None

    async def send(self, request: Any) -> Any:
        """Send a request; returns its response with the body not yet read."""
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        self.is_closed = True
        await self._transport.aclose()


class AsyncPoolSender(AsyncSender):
    """Sends requests with the connection pool."""

    keeps_deadline = True

    def __init__(self, options: ConnectionOptions, library: Library) -> None:
        self.pool = AsyncConnectionPool(options, library)
        super().__init__(self.pool, library)

    def proxy_of(self, url: str) -> Proxy | None:
        """The proxy for a URL."""
        return environment_proxy(url)


class AsyncClientSender(AsyncSender):
    """Sends requests with the user's HTTP client, which is neither changed nor closed."""

    def __init__(self, client: Any, library: Library) -> None:
        self._client = client
        self.library = library

    @property
    def is_closed(self) -> bool:  # type: ignore[override] # the client knows
        """Whether the user has closed the client."""
        return bool(self._client.is_closed)

    def defaults(self) -> ClientDefaults:
        """Headers, query and time-outs that the client was created with."""
        return defaults_of(self._client, self.library)

    async def send(self, request: Any) -> Any:
        """Send a request; returns its response with the body not yet read."""
        # auth=None: the client must not replace the key. Redirects are decided in the call flow.
        try:
            return await self._client.send(request, stream=True, auth=None, follow_redirects=False)
        except Exception as error:
            # httpx lets some errors of its connections through: https://github.com/encode/httpx/issues/3072
            if (found := mapped(error, self.library.http)) is not None:
                raise found from error
            raise

    async def aclose(self) -> None:
        """Do nothing: the client belongs to the user."""
