"""Streams of JSON values: JSON Lines, and JSON text sequences (RFC 7464)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Generic, TypeVar, cast

from .._errors import APITimeoutError, DecodeError, LvngError, StreamError, StreamIncompleteError
from .._http.lazy import http
from .._json_lines import JSONLines
from .body import AsyncBody
from .streamed_call import AsyncStreamedCall

Item = TypeVar("Item", covariant=True)


class AsyncJSONStream(AsyncStreamedCall, Generic[Item]):
    """The JSON values of a streaming call. The request is sent when the iteration begins.

    It can be iterated once. The connection is released at the end, on an error, and when the loop is left; use the
    stream as a context manager, or close it, to release the connection at a certain point.
    """

    def __init__(self, connect: Callable[[], Awaitable[AsyncBody]], *, max_item_size: int) -> None:
        super().__init__(connect)
        self._max_item_size = max_item_size

    def __aiter__(self) -> AsyncIterator[Item]:
        """Iterate over the values.

        Raises:
            StreamError: the connection broke, a value was too large, or no data arrived within the read time-out.
            StreamIncompleteError: the stream was cut off within a value.
            DecodeError: a value is not JSON.
        """
        if self._begun or self._closed:
            raise StreamError("A stream can be read only once; make the call again for a new one.")
        self._begun = True
        # The API document types the values.
        return cast("AsyncIterator[Item]", self._values())

    async def _values(self) -> AsyncIterator[object]:
        try:
            body = await self._open()
            if self._closed:
                return
            async with aclosing(self._batches(body)) as batches:
                async for values in batches:
                    for value in values:
                        if self._body is not body:
                            return  # closed in the loop
                        yield value
        finally:
            await self.aclose()

    async def _batches(self, body: AsyncBody) -> AsyncGenerator[list[object]]:
        """The values that each piece of the body completes."""
        lines = JSONLines(self._max_item_size)
        try:
            async for chunk in body.chunks:
                yield lines.feed(chunk)
            yield lines.close()
        except (StreamError, DecodeError) as error:
            body.attempt.describe(error)
            raise
        except http.body_errors() as error:
            raise body.attempt.describe(_broken(error)) from error


def _broken(error: Exception) -> LvngError:
    """The error for a failure after the stream began."""
    if isinstance(error, http.CutShortError):
        return StreamIncompleteError(f"The stream was cut off: {error}.")
    if http.is_timeout(error):
        message = "The stream stalled: no data arrived within the read time-out. Raise timeout= to allow longer pauses."
        stalled = StreamError(message)
        stalled.__cause__ = APITimeoutError(message)
        return stalled
    return StreamError(
        f"The connection broke during the stream: {str(error) or type(error).__name__}."
    )
