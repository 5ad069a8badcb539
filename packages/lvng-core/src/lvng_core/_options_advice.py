"""Error messages for unknown options of clients and calls: the option to use instead."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

from ._errors import LvngError

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_KEY = "Pass the key or token as api_key"
_HTTP_CLIENT = "Pass an http_client of your own, such as httpx.Client({}=...)"
_ADVICE = {
    **dict.fromkeys(
        ("token", "access_token", "auth_token", "bearer_token", "key", "apikey", "jwt"), _KEY
    ),
    **dict.fromkeys(("auth", "credentials"), f"{_KEY}; for a login, api_key=PasswordLogin(...)"),
    **dict.fromkeys(
        ("email", "username", "user", "password"),
        "Pass api_key=PasswordLogin(email, password)",
    ),
    **dict.fromkeys(("url", "host", "endpoint", "api_base", "api_url", "server"), "Pass base_url"),
    **dict.fromkeys(
        ("retries", "max_attempts", "num_retries"), "Pass max_retries, or retry=RetryPolicy(...)"
    ),
    **dict.fromkeys(("headers", "extra_headers"), "Pass default_headers"),
    **dict.fromkeys(
        ("proxy", "proxies"),
        "Set HTTPS_PROXY, or pass an http_client of your own, such as httpx.Client(proxy=...)",
    ),
    **{name: _HTTP_CLIENT.format(name) for name in ("verify", "cert", "trust_env", "mounts")},
    **dict.fromkeys(("session", "client"), "Pass http_client"),
    "hooks": "Pass middleware",
    "timeout_seconds": "Pass timeout, in seconds",
    "workspace_id": "Pass it to the methods that take one",
    "model": "Pass it to the methods that take one, such as chat.send",
}
"""Advice by names of options in other SDKs."""
_OF_A_CALL = {
    **dict.fromkeys(("extra_headers", "default_headers"), "Pass headers"),
    **dict.fromkeys(("retries", "max_attempts", "num_retries"), "Pass max_retries"),
    **dict.fromkeys(("query", "params"), "Pass extra_query"),
    **dict.fromkeys(("body", "json", "data"), "Pass extra_body"),
    **dict.fromkeys(("retry", "middleware"), "Pass it to the client, or to client.with_options()"),
    **dict.fromkeys(("api_key", "token", "proxy", "base_url"), "Pass it to the client"),
}


def advises(method: Callable[P, R]) -> Callable[P, R]:
    """Make a method of a client raise an error with advice for unknown arguments."""
    return _checked(method, _ADVICE)


def advises_calls(cls: type[T]) -> type[T]:
    """Make the constructor of the options of a call raise an error with advice for unknown ones."""
    setattr(cls, "__init__", _checked(getattr(cls, "__init__"), _OF_A_CALL))  # noqa: B009, B010
    return cls


def _checked(method: Callable[P, R], advice: Mapping[str, str]) -> Callable[P, R]:
    code: Any = getattr(method, "__code__")  # noqa: B009 - callables need not have one
    name_of_method: str = getattr(method, "__name__")  # noqa: B009
    known = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]

    @functools.wraps(method)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(*args, **kwargs)
        except TypeError:
            if (name := next((name for name in kwargs if name not in known), None)) is None:
                raise
            owner = type(args[0]).__name__
        except LvngError as error:
            # Tools that print the local variables of a traceback would show the key in these frames.
            del args, kwargs
            raise error.with_traceback(None) from error.__cause__
        del args, kwargs  # as above
        called = owner if name_of_method == "__init__" else f"{owner}.{name_of_method}"
        found = advice.get(name.lower())
        raise TypeError(
            f"{called}() has no option {name!r}. {instead(name, known, found, 'options')}"
        )

    return checked


def instead(name: str, known: Sequence[str], advice: str | None, kind: str) -> str:
    """What to write in place of an unknown option or argument: the advice for it, else a name like it, else all names."""
    from difflib import get_close_matches

    if advice:
        return f"{advice}."
    if alike := get_close_matches(name, known, n=1):
        return f"Did you mean {alike[0]!r}?"
    return f"Its {kind} are {', '.join(known)}."
