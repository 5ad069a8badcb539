"""An HTTP library with its connection library: httpx with httpcore, or their successors httpx2 and httpcore2.

Both have the same API, so the code that uses them is written once. httpx2 is an extra (`lvng[httpx2]`).
"""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import httpcore
import httpx

from .._errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Library:
    """The modules of one HTTP library."""

    name: str
    http: Any
    """`httpx` or `httpx2`."""
    core: Any
    """`httpcore` or `httpcore2`."""

    def url(self, url: str) -> Any:
        """Parse a URL, with a cache: parsing takes a tenth of a call, and most URLs are used repeatedly."""
        return _parsed(self.http.URL, url) if len(url) <= _LONGEST_KEPT else self.http.URL(url)


_LONGEST_KEPT = 1024


@functools.lru_cache(maxsize=256)
def _parsed(kind: Any, url: str) -> Any:
    return kind(url)


HTTPX = Library("httpx", httpx, httpcore)


@functools.cache
def httpx2() -> Library:
    """The library httpx2.

    Raises:
        ConfigurationError: httpx2 is not installed.
    """
    try:
        return Library("httpx2", import_module("httpx2"), import_module("httpcore2"))
    except ImportError:
        raise ConfigurationError('httpx2 is not installed: pip install "lvng[httpx2]".') from None


@functools.cache
def stream_class(library: Library, cls: type[Any]) -> type[Any]:
    """A subclass with the base classes that a library requires for a request or response body."""
    return type(cls.__name__, (cls, library.http.SyncByteStream, library.http.AsyncByteStream), {})


def libraries() -> tuple[Library, ...]:
    """The libraries in use."""
    return (HTTPX, httpx2()) if "httpx2" in sys.modules else (HTTPX,)


def library_of(value: object, kind: str) -> Library | None:
    """The library of a client or transport.

    Args:
        value: the user's object.
        kind: name of the class of which it must be an instance, such as `AsyncClient`.
    """
    return next((one for one in libraries() if isinstance(value, getattr(one.http, kind))), None)
