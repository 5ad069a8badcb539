"""The connections of a client: opened on first use, and again after a fork or in another event loop."""

from __future__ import annotations

__lazy_modules__ = ("threading",)  # loaded on first use from Python 3.15 on (PEP 810)

import threading

from .._connection_options import ConnectionOptions, check_alone
from .._errors import ClientClosedError
from .._http.lazy import http, is_loaded, load
from .._synchronization import async_current_runtime, async_in_thread, async_is_defunct


class AsyncConnections:
    """A sender for each event loop, shared by a client and its `with_options()` copies.

    Args:
        http_client: the user's HTTP client, used in place of a connection pool.
        transport: the user's transport.
        options: options of the connections.
    """

    def __init__(
        self,
        http_client: http.AsyncHTTPClient | None,
        transport: http.AsyncTransport | None,
        options: ConnectionOptions,
    ) -> None:
        check_alone(http_client, transport, options)
        self._given = (http_client, transport)
        if self._given != (None, None):
            http.async_sender(options, *self._given)  # raises for any other type
        self._options = options
        self._senders: dict[tuple[int, object], http.AsyncSender] = {}
        self._lock = threading.Lock()
        self.closed = False

    @property
    def in_use(self) -> bool:
        """Whether there are connections to close."""
        return bool(self._senders) and self._given[0] is None and not self.closed

    async def sender(self) -> http.AsyncSender:
        """The sender for this event loop."""
        self._check_open()
        backend = self._options.backend
        if not is_loaded(backend, __name__):
            await async_in_thread(lambda: load(backend, __name__))
        runtime = async_current_runtime()
        return self._senders.get(runtime) or self._make(runtime)

    def _check_open(self) -> None:
        if self.closed:
            raise ClientClosedError("This client is closed. Make a new one, or close it later.")

    def _make(self, runtime: tuple[int, object]) -> http.AsyncSender:
        with self._lock:
            self._check_open()  # it may have been closed while the library was loaded
            for old in [old for old in self._senders if async_is_defunct(old)]:
                # Not closed here: that would need the event loop, which has ended. The garbage collector does it.
                del self._senders[old]
            if runtime not in self._senders:
                self._senders[runtime] = http.async_sender(self._options, *self._given)
            return self._senders[runtime]

    async def aclose(self) -> None:
        """Close the connections; the user's own client stays open."""
        self.closed = True
        if not self._senders:
            return
        sender = self._senders.pop(async_current_runtime(), None)
        self._senders.clear()
        if sender is not None:
            await sender.aclose()

    def portable(self) -> ConnectionOptions:
        """The options from which a pickled client is restored."""
        if self._given != (None, None):
            raise TypeError(
                "A client with its own http_client or transport cannot be pickled; make it where it is used."
            )
        return self._options
