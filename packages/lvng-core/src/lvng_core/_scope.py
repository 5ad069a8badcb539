"""What all attempts of one call share, and who is told of its events and of its end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Self

import lvng_core as core  # its names load on first use


class CallScope:
    """One call with all its attempts, as middleware sees it: `request.call`.

    Attributes:
        operation: id of the operation, such as `workflows.list`; method and path for `request()`.
        state: what middleware keeps from one attempt to the next, under keys of its own.
        error: the error that the call ends with; None as long as it has none.
    """

    def __init__(self, operation: str, logger: str) -> None:
        self.operation: str = operation
        self.state: dict[Any, Any] = {}
        self.error: BaseException | None = None
        self._logger = logger
        self._on_event: list[Callable[[core.SSEEvent], object]] = []
        self._on_end: list[Callable[[BaseException | None], object]] = []
        self._ended = False

    def __repr__(self) -> str:
        return f"<CallScope of {self.operation}>"

    def on_event(self, callback: Callable[[core.SSEEvent], object]) -> None:
        """Have a plain function called with each event of the stream, before the caller gets it.

        If it raises, the exception is logged and the stream goes on.
        """
        self._on_event.append(callback)

    def on_end(self, callback: Callable[[BaseException | None], object]) -> None:
        """Have a plain function called once when the call has ended, with its error or None.

        A stream or download ends when its body does, or when it is left. If the function raises, the
        exception is logged.
        """
        self._on_end.append(callback)

    def _event(self, event: core.SSEEvent) -> None:
        """Tell of an event of the stream."""
        for callback in self._on_event:
            self._tell(callback, event)

    def _end(self) -> None:
        """Tell of the end, once."""
        if self._ended:
            return
        self._ended = True
        for callback in self._on_end:
            self._tell(callback, self.error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """End the call with the error that leaves the block, or without one."""
        self.error = error
        self._end()

    def _tell(self, callback: Callable[[Any], object], value: object) -> None:
        try:
            callback(value)
        except Exception:
            logging.getLogger(self._logger).exception(
                "A callback of middleware raised; %s goes on.", self.operation
            )
