"""The HTTP layer, loaded when a client first needs it: `import lvng` stays fast."""

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


def is_loaded(backend: Backend, package: str) -> bool:
    """Whether everything is loaded that clients of a backend need whose code is in a package, sync or async."""
    return all(name in sys.modules for name in _needed(backend, package))


def load(backend: Backend, package: str) -> None:
    """Import everything that clients of a backend need whose code is in a package, sync or async."""
    for name in _needed(backend, package):
        import_module(name)


def _needed(backend: Backend, package: str) -> tuple[str, ...]:
    senders = f"{__package__}.{package.rpartition('.')[2]}.senders"
    own = (f"{__package__}.httpx", senders)
    return (*own, *_MODULES[backend])
