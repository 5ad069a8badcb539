"""A local LVNG server for quickstarts, tests and offline work.

from lvng import LvngClient
from lvng_sandbox import Sandbox

with Sandbox() as sandbox, LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
    print(client.chat.send(message="Summarize the latest sales report")["reply"])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .control.control import Account, ClockState
    from .engines.engine import Engine, EngineError, OpenAIEngine, Prompt
    from .engines.scripted import EchoEngine, ScriptedAnswer, ScriptedAnswers
    from .http.faults import Fault, Faults, PlannedFault
    from .http.request_log import Entry, StreamEvent
    from .platform.jobs import FailedJob
    from .recording.background import Recorder
    from .server import Sandbox
    from .store.opening import DatabaseError

__all__ = [
    "Account",
    "ClockState",
    "DatabaseError",
    "EchoEngine",
    "Engine",
    "EngineError",
    "Entry",
    "FailedJob",
    "Fault",
    "Faults",
    "OpenAIEngine",
    "PlannedFault",
    "Prompt",
    "Recorder",
    "Sandbox",
    "ScriptedAnswer",
    "ScriptedAnswers",
    "StreamEvent",
    "__version__",
]


def __getattr__(name: str) -> Any:
    # pytest imports this package in every session, for its fixtures: the server is imported on first use.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import server
    from .control import control
    from .engines import engine, scripted
    from .http import faults, request_log
    from .platform import jobs
    from .recording import background
    from .store import opening

    for module in (
        server,
        control,
        engine,
        scripted,
        faults,
        request_log,
        jobs,
        background,
        opening,
    ):
        if hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(name)
