"""A sequence of JSON values as an object: JSON Lines, and JSON text sequences (RFC 7464)."""

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
    """The JSON values of one streaming call, sent when the iteration begins.

    Iterate it once. The connection is freed at the end, on an error, and when the loop is left; use it as
    a context manager, or close it, to be sure of the moment.
    """

    def __init__(self, connect: Callable[[], Awaitable[AsyncBody]], *, max_item_size: int) -> None:
        super().__init__(connect)
        self._max_item_size = max_item_size

    def __aiter__(self) -> AsyncIterator[Item]:
        """The values, in order.

        Raises:
            StreamError: the connection broke, a value was too large, or time ran out between two values.
            StreamIncompleteError: the stream was cut within a value.
            DecodeError: a value is no JSON.
        """
        if self._begun or self._closed:
            raise StreamError("A stream is read once; make the call again for another.")
        self._begun = True
        # Which values a stream has is the document's word.
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
    """The error of a stream that had begun."""
    if isinstance(error, http.CutShortError):
        return StreamIncompleteError(f"The stream was cut on the way: {error}.")
    if http.is_timeout(error):
        message = (
            "The stream stalled: nothing came for the read time-out. Raise timeout= if it may."
        )
        stalled = StreamError(message)
        stalled.__cause__ = APITimeoutError(message)
        return stalled
    return StreamError(f"The stream broke: {str(error) or type(error).__name__}.")
