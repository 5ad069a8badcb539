"""The HTTP layer, loaded when a client first needs it: `import lvng` costs next to nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .._lazy_names import LazyModule

if TYPE_CHECKING:
    from . import httpx as http
else:
    http = LazyModule(f"{__package__}.httpx")

__all__ = ["http", "is_loaded", "load"]


def is_loaded() -> bool:
    """Whether using `http` imports nothing any more."""
    return f"{__package__}.httpx" in sys.modules


def load() -> None:
    """Import httpx and what it stands on."""
    from . import httpx  # noqa: F401 - for its effect
