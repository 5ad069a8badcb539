"""Compares a live LVNG service with the contract from which the SDK is generated.

The command `lvng-verify` calls every safe operation. For programs, `observe_exchange` makes an observation, and
`compare` returns its findings.
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
