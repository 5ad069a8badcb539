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


_OWN = f"{__package__}.httpx"
_MODULES: dict[Backend, tuple[str, ...]] = {
    "httpx": (_OWN,),
    "httpx2": (_OWN, "httpx2", "httpcore2"),
    "aiohttp": (_OWN, f"{__package__}.aiohttp"),
}


def is_loaded(backend: Backend) -> bool:
    """Whether everything that a client of this backend imports is loaded."""
    return all(name in sys.modules for name in _MODULES[backend])


def load(backend: Backend) -> None:
    """Import everything that a client of this backend needs."""
    for name in _MODULES[backend]:
        import_module(name)
