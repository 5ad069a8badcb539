"""Middleware that keeps responses, and asks the server whether they still hold (RFC 9111, section 4.3)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, NamedTuple

from ._errors import ConfigurationError
from ._exchange import Request, Response
from ._middleware import CallNext, Flow

_OWN_RULES = frozenset({"if-none-match", "if-modified-since", "if-match", "if-range", "range"})
"""Headers with which a caller asks for a condition or a part of its own."""
_OF_ONE_ATTEMPT = frozenset({"traceparent", "tracestate", "baggage", "x-request-id"})
_OVERHEAD = 1024
"""Bytes that are counted for the headers of a response."""


class _Kept(NamedTuple):
    """A response that is kept."""

    tag: str
    headers: tuple[tuple[str, str], ...]
    content: bytes


class ResponseCache:
    """Middleware that keeps responses of GETs by their `ETag`, so that what has not changed is not sent again.

    Every call still asks the server, with `If-None-Match`; the answer to 304 is the kept response. A response is
    kept for the same URL, headers and credential alone, in memory. Streams and downloads are not kept.

    Args:
        max_entries: most responses that are kept; default 1000. Those that were not used for longest go first.
        max_size: most bytes that are kept; default 64 MiB.

    Raises:
        ConfigurationError: a bound is not a whole number of at least 1.

    Example:
        client = LvngClient(middleware=ResponseCache())
    """

    def __init__(self, *, max_entries: int = 1000, max_size: int = 64 * 1024 * 1024) -> None:
        for name, bound in (("max_entries", max_entries), ("max_size", max_size)):
            if type(bound) is not int or bound < 1:
                raise ConfigurationError(
                    f"{name} must be a whole number of at least 1, got {bound!r}."
                )
        self._max_entries, self._max_size = max_entries, max_size
        self._kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<ResponseCache of {len(self._kept)} responses, {self._size} bytes>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _empty, (self._max_entries, self._max_size)  # responses stay in their process

    def clear(self) -> None:
        """Forget all responses."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def __call__(self, request: Request, call_next: CallNext[Flow]) -> Flow:
        """Answer an attempt by the kept response where the server says that it still holds."""
        if request.method != "GET" or request.stream or not _OWN_RULES.isdisjoint(request.headers):
            return (yield from call_next(request))
        key = _key(request)
        kept = self._get(key)
        if kept is not None:
            request.headers["if-none-match"] = kept.tag
        response = yield from call_next(request)
        if response.status_code == 304 and kept is not None:
            for name, value in kept.headers:
                response.headers.setdefault(name, value)
            response.status_code, response.content = 200, kept.content
        elif response.status_code < 500:
            self._put(key, _worth_keeping(response))
        return response

    def _get(self, key: tuple[object, ...]) -> _Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def _put(self, key: tuple[object, ...], new: _Kept | None) -> None:
        """Keep a response in place of the one before; None for none."""
        with self._lock:
            self._size -= _size(self._kept.pop(key, None))
            if new is None or _size(new) > self._max_size:
                return
            self._kept[key] = new
            self._size += _size(new)
            while len(self._kept) > self._max_entries or self._size > self._max_size:
                _, oldest = self._kept.popitem(last=False)
                self._size -= _size(oldest)


def _empty(max_entries: int, max_size: int) -> ResponseCache:
    return ResponseCache(max_entries=max_entries, max_size=max_size)


def _size(kept: _Kept | None) -> int:
    return 0 if kept is None else len(kept.content) + _OVERHEAD


def _key(request: Request) -> tuple[object, ...]:
    """What two requests have in common that have the same response, whatever `Vary` says."""
    headers = {
        name: value for name, value in request.headers.items() if name not in _OF_ONE_ATTEMPT
    }
    return request.url, request.credential, frozenset(headers.items())


def _worth_keeping(response: Response) -> _Kept | None:
    tag = response.headers.get("etag")
    rules = response.headers.get("cache-control", "").lower()
    if response.status_code != 200 or not tag or "no-store" in rules:
        return None
    if response.headers.get("vary", "").strip() == "*" or not _is_whole(response):
        return None
    return _Kept(tag, tuple(response.headers.items()), response.content)


def _is_whole(response: Response) -> bool:
    """Whether the body is what its headers say, so that no garbled response is kept for good."""
    if response._attempt is not None and response._attempt.unreadable is not None:
        return False
    if "json" not in response.headers.get("content-type", ""):
        return True
    try:
        response.json()
    except (ValueError, RecursionError):
        return False
    return True
