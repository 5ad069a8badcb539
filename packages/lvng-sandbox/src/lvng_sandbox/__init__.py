"""A local LVNG server for quickstarts, tests and offline work.

from lvng import LvngClient
from lvng_sandbox import Sandbox

with Sandbox() as sandbox, LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
    print(client.chat.send(message="Summarize the latest sales report")["reply"])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine import Engine, EngineError, OpenAIEngine, Prompt
    from .faults import Fault, Faults
    from .log import Entry
    from .server import Account, Sandbox

__version__ = "1.0.0"

__all__ = [
    "Account",
    "Engine",
    "EngineError",
    "Entry",
    "Fault",
    "Faults",
    "OpenAIEngine",
    "Prompt",
    "Sandbox",
    "__version__",
]


def __getattr__(name: str) -> Any:
    # pytest imports this package for its fixtures, in every session; the server only where it is used.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import engine, faults, log, server

    for module in (server, engine, faults, log):
        if hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(name)
