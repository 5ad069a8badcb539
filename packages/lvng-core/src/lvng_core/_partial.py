"""A file that appears whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def partial_file(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its place when the block succeeds and vanishes when it fails."""
    # Not tempfile: its files are readable by the owner alone, and would stay so in their final place.
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            yield file
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
