"""Time in tests: how long a block takes, and waiting for what happens in the background."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import anyio

T = TypeVar("T")

LATE = 0.25
"""Seconds after its deadline by which a call must have ended."""


@contextmanager
def takes(seconds: float) -> Iterator[None]:
    """Check that a block takes `seconds`, and at most `LATE` more."""
    begin = time.monotonic()
    yield
    took = time.monotonic() - begin
    assert seconds - 0.01 <= took <= seconds + LATE, f"took {took:.3f} s"


def eventually(look: Callable[[], T], within: float = 10.0) -> T:
    """Call `look` until it returns a true value."""
    end = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < end, f"nothing found within {within:g} s"
        time.sleep(0.001)
    return found


async def until(condition: Callable[[], object]) -> None:
    """Let the event loop run until something has happened."""
    with anyio.fail_after(5):
        while not condition():  # noqa: ASYNC110 - what happens, happens in another thread
            await anyio.sleep(0.001)
