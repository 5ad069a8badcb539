"""The HTTP layer, loaded when a client first needs it: `import lvng` costs next to nothing."""

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


_OWN = f"{__package__}.httpx"
_MODULES: dict[Backend, tuple[str, ...]] = {
    "httpx": (_OWN,),
    "httpx2": (_OWN, "httpx2", "httpcore2"),
    "aiohttp": (_OWN, f"{__package__}.aiohttp"),
}


def is_loaded(backend: Backend) -> bool:
    """Whether a client of that backend imports nothing any more."""
    return all(name in sys.modules for name in _MODULES[backend])


def load(backend: Backend) -> None:
    """Import what a client of that backend stands on."""
    for name in _MODULES[backend]:
        import_module(name)
