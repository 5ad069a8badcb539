"""The body of a stream, and the moment between its last event and its last byte."""

from __future__ import annotations

import math

from .._clock import current_clock
from .._deadline import Deadline, TimeLeft
from .._ending import async_can_stop
from .._errors import StreamError
from .._io import async_limit
from .._lazy import http

_REST_SECONDS = 0.1
_REST_BYTES = 65_536


class AsyncBody:
    """The pieces of an answer in `chunks`, as they arrive."""

    def __init__(self, response: http.Response) -> None:
        self._response = response
        self._now = current_clock().now
        timeouts = response.request.extensions["timeout"]
        self._patience = TimeLeft(timeouts["read"], Deadline(math.inf, self._now))
        timeouts["read"] = self._patience
        self.chunks = response.aiter_bytes()

    def blame(self, error: StreamError) -> None:
        """Note on an error which answer it is of."""
        http.sent_by(self._response, error)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._response.aclose()

    async def finish(self) -> None:
        """Read what is left, so that the connection can serve again; close it if that takes too long."""
        try:
            if async_can_stop(self._response):
                await self._read_rest()
        except http.TRANSPORT_ERRORS:
            pass  # everything that matters has come
        finally:
            await self.aclose()

    async def _read_rest(self) -> None:
        self._patience.deadline = Deadline(_REST_SECONDS, self._now)
        size = 0
        async with async_limit(_REST_SECONDS):
            async for chunk in self.chunks:
                size += len(chunk)
                if size > _REST_BYTES:
                    break
