"""One operation for many items: threads, tasks of asyncio and trio, executors, and runs that are resumed."""

from __future__ import annotations

import json
import multiprocessing
import pickle
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from lvng_core import (
    AsyncClient,
    AsyncResource,
    Client,
    ConfigurationError,
    InvalidArgumentError,
    LvngError,
    MapResult,
    Operation,
    RequestOptions,
    Resource,
    ServerError,
)
from support.clock import FakeClock
from support.samples import CREATE, GET, KEY
from support.scripted_server import Exchange, ScriptedServer, Serve, answer
from support.sync_async import AsyncColour, Colour, Connect, open_connections, plain


class Things(Resource):
    """A resource as in generated code."""

    def create(self, *, name: str, options: RequestOptions | None = None) -> Any:
        return self._client.call(CREATE, {"name": name}, options)

    def get(self, id: str, *, options: RequestOptions | None = None) -> Any:
        return self._client.call(GET, {"id": id}, options)


class AsyncThings(AsyncResource):
    """A resource as in generated code."""

    async def create(self, *, name: str, options: RequestOptions | None = None) -> Any:
        return await self._client.call(CREATE, {"name": name}, options)

    async def get(self, id: str, *, options: RequestOptions | None = None) -> Any:
        return await self._client.call(GET, {"id": id}, options)


def things(client: Any) -> Any:
    """The resource of a client."""
    return Things(client) if isinstance(plain(client), Client) else AsyncThings(plain(client))


def echo(exchange: Exchange) -> None:
    """Answer with the name or id that was sent; refuse those that begin with `bad`."""
    seen = exchange.seen
    name = seen.json()["name"] if seen.body else seen.target.rpartition("/")[2]
    status = 400 if name.startswith("bad") else 200
    answer(status, {"name": name} if status == 200 else {"error": "Bad name"})(exchange)


def names(count: int) -> list[dict[str, Any]]:
    return [{"name": f"n{number}"} for number in range(count)]


def outcomes(results: Iterator[MapResult[Any, Any]]) -> list[str]:
    return [one.response["name"] if one.response else str(one.error) for one in results]


def keys(server: ScriptedServer) -> list[str | None]:
    return [seen.header("idempotency-key") for seen in server.requests]


class Inline(Executor):
    """Does at once what it is given, as often as it is told to; what travels is pickled."""

    def __init__(self, times: int = 1) -> None:
        self.times, self.submitted = times, 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.submitted += 1
        future: Future[Any] = Future()
        try:
            for _ in range(self.times - 1):
                self._run(fn, args)
            future.set_result(self._run(fn, args))
        except Exception as error:  # noqa: BLE001 - as executors do
            future.set_exception(error)
        return future

    def _run(self, fn: Callable[..., Any], args: Any) -> Any:
        function, arguments = pickle.loads(pickle.dumps((fn, args)))
        return pickle.loads(pickle.dumps(function(*arguments)))


@pytest.fixture
def server(serve: Serve) -> ScriptedServer:
    return serve(echo)


@pytest.fixture
def client(connect: Connect, server: ScriptedServer) -> Client:
    return connect(server)


def test_results_are_in_the_order_of_the_items(client: Client) -> None:
    items = [*names(20), {"name": "bad"}, *names(3)]
    results = list(client.map(things(client).create, items, concurrency=5))
    assert [one.index for one in results] == list(range(24))
    assert [one.item for one in results] == items
    assert [one.ok for one in results] == [True] * 20 + [False] + [True] * 3
    assert results[3].response == {"name": "n3"}
    assert results[20].response is None
    assert results[20].error is not None
    assert results[20].error.status_code == 400
    assert open_connections(client) == 0


def test_an_item_that_is_no_mapping_is_the_first_argument(client: Client) -> None:
    assert outcomes(client.map(things(client).get, ["a", "b"])) == ["a", "b"]


def test_progress_reports_done_and_total(client: Client) -> None:
    told: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        told.append((done, total))

    list(client.map(things(client).create, names(2), on_progress=progress))
    list(client.map(things(client).create, (one for one in names(1)), on_progress=progress))
    assert told == [(1, 2), (2, 2), (1, None)]


def test_a_mistake_in_the_program_ends_the_run(client: Client, server: ScriptedServer) -> None:
    with pytest.raises(TypeError, match="nome"):
        list(client.map(things(client).create, [{"nome": "a"}]))
    assert server.requests == []


@pytest.mark.parametrize(
    ("wrong", "kind", "text"),
    [
        ({"items": "abc"}, InvalidArgumentError, "items must be an iterable of items, got 'abc'"),
        ({"items": {"name": "a"}}, InvalidArgumentError, "items must be an iterable"),
        ({"items": 5}, InvalidArgumentError, "items must be an iterable of items, got 5"),
        ({"concurrency": 0}, ConfigurationError, "concurrency must be a whole number of at least"),
        ({"concurrency": True}, ConfigurationError, "concurrency must be a whole number"),
        ({"executor": "dask"}, ConfigurationError, "executor must be a concurrent.futures Exec"),
    ],
)
def test_invalid_arguments_are_refused_at_once(
    client: Client, wrong: dict[str, Any], kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        client.map(things(client).create, **{"items": [], **wrong})


def test_each_post_has_a_key_of_its_own_and_a_get_has_none(
    client: Client, server: ScriptedServer
) -> None:
    list(client.map(things(client).create, names(5)))
    assert len({*keys(server)}) == 5
    list(client.map(things(client).get, ["a"]))
    assert keys(server)[-1] is None


def test_an_executor_that_runs_an_item_twice_creates_nothing_twice(
    client: Client, server: ScriptedServer
) -> None:
    executor = Inline(times=2)
    assert outcomes(client.map(things(client).create, names(3), executor=executor)) == [
        *("n0", "n1", "n2")
    ]
    assert [keys(server).count(key) for key in keys(server)] == [2] * 6


def test_a_key_that_the_caller_gives_wins(client: Client, server: ScriptedServer) -> None:
    item = {"name": "a", "options": RequestOptions(idempotency_key="mine")}
    list(client.map(things(client).create, [item]))
    assert keys(server) == ["mine"]


def test_each_call_of_a_function_has_a_key_derived_from_the_item(
    client: Client, server: ScriptedServer, colour: Colour
) -> None:
    resource = things(client)

    def twice(name: str) -> Any:
        resource.create(name=name)
        return resource.create(name=f"{name} again")

    async def async_twice(name: str) -> Any:
        await resource.create(name=name)
        return await resource.create(name=f"{name} again")

    function: Any = async_twice if isinstance(colour, AsyncColour) else twice
    assert outcomes(client.map(function, ["a", "b"], concurrency=1)) == ["a again", "b again"]
    first, second, third, fourth = map(str, keys(server))
    assert second == f"{first}-2"
    assert fourth == f"{third}-2"
    assert first != third


def test_a_client_keeps_its_connections_in_another_process(
    client: Client, server: ScriptedServer
) -> None:
    list(client.map(things(client).create, names(5), executor=Inline(), concurrency=1))
    assert server.connections == 1


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    # Not forked: this process has threads.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def test_calls_run_in_a_process_pool(client: Client, processes: ProcessPoolExecutor) -> None:
    results = list(client.map(things(client).create, names(4), executor=processes))
    assert [one.ok for one in results] == [True] * 4
    list(client.map(things(client).create, [{"name": "bad"}], executor=processes))


def test_an_unpicklable_item_is_a_failed_result(
    client: Client, processes: ProcessPoolExecutor
) -> None:
    results = list(
        client.map(things(client).create, [{"name": lambda: 0}, *names(1)], executor=processes)
    )
    assert "The executor lost item 0" in str(results[0].error)
    assert results[1].ok


def test_an_async_function_of_the_users_is_not_for_an_executor(server: ScriptedServer) -> None:
    async def work(name: str) -> Any:
        raise AssertionError(name)

    async def main() -> None:
        async with AsyncClient(KEY, base_url=server.url) as client:
            with pytest.raises(ConfigurationError, match="which is async"):
                await anext(client.map(work, ["a"], executor=Inline()))

    anyio.run(main)


# Trio


@pytest.mark.parametrize("executor", [None, "threads"])
def test_calls_run_under_trio(server: ScriptedServer, executor: str | None) -> None:
    async def main() -> list[MapResult[Any, Any]]:
        async with AsyncClient(KEY, base_url=server.url) as client:
            with ThreadPoolExecutor(2) as threads:
                results = client.map(
                    AsyncThings(client).create,
                    [*names(10), {"name": "bad"}],
                    concurrency=4,
                    executor=threads if executor else None,
                )
                return [one async for one in results]

    results = anyio.run(main, backend="trio")
    assert [one.ok for one in results] == [True] * 10 + [False]
    assert [one.item["name"] for one in results[:10]] == [f"n{number}" for number in range(10)]


def test_calls_are_concurrent_under_trio(serve: Serve) -> None:
    gate = threading.Barrier(4)

    def together(exchange: Exchange) -> None:
        gate.wait(10)
        echo(exchange)

    server = serve(together)

    async def main() -> int:
        async with AsyncClient(KEY, base_url=server.url) as client:
            results = client.map(AsyncThings(client).create, names(8), concurrency=4)
            return len([one async for one in results])

    assert anyio.run(main, backend="trio") == 8


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("end", ["break", "cancel", "error"])
def test_leaving_the_loop_leaves_nothing(serve: Serve, backend: str, end: str) -> None:
    stop = threading.Event()

    def slow_but_the_first(exchange: Exchange) -> None:
        if exchange.seen.json()["name"] != "n0":
            stop.wait(10)
        echo(exchange)

    server = serve(slow_but_the_first)

    async def main() -> None:
        async with AsyncClient(KEY, base_url=server.url) as client:
            with anyio.move_on_after(30) as scope:
                results = client.map(AsyncThings(client).create, names(50), concurrency=4)
                try:
                    async with aclosing(results):
                        async for _ in results:
                            if end == "cancel":
                                scope.cancel()
                            elif end == "error":
                                raise ZeroDivisionError
                            else:
                                break
                except ZeroDivisionError:
                    pass
            assert open_connections(client) == 0
            assert anyio.get_current_task().id
        stop.set()

    anyio.run(main, backend=backend)
    assert len(server.requests) <= 8


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_error_of_the_function_comes_out(server: ScriptedServer, backend: str) -> None:
    async def work(name: str) -> Any:
        await anyio.lowlevel.checkpoint()
        raise ZeroDivisionError(name)

    async def main() -> None:
        async with AsyncClient(KEY, base_url=server.url) as client:
            async for _ in client.map(work, ["a", "b"]):
                raise AssertionError

    with pytest.raises(ZeroDivisionError, match="a"):
        anyio.run(main, backend=backend)


# Journal


def lines(journal: Path) -> list[Any]:
    return [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]


def test_a_run_is_resumed(client: Client, server: ScriptedServer, tmp_path: Path) -> None:
    journal = tmp_path / "run.jsonl"
    items = [*names(3), {"name": "bad"}, {"name": "n0"}]
    for result in client.map(things(client).create, items[:2], journal=journal):
        assert result.ok
    assert len(server.requests) == 2
    told: list[int] = []
    resumed = list(
        client.map(
            things(client).create,
            items,
            concurrency=1,
            journal=str(journal),
            on_progress=lambda done, _: told.append(done),
        )
    )
    assert [seen.json()["name"] for seen in server.requests[2:]] == ["n2", "bad", "n0"]
    assert [one.ok for one in resumed] == [True, True, True, False, True]
    assert resumed[0] == MapResult(0, items[0], {"name": "n0"})
    assert told == [1, 2, 3, 4, 5]
    # What failed is tried again; what succeeded is not, wherever it stands now.
    list(client.map(things(client).create, reversed(items), journal=journal))
    assert [seen.json()["name"] for seen in server.requests[5:]] == ["bad"]
    assert len({*keys(server)}) == 5
    assert keys(server)[3] == keys(server)[5]


def test_a_call_that_was_not_recorded_is_repeated_under_its_key(
    client: Client, server: ScriptedServer, tmp_path: Path
) -> None:
    journal = tmp_path / "run.jsonl"
    list(client.map(things(client).create, names(2), journal=journal, concurrency=1))
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-20])  # killed while it wrote
    assert outcomes(
        client.map(things(client).create, names(2), journal=journal, concurrency=1)
    ) == ["n0", "n1"]
    assert journal.read_bytes() == whole
    assert keys(server)[1] == keys(server)[2]
    assert len(server.requests) == 3


def test_an_interrupted_run_has_recorded_the_results_that_were_read(
    client: Client, server: ScriptedServer, tmp_path: Path
) -> None:
    journal = tmp_path / "run.jsonl"
    results = client.map(things(client).create, names(5), journal=journal, concurrency=1)
    for result in results:
        if result.index == 1:
            break
    results.close()
    assert [line["index"] for line in lines(journal)[1:]] == [0, 1]
    assert len(list(client.map(things(client).create, names(5), journal=journal))) == 5
    assert len(server.requests) == 5


def test_a_journal_on_an_executor(client: Client, server: ScriptedServer, tmp_path: Path) -> None:
    journal, executor = tmp_path / "run.jsonl", Inline()
    for _ in range(2):
        results = client.map(things(client).create, names(3), journal=journal, executor=executor)
        assert outcomes(results) == ["n0", "n1", "n2"]
    assert executor.submitted == len(server.requests) == 3


def test_a_journal_of_another_function_is_refused(client: Client, tmp_path: Path) -> None:
    journal = tmp_path / "run.jsonl"
    list(client.map(things(client).create, names(1), journal=journal))
    with pytest.raises(ConfigurationError, match=r"belongs to Things\.create, not to Things\.get"):
        client.map(things(client).get, ["a"], journal=journal)


@pytest.mark.parametrize("content", ["no journal\n", "[]\n", '{"format": "other"}\n', "5\n"])
def test_a_file_that_is_no_journal_is_left_alone(
    client: Client, tmp_path: Path, content: str
) -> None:
    journal = tmp_path / "report.txt"
    journal.write_text(content)
    with pytest.raises(ConfigurationError, match="is not a journal"):
        client.map(things(client).create, names(1), journal=journal)
    assert journal.read_text() == content


def test_with_a_journal_an_item_without_a_json_form_fails(
    client: Client, server: ScriptedServer, tmp_path: Path
) -> None:
    items = [{"name": "a", "options": RequestOptions()}, *names(1)]
    first, second = client.map(things(client).create, items, journal=tmp_path / "run.jsonl")
    assert "Item 0 cannot be written as JSON" in str(first.error)
    assert second.ok
    assert len(server.requests) == 1


def test_with_a_journal_a_response_without_a_json_form_is_an_error(
    client: Client, colour: Colour, tmp_path: Path
) -> None:
    def work(name: str) -> Any:
        return object()

    async def async_work(name: str) -> Any:
        return object()

    function: Any = async_work if isinstance(colour, AsyncColour) else work
    with pytest.raises(ConfigurationError, match="The response for item 0 cannot be written"):
        list(client.map(function, ["a"], journal=tmp_path / "run.jsonl"))


def test_a_journal_is_for_its_owner_alone(client: Client, tmp_path: Path) -> None:
    journal = tmp_path / "run.jsonl"
    list(client.map(things(client).create, names(1), journal=journal))
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert KEY not in journal.read_text()


def test_retries_are_those_of_any_call(connect: Connect, serve: Serve, clock: FakeClock) -> None:
    server = serve(answer(503, {}), answer(503, {}), echo)
    client = connect(server)
    assert outcomes(client.map(things(client).create, names(1))) == ["n0"]
    assert len({*keys(server)}) == 1
    failing = connect(serve(answer(503, {})), max_retries=0)
    (result,) = failing.map(things(failing).create, names(1))
    assert isinstance(result.error, ServerError)
    assert isinstance(result.error, LvngError)
    assert len(clock.waits) == 2


def test_the_operation_of_these_tests_is_a_post() -> None:
    assert isinstance(CREATE, Operation)
    assert CREATE.method == "POST"
