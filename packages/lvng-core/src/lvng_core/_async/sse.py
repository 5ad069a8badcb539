"""Events from an HTTP response that is still arriving."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from .._errors import APITimeoutError, StreamError, StreamIncompleteError
from .._http.lazy import http
from .._limits import MAX_EVENT_SIZE
from .._sse import SSEDecoder, SSEEvent

_STEP = 65_536


async def aiterate_sse(
    response: http.AsyncStreamedResponse, *, max_event_size: int = MAX_EVENT_SIZE
) -> AsyncGenerator[SSEEvent]:
    """The events of a streaming response, each as soon as it is complete.

    Closes the response at the end, on an error, and when the iteration is abandoned.

    Args:
        response: a response of httpx or httpx2, opened with `stream=True`.
        max_event_size: bytes an event may have.

    Yields:
        `SSEEvent`s, by the WHATWG rules.

    Raises:
        StreamError: the connection broke, an event was too large, or time ran out between two events.
    """
    try:
        async with aclosing(async_batches(response.aiter_bytes(), max_event_size)) as batches:
            async for events in batches:
                for event in events:
                    yield event
    finally:
        await response.aclose()


async def async_batches(
    chunks: AsyncIterator[bytes], max_event_size: int = MAX_EVENT_SIZE
) -> AsyncGenerator[list[SSEEvent]]:
    """The events that each piece of a body completes; whoever opened the body closes it."""
    decoder = SSEDecoder(max_event_size=max_event_size)
    try:
        async for chunk in chunks:
            if len(chunk) <= _STEP:
                yield decoder.feed(chunk)
                continue
            # Unpacked, a piece may be a thousand times what came: its events need not all be there at once.
            for start in range(0, len(chunk), _STEP):
                yield decoder.feed(chunk[start : start + _STEP])
    except http.CutShortError as error:
        raise StreamIncompleteError(f"The stream was cut on the way: {error}.") from error
    except http.body_errors() as error:
        if http.is_timeout(error):
            message = (
                "The stream stalled: nothing came for the read time-out. Raise timeout= if it may."
            )
            raise StreamError(message) from APITimeoutError(message)
        raise StreamError(f"The stream broke: {str(error) or type(error).__name__}.") from error
    decoder.close()
