"""Progress bars on stderr, if it is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import click

from lvng import File

_SMALL = 256 * 1024
"""Minimum size in bytes of an upload with a progress bar."""


def visible() -> bool:
    """Whether progress bars are shown."""
    return sys.stderr.isatty()


@contextmanager
def transfer(label: str) -> Iterator[Callable[[int, int | None], None] | None]:
    """Yield a callback for the progress so far and the total; None if no progress is shown."""
    if not visible():
        yield None
        return
    with ExitStack() as stack:
        bars: list[Any] = []

        def report(done: int, total: int | None) -> None:
            if not bars and total:
                bar = click.progressbar(length=total, label=label, file=sys.stderr)
                bars.append(stack.enter_context(bar))
            for one in bars:
                one.update(done - one.pos)

        yield report


def _silent(_done: int, _total: int | None) -> None:
    """Do nothing."""


class _Counted:
    """A file that reports the number of bytes read."""

    def __init__(
        self, file: IO[bytes], size: int, report: Callable[[int, int | None], None]
    ) -> None:
        self._file, self._size, self._report = file, size, report

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._report(self._file.tell(), self._size)
        return content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def uploaded(value: Any) -> Iterator[Any]:
    """A file to upload, with a progress bar if it is large and stderr is a terminal."""
    path = Path(value) if isinstance(value, str) else None
    size = path.stat().st_size if path else 0
    if path is None or size < _SMALL or not visible():
        yield value
        return
    with transfer(path.name) as report, path.open("rb") as file:
        counted: Any = _Counted(file, size, report or _silent)
        yield File(counted, name=path.name)
