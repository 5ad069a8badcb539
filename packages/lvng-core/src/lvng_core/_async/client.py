"""The client of `async` code; the blocking `Client` is derived from it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import Any, ClassVar, Self, TypeVar, cast

from .._api import API, LVNG
from .._attempt import Attempt
from .._clock import current_clock
from .._connection_options import DEFAULT_KEEPALIVE, Backend, ConnectionOptions, TCPKeepalive
from .._credentials import APIKey, Authentication, async_call_token
from .._decode import decode, is_unexpected, unexpected_error
from .._errors import ClientClosedError
from .._flow import CallContext, call_flow
from .._hooks import Hooks
from .._http.lazy import http
from .._operation import UNSET, Operation, Paging, Unset
from .._options import (
    MAX_RESPONSE_SIZE,
    RequestOptions,
    Settings,
    change_settings,
    make_settings,
)
from .._paging import Walk
from .._request import Call, prepare, prepare_raw
from .._retry import RetryBudget, RetryPolicy
from .._secret import Secret
from .._sse import SSEEvent
from .body import AsyncBody
from .connections import AsyncConnections
from .download import AsyncDownload
from .driver import drive
from .json_stream import AsyncJSONStream
from .stream import AsyncEventStream

T = TypeVar("T")
Item = TypeVar("Item")
Stream = TypeVar("Stream", bound=AsyncEventStream[SSEEvent])


class AsyncClient:
    """Sends calls: authentication, retries, errors, streams and paging for every resource.

    Args:
        api_key: the API key (or a JWT), or a function that returns one for each call; by default the
            environment variable LVNG_API_KEY.
        base_url: address of the API; by default LVNG_BASE_URL, else `https://api.lvng.ai`. It must be
            https, except on this machine.
        timeout: seconds for each socket operation of a try; default 30.
        max_retries: retries after the first try, on 429, 503 and transport errors; default 3.
        retry_base_delay: seconds before the first retry; each further wait is three times as long;
            default 0.2.
        default_headers: headers on every request.
        deadline: seconds for a whole call with all its tries and waits; by default none.
        retry: everything about retries in one object, in place of the two options above.
        http_client: a client of httpx or httpx2 of your own, which you close yourself. Headers, query and
            time-outs that it was made with are defaults of each request.
        transport: a transport of httpx or httpx2, in place of the SDK's own connections.
        limits: `httpx.Limits` of the connections; by default 100 in all, each kept idle for 5 seconds.
        http2: offer HTTP/2 (`lvng[http2]`); default False.
        tcp_keepalive: when silent connections are probed, so that no router forgets them; None for never.
        backend: the HTTP library: `httpx`, `httpx2` (`lvng[httpx2]`) or, for the async client, `aiohttp`
            (`lvng[aiohttp]`), the fastest for many calls at once. Default `httpx`.
        max_response_size: bytes that an answer may have when it is unpacked; default 64 MiB. A larger one
            is a `DecodeError`. It guards memory: events of a stream have a limit of their own, and a
            download, which goes to disk, has none unless it comes compressed.
        hooks: functions that are told about every try: a `Hooks`, or several in a list.
        allow_http: take an `http://` base URL that is not on this machine. The key then goes in clear.

    Raises:
        ConfigurationError: an option is missing or unusable; the text names it.
    """

    _api: ClassVar[API] = LVNG
    """The API that the clients of this class are for."""

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
        hooks: Hooks | Sequence[Hooks] = (),
        allow_http: bool = False,
    ) -> None:
        with self._api.own_errors():
            self._settings = make_settings(
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
        return f"<{type(self).__name__} {self._settings.base_url} {self._settings.credentials!r}>"

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
        return {"settings": self._settings.portable(), "connections": self._connections.portable()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._settings = Settings.restore(self._api, state["settings"])
        self._connections = AsyncConnections(None, None, state["connections"])
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
            max_retries: retries after the first try.
            retry: everything about retries.
            max_response_size: bytes that an answer may have when it is unpacked.
            default_headers: headers to add to, or set over, those of this client.
            hooks: hooks beside those of this client.

        Returns:
            A new client; this one stays as it is.

        Raises:
            ConfigurationError: an option is unusable.
        """
        view = object.__new__(type(self))
        with self._api.own_errors():
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
        with self._api.own_errors():
            call = prepare_raw(
                self._settings,
                method,
                path,
                query=query,
                body=json,
                content=content,
                files=files,
                options=options,
            )
            attempt = await self._run(call)
            return attempt.whole_response()

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
            The answer as the server sent it.
        """
        with self._api.own_errors():
            attempt = await self._run(prepare(self._settings, operation, arguments, options))
            return cast("T", decode(operation, attempt))

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
        with self._api.own_errors():
            call = prepare(self._settings, operation, arguments, options, stream=True)

        async def connect() -> AsyncBody:
            return await self._open(call, operation)

        chosen = options or RequestOptions()
        return kind(
            connect,
            operation.stream_end,
            max_event_size=chosen.max_event_size,
            allow_incomplete=chosen.allow_incomplete,
        )

    def stream_json(
        self,
        operation: Operation[Item],
        arguments: Mapping[str, Any],
        options: RequestOptions | None = None,
    ) -> AsyncJSONStream[Item]:
        """The JSON values of a streaming operation, sent when they are read; resources call this."""
        with self._api.own_errors():
            call = prepare(self._settings, operation, arguments, options, stream=True)

        async def connect() -> AsyncBody:
            return await self._open(call, operation)

        chosen = options or RequestOptions()
        return AsyncJSONStream(connect, max_item_size=chosen.max_event_size)

    def download(
        self,
        operation: Operation[object],
        arguments: Mapping[str, Any],
        options: RequestOptions | None = None,
    ) -> AsyncDownload:
        """The binary answer of an operation, fetched when it is read; resources call this."""
        with self._api.own_errors():
            call = prepare(
                self._settings,
                operation,
                arguments,
                options,
                stream=True,
                accept_encoding="identity",  # only then is its length known
            )

        async def connect() -> AsyncBody:
            return await self._open(call, operation)

        return AsyncDownload(connect)

    async def paginate(
        self,
        paging: Paging[Item],
        arguments: Mapping[str, Any],
        options: RequestOptions | None = None,
    ) -> AsyncIterator[Item]:
        """The entries of a list over all its pages, each page fetched when it is needed."""
        walk = Walk(paging, arguments)
        while walk.arguments is not None:
            page = await self.call(paging.operation, walk.arguments, options)
            for item in walk.entries(page):
                yield item
            walk.advance(page)

    async def _open(self, call: Call, operation: Operation[object]) -> AsyncBody:
        """The body of a response, which is still to come."""
        with self._api.own_errors():
            attempt = await self._run(call)
            body: AsyncBody = attempt.body
            if is_unexpected(operation, attempt.answered):
                beginning = await body.read_beginning()
                expected = f"{operation.accept}, as {operation.id} returns"
                raise unexpected_error(attempt, expected, beginning)
            return body

    async def _run(self, call: Call) -> Attempt:
        settings, clock = self._settings, current_clock()
        try:
            if self._view_closed:
                raise ClientClosedError("This client is closed. Make a new one, or close it later.")
            authentication = await self._authenticate(call)
            sender = await self._connections.sender()
            context = CallContext(
                settings.api,
                authentication,
                settings.retry,
                self._budget,
                clock,
                sender,
                settings.hooks,
            )
            return await drive(call_flow(call, context), sender, clock)
        finally:
            call.body.close()

    async def _authenticate(self, call: Call) -> Authentication:
        """The credentials of a call; functions are asked for theirs."""
        credentials = self._settings.credentials
        chosen = credentials.chosen(call.security, call.name, call.headers)
        ready = credentials.ready(chosen)
        if ready is not None:
            return ready
        secrets = {
            name: one
            if isinstance(one, Secret)
            else credentials.token(name, await async_call_token(one))
            for name, one in chosen.items()
        }
        return credentials.written(secrets)
