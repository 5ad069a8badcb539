"""Error messages for unknown arguments of methods: the argument to use instead.

Python's own error names the argument only; whoever knows another SDK looks for `timeout` or `headers` on the method.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar, cast

from ._options_advice import instead

P = ParamSpec("P")
R = TypeVar("R")

_REFUSED = re.compile(r"(.+)\(\) got an unexpected keyword argument '(\w+)'")
_TOO_MANY = re.compile(r"(.+)\(\) takes .+ positional arguments? but ")
_SETTING = "Settings of a single call are its options: pass options=RequestOptions({}=...)"
_CLIENT = "This belongs to the client: make one with {}"
_ADVICE = {
    **dict.fromkeys(("extra_headers", "default_headers"), _SETTING.format("headers")),
    **dict.fromkeys(("retries", "num_retries"), _SETTING.format("max_retries")),
    **dict.fromkeys(("api_key", "token", "auth"), _CLIENT.format("this api_key")),
    **{name: _CLIENT.format(f"this {name}") for name in ("base_url", "transport", "http_client")},
    **dict.fromkeys(("proxy", "proxies"), _CLIENT.format("http_client=httpx.Client(proxy=...)")),
    "stream": "Streams have methods of their own, such as client.stream_chat()",
}


def advise_methods(cls: type) -> None:
    """Make the public methods of a class raise an error with advice for unknown arguments."""
    for name, member in list(vars(cls).items()):
        if inspect.isfunction(member) and not name.startswith("_"):
            setattr(cls, name, advised(member))


def advised(method: Callable[P, R]) -> Callable[P, R]:
    """Make a method raise an error with advice for unknown arguments."""

    @functools.wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(*args, **kwargs)
        except TypeError as error:
            if advice := _advice(error, method):
                raise TypeError(advice) from None
            raise

    @functools.wraps(method)
    async def async_call(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            return await cast("Awaitable[object]", method(*args, **kwargs))
        except TypeError as error:
            if advice := _advice(error, method):
                raise TypeError(advice) from None
            raise

    return cast("Callable[P, R]", async_call) if inspect.iscoroutinefunction(method) else call


def _advice(error: TypeError, method: Callable[..., object]) -> str | None:
    """The message for an argument that is unknown or not named; None for other errors, and those within the method."""
    called: str = getattr(method, "__qualname__")  # noqa: B009 - callables need not have one
    if (refused := _REFUSED.match(str(error))) and refused[1] == called:
        known = list(inspect.signature(method).parameters)[1:]
        advice = _for_argument(refused[2], known)
        text = instead(refused[2], known, advice, "arguments")
        return f"{called}() has no argument {refused[2]!r}. {text}"
    if (too_many := _TOO_MANY.match(str(error))) and too_many[1] == called:
        return f"{called}() takes these arguments by name: {', '.join(_named(method))}"
    return None


def _named(method: Callable[..., object]) -> list[str]:
    """The arguments that are given by name: the required ones, or all."""
    named = [
        one for one in inspect.signature(method).parameters.values() if one.kind is one.KEYWORD_ONLY
    ]
    return [f"{one.name}=..." for one in named if one.default is one.empty] or [
        one.name for one in named
    ]


def _for_argument(name: str, known: list[str]) -> str | None:
    from dataclasses import fields

    from ._options import RequestOptions

    if "options" in known and name in {one.name for one in fields(RequestOptions)}:
        return _SETTING.format(name)
    return _ADVICE.get(name)
