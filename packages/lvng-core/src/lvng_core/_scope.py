"""The scope of a call: state shared by its attempts, and callbacks for its events and its end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Self

import lvng_core as core  # its names are loaded on first use


class CallScope:
    """One call with all its attempts, as middleware sees it: `request.call`.

    Attributes:
        operation: id of the operation, such as `workflows.list`; method and path for `request()`.
        state: a dict in which middleware can store data from one attempt to the next.
        error: the error of the call; None while it has none.
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
        """Register a sync function that is called with each event of the stream, before the caller receives it.

        If it raises, the exception is logged and the stream continues.
        """
        self._on_event.append(callback)

    def on_end(self, callback: Callable[[BaseException | None], object]) -> None:
        """Register a sync function that is called once when the call has ended, with its error or None.

        A stream or download ends with its body, or when it is closed. If the function raises, the exception is logged.
        """
        self._on_end.append(callback)

    def _event(self, event: core.SSEEvent) -> None:
        """Call the functions for an event of the stream."""
        for callback in self._on_event:
            self._tell(callback, event)

    def _end(self) -> None:
        """Call the functions for the end, once."""
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
                "A callback of middleware raised; %s continues.", self.operation
            )
