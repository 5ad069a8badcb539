"""Handlers and rules of each tag that differ from the generic operations, one module per tag."""

from __future__ import annotations

import pkgutil
from importlib import import_module


def load() -> None:
    """Import every module, which registers its handlers and rules."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
