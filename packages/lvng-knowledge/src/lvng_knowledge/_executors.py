"""Bulk ingestion on an executor: a picklable call, and results for items that the executor loses."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any, TypeAlias

from lvng_core import AsyncClient, Client, ConfigurationError, LvngError

from ._generated.knowledge import Knowledge
from ._ingest import IngestResult, IngestTask

Ingest: TypeAlias = Callable[[IngestTask], Any]

_lock = threading.Lock()
_clients: dict[bytes, Client] = {}
"""Clients unpickled in this process, by their pickle: later items reuse their connections."""


class RemoteIngest:
    """`ingest` as a function that can be pickled for another process or machine."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __call__(self, task: IngestTask) -> IngestResult:
        """Ingest one item."""
        try:
            return task.done(Knowledge(self._client).ingest(**task.call()))
        except LvngError as error:
            return task.failed(error)

    def __reduce__(self) -> tuple[Callable[[bytes], RemoteIngest], tuple[bytes]]:
        return _unpickle, (pickle.dumps(self._client.__getstate__()),)


@contextmanager
def async_route(
    client: AsyncClient, local: Ingest, executor: Executor | None
) -> Iterator[tuple[Ingest, Executor | None]]:
    """The function to run, and the executor to run it on; without one, `local` in this event loop.

    An executor runs sync code, so the client's options are copied to a sync client.
    """
    if executor is None:
        yield local, None
        return
    sync_client = object.__new__(Client)
    try:
        sync_client.__setstate__(client.__getstate__())
    except TypeError as error:
        raise ConfigurationError(f"This client cannot be used with an executor. {error}") from None
    with sync_client:
        yield RemoteIngest(sync_client), SafeExecutor(executor)


@contextmanager
def sync_route(
    client: Client, local: Ingest, executor: Executor | None
) -> Iterator[tuple[Ingest, Executor | None]]:
    """The function to run, and the executor to run it on; without one, `local` in threads."""
    if executor is None:
        yield local, None
    else:
        yield RemoteIngest(client), SafeExecutor(executor)


def _unpickle(state: bytes) -> RemoteIngest:
    with _lock:
        if state not in _clients:
            client = _clients[state] = object.__new__(Client)
            client.__setstate__(pickle.loads(state))  # noqa: S301 - part of a pickle already being loaded
        return RemoteIngest(_clients[state])


class SafeExecutor(Executor):
    """Wraps an executor: an item whose worker died, or that cannot be pickled, gets a failed result too."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **options: Any
    ) -> Future[Any]:
        """Submit an item, the only argument of the function."""
        (task,) = arguments
        return _ItemFuture(self._executor.submit(function, task, **options), task)


class _ItemFuture(Future[IngestResult]):
    """The future of an item. It has a result in every case, never an exception."""

    def __init__(self, inner: Future[IngestResult], task: IngestTask) -> None:
        super().__init__()
        self._inner, self._task = inner, task
        inner.add_done_callback(self._settle)

    def cancel(self) -> bool:
        return self._inner.cancel()

    def _settle(self, inner: Future[IngestResult]) -> None:
        if inner.cancelled():
            super().cancel()
            self.set_running_or_notify_cancel()
        elif error := inner.exception():
            lost = LvngError(f"The executor lost item {self._task.index}: {error!r}.")
            lost.__cause__ = error
            self.set_result(self._task.failed(lost))
        else:
            self.set_result(inner.result())
