"""The names shown by `dir()` of clients and resources."""

from __future__ import annotations

from collections.abc import Iterable


def public_names(names: Iterable[str]) -> list[str]:
    """Filter out internal names."""
    return [name for name in names if not name.startswith("_") or name.endswith("__")]
