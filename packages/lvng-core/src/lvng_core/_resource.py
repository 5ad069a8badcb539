"""Base classes of the resources."""

from __future__ import annotations

import lvng_core as core  # its names load on first use: sync code needs no async client


class Resource:
    """Base class of the sync resources; each has the operations of one tag."""

    __slots__ = ("_client",)

    def __init__(self, client: core.Client) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"


class AsyncResource:
    """Base class of the async resources; each has the operations of one tag."""

    __slots__ = ("_client",)

    def __init__(self, client: core.AsyncClient) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"
