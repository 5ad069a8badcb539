"""Protocols for the user's clients, transports and responses, of httpx or httpx2, whichever is installed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Protocol


class HTTPClient(Protocol):
    """A `Client` of httpx or httpx2."""

    @property
    def is_closed(self) -> bool: ...

    def send(self, request: Any, *, stream: bool, auth: Any, follow_redirects: Any) -> Any: ...

    def close(self) -> None: ...


class AsyncHTTPClient(Protocol):
    """An `AsyncClient` of httpx or httpx2."""

    @property
    def is_closed(self) -> bool: ...

    async def send(
        self, request: Any, *, stream: bool, auth: Any, follow_redirects: Any
    ) -> Any: ...

    async def aclose(self) -> None: ...


class Transport(Protocol):
    """A `BaseTransport` of httpx or httpx2."""

    def handle_request(self, request: Any) -> Any: ...

    def close(self) -> None: ...


class AsyncTransport(Protocol):
    """An `AsyncBaseTransport` of httpx or httpx2."""

    async def handle_async_request(self, request: Any) -> Any: ...

    async def aclose(self) -> None: ...


class Limits(Protocol):
    """The `Limits` of httpx or httpx2."""

    max_connections: int | None
    max_keepalive_connections: int | None
    keepalive_expiry: float | None


class StreamedResponse(Protocol):
    """A `Response` of httpx or httpx2."""

    def iter_bytes(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class AsyncStreamedResponse(Protocol):
    """A `Response` of httpx or httpx2."""

    def aiter_bytes(self) -> AsyncIterator[bytes]: ...

    async def aclose(self) -> None: ...
