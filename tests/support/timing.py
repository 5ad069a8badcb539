"""Time in tests: how long a block takes, and waiting for what happens in the background."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import anyio

T = TypeVar("T")

LATE = 0.25
"""Seconds after its deadline by which a call must have ended."""


_TICK = 0.01


@contextmanager
def lateness() -> Iterator[Callable[[], float]]:
    """How many seconds, in all, the machine woke a thread too late that only slept during the block.

    No code in the block can be expected to be faster than that on a busy machine.
    """
    late, ended = 0.0, threading.Event()

    def sleep() -> None:
        nonlocal late
        while not ended.is_set():
            begin = time.monotonic()
            ended.wait(_TICK)
            late += max(0.0, time.monotonic() - begin - _TICK)

    thread = threading.Thread(target=sleep)
    thread.start()
    try:
        yield lambda: late
    finally:
        ended.set()
        thread.join()


@contextmanager
def takes(seconds: float) -> Iterator[None]:
    """Check that a block takes `seconds`, and at most `LATE` and the machine's own lateness more."""
    with lateness() as late:
        begin = time.monotonic()
        yield
        took = time.monotonic() - begin
    most = seconds + LATE + late()
    assert seconds - 0.01 <= took <= most, f"took {took:.3f} s, of {most:.3f} s"


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
