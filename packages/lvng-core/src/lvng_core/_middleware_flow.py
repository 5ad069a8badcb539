"""Pass the request of an attempt through the middleware of a client."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ._actions import Invoke
from ._errors import ConfigurationError
from ._exchange import Request, Response
from ._middleware import Flow, Layer, name_of


def through(layers: Sequence[Layer], request: Request, send: Callable[[Request], Flow]) -> Flow:
    """Pass a request through the layers, the first outermost, and then to `send`; returns the response."""
    if not layers:
        return (yield from send(request))
    function, is_flow = layers[0]

    def call_next(request: Request) -> Flow:
        if not isinstance(request, Request):
            raise ConfigurationError(
                f"{name_of(function)} must pass the request to call_next, got {request!r:.100}."
            )
        return through(layers[1:], request, send)

    if is_flow:
        response = yield from function(request, call_next)
    else:
        response = yield Invoke(function, request, call_next)
    if not isinstance(response, Response):
        raise ConfigurationError(
            f"{name_of(function)} must return the response, got {response!r:.100}."
        )
    return response
