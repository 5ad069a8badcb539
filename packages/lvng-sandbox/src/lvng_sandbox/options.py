"""Options of a sandbox: checks of their values, and error messages for unknown ones."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_ADVICE = {
    "random_seed": "Pass seed, a whole number",
    "empty": "Pass examples=False",
    "echo": "Pass engine=EchoEngine()",
    **dict.fromkeys(
        ("engine_url", "engine_model", "engine_key_env"), "Pass engine=OpenAIEngine(url, model)"
    ),
    "webhook_host": "Pass webhook_hosts, a list",
    "no_rate_limits": "Rate limits are off unless rate_limits=True is passed",
    **dict.fromkeys(("base_url", "address"), "Pass host and port"),
    **dict.fromkeys(("key", "apikey"), "Pass api_key"),
}
"""Advice by names of the command line and of other servers."""


def advises(init: Callable[P, R]) -> Callable[P, R]:
    """Make a constructor raise an error with advice for unknown options."""
    code: Any = getattr(init, "__code__")  # noqa: B009 - callables need not have one
    known = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]

    @functools.wraps(init)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for name in kwargs:
            if name not in known:
                raise TypeError(f"Sandbox() has no option {name!r}. {_instead(name, known)}")
        return init(*args, **kwargs)

    return checked


def _instead(name: str, known: tuple[str, ...]) -> str:
    if name in _ADVICE:
        return f"{_ADVICE[name]}."
    if alike := get_close_matches(name, known, n=1):
        return f"Did you mean {alike[0]!r}?"
    return f"Its options are {', '.join(known)}."


def check_port(port: object) -> None:
    """Raise ValueError unless this is a port."""
    if not isinstance(port, int) or not 0 <= port < 2**16:
        raise ValueError(f"port must be from 0 to {2**16 - 1}; got {port!r}")


def check_step_delay(step_delay: object) -> None:
    """Raise ValueError unless this is a number of seconds."""
    if not isinstance(step_delay, (int, float)) or not 0 <= step_delay < math.inf:
        raise ValueError(f"step_delay must be a number of seconds, at least 0; got {step_delay!r}")


def check_seed(seed: object) -> None:
    """Raise ValueError unless this is a seed for random numbers; seed data is the option `data`."""
    if seed is not None and not isinstance(seed, int):
        raise ValueError(
            f"seed must be a whole number; got {seed!r}. A file or folder with data is given as data"
        )


def check_engine(engine: object) -> None:
    """Raise ValueError unless this is an engine; an address is not."""
    if engine is not None and not hasattr(engine, "answer"):
        raise ValueError(
            f"engine must be an Engine, such as OpenAIEngine(url, model); got {engine!r}"
        )
