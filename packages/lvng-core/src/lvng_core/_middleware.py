"""Middleware: functions that wrap every attempt of a call. Types and validation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

import lvng_core as core  # its names are loaded on first use

from ._errors import ConfigurationError

T = TypeVar("T")

Flow: TypeAlias = Generator[Any, Any, "core.Response"]
"""A middleware for both clients: a generator that gets the response by `yield from call_next(request)`."""

CallNext: TypeAlias = Callable[["core.Request"], T]
"""The next step: `CallNext[Flow]` for a generator, `CallNext[Awaitable[Response]]` for an async function,
`CallNext[Response]` for a plain function of the sync client."""

Middleware: TypeAlias = (
    Callable[["core.Request", CallNext[Flow]], Flow]
    | Callable[["core.Request", CallNext["core.Response"]], "core.Response"]
)
"""A middleware of the sync client."""

AsyncMiddleware: TypeAlias = (
    Callable[["core.Request", CallNext[Flow]], Flow]
    | Callable[["core.Request", CallNext[Awaitable["core.Response"]]], Awaitable["core.Response"]]
    | Callable[["core.Request", CallNext[Awaitable["core.Response"]]], "core.Response"]
)
"""A middleware of the async client."""


class Layer(NamedTuple):
    """A middleware of a client.

    Attributes:
        function: the middleware.
        is_flow: whether it is a generator function, which works with both clients.
    """

    function: Callable[..., Any]
    is_flow: bool


def async_layers(given: object) -> tuple[Layer, ...]:
    """Validate the middleware of an async client: one, or several."""
    functions = given if isinstance(given, Sequence) else (given,)
    return tuple(map(_layer, functions))


def sync_layers(given: object) -> tuple[Layer, ...]:
    """Validate the middleware of a sync client: one, or several."""
    layers = async_layers(given)
    for function, _ in layers:
        if _is(function, "iscoroutinefunction"):
            raise ConfigurationError(
                f"{name_of(function)} is an async function, which only an async client accepts as "
                "middleware. A generator works with both clients."
            )
    return layers


def _layer(function: object) -> Layer:
    if not callable(function):
        raise ConfigurationError(
            f"middleware must be a function, or a list of functions, got {function!r:.100}."
        )
    return Layer(function, _is(function, "isgeneratorfunction"))


def _is(function: Callable[..., Any], kind: str) -> bool:
    """Whether a function, or the `__call__` of an object, is of a kind."""
    import inspect

    is_kind: Callable[[object], bool] = getattr(inspect, kind)
    return is_kind(function) or is_kind(getattr(type(function), "__call__", None))  # noqa: B004 - its kind is asked


def name_of(function: object) -> str:
    """The name of a middleware for messages."""
    return str(getattr(function, "__qualname__", None) or type(function).__qualname__)


async def async_returned(result: Any) -> Any:
    """The result of a middleware, awaited if it is async."""
    import inspect

    return await result if inspect.isawaitable(result) else result


def sync_returned(result: Any) -> Any:
    """The result of a middleware."""
    return result
