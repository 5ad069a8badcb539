"""Event streams: iterate, close, and check that the stream ended properly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Generic, TypeVar, cast

from .. import drift
from .._clock import current_clock
from .._errors import LvngError, StreamError, StreamIncompleteError
from .._http.lazy import http
from .._limits import MAX_EVENT_SIZE
from .._operation import Operation
from .._resume import Resumption, is_interrupted
from .._sse import SSEEvent
from .._synchronization import async_spawn_background, async_wait_background
from .body import AsyncBody
from .sse import async_batches
from .streamed_call import AsyncStreamedCall

Event = TypeVar("Event", bound=SSEEvent, covariant=True)


class AsyncEventStream(AsyncStreamedCall, Generic[Event]):
    """The events of a streaming call. The request is sent when the iteration begins.

    It can be iterated once. The connection is released at the end, on an error, and when the loop is left;
    use the stream as a context manager, or close it, to release the connection at a certain point.

    If the stream of a GET request breaks, it is resumed after its last event, within the retry policy, provided that
    the server sends event ids.

    A stream that ends without its end event raises `StreamIncompleteError`. A failure that the server
    reports is yielded as its `error` event and then raised as `StreamError`. Both have the text received so
    far as `text`.

    Example:
        async with client.stream_chat(message="Hello") as stream:
            async for event in stream:
                print(event.event, event.data)
    """

    def __init__(
        self,
        connect: Callable[..., Awaitable[AsyncBody]],
        end: tuple[str, ...] = (),
        *,
        max_event_size: int = MAX_EVENT_SIZE,
        allow_incomplete: bool = False,
        operation: Operation[object] | None = None,
        resumption: Resumption | None = None,
    ) -> None:
        super().__init__(connect)
        self._resumption = resumption
        self._operation = operation
        self._end = frozenset(end)
        self._max_event_size = max_event_size
        self._must_end = bool(end) and not allow_incomplete
        self._over = False
        self._text: list[str] = []
        self._last_id: str | None = None

    def __aiter__(self) -> AsyncIterator[Event]:
        """Iterate over the events.

        Raises:
            StreamError: the stream was iterated or closed before, or broke; `text` is the text received so far.
            LvngError: the call failed before the stream began.
        """
        if self._begun or self._closed:
            raise StreamError("A stream can be read only once; make the call again for a new one.")
        self._begun = True
        # The contract types the events; at run time each is an SSEEvent.
        return cast("AsyncIterator[Event]", self._events())

    @property
    def text(self) -> str:
        """The text received so far; empty for streams without text."""
        return "".join(self._text)

    async def _release(self, body: AsyncBody) -> None:
        await (body.finish() if self._over else body.aclose())

    async def _events(self) -> AsyncIterator[SSEEvent]:
        # Wait for the previous stream to return its connection to the pool, so that this one can use it.
        await async_wait_background()
        failed: StreamError | None = None
        try:
            while True:
                body = await (self._open() if failed is None else self._reopen(failed))
                try:
                    if self._closed:
                        return
                    async with aclosing(
                        async_batches(body.chunks, self._max_event_size)
                    ) as batches:
                        async for events in batches:
                            for event in events:
                                if self._body is not body:
                                    return  # closed in the loop
                                if not self._accepts(event):
                                    continue
                                yield event
                                if self._over:
                                    self._check(event)
                                    return
                    self._check_end(body)
                    return
                except StreamError as error:
                    if self._closed:
                        return
                    failed = self._described(error, body)
        finally:
            await self.aclose()

    def _accepts(self, event: SSEEvent) -> bool:
        """Record an event; False if it was received before."""
        if self._resumption is not None and not self._resumption.accept(event):
            return False
        self._note(event)
        return True

    def _described(self, error: StreamError, body: AsyncBody) -> StreamError:
        """Add the text and last event id of the stream to an error."""
        body.attempt.describe(error)
        error.text, error.last_event_id = self.text, self._last_id
        return error

    async def _reopen(self, error: StreamError) -> AsyncBody:
        """Resume after the last event, on another connection.

        Raises:
            StreamError: the given error, if the stream cannot be resumed.
        """
        clock, resumption = current_clock(), self._resumption
        if resumption is None or not is_interrupted(error, http.body_errors()):
            raise error
        delay = resumption.delay(clock.random())
        if delay is None:
            raise error
        await self._leave()
        await clock.async_sleep(delay)
        try:
            return await self._open(resumption)
        except LvngError as failure:
            error.add_note(f"The stream could not be resumed: {failure}")
            if self._opened is not None:
                self._opened.attempt.describe(error)
            raise error from failure

    def _text_of(self, _event: SSEEvent, /) -> str:
        """The text that an event adds; subclasses for streams of text override it."""
        return ""

    def _note(self, event: SSEEvent) -> None:
        self._last_id = event.id
        if self._body is not None and (scope := self._body.attempt.scope) is not None:
            scope._event(event)
        if text := self._text_of(event):
            self._text.append(text)
        if event.event in self._end:
            self._over = True
            if self._body is not None and async_spawn_background(self._body.finish):
                self._body = None

    def _check_end(self, body: AsyncBody) -> None:
        """Raise `StreamIncompleteError` for a stream that ended without its end event."""
        if not self._must_end:
            return
        if self._operation is None or not self._operation.inferred:
            raise StreamIncompleteError("The stream ended without its end event; it was cut off.")
        drift.report(
            self._operation.id,
            expected=f"a stream that ends with {' or '.join(sorted(self._end))}",
            received="a stream without such an event",
            request_id=body.attempt.request_id,
        )

    def _check(self, last: SSEEvent) -> None:
        """Raise `StreamError` for an `error` event."""
        if last.event != "error":
            return
        data = last.data if isinstance(last.data, dict) else {}
        message, code = data.get("message"), data.get("code")
        raise StreamError(
            message if isinstance(message, str) else "The server ended the stream with an error.",
            code=code if isinstance(code, str) else None,
            body=last.data,
        )
