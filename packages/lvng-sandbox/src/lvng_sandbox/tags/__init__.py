"""What is special about each tag: handlers and rules, a module a tag. What is not here is generic."""

from __future__ import annotations

import pkgutil
from importlib import import_module


def load() -> None:
    """Have every module declare what it has."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
