"""Options of the user's HTTP client, used as defaults for requests."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from .._headers import FRAMING_HEADERS
from .library import Library


class ClientDefaults:
    """Defaults for options that are not set in the SDK.

    Args:
        headers: headers by name.
        query: encoded query.
        timeouts: seconds by kind (`connect`, `read`, `write`, `pool`); None if the client uses the library's defaults.
    """

    __slots__ = ("headers", "query", "timeouts")

    def __init__(
        self,
        headers: Mapping[str, str],
        query: str,
        timeouts: Mapping[str, float | None] | None,
    ) -> None:
        self.headers, self.query, self.timeouts = headers, query, timeouts


NO_DEFAULTS = ClientDefaults({}, "", None)


def defaults_of(client: Any, library: Library) -> ClientDefaults:
    """The options of a client that differ from those of the library."""
    fresh = _fresh(library)
    headers = {
        name: value
        for name, value in client.headers.items()
        if fresh.headers.get(name) != value and name not in FRAMING_HEADERS
    }
    timeouts = None if client.timeout == fresh.timeout else client.timeout.as_dict()
    return ClientDefaults(headers, str(client.params), timeouts)


@functools.cache
def _fresh(library: Library) -> Any:
    """A client without options, to compare with. Given a transport, it opens and reads nothing."""
    return library.http.Client(transport=library.http.MockTransport(lambda _request: None))
