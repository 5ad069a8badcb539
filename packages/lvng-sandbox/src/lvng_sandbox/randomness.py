"""Random ids, keys and tokens: unpredictable, or reproducible with a seed."""

from __future__ import annotations

import base64
import functools
import os
import random
import uuid

_UUID_LENGTH = 36


class Randomness:
    """The only source of randomness of a sandbox.

    Args:
        seed: seed for reproducible values; default: unpredictable.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._random = None if seed is None else random.Random(seed)  # noqa: S311 - wanted

    def bytes(self, count: int) -> bytes:
        """Random bytes."""
        if self._random is None:
            return os.urandom(count)
        return self._random.getrandbits(8 * count).to_bytes(count, "big")

    def hex(self, count: int) -> str:
        """Random bytes as hex digits."""
        return self.bytes(count).hex()

    def token(self, count: int) -> str:
        """Random bytes as URL-safe text."""
        return base64.urlsafe_b64encode(self.bytes(count)).decode().rstrip("=")

    def id(self, example: str) -> str:
        """A new id in the format of an example: with its prefix, a UUID or hex digits."""
        prefix, is_uuid = _form(example)
        return f"{prefix}{uuid.UUID(bytes=self.bytes(16), version=4) if is_uuid else self.hex(8)}"

    def state(self) -> object:
        """The state of the generator, for `restore`; None if it is unpredictable."""
        return None if self._random is None else self._random.getstate()

    def restore(self, state: object) -> None:
        """Restore a state of the generator."""
        if self._random is not None and isinstance(state, tuple):
            self._random.setstate(state)


@functools.cache
def _form(example: str) -> tuple[str, bool]:
    """The prefix of an id, and whether the rest of it is a UUID."""
    prefix, mark, rest = example.rpartition("_")
    return prefix + mark, len(rest) == _UUID_LENGTH
