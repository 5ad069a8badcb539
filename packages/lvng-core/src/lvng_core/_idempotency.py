"""Default idempotency keys: random, or derived from a name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_keys: ContextVar[Iterator[str] | None] = ContextVar("idempotency_keys", default=None)


def new_key() -> str:
    """The key for a new call."""
    keys = _keys.get()
    if keys is not None:
        return next(keys)
    import uuid

    return str(uuid.uuid4())


@contextmanager
def keys_from(name: str) -> Iterator[None]:
    """Derive the keys of calls in a block from a name, so that repeating the block uses the same keys."""
    further = (f"{name}-{number}" for number in itertools.count(2))
    before = _keys.set(itertools.chain([name], further))
    try:
        yield
    finally:
        _keys.reset(before)
