"""The names that `dir()` of clients and resources shows."""

from __future__ import annotations

from collections.abc import Iterable


def public_names(names: Iterable[str]) -> list[str]:
    """The names without those that are internal."""
    return [name for name in names if not name.startswith("_") or name.endswith("__")]
