"""Warn about deprecated operations: once for each, at the line of the user's program.

Imported only if there is something to warn about.
"""

from __future__ import annotations

import inspect
import re
import threading
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import FrameType

_LINK = re.compile(
    r"<([^<>\s]{1,500})>[^,]*\brel=\"?[^\",;]*\b(?:deprecation|sunset)\b", re.IGNORECASE
)
# Frames of these packages do not belong to the user's program: they are the SDK, or run its coroutines.
_RUNNERS = frozenset(
    {"lvng_core", "asyncio", "uvloop", "trio", "anyio", "threading", "concurrent", "contextlib"}
)
_GENERATED = re.compile(r"\._(?:generated|sync|async|custom)\b")
_MOST = 10_000

_lock = threading.Lock()
_warned: set[tuple[str, str]] = set()


def warn_of_operation(api: str, operation: str) -> None:
    """Warn about an operation that is deprecated in the API document."""
    _warn(api, operation, f"{operation} is deprecated.")


def warn_of_response(api: str, operation: str, headers: Mapping[str, str]) -> None:
    """Warn about an operation whose response has a `Deprecation` or `Sunset` header.

    `Deprecation` is RFC 9745, in whose drafts it was a date or `true`; `Sunset` is RFC 8594.
    """
    deprecation, sunset = headers.get("deprecation"), headers.get("sunset")
    since, end = _date(deprecation), _date(sunset)
    if deprecation is None and end is None:
        return
    if deprecation is not None and deprecation.strip().lower() in {"false", "?0", "0"}:
        return
    if since is not None and since > datetime.now(UTC):
        message = f"{operation} will be deprecated on {since:%Y-%m-%d}"
    elif since is not None:
        message = f"{operation} is deprecated since {since:%Y-%m-%d}"
    else:
        message = f"{operation} is deprecated"
    if end is not None:
        message += f" and will be removed on {end:%Y-%m-%d}"
    link = _LINK.search(headers.get("link", ""))
    about = f": {link[1]}" if link and link[1].isprintable() else "."
    _warn(api, operation, f"{message}{about}")


def _date(value: str | None) -> datetime | None:
    """Parse the date of a header: `@1688169599`, or an HTTP date."""
    if value is None:
        return None
    value = value.strip()
    try:
        if value.startswith("@"):
            return datetime.fromtimestamp(int(value[1:]), tz=UTC)
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _warn(api: str, operation: str, message: str) -> None:
    with _lock:
        if (api, operation) in _warned or len(_warned) >= _MOST:
            return
        _warned.add((api, operation))
    frame = _users_frame()
    module = frame.f_globals.get("__name__", "<unknown>") if frame else "<unknown>"
    warnings.warn_explicit(
        message,
        DeprecationWarning,
        filename=frame.f_code.co_filename if frame else "<unknown>",
        lineno=frame.f_lineno if frame else 1,
        module=module,
        registry=frame.f_globals.setdefault("__warningregistry__", {}) if frame else None,
    )


def _users_frame() -> FrameType | None:
    """The innermost frame outside the SDK and the libraries that run coroutines.

    If a task was created directly from a method's coroutine, it is the frame that runs the event loop.
    """
    frame = inspect.currentframe()
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.partition(".")[0] not in _RUNNERS and not _GENERATED.search(name):
            return frame
        frame = frame.f_back
    return None
