"""How long things take, where time itself is what is tested."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

LATE = 0.25
"""How much later than its deadline a call may end."""


@contextmanager
def takes(seconds: float) -> Iterator[None]:
    """The block takes as long as that and hardly longer."""
    begin = time.monotonic()
    yield
    took = time.monotonic() - begin
    assert seconds - 0.01 <= took <= seconds + LATE, f"took {took:.3f} s"
