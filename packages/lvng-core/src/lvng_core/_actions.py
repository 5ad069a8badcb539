"""What a call flow asks its driver to do, beside sending an attempt."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NamedTuple


class Sleep(NamedTuple):
    """Wait."""

    seconds: float


class Close(NamedTuple):
    """Close the body of a response that nobody will read."""

    body: Any


class Invoke(NamedTuple):
    """Call a middleware that waits by itself; the result is the response that it returns.

    Attributes:
        function: the middleware.
        request: its request.
        call_next: the flow of everything below it, for a request.
    """

    function: Callable[..., Any]
    request: Any
    call_next: Callable[[Any], Generator[Any, Any, Any]]
