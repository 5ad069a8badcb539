"""Middleware that caches responses and revalidates them with the server (RFC 9111, section 4.3)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, NamedTuple

from ._errors import ConfigurationError
from ._exchange import Request, Response
from ._middleware import CallNext, Flow

_OWN_RULES = frozenset({"if-none-match", "if-modified-since", "if-match", "if-range", "range"})
"""Headers of conditional and range requests by the caller, which are not cached."""
_OF_ONE_ATTEMPT = frozenset({"traceparent", "tracestate", "baggage", "x-request-id"})
_OVERHEAD = 1024
"""Bytes counted for the headers of a response."""


class _Kept(NamedTuple):
    """A cached response."""

    tag: str
    headers: tuple[tuple[str, str], ...]
    content: bytes


class ResponseCache:
    """Middleware that caches responses to GETs by their `ETag`, so that unchanged content is not transferred again.

    Every call is still sent, with `If-None-Match`; if the server responds with 304, the cached response is returned.
    A cached response is used only for the same URL, headers and credentials. The cache is in memory. Streams and
    downloads are not cached.

    Args:
        max_entries: maximum number of cached responses; default 1000. The least recently used are removed first.
        max_size: maximum size of the cache in bytes; default 64 MiB.

    Raises:
        ConfigurationError: a limit is not a whole number of at least 1.

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
        return _empty, (self._max_entries, self._max_size)  # responses are not pickled

    def clear(self) -> None:
        """Remove all responses."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def __call__(self, request: Request, call_next: CallNext[Flow]) -> Flow:
        """Send an attempt with `If-None-Match`; on 304, return the cached response."""
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
        """Replace the cached response; None removes it."""
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
    """The cache key: all headers, so that `Vary` is respected."""
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
    """Whether the body matches its headers, so that a corrupt response is not cached."""
    if response._attempt is not None and response._attempt.unreadable is not None:
        return False
    if "json" not in response.headers.get("content-type", ""):
        return True
    try:
        response.json()
    except (ValueError, RecursionError):
        return False
    return True
