"""An HTTP library with the connections below it: httpx on httpcore, or httpx2 on httpcore2, its successor.

Both have the same names, so that the code above them is written once. httpx2 is an extra (`lvng[httpx2]`).
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
        """A URL, parsed. Parsing takes a tenth of a call, and most calls go to a URL that was used before."""
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
        ConfigurationError: it is not installed.
    """
    try:
        return Library("httpx2", import_module("httpx2"), import_module("httpcore2"))
    except ImportError:
        raise ConfigurationError('httpx2 is not installed: pip install "lvng[httpx2]".') from None


@functools.cache
def stream_class(library: Library, cls: type[Any]) -> type[Any]:
    """The class with the bases that a library asks for in the body of a request or response."""
    return type(cls.__name__, (cls, library.http.SyncByteStream, library.http.AsyncByteStream), {})


def libraries() -> tuple[Library, ...]:
    """Every library that is in use."""
    return (HTTPX, httpx2()) if "httpx2" in sys.modules else (HTTPX,)


def library_of(value: object, kind: str) -> Library | None:
    """The library that a client or transport belongs to.

    Args:
        value: an object of the user's.
        kind: the class it must be of, such as `AsyncClient`.
    """
    return next((one for one in libraries() if isinstance(value, getattr(one.http, kind))), None)
