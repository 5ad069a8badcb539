"""Bulk ingestion on an executor: the call carried elsewhere, and items that get lost on the way."""

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
"""The clients of this process that came in pickles: their connections serve all items that follow."""


class RemoteIngest:
    """`ingest` as a function that an executor can carry to another thread, process or machine."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __call__(self, task: IngestTask) -> IngestResult:
        """Do one item."""
        try:
            return task.done(Knowledge(self._client).ingest(**task.call()))
        except LvngError as error:
            return task.failed(error)

    def __reduce__(self) -> tuple[Callable[[bytes], RemoteIngest], tuple[bytes]]:
        return _arrived, (pickle.dumps(self._client.__getstate__()),)


@contextmanager
def async_route(
    client: AsyncClient, here: Ingest, executor: Executor | None
) -> Iterator[tuple[Ingest, Executor | None]]:
    """The function to run and the executor to run it on: `here` without one, else a blocking twin."""
    if executor is None:
        yield here, None
        return
    twin = object.__new__(Client)
    try:
        twin.__setstate__(client.__getstate__())
    except TypeError as error:
        raise ConfigurationError(f"No executor can take this client. {error}") from None
    with twin:
        yield RemoteIngest(twin), SafeExecutor(executor)


@contextmanager
def sync_route(
    client: Client, here: Ingest, executor: Executor | None
) -> Iterator[tuple[Ingest, Executor | None]]:
    """The function to run and the executor to run it on: `here` without one, else one it can carry."""
    if executor is None:
        yield here, None
    else:
        yield RemoteIngest(client), SafeExecutor(executor)


def _arrived(state: bytes) -> RemoteIngest:
    with _lock:
        if state not in _clients:
            client = _clients[state] = object.__new__(Client)
            client.__setstate__(pickle.loads(state))  # noqa: S301 - of the pickle that holds it
        return RemoteIngest(_clients[state])


class SafeExecutor(Executor):
    """An executor that gives a result for every item, also where its worker died or it cannot be pickled."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **options: Any
    ) -> Future[Any]:
        """Begin an item, the only argument of the function."""
        (task,) = arguments
        return _Carried(self._executor.submit(function, task, **options), task)


class _Carried(Future[IngestResult]):
    """The future of an item, which never fails."""

    def __init__(self, carried: Future[IngestResult], task: IngestTask) -> None:
        super().__init__()
        self._carried, self._task = carried, task
        carried.add_done_callback(self._settle)

    def cancel(self) -> bool:
        return self._carried.cancel()

    def _settle(self, carried: Future[IngestResult]) -> None:
        if carried.cancelled():
            super().cancel()
            self.set_running_or_notify_cancel()
        elif error := carried.exception():
            lost = LvngError(f"The executor lost item {self._task.index}: {error!r}.")
            lost.__cause__ = error
            self.set_result(self._task.failed(lost))
        else:
            self.set_result(carried.result())
