"""Bulk calls: tasks, results, and running them on an executor."""

from __future__ import annotations

import atexit
import hashlib
import inspect
import json
import pickle
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

import lvng_core as core  # its names are loaded on first use

from ._errors import ConfigurationError, InvalidArgumentError, LvngError
from ._idempotency import keys_from

if TYPE_CHECKING:
    from ._journal import Journal

R = TypeVar("R")
Item = TypeVar("Item")
Check: TypeAlias = Callable[[int, Any], None]
"""Raises an `InvalidArgumentError` for an invalid item; called with the index and the item."""


@dataclass(frozen=True, slots=True)
class MapResult(Generic[Item, R]):
    """The result of a call for one item.

    Attributes:
        index: position of the item in `items`, from 0.
        item: the item.
        response: what the function returned; None if it failed.
        error: the error; None if it succeeded.
    """

    index: int
    item: Item
    response: R | None = None
    error: LvngError | None = None

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class Task:
    """One item of a run.

    Attributes:
        index: position of the item.
        item: the item.
        key: idempotency key of the call, because an executor may run it twice.
        settled: the result, if no call is needed.
    """

    index: int
    item: Any
    key: str = ""
    settled: MapResult[Any, Any] | None = None

    def arguments(self) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
        """The arguments of the call: a mapping is passed by name, anything else as the first argument."""
        return ((), self.item) if isinstance(self.item, Mapping) else ((self.item,), {})

    def done(self, response: Any) -> MapResult[Any, Any]:
        """Make the result of a call that succeeded."""
        return MapResult(self.index, self.item, response)

    def failed(self, error: LvngError) -> MapResult[Any, Any]:
        """Make the result of a call that failed."""
        return MapResult(self.index, self.item, error=error)


def make_tasks(
    items: Iterable[Any],
    *,
    run: str | None = None,
    journal: Journal | None = None,
    check: Check | None = None,
) -> Iterator[Task]:
    """Make the tasks of a run lazily.

    Args:
        items: the items.
        run: name of a repeatable run: its idempotency keys are derived from the content of the items.
        journal: the results of the run so far, and its name.
        check: raises an error for an invalid item.
    """
    seen: Counter[str] = Counter()
    random = secrets.token_hex(8)
    for index, item in enumerate(items):
        try:
            if check is not None:
                check(index, item)
            if journal is not None:
                content = content_key(journal.run, index, item)
                seen[content] += 1
                key = f"{content}-{seen[content]}"  # a repeated item is a separate call
            else:
                key = f"{random}-{index}" if run is None else content_key(run, index, item)
        except InvalidArgumentError as error:
            yield Task(index, item, settled=MapResult(index, item, error=error))
            continue
        if journal is not None and key in journal:
            yield Task(index, item, key, MapResult(index, item, journal.response(key)))
            continue
        if journal is not None:
            journal.expect(index, key)
        yield Task(index, item, key)


def content_key(run: str, index: int, item: object) -> str:
    """An idempotency key derived from the content of an item, so that items may be reordered and added.

    Raises:
        InvalidArgumentError: it cannot be written as JSON.
    """
    try:
        content = json.dumps(item, sort_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgumentError(f"Item {index} cannot be written as JSON: {error}.") from error
    return hashlib.sha256(f"{run}\n{content}".encode()).hexdigest()


def check_bulk(items: object, concurrency: object, executor: object) -> None:
    """Check the arguments that all bulk methods have."""
    if isinstance(items, (str, bytes, Mapping)) or not isinstance(items, Iterable):
        raise InvalidArgumentError(f"items must be an iterable of items, got {items!r:.100}.")
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise ConfigurationError(
            f"concurrency must be a whole number of at least 1, got {concurrency!r}."
        )
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise ConfigurationError(
            f"executor must be a concurrent.futures Executor, got {executor!r:.100}."
        )


# Executors


class RemoteCall:
    """Wraps a function to take a task; can be pickled for another process or machine.

    The client of a method is unpickled once in each process, which then keeps its connections.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._state: tuple[Any, ...] | None = None

    def __call__(self, task: Task) -> MapResult[Any, Any]:
        """Make the call of one task."""
        positional, named = task.arguments()
        try:
            with keys_from(task.key):
                return task.done(self._function(*positional, **named))
        except LvngError as error:
            return task.failed(error)

    def __reduce__(self) -> tuple[Any, ...]:
        resource = getattr(self._function, "__self__", None)
        if not isinstance(resource, core.Resource):
            return RemoteCall, (self._function,)
        if self._state is None:
            client = resource._client
            state = type(client), pickle.dumps(client.__getstate__())
            self._state = (*state, type(resource), _name_of(self._function))
        return _restore, self._state


def _name_of(method: Callable[..., Any]) -> str:
    name: str = getattr(method, "__name__", "")
    return name


_lock = threading.Lock()
_clients: dict[tuple[type, bytes], core.Client] = {}
"""Clients unpickled in this process, by their pickle, so that later items reuse their connections."""


def _restore(
    kind: type[core.Client], state: bytes, resource: type[core.Resource], name: str
) -> RemoteCall:
    with _lock:
        if (kind, state) not in _clients:
            client = _clients[kind, state] = object.__new__(kind)
            client.__setstate__(pickle.loads(state))  # noqa: S301 - part of a pickle already being loaded
            atexit.register(client.close)
        return RemoteCall(getattr(resource(_clients[kind, state]), name))


def _sync_state(state: dict[str, Any]) -> dict[str, Any]:
    """Convert the state of an async client to that of a sync one, which has no aiohttp backend."""
    options = state["_connections"]
    if options.backend != "aiohttp":
        return state
    return {**state, "_connections": replace(options, backend="httpx")}


@contextmanager
def async_route(
    local: Callable[[Task], Any], function: Callable[..., Any], executor: Executor | None
) -> Iterator[tuple[Callable[[Task], Any], Executor | None]]:
    """Choose the function to run and the executor; without an executor, `local` in this event loop.

    An executor runs sync code, so it gets a sync client with the options of the async one.
    """
    if executor is None:
        yield local, None
        return
    resource = getattr(function, "__self__", None)
    if isinstance(resource, core.AsyncResource):
        client = object.__new__(core.Client)
        try:
            client.__setstate__(_sync_state(resource._client.__getstate__()))
        except TypeError as error:
            raise ConfigurationError(
                f"This client cannot be used with an executor. {error}"
            ) from None
        with client:
            method = getattr(_sync_class(type(resource))(client), _name_of(function))
            yield RemoteCall(method), SafeExecutor(executor)
    elif inspect.iscoroutinefunction(function):
        raise ConfigurationError(
            f"An executor runs plain functions and methods of resources, got {function!r:.100}, which is async."
        )
    else:
        yield RemoteCall(function), SafeExecutor(executor)


@contextmanager
def sync_route(
    local: Callable[[Task], Any], function: Callable[..., Any], executor: Executor | None
) -> Iterator[tuple[Callable[[Task], Any], Executor | None]]:
    """Choose the function to run and the executor; without an executor, `local` in threads."""
    if executor is None:
        yield local, None
    else:
        yield RemoteCall(function), SafeExecutor(executor)


def _sync_class(kind: type[core.AsyncResource]) -> Callable[[core.Client], Any]:
    """The sync counterpart of a resource."""
    module = kind.__module__.replace("._async.", "._sync.")
    found: Any = getattr(import_module(module), kind.__name__.removeprefix("Async"))
    return found  # type: ignore[no-any-return]  # its type is known by name alone


class SafeExecutor(Executor):
    """Wraps an executor: an item that cannot be pickled, or whose worker died, gets a failed result."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **options: Any
    ) -> Future[Any]:
        """Submit a task, the only argument of the function."""
        (task,) = arguments
        if task.settled is not None:
            settled: Future[Any] = Future()
            settled.set_result(task.settled)
            return settled
        return _TaskFuture(self._executor.submit(function, task, **options), task)


class _TaskFuture(Future[MapResult[Any, Any]]):
    """The future of a task. It always has a result, never an exception."""

    def __init__(self, inner: Future[MapResult[Any, Any]], task: Task) -> None:
        super().__init__()
        self._inner, self._task = inner, task
        inner.add_done_callback(self._settle)

    def cancel(self) -> bool:
        return self._inner.cancel()

    def _settle(self, inner: Future[MapResult[Any, Any]]) -> None:
        if inner.cancelled():
            super().cancel()
            self.set_running_or_notify_cancel()
        elif error := inner.exception():
            lost = LvngError(f"The executor lost item {self._task.index}: {error!r}.")
            lost.__cause__ = error
            self.set_result(self._task.failed(lost))
        else:
            self.set_result(inner.result())
