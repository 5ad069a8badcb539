"""Loads the HTTP layer when a client first needs it, so that `import lvng` is fast."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from .._lazy_names import LazyModule

if TYPE_CHECKING:
    from .._connection_options import Backend
    from . import httpx as http
else:
    http = LazyModule(f"{__package__}.httpx")

__all__ = ["http", "is_loaded", "load"]

_MODULES: dict[Backend, tuple[str, ...]] = {
    "httpx": (),
    "httpx2": ("httpx2", "httpcore2"),
    "aiohttp": (f"{__package__}.aiohttp",),
}


def is_loaded(backend: Backend, module: str) -> bool:
    """Whether the modules are loaded that a sync or async client needs for a backend."""
    return all(name in sys.modules for name in _needed(backend, module))


def load(backend: Backend, module: str) -> None:
    """Import the modules that a sync or async client needs for a backend."""
    for name in _needed(backend, module):
        import_module(name)


def _needed(backend: Backend, module: str) -> tuple[str, ...]:
    senders = f"{__package__}.{module.split('.')[-2]}.senders"
    own = (f"{__package__}.httpx", senders)
    return (*own, *_MODULES[backend])
