"""The connection pool: assigns connections to requests, and queues requests that wait for one.

It uses httpcore's connections but not its pool, for three reasons: httpcore's pool checks every connection for every
request (https://github.com/encode/httpcore/issues/1035), loses connections whose request was cancelled or timed out,
and assigns connections to requests that have stopped waiting.

Here a request holds a `Lease`. The lease ends exactly once, by `release()` or `discard()`, or when it is garbage
collected; its connection and slot are freed then. No slot is lost, however a request is interrupted.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import httpx

from ..._connection_options import ConnectionOptions
from ..._deadline import DEADLINE, Deadline
from ..._errors import ClientClosedError
from ..._synchronization import (
    async_current_runtime,
    async_event,
    async_finalize,
    async_in_thread,
    async_is_one_thread,
    async_shield,
    async_wait,
)
from ..errors import mapped
from ..library import Library, stream_class
from ..proxies import Proxy, environment_proxy
from ..sockets import socket_options
from ..tls import tls_context
from .network import AsyncNetwork

Origin = tuple[bytes, bytes, int]
"""Scheme, host and port."""

LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100)
"""httpx's defaults, except that all connections are kept: its 20 cause reconnects under load."""

_PORTS = {b"http": 80, b"https": 443}


class AsyncPooledConnection:
    """An httpcore connection with its network backend."""

    __slots__ = ("http", "idle_since", "is_closed", "network", "origin")

    def __init__(self, origin: Origin, http: Any, network: AsyncNetwork) -> None:
        self.origin, self.http, self.network = origin, http, network
        self.idle_since = 0.0
        self.is_closed = False

    def is_usable(self) -> bool:
        """Whether it can take a request: it is neither closed by the server nor expired."""
        return bool(self.http.is_available()) and not self.http.has_expired()

    async def aclose(self) -> None:
        """Close the sockets; closing only httpcore's connection would leave those of a handshake open."""
        self.is_closed = True
        await self.network.aclose()


class AsyncConnectionPool(httpx.AsyncBaseTransport):
    """An httpx transport with its own connection pool.

    Idle connections are reused last in, first out, so that surplus ones expire. Waiting requests are served first in,
    first out. With HTTP/2, the requests of tasks share a connection. Those of threads do not: httpcore's HTTP/2
    connections are not safe for threads (https://github.com/encode/httpx/issues/3072).

    Args:
        options: limits and options of the connections.
        library: the HTTP library of its requests.
    """

    def __init__(self, options: ConnectionOptions, library: Library) -> None:
        limits = options.limits or LIMITS
        self._library = library
        self._stream_class = stream_class(library, AsyncResponseStream)
        self._http2 = options.http2
        self._shares = options.http2 and async_is_one_thread()
        self._keepalive_expiry = limits.keepalive_expiry
        self._max_connections = _unlimited(limits.max_connections)
        self._max_idle = min(_unlimited(limits.max_keepalive_connections), self._max_connections)
        self._socket_options = socket_options(options.tcp_keepalive)
        self._runtime = async_current_runtime()
        self._tls: Any = None
        self._proxies: dict[Origin, Proxy | None] = {}
        # Re-entrant: inside a locked section, a lease may be garbage collected or a signal handler may make a call.
        self._lock = threading.RLock()
        self._busy: dict[weakref.ref[AsyncLease], AsyncPooledConnection] = {}
        """Connections in use, by lease. The references to leases are weak, so that an abandoned lease is collected."""
        self._idle: dict[Origin, list[AsyncPooledConnection]] = {}
        self._closed = False
        self._waiting: deque[weakref.ref[AsyncLease]] = deque()

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}, {self.active_connections} active, "
            f"{self.idle_connections} idle, {len(self._waiting)} waiting>"
        )

    @property
    def active_connections(self) -> int:
        """Number of connections in use."""
        return len({id(one) for lease, one in list(self._busy.items()) if lease() is not None})

    @property
    def idle_connections(self) -> int:
        """Number of idle connections."""
        return sum(map(len, self._idle.values()))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over a connection of the pool."""
        url, extensions = request.url, request.extensions
        origin = (url.raw_scheme, url.raw_host, url.port or _PORTS.get(url.raw_scheme, 0))
        if origin not in self._proxies:
            await self._prepare(origin, str(url))
        core = self._library.core
        sent = core.Request(
            request.method.encode(),
            core.URL(scheme=origin[0], host=origin[1], port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=extensions,
        )
        timeouts, deadline = extensions.get("timeout", {}), extensions.get(DEADLINE)
        lease = AsyncLease(self, origin)
        try:
            response = await self._send(lease, sent, timeouts, deadline)
        except BaseException as error:
            await lease.discard()
            self._raise(error)
            raise
        return self._library.http.Response(  # type: ignore[no-any-return] # of httpx or httpx2
            response.status,
            headers=response.headers,
            stream=self._stream_class(self, lease, response.stream),
            extensions=response.extensions,
        )

    async def _send(
        self, lease: AsyncLease, sent: Any, timeouts: Any, deadline: Deadline | None
    ) -> Any:
        while True:
            await self._acquire(lease, timeouts.get("pool"), deadline)
            connection = lease.connection
            # Requests that share a connection have different deadlines: each task is interrupted by its own.
            connection.network.use(None if self._shares else deadline, timeouts.get("connect"))
            try:
                return await connection.http.handle_async_request(sent)
            except self._library.core.ConnectionNotAvailable:
                # The shared connection turned out to be HTTP/1.1, or ran out of streams. Nothing was sent.
                await lease.release()

    async def _prepare(self, origin: Origin, url: str) -> None:
        """Determine proxy and TLS context for an origin."""
        proxy = environment_proxy(url)
        if self._tls is None and (
            origin[0] == b"https" or (proxy is not None and proxy.url.startswith("https"))
        ):
            self._tls = await async_in_thread(lambda: tls_context(self._library, http2=self._http2))
        self._proxies[origin] = proxy

    def _raise(self, error: BaseException) -> None:
        """Raise the error of the HTTP library for an error of its connection."""
        if isinstance(error, Exception):
            found = mapped(error, self._library.http)
            if found is not None:
                raise found from error

    # Leases

    async def _acquire(
        self, lease: AsyncLease, timeout: float | None, deadline: Deadline | None
    ) -> None:
        """Assign a connection to the lease, waiting for one if necessary."""
        self._check_open()
        with self._lock:
            self._wake()
            if self._is_full():
                lease.evicted += self._lost()
            lease.is_waiting = bool(self._waiting) or not self._grant(lease)
            if lease.is_waiting:
                lease.granted = async_event()
                self._waiting.append(lease.reference)
        if lease.granted is not None:
            if deadline is not None:
                timeout = deadline.limit(timeout)
            await async_wait(lease.granted, timeout)
            self._check_open()
            if lease.connection is None:
                raise self._library.core.PoolTimeout
        while not lease.is_new and not lease.connection.is_usable():
            # The server has closed it meanwhile. The lease keeps the slot.
            await lease.connection.aclose()
            with self._lock:
                self._assign(lease)
        while lease.evicted:
            await lease.evicted.pop().aclose()

    def _check_open(self) -> None:
        if self._closed:
            raise ClientClosedError("The client was closed while this call was under way.")

    def _grant(self, lease: AsyncLease) -> bool:
        """Assign a connection to the lease if one is idle or another may be opened."""
        if self._shares and (shared := self._shareable(lease.origin)) is not None:
            self._hold(lease, shared, is_new=True)
            return True
        if not self._idle.get(lease.origin) and self._is_full():
            oldest = self._oldest_idle()
            if oldest is None:
                return False
            lease.evicted.append(oldest)
        self._assign(lease)
        return True

    def _is_full(self) -> bool:
        """Whether the limit of connections is reached."""
        return len(self._busy) + self.idle_connections >= self._max_connections and (
            self.active_connections + self.idle_connections >= self._max_connections
        )

    def _lost(self) -> list[AsyncPooledConnection]:
        """Remove connections whose lease was collected but whose clean-up was interrupted by a signal."""
        gone = [reference for reference in list(self._busy) if reference() is None]
        return [self._busy.pop(reference) for reference in gone]

    def _assign(self, lease: AsyncLease) -> None:
        """Assign the connection that became idle last to the lease, else a new one."""
        if idle := self._idle.get(lease.origin):
            self._hold(lease, idle.pop(), is_new=False)
        else:
            self._hold(lease, self._new_connection(lease.origin), is_new=True)

    def _hold(self, lease: AsyncLease, connection: AsyncPooledConnection, *, is_new: bool) -> None:
        lease.is_new = is_new
        lease.connection = connection
        self._busy[lease.reference] = connection

    def _shareable(self, origin: Origin) -> AsyncPooledConnection | None:
        """An HTTP/2 connection in use that can take another request."""
        return next(
            (
                one
                for one in self._busy.values()
                if one.origin == origin and not one.is_closed and one.http.is_available()
            ),
            None,
        )

    def _oldest_idle(self) -> AsyncPooledConnection | None:
        """Remove the connection that has been idle longest."""
        filled = [idle for idle in self._idle.values() if idle]
        return min(filled, key=lambda idle: idle[0].idle_since).pop(0) if filled else None

    async def _end(self, lease: AsyncLease, *, reuse: bool) -> None:
        """Return the connection of a lease. One that cannot be reused is closed first."""
        closing = [*lease.evicted, *self._expired()]
        connection = self._busy.get(lease.reference)
        if connection is not None and not self._is_used(connection, besides=lease):
            reuse = reuse and not self._closed and connection.http.is_idle()
            reuse = reuse and self.idle_connections < self._max_idle
            if not reuse:
                connection.is_closed = True  # before the wait below: no other request may join it
                closing.append(connection)
        try:
            if closing:
                with async_shield():
                    for one in closing:
                        await one.aclose()
        finally:
            self._free(lease)

    def _free(self, lease: AsyncLease) -> None:
        """Free the slot of a lease for the next in the queue."""
        with self._lock:
            connection = self._busy.pop(lease.reference, None)
            lease.connection, lease.is_waiting, lease.granted = None, False, None
            if connection is not None and not (connection.is_closed or self._is_used(connection)):
                connection.idle_since = time.monotonic()
                self._idle.setdefault(connection.origin, []).append(connection)
            self._wake()

    def _wake(self) -> None:
        """Assign free connections to waiting leases, in their order."""
        while self._waiting:
            reference = self._waiting[0]
            lease = reference()
            if lease is not None and lease.is_waiting:
                if lease.connection is None and not self._grant(lease):
                    return
                lease.granted.set()
                lease.is_waiting = False
            with suppress(ValueError):  # removed meanwhile, by the clean-up of another lease
                self._waiting.remove(reference)

    async def _reclaim(self, connection: AsyncPooledConnection | None) -> None:
        """Clean up after a lease that was garbage collected."""
        if connection is not None and not self._is_used(connection):
            await connection.aclose()
        with self._lock:
            self._wake()

    def _is_used(
        self, connection: AsyncPooledConnection, besides: AsyncLease | None = None
    ) -> bool:
        """Whether a lease other than the given one uses the connection."""
        reference = None if besides is None else besides.reference
        return self._shares and any(
            one is connection and key is not reference for key, one in list(self._busy.items())
        )

    def _expired(self) -> list[AsyncPooledConnection]:
        """Remove the connections that have expired."""
        if self._keepalive_expiry is None:
            return []
        before = time.monotonic() - self._keepalive_expiry
        found = []
        with self._lock:
            for idle in self._idle.values():
                while idle and idle[0].idle_since < before:
                    found.append(idle.pop(0))
        return found

    # Connections

    def _new_connection(self, origin: Origin) -> AsyncPooledConnection:
        core = self._library.core
        network = AsyncNetwork(self._library, self._socket_options, is_shared=self._shares)
        options: dict[str, Any] = {
            "ssl_context": self._tls,
            "keepalive_expiry": self._keepalive_expiry,
            "http2": self._http2,
            "network_backend": network,
        }
        target = core.Origin(*origin)
        proxy = self._proxies[origin]
        if proxy is None:
            return AsyncPooledConnection(
                origin, core.AsyncHTTPConnection(target, **options), network
            )
        if proxy.is_socks:
            made = core.AsyncSOCKSProxy(proxy.url, proxy_auth=proxy.auth, **options)
        else:
            tls = self._tls if proxy.url.startswith("https") else None
            made = core.AsyncHTTPProxy(
                proxy.url, proxy_auth=proxy.auth, proxy_ssl_context=tls, **options
            )
        return AsyncPooledConnection(origin, made.create_connection(target), network)

    async def aclose(self) -> None:
        """Close every connection, also those in use; calls that wait for one raise `ClientClosedError`."""
        with self._lock:
            self._closed = True
            closing = [*self._busy.values()]
            for idle in self._idle.values():
                closing += idle
            self._idle.clear()
            waiting = [lease for reference in self._waiting if (lease := reference()) is not None]
            self._waiting.clear()
        for lease in waiting:
            lease.granted.set()
        for one in closing:
            await one.aclose()


class AsyncLease:
    """The connection of one request."""

    __slots__ = (
        "__weakref__",
        "_pool",
        "connection",
        "evicted",
        "granted",
        "is_new",
        "is_waiting",
        "origin",
        "reference",
    )

    def __init__(self, pool: AsyncConnectionPool, origin: Origin) -> None:
        self._pool = pool
        self.reference: weakref.ref[AsyncLease] = weakref.ref(self)
        self.origin = origin
        self.connection: Any = None
        """None until it is granted."""
        self.is_new = False
        self.is_waiting = False
        self.granted: Any = None
        """Set when the connection is granted; None if the lease does not wait."""
        self.evicted: list[AsyncPooledConnection] = []
        """Idle connections to other servers, to be closed in favour of this one."""

    async def release(self) -> None:
        """Return the connection; it is reused if its response was read to the end."""
        await self._pool._end(self, reuse=True)

    async def discard(self) -> None:
        """Close the connection: its request failed or was cancelled."""
        await self._pool._end(self, reuse=False)

    def __del__(self, finalize: Callable[..., None] = async_finalize) -> None:
        # The request was dropped, or its end was interrupted.
        if self.connection is not None or self.is_waiting:
            pool = self._pool
            connection = pool._busy.pop(self.reference, None)
            try:  # noqa: SIM105 - its name may be gone, too
                finalize(lambda: pool._reclaim(connection), pool._runtime)
            except Exception:  # noqa: BLE001, S110 - when Python exits, names may be gone
                pass


class AsyncResponseStream:
    """The body of a response, with the lease of its connection."""

    def __init__(self, pool: AsyncConnectionPool, lease: AsyncLease, stream: Any) -> None:
        self._pool, self._lease, self._stream = pool, lease, stream
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                yield chunk
        except Exception as error:
            self._pool._raise(error)
            raise

    async def aclose(self) -> None:
        """Release the connection."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._stream.aclose()
        except BaseException as error:
            await self._lease.discard()
            self._pool._raise(error)
            raise
        await self._lease.release()


def _unlimited(limit: int | None) -> int:
    return 1_000_000_000 if limit is None else limit
