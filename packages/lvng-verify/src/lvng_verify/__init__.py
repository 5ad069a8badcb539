"""Finds out how a live LVNG service differs from the contract that the SDK is generated from.

The command `lvng-verify` asks every safe operation. The same comparison is here for programs: `observe_exchange` makes an
observation, `compare` its findings.
"""

from __future__ import annotations

from ._version import __version__
from .comparison import Finding, compare
from .contract import Contract, Operation, load
from .middleware import observe
from .observations import Exchange, Observation, observe_exchange

__all__ = [
    "Contract",
    "Exchange",
    "Finding",
    "Observation",
    "Operation",
    "__version__",
    "compare",
    "load",
    "observe",
    "observe_exchange",
]
