"""Check how long a block takes, for tests of time limits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

LATE = 0.25
"""Seconds after its deadline by which a call must have ended."""


@contextmanager
def takes(seconds: float) -> Iterator[None]:
    """Check that a block takes `seconds`, and at most `LATE` more."""
    begin = time.monotonic()
    yield
    took = time.monotonic() - begin
    assert seconds - 0.01 <= took <= seconds + LATE, f"took {took:.3f} s"
