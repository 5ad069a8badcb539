"""The bases of every resource: a client, and nothing else."""

from __future__ import annotations

import lvng_core as core  # its names load on first use: blocking code needs no async client


class Resource:
    """The operations of one tag, blocking."""

    __slots__ = ("_client",)

    def __init__(self, client: core.Client) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"


class AsyncResource:
    """The operations of one tag, for `async` code."""

    __slots__ = ("_client",)

    def __init__(self, client: core.AsyncClient) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"
