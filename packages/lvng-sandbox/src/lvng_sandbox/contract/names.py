"""Ids from names: slugs, and names that are not taken yet. Names that are alike, for error messages."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterable


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


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like another, if one is."""
    return next(iter(difflib.get_close_matches(name, list(known), 1)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of an error message: the known name that was probably meant; empty if none is alike."""
    near = nearest(name, known)
    return f"; did you mean {near!r}?" if near else ""
