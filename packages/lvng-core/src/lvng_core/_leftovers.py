"""What a call that was given up has left in the pool of httpcore, which forgets some of it.

A task may be cancelled at any await, also at those with which httpcore takes a connection into use or cleans
up. The connection would then count as busy for ever, and a hundred of them are all that a pool has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._lazy import http


def pools(client: Any) -> Iterator[Any]:
    """The httpcore pools of an httpx client: its own, and one for each proxy. httpx offers no other way to them."""
    for transport in (client._transport, *client._mounts.values()):
        if (pool := getattr(transport, "_pool", None)) is not None:
            yield pool


async def async_clear(client: http.AsyncHTTPClient, request: http.Request) -> None:
    """Take a request out of the pool, and close the connections that no request holds and none can use."""
    import anyio  # comes with httpx

    for pool in pools(client):
        for queued in list(pool._requests):
            # httpx hands on the extensions themselves: they tell whose request it is.
            if queued.request.extensions is request.extensions:
                pool._requests.remove(queued)
        held = [queued.connection for queued in pool._requests]
        lost = [
            connection
            for connection in pool._connections
            if connection not in held and not connection.is_idle() and not connection.is_closed()
        ]
        for connection in lost:
            pool._connections.remove(connection)
        lost += pool._assign_requests_to_connections()
        with anyio.CancelScope(shield=True):
            for connection in lost:
                await connection.aclose()


def sync_clear(_client: http.HTTPClient, _request: http.Request) -> None:
    """Nothing: a thread is not cancelled."""
