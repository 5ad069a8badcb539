"""A stream of events as an object: iterated, closed, and judged by how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Callable
from contextlib import closing
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

from .._errors import StreamError, StreamIncompleteError
from .._lazy import http
from .._sse import SSEEvent
from .sse import iterate_sse

Event = TypeVar("Event", bound=SSEEvent, covariant=True)


class EventStream(Generic[Event]):
    """The events of one streaming call, sent when the iteration begins.

    Iterate it once. The connection is freed at the end, on an error, and when the loop is left; use it as
    a context manager, or close it, to be sure of the moment.

    A stream that ends without its end event raises `StreamIncompleteError`; a failure that the server
    reports is yielded as its `error` event and then raised as `StreamError`. Both carry the text so far.
    """

    def __init__(self, connect: Callable[[], http.Response], end: tuple[str, ...] = ()) -> None:
        self._connect = connect
        self._end = frozenset(end)
        self._response: http.Response | None = None
        self._begun = False
        self._closed = False
        self._text: list[str] = []
        self._last_id: str | None = None

    def __repr__(self) -> str:
        state = "closed" if self._closed else "open" if self._begun else "not begun"
        return f"<{type(self).__name__}, {state}>"

    def __iter__(self) -> Iterator[Event]:
        """The events, in order."""
        # Which events a stream has is the contract's word: at run time each is an SSEEvent.
        return cast("Iterator[Event]", self._events())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def text(self) -> str:
        """The text received so far: all `delta`s joined."""
        return "".join(self._text)

    def close(self) -> None:
        """Free the connection. The stream cannot be read any further."""
        self._closed = True
        if self._response is not None:
            self._response.close()

    def _events(self) -> Iterator[SSEEvent]:
        if self._begun or self._closed:
            raise StreamError("A stream is read once; make the call again for another.")
        self._begun = True
        self._response = self._connect()
        complete = not self._end
        try:
            with closing(iterate_sse(self._response)) as events:
                for event in events:
                    self._note(event)
                    complete = complete or event.event in self._end
                    yield event
                    if event.event == "error" and "error" in self._end:
                        raise self._reported(event)
            if not complete:
                raise StreamIncompleteError(
                    "The stream ended before its end event: it was cut on the way."
                )
        except StreamError as error:
            if not self._closed:
                error.text, error.last_event_id = self.text, self._last_id
                raise
        finally:
            self.close()

    def _note(self, event: SSEEvent) -> None:
        self._last_id = event.id
        if isinstance(event.data, dict) and isinstance(delta := event.data.get("delta"), str):
            self._text.append(delta)

    def _reported(self, event: SSEEvent) -> StreamError:
        data = event.data if isinstance(event.data, dict) else {}
        message, code = data.get("message"), data.get("code")
        return StreamError(
            message if isinstance(message, str) else "The server ended the stream with an error.",
            code=code if isinstance(code, str) else None,
            body=event.data,
        )
