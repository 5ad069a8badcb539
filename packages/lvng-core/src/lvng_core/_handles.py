"""Base classes of streams and downloads: warn if they are never read, and explain how to read them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn


class Handle:
    """A call whose request is sent when its result is read.

    Attributes:
        _advice: how to read it.
    """

    _advice = "Iterate over it"

    def _is_used(self) -> bool:
        """Whether it was read or closed."""
        raise NotImplementedError

    def __del__(self, is_exiting: Callable[[], bool] = sys.is_finalizing) -> None:
        if is_exiting() or "_connect" not in vars(self) or self._is_used():
            return
        warnings.warn(
            f"{_named(self)} was never read, so its request was not sent. {self._advice}.",
            RuntimeWarning,
            stacklevel=2,
            source=self,
        )


class AsyncHandle(Handle):
    """A call of the async client whose request is sent when its result is read."""

    _advice = "Iterate over it with `async for`"

    if not TYPE_CHECKING:  # so that type checkers reject `await`

        def __await__(self) -> NoReturn:
            raise TypeError(f"{_named(self)} is read, not awaited. {self._advice}.")


def _named(handle: object) -> str:
    name = type(handle).__name__
    return f"{'An' if name[0] in 'AEIOU' else 'A'} {name}"
