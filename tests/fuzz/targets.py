"""What is fed with bytes of anybody's choice, and what must be true of all that comes of it.

A target takes any bytes. It raises when the code under test does, or when the code says something that
cannot be true; nothing else is a failure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from lvng_core import DecodeError, LvngError, SSEDecoder, SSEEvent, StreamError
from lvng_core._error_mapping import decode_error, error_from_response
from lvng_core._errors import MESSAGE_LIMIT

_LARGEST = 64
"""Bytes of an event, so that a small input meets the limit too."""
_STATUSES = (400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503, 504, 520, 599)
_HEADERS = ("content-type", "retry-after", "retry-after-ms", "x-ratelimit-reset", "x-request-id")


def sse(data: bytes) -> None:
    """A stream of events: the first byte says where it is cut, and whether its events may be large.

    Cut or not, the same events come of it, or the same refusal of one that is too large.
    """
    if not data:
        return
    at, stream = data[0] % 128, data[1:]
    limit = _LARGEST if data[0] >= 128 else 1 << 20
    whole = _decode([stream], limit)
    cut = _decode([stream[:at], stream[at:]], limit)
    assert cut == whole, (whole, cut)
    for event in whole[0]:
        _check_event(event)


def _decode(chunks: list[bytes], limit: int) -> tuple[list[SSEEvent], str]:
    decoder = SSEDecoder(max_event_size=limit)
    events: list[SSEEvent] = []
    try:
        for chunk in chunks:
            events += decoder.feed(chunk)
        decoder.close()
    except StreamError as error:
        return events, error.message
    return events, ""


def _check_event(event: SSEEvent) -> None:
    assert event.event
    assert "\n" not in event.event
    assert event.id is None or "\0" not in event.id
    assert event.retry is None or event.retry >= 0
    assert event.data is not None or event.raw.strip() in {"", "null"}
    if isinstance(event.data, str) and event.data != event.raw:
        assert json.loads(event.raw) == event.data


def errors(data: bytes) -> None:
    """An answer: the first byte is its status, the next lines are headers, the rest is its body."""
    if not data:
        return
    *values, body = data[1:].split(b"\n", len(_HEADERS))
    headers = dict(_readable(zip(_HEADERS, values, strict=False)))
    error = error_from_response(_STATUSES[data[0] % len(_STATUSES)], headers, body, identifier="1")
    _check_error(error)
    wait = getattr(error, "retry_after", None)
    assert wait is None or 0 < wait < float("inf")
    _check_error(decode_error(200, headers, body, "a JSON object"))


def _readable(
    headers: Iterator[tuple[str, bytes]] | zip[tuple[str, bytes]],
) -> Iterator[tuple[str, str]]:
    return ((name, value.decode("latin-1")) for name, value in headers)


def _check_error(error: LvngError) -> None:
    assert 0 < len(error.message) <= MESSAGE_LIMIT + 60, error.message
    assert "\n" not in error.message
    assert isinstance(error.details, list)
    assert isinstance(error, DecodeError) or error.status_code != 200
    assert str(error)
    assert repr(error)


TARGETS: Mapping[str, Callable[[bytes], None]] = {"sse": sse, "errors": errors}
