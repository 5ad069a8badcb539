"""JSON Lines and JSON text sequences: bytes in, values out."""

from __future__ import annotations

import re
from typing import Any

from ._errors import DecodeError, StreamError, StreamIncompleteError
from ._json import loads

_SPLIT = re.compile(
    rb"[\n\x1e]"
)  # neither occurs in JSON texts; RFC 7464 puts the second before each
_SPACE = b" \t\r"


class JSONLines:
    """Decodes a sequence of JSON texts, in chunks of any size.

    Args:
        max_item_size: maximum size of a text in bytes.
    """

    def __init__(self, max_item_size: int) -> None:
        self._max = max_item_size
        self._tail = bytearray()

    def feed(self, chunk: bytes) -> list[Any]:
        """Decode a chunk; returns the values that it completes.

        Raises:
            DecodeError: a text is not JSON.
            StreamError: a text is too large.
        """
        first, *others = _SPLIT.split(chunk)
        self._tail += first
        if not others:
            self._check(len(self._tail))
            return []
        texts = [bytes(self._tail), *others]
        self._tail = bytearray(texts.pop())
        for text in [*texts, self._tail]:
            self._check(len(text))
        return [_value(text) for text in texts if text.strip(_SPACE)]

    def close(self) -> list[Any]:
        """End the stream; returns the last value if no separator followed it.

        Raises:
            StreamIncompleteError: the stream was cut off within a value.
        """
        rest, self._tail = bytes(self._tail), bytearray()
        if not rest.strip(_SPACE):
            return []
        try:
            return [loads(rest)]
        except (ValueError, RecursionError):
            raise StreamIncompleteError("The stream was cut off within a value.") from None

    def _check(self, size: int) -> None:
        if size > self._max:
            raise StreamError(
                f"A value is larger than {self._max} bytes; raise max_event_size to accept it."
            )


def _value(text: bytes) -> Any:
    try:
        return loads(text)
    except (ValueError, RecursionError):
        start = text[:200].decode("utf-8", "replace")
        raise DecodeError(f"A value of the stream is not JSON. It begins: {start!r}") from None
