"""Operations that the API will remove: one warning for each, at the line of the user's program."""

from __future__ import annotations

import asyncio
import linecache
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from lvng import AsyncLvngClient, LvngClient
from lvng_core import _deprecation
from support.samples import CHAT, GET, KEY
from support.scripted_server import ScriptedServer, Serve, answer, chunks
from support.sync_async import Connect, open_connections, stream_of

PAGE = {"success": True, "data": [], "pagination": {"hasMore": False}}
SINCE = {"Deprecation": "@1688169599"}
OLD = replace(GET, id="things.old", deprecated=True)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing has been warned of yet."""
    _deprecation._warned.clear()
    yield
    _deprecation._warned.clear()


@pytest.fixture
def found() -> Iterator[list[warnings.WarningMessage]]:
    """The warnings, each as often as it is made."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        yield found


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        (SINCE, "things.get is deprecated since 2023-06-30."),
        ({"deprecation": "@4102444800"}, "things.get will be deprecated on 2100-01-01."),
        ({"Deprecation": "true"}, "things.get is deprecated."),
        ({"Deprecation": "?1"}, "things.get is deprecated."),
        (
            {"Deprecation": "Sun, 11 Nov 2018 23:59:59 GMT"},
            "things.get is deprecated since 2018-11-11.",
        ),
        ({"Deprecation": "@" + "9" * 400}, "things.get is deprecated."),
        (
            {**SINCE, "Sunset": "Wed, 31 Dec 2098 23:59:59 GMT"},
            "things.get is deprecated since 2023-06-30 and will be removed on 2098-12-31.",
        ),
        (
            {"Sunset": "Wed, 31 Dec 2098 23:59:59 GMT"},
            "things.get is deprecated and will be removed on 2098-12-31.",
        ),
        (
            {
                **SINCE,
                "Link": '<https://a.example/x>; rel="next", <https://b.example/y>; rel="deprecation"',
            },
            "things.get is deprecated since 2023-06-30: https://b.example/y",
        ),
        ({"Deprecation": "false"}, None),
        ({"Deprecation": "?0"}, None),
        ({"Sunset": "some day"}, None),
        ({}, None),
    ],
)
def test_deprecation_headers_become_a_warning(
    headers: dict[str, str],
    message: str | None,
    connect: Connect,
    serve: Serve,
    found: list[warnings.WarningMessage],
) -> None:
    client = connect(serve(*[answer(200, {}, headers)] * 2))
    client.call(GET, {"id": "1"})
    client.call(GET, {"id": "2"})
    assert [str(one.message) for one in found] == ([message] if message else [])
    assert all(one.category is DeprecationWarning for one in found)


def test_each_operation_is_warned_of_once(
    connect: Connect, serve: Serve, found: list[warnings.WarningMessage]
) -> None:
    client = connect(serve(*[answer(200, {}, SINCE)] * 3))
    client.call(GET, {"id": "1"})
    client.call(replace(GET, id="things.other"), {"id": "1"})
    client.request("GET", "/api/v2/things")
    assert [str(one.message).split(" is ")[0] for one in found] == [
        "things.get",
        "things.other",
        "GET /api/v2/things",
    ]


def test_an_operation_deprecated_in_the_document_warns_once(
    connect: Connect, serve: Serve, found: list[warnings.WarningMessage]
) -> None:
    client = connect(serve(*[answer(200, {}, SINCE)] * 2))
    client.call(OLD, {"id": "1"})
    client.call(OLD, {"id": "1"})
    (one,) = found
    assert str(one.message) == "things.old is deprecated."


def line(one: warnings.WarningMessage) -> str:
    """The line that a warning is of."""
    return linecache.getline(one.filename, one.lineno).strip()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    events = chunks(
        b"event: done\ndata: {}\n\n", headers={**SINCE, "Content-Type": "text/event-stream"}
    )
    with ScriptedServer(
        *[answer(200, PAGE, SINCE)] * 3, events, *[answer(200, PAGE, SINCE)] * 3
    ) as server:
        yield server


def test_the_warning_points_at_the_calling_line(
    server: ScriptedServer, found: list[warnings.WarningMessage]
) -> None:
    with LvngClient(KEY, base_url=server.url) as client:
        client.workflows.list()  # here
        client.detailed(client.agents.list)  # and here
        next(client.projects.iter(), None)  # in the iterator
        list(client.stream_chat(message="hi"))  # in the stream
    assert {one.filename for one in found} == {__file__}
    assert [line(one).partition("# ")[2] for one in found] == [
        "here",
        "and here",
        "in the iterator",
        "in the stream",
    ]


def test_the_warning_points_at_the_calling_line_in_async_code(
    server: ScriptedServer, found: list[warnings.WarningMessage]
) -> None:
    async def program() -> None:
        async with AsyncLvngClient(KEY, base_url=server.url) as client:
            await client.workflows.list()  # awaited

            async def task() -> None:
                await client.agents.list()  # in a task of one's own

            await asyncio.gather(task())
            await asyncio.gather(client.projects.list())

    asyncio.run(program())  # the loop, where a task is nothing but the method
    assert {one.filename for one in found} == {__file__}
    assert [line(one).partition("# ")[2] for one in found] == [
        "awaited",
        "in a task of one's own",
        "the loop, where a task is nothing but the method",
    ]


def test_a_thread_that_runs_nothing_else_is_warned_all_the_same(
    server: ScriptedServer, found: list[warnings.WarningMessage]
) -> None:
    with LvngClient(KEY, base_url=server.url) as client, ThreadPoolExecutor(1) as pool:
        assert pool.submit(client.workflows.list).result() == PAGE
    assert len(found) == 1


def test_a_warning_turned_into_an_error_leaves_no_connection(
    connect: Connect, serve: Serve
) -> None:
    headers = {**SINCE, "Content-Type": "text/event-stream"}
    server = serve(answer(200, {}, SINCE), chunks(b"data: 1\n\n", final=False, headers=headers))
    client = connect(server)
    with pytest.raises(DeprecationWarning, match=r"things\.get is deprecated since"):
        client.call(GET, {"id": "1"})
    with pytest.raises(DeprecationWarning, match=r"chat\.stream is deprecated since"):
        list(stream_of(client, CHAT, {"message": "hi"}))
    assert open_connections(client) == 0
    with pytest.raises(DeprecationWarning, match=r"things\.old is deprecated"):
        client.call(OLD, {"id": "1"})
    assert len(server.requests) == 2


def test_the_memory_of_warned_operations_is_bounded(
    monkeypatch: pytest.MonkeyPatch, connect: Connect, serve: Serve, found: list[Any]
) -> None:
    monkeypatch.setattr(_deprecation, "_MOST", 2)
    client = connect(serve(*[answer(200, {}, SINCE)] * 3))
    for number in range(3):
        client.request("GET", f"/api/v2/things/{number}")
    assert len(found) == len(_deprecation._warned) == 2
