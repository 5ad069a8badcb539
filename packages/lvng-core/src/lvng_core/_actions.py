"""Actions that a call flow requests from its driver, besides sending an attempt."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NamedTuple


class Sleep(NamedTuple):
    """Wait."""

    seconds: float


class Close(NamedTuple):
    """Close the body of a response that will not be read."""

    body: Any


class Invoke(NamedTuple):
    """Call a middleware that is not a generator; the result is the response that it returns.

    Attributes:
        function: the middleware.
        request: its request.
        call_next: makes the flow of the remaining middleware and the attempt, for a request.
    """

    function: Callable[..., Any]
    request: Any
    call_next: Callable[[Any], Generator[Any, Any, Any]]
