"""Request bodies as streams of the HTTP libraries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from .library import Library, stream_class

if TYPE_CHECKING:
    from .._body import Body


class RequestStream:
    """A request body that is read in pieces and can be read repeatedly.

    Attributes:
        error: what the body raised; a file of the caller's may raise errors of an HTTP library, too.
    """

    error: Exception | None = None

    def __init__(self, body: Body) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._body.chunks()
        except Exception as error:
            self.error = error
            raise

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._body.async_chunks():
                yield chunk
        except Exception as error:
            self.error = error
            raise


def raised_by_body(request: Any) -> Exception | None:
    """What the body of a request raised while it was sent."""
    return request.stream.error if isinstance(request.stream, RequestStream) else None


def request_stream(library: Library, body: Body) -> Any:
    """A body as a stream of a library."""
    return stream_class(library, RequestStream)(body)
