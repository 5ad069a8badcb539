"""The client of `async` code; the sync `Client` is derived from it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import lvng_core as core  # its names load on first use

from .._connection_options import DEFAULT_KEEPALIVE, Backend, ConnectionOptions, TCPKeepalive
from .._hooks import Hooks
from .._http.lazy import http
from .._lazy_names import LazyModule
from .._limits import MAX_RESPONSE_SIZE
from .._operation import UNSET, Operation, Paging, Unset
from .._options import (
    RequestOptions,
    Settings,
    change_settings,
    make_settings,
)
from .._retry import RetryBudget, RetryPolicy
from .connections import AsyncConnections

if TYPE_CHECKING:
    from . import calls
else:  # what makes a call loads with the first one
    calls = LazyModule(f"{__package__}.calls")

T = TypeVar("T")
Item = TypeVar("Item")
Stream = TypeVar("Stream", bound="core.AsyncEventStream[core.SSEEvent]")

_FOR_RESOURCES = frozenset({"call", "stream", "download", "paginate"})
_OWN = frozenset({"_settings", "_connections", "_budget", "_is_view", "_view_closed"})


class AsyncClient:
    """Sends calls: authentication, retries, errors, streams and paging for every resource.

    Args:
        api_key: the API key (or a JWT); by default the environment variable LVNG_API_KEY.
        base_url: address of the API; by default LVNG_BASE_URL, else `https://api.lvng.ai`. It must be
            https, except on this machine.
        timeout: seconds for each socket operation of an attempt; default 30.
        max_retries: retries after the first attempt, on 429, 503 and transport errors; default 3.
        retry_base_delay: seconds before the first retry; each further wait is three times as long;
            default 0.2.
        default_headers: headers on every request.
        deadline: seconds for a whole call with all its attempts and waits; by default none.
        retry: everything about retries in one object, in place of the two options above.
        http_client: a client of httpx or httpx2 of your own, which you close yourself. Headers, query and
            time-outs that it was made with are defaults of each request.
        transport: a transport of httpx or httpx2, in place of the SDK's own connections.
        limits: `httpx.Limits` of the connections; by default 100 in all, each kept idle for 5 seconds.
        http2: offer HTTP/2 (`lvng[http2]`); default False.
        tcp_keepalive: when silent connections are probed, so that no router forgets them; None for never.
        backend: the HTTP library: `httpx`, `httpx2` (`lvng[httpx2]`) or, for the async client, `aiohttp`
            (`lvng[aiohttp]`), the fastest for many calls at once. Default `httpx`.
        max_response_size: bytes that a response may have when it is unpacked; default 64 MiB. A larger one
            is a `DecodeError`. It guards memory: events of a stream have a limit of their own, and a
            download, which goes to disk, has none unless it comes compressed.
        hooks: functions that are called for every attempt: a `Hooks`, or several in a list.
        allow_http: take an `http://` base URL that is not on this machine. The key then goes in clear.

    Raises:
        ConfigurationError: an option is missing or unusable; the text names it.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 30.0,
        max_retries: int = 3,
        retry_base_delay: float = 0.2,
        default_headers: Mapping[str, str] | None = None,
        deadline: float | None = None,
        retry: RetryPolicy | None = None,
        http_client: http.AsyncHTTPClient | None = None,
        transport: http.AsyncTransport | None = None,
        limits: http.Limits | None = None,
        http2: bool = False,
        tcp_keepalive: TCPKeepalive | None = DEFAULT_KEEPALIVE,
        backend: Backend = "httpx",
        max_response_size: int = MAX_RESPONSE_SIZE,
        hooks: Hooks | Sequence[Hooks] = (),
        allow_http: bool = False,
    ) -> None:
        self._settings = make_settings(
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            retry_base_delay=retry_base_delay,
            default_headers=default_headers,
            deadline=deadline,
            retry=retry,
            max_response_size=max_response_size,
            hooks=hooks,
            allow_http=allow_http,
        )
        connection_options = ConnectionOptions(
            limits=limits, http2=http2, tcp_keepalive=tcp_keepalive, backend=backend
        )
        self._connections = AsyncConnections(http_client, transport, connection_options)
        self._budget = RetryBudget()
        self._is_view = False
        self._view_closed = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._settings.base_url} key {self._settings.api_key!r}>"

    def __dir__(self) -> list[str]:
        """What a user calls; the methods that resources call are left out."""
        return [name for name in super().__dir__() if name not in _FOR_RESOURCES]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. May be called twice; a call made afterwards raises `ClientClosedError`.

        A client from `with_options()` shares the connections of the one it came from and leaves them open.
        """
        if self._is_view:
            self._view_closed = True
        else:
            await self._connections.aclose()

    def __del__(self) -> None:
        connections = getattr(self, "_connections", None)
        if connections is None or self._is_view or not connections.in_use or sys.is_finalizing():
            return
        warnings.warn(
            f"{type(self).__name__} was not closed; use it in a with block or close it.",
            ResourceWarning,
            stacklevel=2,
            source=self,
        )

    def __getstate__(self) -> dict[str, Any]:
        """The options without the connections. Holds the key: keep the pickle as you keep the key."""
        return {
            **self._further_attributes(),
            "_settings": self._settings.portable(),
            "_connections": self._connections.portable(),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._settings = Settings.restore(state["_settings"])
        self._connections = AsyncConnections(None, None, state["_connections"])
        self._budget = RetryBudget()
        self._is_view = self._view_closed = False

    def with_options(
        self,
        *,
        timeout: float | None = None,
        deadline: float | None | Unset = UNSET,
        max_retries: int | None = None,
        retry: RetryPolicy | None = None,
        max_response_size: int | None = None,
        default_headers: Mapping[str, str] | None = None,
        hooks: Hooks | Sequence[Hooks] = (),
    ) -> Self:
        """A client with other options over the same connections.

        Args:
            timeout: seconds for each socket operation.
            deadline: seconds for a whole call; `None` for none.
            max_retries: retries after the first attempt.
            retry: everything about retries.
            max_response_size: bytes that a response may have when it is unpacked.
            default_headers: headers to add to, or set over, those of this client.
            hooks: hooks beside those of this client.

        Returns:
            A new client; this one stays as it is.

        Raises:
            ConfigurationError: an option is unusable.
        """
        view = object.__new__(type(self))
        view.__dict__.update(self._further_attributes())
        view._settings = change_settings(
            self._settings,
            timeout=timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry=retry,
            max_response_size=max_response_size,
            default_headers=default_headers,
            hooks=hooks,
        )
        view._connections, view._budget = self._connections, self._budget
        view._is_view, view._view_closed = True, self._view_closed
        return view

    def _further_attributes(self) -> dict[str, Any]:
        """What a subclass has set; its resources are made anew, for they hold the client."""
        return {
            name: value
            for name, value in vars(self).items()
            if name not in _OWN and getattr(value, "_client", None) is not self
        }

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = UNSET,
        content: bytes | None = None,
        files: Mapping[str, Any] | None = None,
        options: RequestOptions | None = None,
    ) -> http.Response:
        """Call anything below the base URL, with the same authentication, retries and errors.

        Args:
            method: HTTP method.
            path: path below the base URL, with a slash at its start.
            query: query parameters; a list is sent as a repeated key.
            json: the body as JSON; with `files`, a mapping of the form's plain fields.
            content: the body as bytes.
            files: files of a form by field name: paths, bytes, file objects or `File`s.
            options: overrides for this call.

        Returns:
            The httpx response, its body read.

        Raises:
            LvngError: every failure, as for any other call.
        """
        return await calls.request(
            self,
            method,
            path,
            query=query,
            body=json,
            content=content,
            files=files,
            options=options,
        )

    async def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, Any],
        options: RequestOptions | None = None,
    ) -> T:
        """Make the call of an operation; resources call this.

        Args:
            operation: the operation.
            arguments: its arguments by their Python names.
            options: overrides for this call.

        Returns:
            The JSON as the server sent it.
        """
        return await calls.call(self, operation, arguments, options)

    def stream(
        self,
        operation: Operation[object],
        arguments: Mapping[str, Any],
        options: RequestOptions | None,
        kind: type[Stream],
    ) -> Stream:
        """The events of a streaming operation, sent when they are read; resources call this.

        Args:
            operation: the operation.
            arguments: its arguments by their Python names.
            options: overrides for this call.
            kind: the class of the stream, `AsyncEventStream` or one that extends it.
        """
        return calls.stream(self, operation, arguments, options, kind)

    def download(
        self,
        operation: Operation[object],
        arguments: Mapping[str, Any],
        options: RequestOptions | None = None,
    ) -> core.AsyncDownload:
        """The binary content of an operation, fetched when it is read; resources call this."""
        return calls.download(self, operation, arguments, options)

    def paginate(
        self,
        paging: Paging[Item],
        arguments: Mapping[str, Any],
        options: RequestOptions | None = None,
    ) -> AsyncIterator[Item]:
        """The entries of a list over all its pages, each page fetched when it is needed."""
        return calls.paginate(self, paging, arguments, options)
