"""The connections of a client: made on first use, and anew after a fork or in another event loop."""

from __future__ import annotations

import threading
from typing import Any

from .._errors import ClientClosedError, ConfigurationError
from .._io import async_gone, async_place
from .._lazy import http


class AsyncPool:
    """An httpx client for each place, shared by a client and all its `with_options()` views."""

    def __init__(
        self,
        http_client: http.AsyncHTTPClient | None,
        transport: http.AsyncTransport | None,
        limits: http.Limits | None,
    ) -> None:
        _check(http_client, transport, limits)
        self._given = http_client
        self._transport = transport
        self._limits = limits
        self._made: dict[tuple[int, object], http.AsyncHTTPClient] = {}
        self._lock = threading.Lock()
        self.closed = False

    @property
    def in_use(self) -> bool:
        """Whether there are connections of our own to close."""
        return bool(self._made) and not self.closed

    def get(self) -> http.AsyncHTTPClient:
        """The httpx client for here and now."""
        if self.closed:
            raise ClientClosedError("This client is closed. Make a new one, or close it later.")
        if self._given is not None:
            return self._given
        place = async_place()
        return self._made.get(place) or self._make(place)

    def _make(self, place: tuple[int, object]) -> http.AsyncHTTPClient:
        with self._lock:
            for old in [old for old in self._made if async_gone(old)]:
                # Left to the garbage collector: what closing needs is gone with the place.
                del self._made[old]
            if place not in self._made:
                self._made[place] = http.async_client(self._transport, self._limits)
            return self._made[place]

    async def aclose(self) -> None:
        """Close the connections; an httpx client that the user passed in stays theirs."""
        self.closed = True
        made = self._made.pop(async_place(), None)
        self._made.clear()
        if made is not None:
            await made.aclose()

    def portable(self) -> dict[str, Any]:
        """The options that a pickled client is made from again."""
        if self._given is not None or self._transport is not None:
            raise TypeError(
                "A client with its own http_client or transport cannot be pickled; make it where it is used."
            )
        return {"limits": self._limits}


def _check(http_client: Any, transport: Any, limits: Any) -> None:
    if http_client is not None:
        if not isinstance(http_client, http.AsyncHTTPClient):
            raise ConfigurationError(
                f"http_client must be a httpx {http.AsyncHTTPClient.__name__}, "
                f"got {type(http_client).__name__}."
            )
        if transport is not None or limits is not None:
            raise ConfigurationError(
                "transport and limits belong to the http_client; set them there."
            )
    if transport is not None and not isinstance(transport, http.AsyncTransport):
        raise ConfigurationError(
            f"transport must be a httpx {http.AsyncTransport.__name__}, "
            f"got {type(transport).__name__}."
        )
    if limits is not None and not isinstance(limits, http.Limits):
        raise ConfigurationError(f"limits must be a httpx Limits, got {type(limits).__name__}.")
