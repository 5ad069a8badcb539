"""The aiohttp backend: the async client sends requests with `httpx-aiohttp` instead of the connection pool.

It is the fastest for many concurrent calls. It sends the same requests as the other backends, and raises the same
exceptions, so that retries are decided alike.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from collections.abc import Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from .._connection_options import ConnectionOptions
from .._errors import ClientClosedError, ConfigurationError
from .._headers import SECRET_HEADERS
from .._synchronization import async_in_thread, async_shield
from ._async.pool import LIMITS
from ._async.senders import AsyncSender
from .aiohttp_bodies import SLICE, ResponseBody, Upload
from .aiohttp_errors import httpx_error
from .library import HTTPX
from .proxies import Proxy, environment_proxy
from .sockets import socket_options
from .tls import tls_context

_AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
"""Headers that aiohttp would add."""

_LONGEST_HEADER = 65_536
_MOST_HEADERS = 1_000


@dataclass(slots=True, eq=False)
class _Exchange:
    """Options of a request that httpx-aiohttp does not pass on to aiohttp."""

    url: str
    secrets: dict[str, str] = field(repr=False)
    """Headers added just before sending; tracebacks keep references to all others."""
    is_queued: bool = False
    """Whether the request waits for a free connection."""
    connection: asyncio.Transport | None = None
    """The aiohttp connection over which it is sent."""


_exchange: ContextVar[_Exchange] = ContextVar("exchange")


class AiohttpSender(AsyncSender):
    """Sends requests with aiohttp, under asyncio.

    Args:
        options: limits and options of the connections.
    """

    keeps_deadline = True
    """Deadlines cancel the task instead."""

    def __init__(self, options: ConnectionOptions) -> None:
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            raise ConfigurationError(
                "The aiohttp backend runs only under asyncio; omit backend= under trio."
            ) from None
        self._options = options
        self._exchanges: set[_Exchange] = set()
        self._transports: dict[tuple[str, str, int | None], AiohttpTransport] = {}
        self.library = HTTPX
        self.is_closed = False

    def proxy_of(self, url: str) -> Proxy | None:
        """The proxy for a URL."""
        return environment_proxy(url)

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request; returns its response with the body not yet read."""
        transport = await self._transport_to(request.url)
        self._check_open()
        exchange = _Exchange(str(request.url), _secrets(request, transport.proxy))
        token = _exchange.set(exchange)
        self._exchanges.add(exchange)
        try:
            response = await self._send(transport, request)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and not task.cancelling():
                self._check_open()  # raised by aiohttp for requests that wait for a connection when it is closed
            raise
        finally:
            _exchange.reset(token)
            self._exchanges.discard(exchange)
        response.request = request
        stream: Any = response.stream
        response.stream = ResponseBody(stream, request.extensions.get("timeout", {}).get("read"))
        return response

    def _check_open(self) -> None:
        if self.is_closed:
            raise ClientClosedError(
                "The client was closed while this call was under way."
            ) from None

    async def _send(self, transport: AiohttpTransport, request: httpx.Request) -> httpx.Response:
        if _is_small(request):
            return await transport.handle_async_request(request)
        upload = Upload(request)
        sent = httpx.Request(
            request.method,
            request.url,
            headers=request.headers,
            stream=upload,
            extensions=request.extensions,
        )
        return await upload.run(lambda: transport.handle_async_request(sent))

    async def _transport_to(self, url: httpx.URL) -> AiohttpTransport:
        """The transport for a server."""
        origin = (url.scheme, url.host, url.port)
        if origin in self._transports:
            return self._transports[origin]
        proxy = environment_proxy(str(url))
        if proxy is not None and proxy.is_socks:
            raise ConfigurationError(
                f"The environment variable {proxy.variable} names a SOCKS proxy, which the aiohttp backend does not "
                "support. Omit backend= or unset the variable; hosts in NO_PROXY are reached without a proxy."
            )
        tls = None
        if url.scheme == "https" or (proxy is not None and proxy.url.startswith("https")):
            tls = await async_in_thread(lambda: tls_context(HTTPX))
        made = AiohttpTransport(
            # Without a context it would read certificates in the event loop.
            verify=tls or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            proxy=_proxy(proxy),
            client=lambda: _session(self._options, tls),
        )
        return self._transports.setdefault(origin, made)

    async def aclose(self) -> None:
        """Close the connections."""
        self.is_closed = True
        for exchange in self._exchanges:
            if exchange.connection is not None:
                exchange.connection.abort()  # aiohttp would wait until all data is written
        for transport in self._transports.values():
            await transport.aclose()

    def __del__(self) -> None:
        # aiohttp would warn of unclosed sessions; the client has a warning of its own.
        loop = getattr(self, "_loop", None)
        if loop is None or (loop.is_running() and loop is not _running_loop()):
            return
        for transport in self._transports.values():
            _begin(transport.aclose())


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _begin(work: Coroutine[Any, Any, None]) -> None:
    """Start closing, without waiting."""
    try:
        work.send(None)
    except StopIteration:
        pass
    else:
        work.close()


def _secrets(request: httpx.Request, proxy: httpx.Proxy | None) -> dict[str, str]:
    """Remove the secret headers from a request; returns them."""
    headers = request.headers
    found = {name: headers.pop(name) for name in SECRET_HEADERS.intersection(headers)}
    if proxy is not None and request.url.scheme == "http":
        found.update(proxy.headers)  # aiohttp sends them only to the proxy, to establish the tunnel
    return found


def _is_small(request: httpx.Request) -> bool:
    """Whether the body is in memory and short enough to be written without a time-out."""
    return isinstance(request.stream, httpx.ByteStream) and len(request.content) <= SLICE


def _proxy(proxy: Proxy | None) -> httpx.Proxy | None:
    if proxy is None:
        return None
    headers = {}
    if proxy.auth is not None:
        credentials = base64.b64encode(":".join(proxy.auth).encode()).decode()
        headers["Proxy-Authorization"] = f"Basic {credentials}"
    return httpx.Proxy(proxy.url, headers=headers)


def _session(options: ConnectionOptions, tls: ssl.SSLContext | None) -> aiohttp.ClientSession:
    """A session that adds no headers to a request."""
    return aiohttp.ClientSession(
        connector=_connector(options, tls),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=_AUTOMATIC,
        response_class=_Response,
        max_line_size=_LONGEST_HEADER,
        max_field_size=_LONGEST_HEADER,
        max_headers=_MOST_HEADERS,
        middlewares=(_exactly_once,),
        trace_configs=[_trace()],
    )


def _connector(options: ConnectionOptions, tls: ssl.SSLContext | None) -> aiohttp.TCPConnector:
    limits = options.limits or LIMITS
    kept: dict[str, Any] = {"keepalive_timeout": limits.keepalive_expiry}
    if limits.max_keepalive_connections == 0:
        kept = {"force_close": True}
    chosen: tuple[Any, ...] = socket_options(options.tcp_keepalive)

    def open_socket(address: Any) -> socket.socket:
        family, kind, protocol, *_ = address
        opened = socket.socket(family, kind, protocol)
        for option in chosen:
            opened.setsockopt(*option)
        return opened

    return aiohttp.TCPConnector(
        limit=limits.max_connections or 0,
        ssl=tls or True,
        socket_factory=open_socket,
        **kept,
    )


class _Response(aiohttp.ClientResponse):
    """A response whose connection is closed at once if it cannot be reused.

    aiohttp would first write the rest of the request, even if the server does not read it.
    """

    _transport: asyncio.Transport | None = None

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        """Wait for status and headers of the response."""
        self._transport = _exchange.get().connection = connection.transport
        try:
            return await super().start(connection)
        except BaseException:
            await self._abort()
            raise

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        """Release the connection."""
        try:
            await super().__aexit__(exc_type, exc_val, exc_tb)
        finally:
            if self._transport is not None and self._transport.is_closing():
                await self._abort()

    async def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()
            with async_shield():
                await asyncio.sleep(0)  # the event loop closes the socket in the next iteration


async def _exactly_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request once, with the URL unchanged, and raise exceptions of httpx.

    aiohttp would repeat a GET when its connection breaks, and normalize the URL.
    """
    exchange = _exchange.get()
    request.url = URL(exchange.url, encoded=True)
    request.headers.update(exchange.secrets)
    try:
        return await handler(request)
    except Exception as error:  # noqa: BLE001 - raised again, in terms of httpx
        found = httpx_error(error)
        if exchange.is_queued and isinstance(found, httpx.ConnectTimeout):
            found = httpx.PoolTimeout(str(found))
        raise found from (None if found is error else error)
    finally:
        for name in exchange.secrets:
            request.headers.pop(name, None)


def _trace() -> aiohttp.TraceConfig:
    """Trace whether a request waits for a free connection, for the message of a time-out."""

    async def begin(*_: Any) -> None:
        _exchange.get().is_queued = True

    async def end(*_: Any) -> None:
        _exchange.get().is_queued = False

    trace = aiohttp.TraceConfig()
    trace.on_connection_queued_start.append(begin)
    trace.on_connection_queued_end.append(end)
    return trace
