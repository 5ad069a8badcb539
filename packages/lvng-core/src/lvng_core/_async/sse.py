"""Read server-sent events from a streaming HTTP response."""

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
    """Iterate over the events of a streaming response.

    Closes the response at the end, on an error, and when the iteration is abandoned.

    Args:
        response: a response of httpx or httpx2, opened with `stream=True`.
        max_event_size: maximum size of an event in bytes; default 16 MiB.

    Yields:
        The `SSEEvent`s, decoded by the WHATWG specification, each as soon as it is complete.

    Raises:
        StreamError: the connection broke, an event is larger than `max_event_size`, or no data arrived
            within the read time-out.
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
    """Iterate over the events that each chunk completes. Does not close the body."""
    decoder = SSEDecoder(max_event_size=max_event_size)
    try:
        async for chunk in chunks:
            if len(chunk) <= _STEP:
                yield decoder.feed(chunk)
                continue
            # A decompressed chunk can be a thousand times larger: decode it in steps to save memory.
            for start in range(0, len(chunk), _STEP):
                yield decoder.feed(chunk[start : start + _STEP])
    except http.CutShortError as error:
        raise StreamIncompleteError(f"The stream was cut off: {error}.") from error
    except http.body_errors() as error:
        if http.is_timeout(error):
            message = (
                "The stream stalled: no data arrived within the read time-out. "
                "Raise timeout= to allow longer pauses."
            )
            raise StreamError(message) from APITimeoutError(message)
        raise StreamError(
            f"The connection broke during the stream: {str(error) or type(error).__name__}."
        ) from error
    decoder.close()
