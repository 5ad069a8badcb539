"""HTTP headers: merge, validate, and recognize those with secret values."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ._errors import ConfigurationError

_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
FRAMING_HEADERS = frozenset({"content-length", "transfer-encoding"})
COOKIE_OCTETS = "!#$%&'()*+-./:<=>?@[]^_`{|}~"
"""Characters of a cookie value besides letters and digits, without the comma (RFC 6265, section 4.1.1)."""
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key"})


def merge_headers(headers: dict[str, str], more: Mapping[str, str]) -> None:
    """Set headers; each replaces those of the same name, ignoring case."""
    for name, value in more.items():
        for old in [old for old in headers if old.lower() == name.lower()]:
            del headers[old]
        headers[name] = value.strip()


def set_default(headers: dict[str, str], name: str, value: str) -> None:
    """Set a header unless it is already set, ignoring case."""
    if not any(old.lower() == name.lower() for old in headers):
        headers[name] = value


def add_cookie(headers: dict[str, str], cookie: str) -> None:
    """Add a cookie to the `Cookie` header."""
    name = next((old for old in headers if old.lower() == "cookie"), "Cookie")
    headers[name] = f"{headers[name]}; {cookie}" if name in headers else cookie


def check_headers(option: str, headers: object) -> None:
    """Check that header names and values can be sent. An error never shows the value."""
    if headers is None:
        return
    if not isinstance(headers, Mapping):
        raise ConfigurationError(
            f"{option} must map header names to strings, got {type(headers).__name__}."
        )
    for name, value in headers.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise ConfigurationError(f"{option}: {name!r} is not a valid header name.")
        if name.lower() in FRAMING_HEADERS:
            raise ConfigurationError(f"{option}: {name} is set by the SDK.")
        if not isinstance(value, str):
            raise ConfigurationError(
                f"{option}: the value of {name!r} must be a string, got {type(value).__name__}."
            )
        if not value.isascii() or any(
            (ord(char) < 32 and char != "\t") or ord(char) == 127 for char in value
        ):
            raise ConfigurationError(
                f"{option}: the value of {name!r} must be ASCII without line breaks and control "
                "characters."
            )


def is_secret_header(name: str) -> bool:
    """Whether the value of a header must not be shown or stored."""
    return name.lower() in SECRET_HEADERS
