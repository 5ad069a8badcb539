"""Successful responses with an unexpected shape.

LVNG documents the responses of some operations; those of the others are inferred. If an inferred shape turns out to
be wrong, the call succeeds and returns the JSON unchanged. The logger `lvng.drift` reports it once for each
operation, functions passed to `listen` are called every time, and `counts` returns the number for each operation.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["REPORT_TO", "Drift", "counts", "listen"]

REPORT_TO = "https://github.com/LVNG-AI/lvng-python/issues"
"""Where to report an unexpected response."""

_log = logging.getLogger("lvng.drift")
_lock = threading.Lock()
_counts: Counter[str] = Counter()
_listeners: list[Callable[[Drift], object]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A response with an unexpected shape.

    Attributes:
        operation: id of the operation, such as `activity.stats`.
        expected: the expected shape, such as `a JSON object`.
        received: the shape of the response, such as `a JSON array`. Never its content.
        count: number of such responses of the operation in this process, this one included.
        request_id: the server's id of the request, if it gave one.
    """

    operation: str
    expected: str
    received: str
    count: int
    request_id: str | None = None

    def __str__(self) -> str:
        return (
            f"{self.operation} returned {self.received}, expected {self.expected}. The call succeeded. "
            f"LVNG does not document this response, so please report it: {REPORT_TO}"
        )


def counts() -> dict[str, int]:
    """The number of unexpected responses in this process, by operation."""
    with _lock:
        return dict(_counts)


def listen(function: Callable[[Drift], object]) -> Callable[[], None]:
    """Register a function that is called for every unexpected response, for example to count it in your metrics.

    It is called in the thread or event loop of the call, so it should be fast. Its exceptions are logged.

    Args:
        function: called with the `Drift`.

    Returns:
        A function that removes the registration.

    Example:
        stop = drift.listen(lambda found: print(found))
    """
    with _lock:
        _listeners.append(function)

    def stop() -> None:
        with _lock:
            if function in _listeners:
                _listeners.remove(function)

    return stop


def report(operation: str, *, expected: str, received: str, request_id: str | None = None) -> None:
    """Record an unexpected response. Used by the SDK."""
    with _lock:
        _counts[operation] += 1
        count, listeners = _counts[operation], tuple(_listeners)
    found = Drift(
        operation=operation,
        expected=expected,
        received=received,
        count=count,
        request_id=request_id,
    )
    if count == 1:
        _log.warning("%s", found)
    for function in listeners:
        try:
            function(found)
        except Exception:  # noqa: BLE001 - whatever a listener raises
            _log.exception("A listener raised; the call continues.")


_KINDS: dict[type, str] = {
    dict: "a JSON object",
    list: "a JSON array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}


def shape_of(value: object) -> str:
    """The kind of a JSON value, for messages."""
    return _KINDS.get(type(value), "another value")
