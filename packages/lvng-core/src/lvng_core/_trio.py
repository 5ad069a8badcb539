"""Background work under trio without a nursery: counterparts of `asyncio.Task` and `asyncio.wrap_future`."""

from __future__ import annotations

import contextvars
from collections.abc import Awaitable, Callable, Generator, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import trio


class TrioTask:
    """A call in a system task; await it for its result.

    A nursery must be exited by the task that entered it, which a generator cannot guarantee:
    https://trio.readthedocs.io/en/stable/reference-core.html#cancel-scopes-and-nurseries
    """

    def __init__(self, work: Callable[[], Awaitable[Any]]) -> None:
        self._work = work
        self._scope = trio.CancelScope()
        self._ended = trio.Event()
        self._value: Any = None
        self._error: Exception | None = None
        trio.lowlevel.spawn_system_task(self._run, context=contextvars.copy_context())

    def __await__(self) -> Generator[Any, None, Any]:
        return self._result().__await__()

    def cancel(self) -> None:
        """Cancel it."""
        self._scope.cancel()

    async def wait(self) -> None:
        """Wait until it has ended: with a result, an error or a cancellation."""
        await self._ended.wait()

    async def _run(self) -> None:
        try:
            with self._scope:
                self._value = await self._work()
        except Exception as error:  # noqa: BLE001 - raised where the result is awaited
            self._error = error
        finally:
            self._ended.set()

    async def _result(self) -> Any:
        await self._ended.wait()
        if self._error is not None:
            raise self._error
        return self._value


class TrioFuture:
    """A future of an executor; await it for its result."""

    def __init__(self, future: Future[Any]) -> None:
        self._future = future
        self._ended = trio.Event()
        token = trio.lowlevel.current_trio_token()

        def end(_: Future[Any]) -> None:
            with suppress(trio.RunFinishedError):  # it is no longer awaited
                token.run_sync_soon(self._ended.set)

        future.add_done_callback(end)

    def __await__(self) -> Generator[Any, None, Any]:
        return self._result().__await__()

    def cancel(self) -> None:
        """Cancel it if it has not started."""
        self._future.cancel()

    async def wait(self) -> None:
        """Wait until it has ended: with a result, an error or a cancellation."""
        await self._ended.wait()

    async def _result(self) -> Any:
        await self._ended.wait()
        return self._future.result()


async def cancel_all(handles: Iterable[TrioTask | TrioFuture]) -> None:
    """Cancel tasks or futures, and wait until they have ended."""
    cancelled = list(handles)
    for handle in cancelled:
        handle.cancel()
    with trio.CancelScope(shield=True):
        for handle in cancelled:
            await handle.wait()
