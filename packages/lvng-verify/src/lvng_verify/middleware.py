"""Middleware that makes observations in a running program."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .contract import Contract, load
from .observations import Exchange, append, observe_exchange

if TYPE_CHECKING:
    from lvng_core import CallNext, Flow, Request, Response

_logger = logging.getLogger("lvng")


def observe(path: str | Path, *, contract: Contract | None = None) -> Observer:
    """Make middleware that appends an observation of every response to a file.

    It works with both clients: `LvngClient(middleware=observe("observations.jsonl"))`. Only the shape of contents is
    written; for streams and downloads, the status and the names of the headers. If the file cannot be written, this
    is logged under `lvng`, and the call continues.

    Args:
        path: the file; it is created if it does not exist.
        contract: the contract; default: that of this version of the SDK.
    """
    return Observer(Path(path), contract or load())


class Observer:
    """Middleware that writes observations."""

    def __init__(self, path: Path, contract: Contract) -> None:
        self._path, self._contract = path, contract
        self._lock = threading.Lock()

    def __call__(self, request: Request, call_next: CallNext[Flow]) -> Flow:
        """Observe the response to an attempt."""
        response = yield from call_next(request)
        try:
            self._add(request, response)
        except Exception:
            _logger.exception("An observation could not be written; the call continues.")
        return response

    def _add(self, request: Request, response: Response) -> None:
        operation = self._contract.operations.get(request.operation)
        exchange = Exchange(
            method=request.method,
            # The path template suffices for a known operation: a prefix of the base URL is irrelevant.
            path=operation.path if operation else urlsplit(request.url).path,
            status=response.status_code,
            headers=dict(response.headers),
            content=response.content or None,
        )
        observation = observe_exchange(exchange, self._contract)
        with self._lock:
            append(self._path, [observation])
