"""The bases of every resource: a client, and nothing else."""

from __future__ import annotations

from ._async.client import AsyncClient
from ._sync.client import Client


class Resource:
    """The operations of one tag, blocking."""

    __slots__ = ("_client",)

    def __init__(self, client: Client) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"


class AsyncResource:
    """The operations of one tag, for `async` code."""

    __slots__ = ("_client",)

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"
