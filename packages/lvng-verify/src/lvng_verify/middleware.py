"""Observations by a running program: a middleware of its client."""

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
    """A middleware that adds an observation of every response to a file.

    It serves both clients: `LvngClient(middleware=observe("observations.jsonl"))`. Nothing of the contents is written,
    only their shape; of streams and downloads the status and the names of the headers. A file that cannot be
    written is logged under `lvng`, and the call goes on.

    Args:
        path: the file; it is created, or added to.
        contract: what operations are looked up in; default: that of this version of the SDK.
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
            _logger.exception("An observation could not be written; the call goes on.")
        return response

    def _add(self, request: Request, response: Response) -> None:
        operation = self._contract.operations.get(request.operation)
        exchange = Exchange(
            method=request.method,
            # Of a known operation the template will do: a path before that of the API does not matter.
            path=operation.path if operation else urlsplit(request.url).path,
            status=response.status_code,
            headers=dict(response.headers),
            content=response.content or None,
        )
        observation = observe_exchange(exchange, self._contract)
        with self._lock:
            append(self._path, [observation])
