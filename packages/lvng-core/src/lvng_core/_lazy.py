"""httpx, loaded when a client first needs it: `import lvng` costs next to nothing.

For the same reason, modules of the standard library that few calls need are imported where they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import _httpx as http
else:

    class _LazyModule:
        def __getattr__(self, name: str) -> Any:
            from . import _httpx

            value = getattr(_httpx, name)
            setattr(self, name, value)
            return value

    http = _LazyModule()

__all__ = ["http"]
