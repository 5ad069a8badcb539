"""The async client; the sync `Client` is generated from it."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import lvng_core as core  # its names are loaded on first use

from .._api import API, LVNG
from .._argument_advice import advise_methods, advised
from .._connection_options import DEFAULT_KEEPALIVE, Backend, ConnectionOptions, TCPKeepalive
from .._credentials import APIKey
from .._detailed import AsyncDetailedCalls, Recorder
from .._http.lazy import http
from .._lazy_names import LazyModule
from .._limits import MAX_RESPONSE_SIZE
from .._middleware import AsyncMiddleware, async_layers
from .._options import RequestOptions, Settings
from .._options_advice import advises
from .._public_names import public_names
from .._retry import RetryBudget, RetryPolicy
from .._unset import UNSET, Unset
from .connections import AsyncConnections

if TYPE_CHECKING:
    from concurrent import futures

    from . import bulk, calls
else:  # loaded with the first call
    bulk, calls = LazyModule(f"{__package__}.bulk"), LazyModule(f"{__package__}.calls")
    futures = LazyModule("concurrent.futures")

R = TypeVar("R")
T = TypeVar("T")
Item = TypeVar("Item")
Stream = TypeVar("Stream", bound="core.AsyncEventStream[core.SSEEvent]")

_FOR_RESOURCES = frozenset({"call", "stream", "stream_json", "download", "paginate"})
_OWN = frozenset({"_settings", "_connections", "_budget", "_is_view", "_view_closed", "_recorder"})


class AsyncClient(AsyncDetailedCalls):
    """Client with authentication, retries, errors, streams and paging, used by all resources.

    Args:
        api_key: API key or JWT, or a function that returns one; default: the environment variable
            LVNG_API_KEY. A function is called before each call, once for concurrent calls, and again after a 401. A
            `TokenProvider` logs in by itself.
        base_url: base URL of the API; default: the environment variable LVNG_BASE_URL, else
            `https://api.lvng.ai`. It must use https, except for loopback hosts.
        timeout: seconds for each socket operation of an attempt; default 30.
        max_retries: retries after the first attempt, on 429, 503 and transport errors; default 3.
        retry_base_delay: seconds before the first retry; each further delay is three times as long;
            default 0.2.
        default_headers: headers sent with every request.
        deadline: seconds for a whole call with all attempts and delays; default: no limit.
        retry: a `RetryPolicy` in place of `max_retries` and `retry_base_delay`.
        http_client: your own httpx or httpx2 client; you close it yourself. Its headers, query and
            time-outs are defaults of each request.
        transport: an httpx or httpx2 transport that replaces the SDK's connection pool.
        limits: `httpx.Limits` of the connection pool; default: 100 connections, each kept idle for 5 seconds.
        http2: whether to offer HTTP/2 (`lvng[http2]`); default False.
        tcp_keepalive: when to probe idle connections, so that routers do not drop them; None disables probes.
        backend: HTTP library: `httpx`, `httpx2` (`lvng[httpx2]`) or, for the async client, `aiohttp`
            (`lvng[aiohttp]`), the fastest for many concurrent calls; default `httpx`.
        max_response_size: maximum size of a decompressed response in bytes; default 64 MiB. A larger one
            raises `DecodeError`. Events of a stream have their own limit; downloads are limited only if
            they are compressed.
        middleware: a function that wraps every attempt, or a sequence of them, the first outermost. It gets the
            `Request` and `call_next`, and returns the `Response`.
        allow_http: whether to accept an `http://` base URL of another host; the key is then sent unencrypted. Default
            False.

    Raises:
        ConfigurationError: an option is missing or invalid; the message names it.
    """

    _api: ClassVar[API] = LVNG
    """The API that the clients of this class are for."""
    _recorder: Recorder | None = None
    """Records the responses of a client that was copied for `detailed`."""

    @advises
    def __init__(
        self,
        api_key: APIKey | None = None,
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
        middleware: AsyncMiddleware | Sequence[AsyncMiddleware] = (),
        allow_http: bool = False,
    ) -> None:
        with self._api.own_errors():
            self._settings = Settings.read(
                self._api,
                api_key=api_key,
                base_url=base_url,
                timeout=timeout,
                max_retries=max_retries,
                retry_base_delay=retry_base_delay,
                default_headers=default_headers,
                deadline=deadline,
                retry=retry,
                max_response_size=max_response_size,
                middleware=async_layers(middleware),
                allow_http=allow_http,
            )
            connection_options = ConnectionOptions(
                limits=limits, http2=http2, tcp_keepalive=tcp_keepalive, backend=backend
            )
            self._connections = AsyncConnections(http_client, transport, connection_options)
        self._budget = RetryBudget()
        self._is_view = False
        self._view_closed = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        advise_methods(cls)

    def __repr__(self) -> str:
        settings = getattr(self, "_settings", None)  # None while it is made
        if settings is None:
            return f"<{type(self).__name__}>"
        return f"<{type(self).__name__} {settings.base_url} {settings.credentials!r}>"

    def __dir__(self) -> list[str]:
        """The public names, without the methods that only resources call."""
        return [name for name in public_names(super().__dir__()) if name not in _FOR_RESOURCES]

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
        """Close the connections. May be called twice; later calls raise `ClientClosedError`.

        A client from `with_options()` shares the connections of the original client and leaves them open.
        """
        if self._is_view:
            self._view_closed = True
        else:
            await self._connections.aclose()

    def __del__(self, is_exiting: Callable[[], bool] = sys.is_finalizing) -> None:
        connections = getattr(self, "_connections", None)
        if connections is None or self._is_view or not connections.in_use or is_exiting():
            return
        warnings.warn(
            f"{type(self).__name__} was not closed; use it in a with block or close it.",
            ResourceWarning,
            stacklevel=2,
            source=self,
        )

    def __getstate__(self) -> dict[str, Any]:
        """The options without the connections. The state contains the API key: protect a pickle like the key."""
        return {
            **self._further_attributes(),
            "_settings": self._settings.portable(),
            "_connections": self._connections.portable(),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._set_attributes(state)
        self._settings = Settings.restore(self._api, state["_settings"])
        self._connections = AsyncConnections(None, None, state["_connections"])
        self._budget = RetryBudget()
        self._is_view = self._view_closed = False

    @advises
    def with_options(
        self,
        *,
        timeout: float | None = None,
        deadline: float | None | Unset = UNSET,
        max_retries: int | None = None,
        retry: RetryPolicy | None = None,
        max_response_size: int | None = None,
        default_headers: Mapping[str, str] | None = None,
        middleware: AsyncMiddleware | Sequence[AsyncMiddleware] = (),
    ) -> Self:
        """Make a client with other options that shares the connections of this one.

        Args:
            timeout: seconds for each socket operation.
            deadline: seconds for a whole call; `None` for no limit.
            max_retries: retries after the first attempt.
            retry: a `RetryPolicy`.
            max_response_size: maximum size of a decompressed response in bytes.
            default_headers: headers added to those of this client; the same names are replaced.
            middleware: added within that of this client.

        Returns:
            A new client; this one is not changed.

        Raises:
            ConfigurationError: an option is invalid.

        Example:
            patient = client.with_options(timeout=120.0, max_retries=5)
        """
        with self._api.own_errors():
            settings = self._settings.changed(
                timeout=timeout,
                deadline=deadline,
                max_retries=max_retries,
                retry=retry,
                max_response_size=max_response_size,
                default_headers=default_headers,
                middleware=async_layers(middleware),
            )
        return self._view(settings)

    def _view(self, settings: Settings) -> Self:
        """Copy this client; the copy shares its connections."""
        view = object.__new__(type(self))
        view._set_attributes(self._further_attributes())
        view._settings, view._recorder = settings, self._recorder
        view._connections, view._budget = self._connections, self._budget
        view._is_view, view._view_closed = True, self._view_closed
        return view

    def _recording(self, recorder: Recorder) -> Self:
        view = self._view(self._settings)
        view._recorder = recorder
        return view

    def _further_attributes(self) -> dict[str, Any]:
        """Attributes set by a subclass, except resources, which refer to this client."""
        state: Any = object.__getstate__(self)  # a pair where a subclass has slots
        attributes, slots = state if isinstance(state, tuple) else (state, {})
        return {
            name: value
            for name, value in ({**(attributes or {}), **slots}).items()
            if name not in _OWN and not isinstance(value, core.AsyncResource)
        }

    def _set_attributes(self, attributes: Mapping[str, Any]) -> None:
        for name, value in attributes.items():
            object.__setattr__(self, name, value)

    @advised
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
        """Call any path below the base URL, with the same authentication, retries and errors.

        Args:
            method: HTTP method.
            path: path below the base URL, starting with a slash.
            query: query parameters; a list is sent as a repeated key.
            json: body as JSON; with `files`, a mapping of the other fields of the form.
            content: body as bytes.
            files: files of a multipart form by field name; each a `FileInput`.
            options: overrides for this call.

        Returns:
            The httpx response; its body has been read.

        Raises:
            LvngError: the call failed, as for any other operation.

        Example:
            response = await client.request("GET", "/api/v2/workflows", query={"limit": 5})
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

    @advised
    def map(
        self,
        function: Callable[..., Awaitable[R]],
        items: Iterable[Item],
        *,
        concurrency: int = 8,
        executor: futures.Executor | None = None,
        on_progress: Callable[[int, int | None], object] | None = None,
        journal: str | os.PathLike[str] | None = None,
    ) -> AsyncGenerator[core.MapResult[Item, R]]:
        """Call a method for many items, several at a time; yields a result for each, in the order of the items.

        Items are taken from the iterable only when there is room for them, so memory does not grow with their
        number. A call that fails does not stop the others: its result has the error. Leaving the loop cancels
        the calls that have not been started. The POSTs of an item have idempotency keys of their own, so that
        nothing is created twice where an executor runs an item again.

        Args:
            function: a method such as `client.contacts.create`, or a function of yours that makes several calls.
            items: any iterable. A mapping has the arguments by name; anything else is the first argument.
            concurrency: maximum number of calls at a time; default 8.
            executor: where to run the calls: any `concurrent.futures.Executor`, such as a process pool or the
                executor of a Dask or Ray cluster. The client is pickled for other processes, with its API key.
                Default: threads, or tasks in async code.
            on_progress: called after each result with the number of results so far and the number of items,
                None if `items` has no length; fits `tqdm` and `rich`.
            journal: path of a file in which responses are recorded. A run that is repeated with the same file,
                for instance after a crash, takes the responses from it and makes only the calls that are
                missing or had failed. Items must then be JSON. The file holds responses: protect it.

        Returns:
            An iterator of `MapResult`s: `index`, `item`, `ok`, `response`, `error`.

        Raises:
            InvalidArgumentError: `items` is not an iterable of items.
            ConfigurationError: another argument is invalid, the journal is that of another function, or the
                client has an `http_client` or `transport`, which cannot be copied for an executor.

        Example:
            people = [{"name": "Ana"}, {"name": "Li"}]
            async for result in client.map(client.contacts.create, people):
                print(result.index, result.response if result.ok else result.error)
        """
        return bulk.async_map(
            function,
            items,
            concurrency=concurrency,
            executor=executor,
            on_progress=on_progress,
            journal=journal,
        )

    async def call(
        self,
        operation: core.Operation[T],
        arguments: Mapping[str, Any],
        options: RequestOptions | None = None,
    ) -> T:
        """Make the call of an operation. Used by resources.

        Args:
            operation: the operation.
            arguments: arguments by their Python names.
            options: overrides for this call.

        Returns:
            The JSON of the response, unchanged.

        Raises:
            LvngError: the call failed.
        """
        return await calls.call(self, operation, arguments, options)

    def stream(
        self,
        operation: core.Operation[object],
        arguments: Mapping[str, Any],
        options: RequestOptions | None,
        kind: type[Stream],
    ) -> Stream:
        """Make the event stream of an operation; the request is sent when it is read. Used by resources.

        Args:
            operation: the operation.
            arguments: arguments by their Python names.
            options: overrides for this call.
            kind: class of the stream, `AsyncEventStream` or a subclass.
        """
        return calls.stream(self, operation, arguments, options, kind)

    def stream_json(
        self,
        operation: core.Operation[Item],
        arguments: Mapping[str, Any],
        options: RequestOptions | None = None,
    ) -> core.AsyncJSONStream[Item]:
        """Make the JSON stream of an operation; the request is sent when it is read. Used by resources."""
        return calls.stream_json(self, operation, arguments, options)

    def download(
        self,
        operation: core.Operation[object],
        arguments: Mapping[str, Any],
        options: RequestOptions | None = None,
    ) -> core.AsyncDownload:
        """Make the download of an operation; the request is sent when it is read. Used by resources."""
        return calls.download(self, operation, arguments, options)

    def paginate(
        self,
        paging: core.Paging[Item],
        arguments: Mapping[str, Any],
        options: RequestOptions | None = None,
    ) -> AsyncIterator[Item]:
        """Iterate over the entries of all pages of a list; a page is fetched when it is needed."""
        return calls.paginate(self, paging, arguments, options)
