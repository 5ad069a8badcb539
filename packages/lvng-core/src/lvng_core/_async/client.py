"""The client of `async` code; the blocking `Client` is derived from it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from .._clock import current_clock
from .._decode import decode, is_unexpected, unexpected_error
from .._errors import ClientClosedError
from .._flow import Surroundings, call_flow
from .._headers import set_default
from .._hooks import Hooks
from .._lazy import http
from .._operation import UNSET, Operation, Paging, Unset
from .._options import (
    MAX_RESPONSE_SIZE,
    RequestOptions,
    Settings,
    change_settings,
    make_settings,
)
from .._paging import Walk
from .._request import PreparedCall, prepare, prepare_raw
from .._retry import RetryBudget, RetryPolicy
from .._sse import SSEEvent
from .download import AsyncDownload
from .driver import drive, read_beginning
from .pool import AsyncPool
from .stream import AsyncEventStream

T = TypeVar("T")
Item = TypeVar("Item")
Stream = TypeVar("Stream", bound=AsyncEventStream[SSEEvent])


class AsyncClient:
    """Sends calls: authentication, retries, errors, streams and paging for every resource.

    Args:
        api_key: the API key (or a JWT); by default the environment variable LVNG_API_KEY.
        base_url: address of the API; by default LVNG_BASE_URL, else `https://api.lvng.ai`. It must be
            https, except on this machine.
        timeout: seconds for each socket operation of a try; default 30.
        max_retries: retries after the first try, on 429, 503 and transport errors; default 3.
        retry_base_delay: seconds before the first retry; each further wait is three times as long;
            default 0.2.
        default_headers: headers on every request.
        deadline: seconds for a whole call with all its tries and waits; by default none.
        retry: everything about retries in one object, in place of the two options above.
        http_client: an httpx client of your own, which you close yourself.
        transport: an httpx transport for the client made here.
        limits: httpx limits of the connections.
        max_response_size: bytes that an answer may have when it is unpacked; default 64 MiB. A larger one
            is a `DecodeError`. It guards memory: events of a stream have a limit of their own, and a
            download, which goes to disk, has none unless it comes compressed.
        hooks: functions that are told about every try: a `Hooks`, or several in a list.
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
        self._pool = AsyncPool(http_client, transport, limits)
        self._budget = RetryBudget()
        self._is_view = False
        self._view_closed = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._settings.base_url} key {self._settings.api_key!r}>"

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
            await self._pool.aclose()

    def __del__(self) -> None:
        pool = getattr(self, "_pool", None)
        if pool is None or self._is_view or not pool.in_use or sys.is_finalizing():
            return
        warnings.warn(
            f"{type(self).__name__} was not closed; use it in a with block or close it.",
            ResourceWarning,
            stacklevel=2,
            source=self,
        )

    def __getstate__(self) -> dict[str, Any]:
        """The options without the connections. Holds the key: keep the pickle as you keep the key."""
        return {"settings": self._settings.portable(), "pool": self._pool.portable()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._settings = Settings.restore(state["settings"])
        self._pool = AsyncPool(None, None, **state["pool"])
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
        view._pool, view._budget = self._pool, self._budget
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
        return await self._run(call)

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
        response = await self._run(prepare(self._settings, operation, arguments, options))
        return cast("T", decode(operation, response, self._settings.api_key))

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
        call = prepare(self._settings, operation, arguments, options, stream=True)

        async def connect() -> http.Response:
            return await self._open(call, operation)

        chosen = options or RequestOptions()
        return kind(
            connect,
            operation.stream_end,
            max_event_size=chosen.max_event_size,
            allow_incomplete=chosen.allow_incomplete,
        )

    def download(
        self,
        operation: Operation[object],
        arguments: Mapping[str, Any],
        options: RequestOptions | None = None,
    ) -> AsyncDownload:
        """The binary answer of an operation, fetched when it is read; resources call this."""
        call = prepare(self._settings, operation, arguments, options, stream=True)
        # As it is: only then is its length known, and a missing end noticed.
        set_default(call.headers, "Accept-Encoding", "identity")

        async def connect() -> http.Response:
            return await self._open(call, operation)

        return AsyncDownload(connect, call.max_response_size)

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

    async def _open(self, call: PreparedCall, operation: Operation[object]) -> http.Response:
        """The answer of a call whose body is still to come."""
        response = await self._run(call)
        if is_unexpected(operation, response):
            beginning = await read_beginning(response)
            expected = f"{operation.accept}, as {operation.id} returns"
            raise unexpected_error(response, expected, self._settings.api_key, beginning)
        return response

    async def _run(self, call: PreparedCall) -> http.Response:
        settings, clock = self._settings, current_clock()
        around = Surroundings(settings.api_key, settings.retry, self._budget, clock, settings.hooks)
        try:
            if self._view_closed:
                raise ClientClosedError("This client is closed. Make a new one, or close it later.")
            return await drive(call_flow(call, around), self._pool.get(), clock)
        finally:
            call.close()
