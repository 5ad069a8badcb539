"""Server-sent events: bytes in, events out, by the rules of the WHATWG.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from ._errors import StreamError

MAX_EVENT_SIZE: Final = 16 * 1024 * 1024
"""Largest event in bytes that a decoder takes unless told otherwise."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class SSEEvent:
    """One event of a stream.

    Attributes:
        event: the event's name; `message` where the server gave none.
        data: the payload, parsed as JSON; the raw string where it is no JSON; None where it is empty.
        id: the last event id the server gave, in this event or an earlier one.
        retry: milliseconds to wait before connecting again, where the server said so with this event.
        raw: the payload as it came.
    """

    event: str
    data: Any = None
    id: str | None = None
    retry: int | None = None
    raw: str = ""


class SSEDecoder:
    """Turns the bytes of a `text/event-stream` into events, however they are cut into chunks.

    Args:
        max_event_size: bytes an event may have; a longer one raises `StreamError`.
    """

    def __init__(self, *, max_event_size: int = MAX_EVENT_SIZE) -> None:
        self._max = max_event_size
        self._tail: list[bytes] = []  # an unfinished line, in pieces: joined once, when it ends
        self._tail_size = 0
        self._data_size = 0
        self._start = True
        self._skip_lf = False
        self._closed = False
        self._event = ""
        self._data: list[str] = []
        self._id: str | None = None
        self._retry: int | None = None

    def feed(self, chunk: bytes) -> list[SSEEvent]:
        """The events that this chunk completes."""
        if self._closed:
            raise StreamError("The decoder is closed; a new stream needs a new one.")
        if self._skip_lf and chunk:
            # The last chunk ended in CR: an LF now belongs to the same line end.
            self._skip_lf = False
            chunk = chunk.removeprefix(b"\n")
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
        if not end:
            self._keep(chunk)
            return []
        self._skip_lf = chunk.endswith(b"\r")
        block = b"".join((*self._tail, chunk[:end]))
        self._tail.clear()
        self._tail_size = 0
        events = self._read(block)
        self._keep(chunk[end:])
        return events

    def close(self) -> None:
        """The stream is over. An event that was not finished is dropped, as the rules demand."""
        self._closed = True
        self._tail.clear()
        self._data.clear()

    def _keep(self, piece: bytes) -> None:
        if piece:
            self._tail.append(piece)
            self._tail_size += len(piece)
            self._check_size()

    def _check_size(self) -> None:
        if self._tail_size + self._data_size > self._max:
            self.close()
            raise StreamError(
                f"An event is larger than {self._max} bytes; raise max_event_size if it may be."
            )

    def _read(self, block: bytes) -> list[SSEEvent]:
        if self._start:
            self._start = False
            block = block.removeprefix(_BOM)
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        events: list[SSEEvent] = []
        for line in block.decode("utf-8", "replace").split("\n")[:-1]:
            if line:
                self._field(line)
            elif (event := self._dispatch()) is not None:
                events.append(event)
        return events

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data_size += len(value)
            self._check_size()
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id":
            if "\0" not in value:
                self._id = value
        elif name == "retry" and value.isascii() and value.isdigit() and len(value) < 16:
            self._retry = int(value)

    def _dispatch(self) -> SSEEvent | None:
        name, data = self._event, self._data
        self._event = ""
        if not data:
            return None
        retry, self._retry = self._retry, None
        self._data, self._data_size = [], 0
        raw = "\n".join(data)
        return SSEEvent(name or "message", parse_data(raw), self._id, retry, raw)


def parse_data(raw: str) -> Any:
    """The payload of an event: JSON where it is, the string where it is not, None where it is empty."""
    if not raw:
        return None
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw
