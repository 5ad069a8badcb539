"""Request bodies as streams of the HTTP libraries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from .library import Library, stream_class

if TYPE_CHECKING:
    from .._body import Body


class RequestStream:
    """A request body that is read in pieces and can be read repeatedly."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return self._body.chunks()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._body.async_chunks():
            yield chunk


def request_stream(library: Library, body: Body) -> Any:
    """A body as a stream of a library."""
    return stream_class(library, RequestStream)(body)
