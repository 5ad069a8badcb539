"""The body of a request as the HTTP libraries take it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from .._body import Body


class RequestStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is read in pieces, as often as asked."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return self._body.chunks()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._body.async_chunks():
            yield chunk
