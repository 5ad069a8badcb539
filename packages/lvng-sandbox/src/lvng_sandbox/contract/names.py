"""Ids from names: slugs, and names that are not taken yet."""

from __future__ import annotations

import re
from collections.abc import Container


def slug_of(name: str, default: str) -> str:
    """The slug of a name: its letters and digits in lower case; `default` if it has none."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or default


def free_name(name: str, taken: Container[str]) -> str:
    """The name; if it is taken, with the lowest suffix from 2 on that is free."""
    n, free = 1, name
    while free in taken:
        n += 1
        free = f"{name}-{n}"
    return free
