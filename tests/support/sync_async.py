"""One test for the sync and the async client: the async client with the interface of the sync one.

A test is written for the sync interface and runs with both. `Blocking` turns each coroutine of an async object
into its result and each async iterator into an iterator; nothing else differs.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from typing import Any, cast

from anyio.from_thread import BlockingPortal, start_blocking_portal

from lvng_core import AsyncClient, AsyncEventStream, Client, EventStream, SSEEvent

Run = Callable[[Awaitable[Any]], Any]

Connect = Callable[..., Client]
"""The fixture `connect`: makes a client of a server, with options by name."""

# Names of sync methods, and of their async counterparts.
_COUNTERPARTS = {"close": "aclose", "__enter__": "__aenter__", "__exit__": "__aexit__"}


class Blocking:
    """An async object with the interface of its sync counterpart."""

    def __init__(self, target: Any, run: Run) -> None:
        self.target = target
        self._run = run

    def __getattr__(self, name: str) -> Any:
        counterpart = _COUNTERPARTS.get(name, name)
        found = counterpart if hasattr(self.target, counterpart) else name
        value = getattr(self.target, found)
        if not callable(value) or isinstance(value, type):
            return value
        return lambda *args, **kwargs: self._adapt(value(*args, **kwargs))

    def __iter__(self) -> Iterator[Any]:
        return self._iterate(self.target.__aiter__())

    def __enter__(self) -> Any:
        return self.__getattr__("__enter__")()

    def __exit__(self, *exc: object) -> Any:
        return self.__getattr__("__exit__")(*exc)

    def __repr__(self) -> str:
        return repr(self.target)

    def _iterate(self, iterator: Any) -> Iterator[Any]:
        try:
            while True:
                try:
                    item = self._run(iterator.__anext__())
                except StopAsyncIteration:
                    return
                yield item
        finally:
            if hasattr(iterator, "aclose"):
                self._run(iterator.aclose())

    def _adapt(self, value: Any) -> Any:
        if inspect.iscoroutine(value):
            return self._adapt(self._run(value))
        if inspect.isasyncgen(value):
            return self._iterate(value)
        if isinstance(value, AsyncEventStream) or type(value).__module__.startswith(
            "lvng_core._async"
        ):
            return Blocking(value, self._run)
        return value


class Colour:
    """Makes sync clients, or async clients in an event loop."""

    name: str

    def client(self, **options: Any) -> Client:
        """A client with the interface of the sync one."""
        raise NotImplementedError

    def wrap(self, value: Any) -> Any:
        """An object of such a client, with the interface of its sync counterpart."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop the event loop."""


class SyncColour(Colour):
    """The sync client, unchanged."""

    name = "sync"

    def client(self, **options: Any) -> Client:
        return Client(**options)

    def wrap(self, value: Any) -> Any:
        return value


class AsyncColour(Colour):
    """The async client, in an event loop of asyncio or trio."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._stack = ExitStack()
        self._run: Run = self._asyncio() if name == "asyncio" else self._portal(name)

    def client(self, **options: Any) -> Client:
        return cast("Client", self.wrap(AsyncClient(**options)))

    def wrap(self, value: Any) -> Any:
        return Blocking(value, self._run)

    def run(self, awaitable: Awaitable[Any]) -> Any:
        """Run an awaitable in the event loop."""
        return self._run(awaitable)

    def close(self) -> None:
        self._stack.close()

    def _asyncio(self) -> Run:
        runner = self._stack.enter_context(asyncio.Runner())
        return lambda awaitable: runner.run(_wait(awaitable))

    def _portal(self, backend: str) -> Run:
        portal: BlockingPortal = self._stack.enter_context(start_blocking_portal(backend))
        return lambda awaitable: portal.call(_wait, awaitable)


async def _wait(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


def make_colour(name: str) -> Colour:
    """Make the variant of a name: `sync`, `asyncio` or `trio`."""
    return SyncColour() if name == "sync" else AsyncColour(name)


def plain(client: Any) -> Any:
    """The client without its wrapper."""
    return client.target if isinstance(client, Blocking) else client


def delta(event: SSEEvent) -> str:
    """The text of an event."""
    return str(event.data["delta"]) if event.event == "text_delta" else ""


class AsyncTextStream(AsyncEventStream[SSEEvent]):
    """A stream of text."""

    def _text_of(self, event: SSEEvent, /) -> str:
        return delta(event)


class TextStream(EventStream[SSEEvent]):
    """A stream of text."""

    def _text_of(self, event: SSEEvent, /) -> str:
        return delta(event)


def stream_of(client: Any, operation: Any, arguments: Any, options: Any = None) -> Any:
    """The event stream of a call, sync or async as the client."""
    kind: Any = AsyncTextStream if isinstance(plain(client), AsyncClient) else TextStream
    return client.stream(operation, arguments, options, kind)


def open_connections(client: Any) -> int:
    """Connections of a client that are in use by an answer."""
    return sum(map(_in_use, plain(client)._connections._senders.values()))


def wait_for_streams(client: Any) -> None:
    """Wait until no connection is in use: the rest of a stream that has ended is read in the background."""
    end = time.monotonic() + 5.0
    while count := open_connections(client):
        assert time.monotonic() < end, f"{count} connections are in use"
        if isinstance(client, Blocking):
            client._run(asyncio.sleep(0.001))
        else:
            time.sleep(0.001)


def usable_connections(client: Any) -> int:
    """Idle connections of a client of which it does not know that they have ended."""
    if isinstance(client, Blocking):
        client._run(asyncio.sleep(0))  # in which the loop looks at its sockets
    (sender,) = plain(client)._connections._senders.values()
    if hasattr(sender, "pool"):
        idle = [one for kept in sender.pool._idle.values() for one in kept]
        return sum(connection.is_usable() for connection in idle)
    (connector,) = _connectors(sender)
    kept = [one for waiting in connector._conns.values() for one, _ in waiting]
    return sum(protocol.is_connected() for protocol in kept)


def _in_use(sender: Any) -> int:
    if hasattr(sender, "pool"):
        return int(sender.pool.active_connections)
    return sum(len(connector._acquired) for connector in _connectors(sender))


def _connectors(sender: Any) -> list[Any]:
    """aiohttp's pools, which have no public names for what they hold."""
    sessions = [transport.client for transport in sender._transports.values()]
    return [session.connector for session in sessions if hasattr(session, "connector")]
