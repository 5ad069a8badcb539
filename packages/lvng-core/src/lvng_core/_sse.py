"""Decode server-sent events by the WHATWG specification.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any

from ._errors import StreamError
from ._json import loads
from ._limits import MAX_EVENT_SIZE

_BOM = b"\xef\xbb\xbf"
_EVENT = r"(?:event: (.+)\n)?data: (.+)\n\n"  # most events have a name and one data line
_EVENT_OR_LINE = _EVENT + r"|(.*)\n"


@dataclass(frozen=True, slots=True)
class SSEEvent:
    """One event of a stream.

    Attributes:
        event: name of the event; `message` if the server sent none.
        data: payload, parsed as JSON; the string if it is not JSON; None if it is empty.
        id: last event id that the server sent, with this event or an earlier one; None if none.
        retry: reconnection time in milliseconds, if the server sent one since the previous event.
        raw: payload as received.
    """

    event: str
    data: Any = None
    id: str | None = None
    retry: int | None = None
    raw: str = ""


# The decoder sets the slots directly: the __init__ of a frozen dataclass takes twice as long.
_new = object.__new__
_set_event, _set_data, _set_id, _set_retry, _set_raw = (
    vars(SSEEvent)[field.name].__set__ for field in fields(SSEEvent)
)


class SSEDecoder:
    """Decodes a `text/event-stream` into events, in chunks of any size.

    Args:
        max_event_size: maximum size of an event in bytes, line ends included; default 16 MiB.

    Example:
        decoder = SSEDecoder()
        for chunk in chunks:
            for event in decoder.feed(chunk):
                print(event.event, event.data)
        decoder.close()
    """

    def __init__(self, *, max_event_size: int = MAX_EVENT_SIZE) -> None:
        self._max = max_event_size
        # Compiled for the first decoder, not at import; `re` caches them for the next ones.
        self._match_event = re.compile(_EVENT).fullmatch
        self._split = re.compile(_EVENT_OR_LINE).findall
        self._tail = bytearray()  # an unfinished line
        self._size = 0  # bytes of the lines of an unfinished event
        self._start = True
        self._between = False  # between two events: no data is buffered
        self._skip_lf = False
        self._closed = False
        self._too_large = False
        self._event = ""
        self._data: list[str] = []
        self._id: str | None = None
        self._retry: int | None = None

    def feed(self, chunk: bytes) -> list[SSEEvent]:
        """Decode a chunk.

        Args:
            chunk: the next bytes of the stream.

        Returns:
            The events that this chunk completes.

        Raises:
            StreamError: an event is larger than `max_event_size` (the events before it are returned first),
                or the decoder is closed.
        """
        if self._between and len(chunk) <= self._max:
            # Fast path: servers mostly send one whole event in each chunk.
            text = chunk.decode("utf-8", "replace")
            if "\r" not in text:
                if event := self._match_event(text):
                    name, raw = event.groups()
                    return [self._complete(name, raw)]
                if text.endswith("\n\n"):
                    return self._read(text)
        self._check()
        if self._skip_lf and chunk:
            # The previous chunk ended in CR: an LF now belongs to the same line end.
            self._skip_lf = False
            chunk = chunk.removeprefix(b"\n")
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
        events: list[SSEEvent] = []
        if end:
            self._skip_lf = chunk.endswith(b"\r")
            block = bytes(self._tail + chunk[:end]) if self._tail else chunk[:end]
            self._tail.clear()
            events = self._read(self._normalize(block))
        self._tail += chunk[end:]
        if self._size + len(self._tail) > self._max:
            self._too_large = True
        kept = self._tail or self._size or self._skip_lf
        self._between = not (kept or self._start or self._too_large)
        if not events:
            self._check()
        return events

    def close(self) -> None:
        """End the stream. An incomplete event is discarded, as the specification requires.

        Raises:
            StreamError: an event is larger than `max_event_size`.
        """
        if not self._closed:
            self._check()
        self._closed = True
        self._between = False
        self._tail.clear()
        self._data.clear()

    def _check(self) -> None:
        if self._too_large:
            raise StreamError(
                f"An event is larger than {self._max} bytes; raise max_event_size to accept it."
            )
        if self._closed:
            raise StreamError("The decoder is closed; use a new one for each stream.")

    def _normalize(self, block: bytes) -> str:
        """Decode whole lines, with LF as line end, up to an event that is too large."""
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        block = self._fitting(block)
        if self._start:
            self._start = False
            block = block.removeprefix(_BOM)
        return block.decode("utf-8", "replace")

    def _read(self, text: str) -> list[SSEEvent]:
        events: list[SSEEvent] = []
        for name, raw, line in self._split(text):
            if line:
                self._field(line)
                continue
            if self._data:
                raw = "\n".join([*self._data, raw] if raw else self._data)
                self._data.clear()
            elif not raw:
                self._event = ""
                continue
            events.append(self._complete(name or self._event, raw))
            self._event = ""
        return events

    def _complete(self, name: str | None, raw: str) -> SSEEvent:
        event = _new(SSEEvent)
        _set_event(event, name or "message")
        _set_data(event, parse_data(raw))
        _set_id(event, self._id)
        _set_retry(event, self._retry)
        _set_raw(event, raw)
        self._retry = None
        return event

    def _fitting(self, block: bytes) -> bytes:
        """The part of a block before an event that is too large."""
        if self._size + len(block) <= self._max:  # no event can be too large
            gap = (b"\n" + block).rfind(b"\n\n")
            self._size = self._size + len(block) if gap < 0 else len(block) - gap - 1
            return block
        begin = end = 0
        for line in block.split(b"\n")[:-1]:
            end += len(line) + 1
            self._size += len(line) + 1
            if not line:
                begin, self._size = end, 0
            elif self._size > self._max:
                return block[:begin]
        return block

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id":
            if "\0" not in value:
                self._id = value
        elif name == "retry" and value.isascii() and value.isdigit() and len(value) < 16:
            self._retry = int(value)


def parse_data(raw: str) -> Any:
    """Parse the payload of an event as JSON; the string if it is not JSON, None if it is empty."""
    try:
        return loads(raw)
    except (ValueError, RecursionError):
        return raw or None
