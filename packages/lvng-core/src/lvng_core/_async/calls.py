"""The calls of a client: prepare the request, run the call flow, decode the response."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar, cast

import lvng_core as core  # its names are loaded on first use

from .._attempt import Attempt
from .._body import async_check_body
from .._clock import current_clock
from .._decode import decode, is_unexpected, unexpected_error
from .._errors import ClientClosedError
from .._flow import CallContext, call_flow
from .._http.lazy import http
from .._lazy_names import LazyModule
from .._operation import Operation, Paging
from .._options import RequestOptions
from .._paging import Paginator
from .._request import Call, prepare, prepare_raw
from .._resume import Resumption
from .._scope import CallScope
from .body import AsyncBody
from .client import AsyncClient
from .driver import drive

if TYPE_CHECKING:
    from .. import _deprecation as deprecation
    from . import tokens
else:  # needed by few calls
    deprecation = LazyModule("lvng_core._deprecation")
    tokens = LazyModule(f"{__package__}.tokens")

T = TypeVar("T")
Item = TypeVar("Item")
Stream = TypeVar("Stream", bound="core.AsyncEventStream[core.SSEEvent]")


async def call(
    client: AsyncClient,
    operation: Operation[T],
    arguments: Mapping[str, Any],
    options: RequestOptions | None,
) -> T:
    """Call an operation; returns its JSON."""
    with client._api.own_errors():
        prepared = prepare(client._settings, operation, arguments, options)
        scope = _scope(client, prepared)
        with scope or _UNOBSERVED:
            attempt = await _run(client, prepared, scope)
            return cast("T", decode(operation, attempt))


async def request(client: AsyncClient, method: str, path: str, **parts: Any) -> http.Response:
    """Call any method and path; returns the response with its body read."""
    with client._api.own_errors():
        prepared = prepare_raw(client._settings, method, path, **parts)
        scope = _scope(client, prepared)
        with scope or _UNOBSERVED:
            attempt = await _run(client, prepared, scope)
            return attempt.whole_response()


def stream(
    client: AsyncClient,
    operation: Operation[object],
    arguments: Mapping[str, Any],
    options: RequestOptions | None,
    kind: type[Stream],
) -> Stream:
    """Make the event stream of an operation; the request is sent when it is read."""
    prepared = _prepare_stream(client, operation, arguments, options)
    chosen, scope = options or RequestOptions(), _scope(client, prepared)

    async def connect(resumption: Resumption | None = None) -> AsyncBody:
        if resumption is None:
            return await _open(client, prepared, operation, scope)
        call = prepared
        if resumption.last_id is not None:
            call = prepared.with_headers({"Last-Event-ID": resumption.last_id})
        return await _open(client, call, operation, scope, is_resumed=True)

    return kind(
        connect,
        operation.stream_end,
        max_event_size=chosen.max_event_size,
        allow_incomplete=chosen.allow_incomplete,
        operation=operation,
        # Repeating another method may have effects twice.
        resumption=Resumption(client._settings.retry, prepared.max_retries, client._budget)
        if prepared.method == "GET"
        else None,
    )


def stream_json(
    client: AsyncClient,
    operation: Operation[Item],
    arguments: Mapping[str, Any],
    options: RequestOptions | None,
) -> core.AsyncJSONStream[Item]:
    """Make the JSON stream of an operation; the request is sent when it is read."""
    connect = _prepared(client, operation, arguments, options)
    chosen = options or RequestOptions()
    return core.AsyncJSONStream(connect, max_item_size=chosen.max_event_size)


def download(
    client: AsyncClient,
    operation: Operation[object],
    arguments: Mapping[str, Any],
    options: RequestOptions | None,
) -> core.AsyncDownload:
    """Make the download of an operation; the request is sent when it is read."""
    # Content-Length is the length of the content only without compression.
    connect = _prepared(client, operation, arguments, options, accept_encoding="identity")
    return core.AsyncDownload(connect)


async def paginate(
    client: AsyncClient,
    paging: Paging[Item],
    arguments: Mapping[str, Any],
    options: RequestOptions | None,
) -> AsyncIterator[Item]:
    """Iterate over the entries of all pages of a list; a page is fetched when it is needed."""
    pages = Paginator(paging, arguments)
    while pages.arguments is not None:
        page = await call(client, paging.operation, pages.arguments, options)
        for item in pages.items(page):
            yield item
        pages.next_page(page)


def _prepared(
    client: AsyncClient,
    operation: Operation[object],
    arguments: Mapping[str, Any],
    options: RequestOptions | None,
    *,
    accept_encoding: str | None = None,
) -> Callable[[], Awaitable[AsyncBody]]:
    """Check the arguments now; returns a function that sends the call and returns the body of its response."""
    prepared = _prepare_stream(client, operation, arguments, options, accept_encoding)

    async def connect() -> AsyncBody:
        return await _open(client, prepared, operation, _scope(client, prepared))

    return connect


def _prepare_stream(
    client: AsyncClient,
    operation: Operation[object],
    arguments: Mapping[str, Any],
    options: RequestOptions | None,
    accept_encoding: str | None = None,
) -> Call:
    """Prepare a call whose response is streamed; checks its arguments."""
    with client._api.own_errors():
        return prepare(
            client._settings,
            operation,
            arguments,
            options,
            stream=True,
            accept_encoding=accept_encoding,
        )


async def _open(
    client: AsyncClient,
    prepared: Call,
    operation: Operation[object],
    scope: CallScope | None,
    *,
    is_resumed: bool = False,
) -> AsyncBody:
    """Send the call; returns the body of its response, not yet read."""
    with client._api.own_errors(), ExitStack() as stack:
        if scope is not None and not is_resumed:  # the stream ends the call
            stack.enter_context(scope)
        attempt = await _run(client, prepared, scope)
        if attempt.body is None:  # the response was made by middleware
            attempt.body = AsyncBody(attempt, interruptible=True)
        body: AsyncBody = attempt.body
        if is_unexpected(operation, attempt.answered):
            beginning = await body.read_beginning()
            expected = f"{operation.accept}, as {operation.id} returns"
            raise unexpected_error(attempt, expected, beginning)
        stack.pop_all()  # the call ends when its body does
        if scope is not None:
            scope.error = None
        return body


_UNOBSERVED = nullcontext()


def _scope(client: AsyncClient, prepared: Call) -> CallScope | None:
    """The scope of a call, shared by its attempts; None without middleware."""
    if not client._settings.middleware:
        return None
    return CallScope(prepared.name, client._api.logger)


async def _run(client: AsyncClient, prepared: Call, scope: CallScope | None) -> Attempt:
    settings, clock = client._settings, current_clock()
    try:
        if client._view_closed:
            raise ClientClosedError("This client is closed. Make a new one, or close it later.")
        async_check_body(prepared.body)
        credentials = settings.credentials
        chosen = credentials.chosen(prepared.security, prepared.name, prepared.headers)
        sender = await client._connections.sender()
        context = CallContext(
            settings.api,
            chosen,
            credentials.ready(chosen),
            settings.retry,
            client._budget,
            clock,
            sender,
            settings.middleware,
            scope,
        )
        started = clock.now()
        attempt = await drive(
            call_flow(prepared, context),
            sender,
            clock,
            lambda step: tokens.authenticate(client, chosen, step),
        )
        if client._recorder is not None:
            client._recorder.note(attempt, started)
        if attempt.is_deprecated():
            try:
                deprecation.warn_of_response(
                    settings.api.name, prepared.name, attempt.answered.headers
                )
            except DeprecationWarning:  # the program turns warnings into errors
                if attempt.body is not None:
                    await attempt.body.aclose()
                raise
        return attempt
    finally:
        prepared.body.close()
