"""Many items into the knowledge base: in order, each with its result, whatever becomes of the others."""

from __future__ import annotations

import inspect
import itertools
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from lvng import ConfigurationError, InvalidArgumentError, LvngClient, ServerError
from lvng_knowledge import IngestItem, IngestResult, Knowledge
from support.scripted_server import Exchange, ScriptedServer, Serve, answer
from support.sync_async import Colour
from support.tuned import Connect, assert_nothing_is_left

from .items import accept, notes


def test_every_item_has_its_result_in_order(client: LvngClient, colour: Colour) -> None:
    items = list(notes(30))
    results = list(client.knowledge.ingest_many(items))
    assert {type(result) for result in results} == {IngestResult}
    assert all(result.ok for result in results)
    assert [result.index for result in results] == list(range(30))
    assert [result.item for result in results] == items
    jobs = [result.response["data"] for result in results if result.response]
    assert [job["title"] for job in jobs] == [f"n{number}" for number in range(30)]
    assert_nothing_is_left(client, colour)


def test_ingested_notes_are_found_by_search(client: LvngClient) -> None:
    jobs = [
        result.response["data"]["id"]
        for result in client.knowledge.ingest_many(notes(5))
        if result.response
    ]
    for job in jobs:
        client.knowledge.wait_for_job(job)
    found = client.knowledge.search(query="Note number 3", limit=1)["data"]
    assert "Note number 3" in str(found)


@pytest.mark.parametrize("resume_key", [None, "trial"])
def test_a_bad_item_does_not_lose_the_rest(
    client: LvngClient, colour: Colour, resume_key: str | None
) -> None:
    circle: dict[str, Any] = {}
    circle["again"] = circle
    bad: list[Any] = [
        "no mapping",
        None,
        {},
        {"title": "nothing in it"},
        {"content": ""},
        {"content": 5},
        {"content": "x", "colour": "red"},
        {"content": "x", 7: "seven"},
        {"content": "x", "metadata": {"when": object()}},
        {"content": "x", "metadata": circle},
        {"content": "x", "metadata": {"n": float("nan")}},
        {"content": "x", "type": 1},
    ]
    good = list(notes(len(bad)))
    mixed = list(itertools.chain.from_iterable(zip(bad, good, strict=True)))
    results = list(client.knowledge.ingest_many(mixed, resume_key=resume_key))
    assert [result.ok for result in results] == [False, True] * len(bad)
    errors = [result.error for result in results[::2]]
    assert [type(error) for error in errors] == [InvalidArgumentError] * len(bad), errors
    assert "Item 0 must be a mapping with content or url, got 'no mapping'" in str(errors[0])
    assert "Item 12 has unknown keys: colour" in str(errors[6])
    assert_nothing_is_left(client, colour)


def test_an_error_of_the_server_is_in_the_result_of_its_item(
    connect: Connect, serve: Serve
) -> None:
    server = serve(accept, answer(500, {"error": "Disk is full"}), accept)
    client = connect(server, max_retries=0)
    results = list(client.knowledge.ingest_many(notes(3), concurrency=1))
    assert [result.ok for result in results] == [True, False, True]
    failed = results[1]
    assert isinstance(failed.error, ServerError)
    assert failed.response is None
    assert "Disk is full" in failed.error.message


def test_items_are_the_arguments_of_ingest() -> None:
    arguments = inspect.signature(Knowledge.ingest).parameters.keys() - {"self", "options"}
    assert IngestItem.__annotations__.keys() == arguments


def test_all_of_an_item_is_sent(connect: Connect, serve: Serve) -> None:
    server = serve(accept)
    item: IngestItem = {
        "content": "text",
        "url": "https://example.com",
        "title": "t",
        "type": "document",
        "metadata": {"page": 3},
        "workspace_id": "ws_1",
    }
    list(connect(server).knowledge.ingest_many([item]))
    assert server.last.json() == {
        **{key: value for key, value in item.items() if key != "workspace_id"},
        "workspaceId": "ws_1",
    }


@pytest.mark.parametrize("concurrency", [1, 5])
def test_concurrency_limits_the_requests_at_once(
    connect: Connect, serve: Serve, concurrency: int
) -> None:
    together = threading.Barrier(concurrency)
    lock = threading.Lock()
    running: list[int] = []
    most: list[int] = []

    def count(exchange: Exchange) -> None:
        with lock:
            running.append(1)
            most.append(len(running))
        together.wait(5)
        with lock:
            running.pop()
        accept(exchange)

    results = connect(serve(count)).knowledge.ingest_many(notes(20), concurrency=concurrency)
    assert all(result.ok for result in results)
    assert max(most) == concurrency


def test_items_are_taken_as_they_are_needed(connect: Connect, serve: Serve) -> None:
    taken: list[int] = []

    def endless() -> Iterator[IngestItem]:
        for number in itertools.count():
            taken.append(number)
            yield {"content": "text", "title": f"n{number}"}

    for result in connect(serve(accept)).knowledge.ingest_many(endless(), concurrency=4):
        assert len(taken) <= result.index + 4
        if result.index == 50:
            break


def test_progress_tells_how_many_are_done_and_how_many_there_are(client: LvngClient) -> None:
    told: list[tuple[int, int | None]] = []

    def tell(done: int, total: int | None) -> None:
        told.append((done, total))

    list(client.knowledge.ingest_many(list(notes(3)), on_progress=tell))
    list(client.knowledge.ingest_many(notes(2), on_progress=tell))
    assert told == [(1, 3), (2, 3), (3, 3), (1, None), (2, None)]


@pytest.mark.parametrize(
    ("wrong", "kind", "text"),
    [
        ({"concurrency": 0}, ConfigurationError, "at least 1, got 0"),
        ({"concurrency": True}, ConfigurationError, "at least 1, got True"),
        ({"concurrency": 2.0}, ConfigurationError, r"at least 1, got 2\.0"),
        ({"resume_key": ""}, ConfigurationError, "resume_key must be a non-empty string, got ''"),
        ({"resume_key": 5}, ConfigurationError, "resume_key must be a non-empty string, got 5"),
        ({"items": {"content": "x"}}, InvalidArgumentError, "items must be an iterable of items"),
        ({"items": "text"}, InvalidArgumentError, "items must be an iterable of items"),
        ({"items": None}, InvalidArgumentError, "items must be an iterable of items"),
    ],
    ids=["zero", "bool", "float", "empty-key", "number-key", "one-item", "text", "nothing"],
)
def test_invalid_arguments_are_refused_before_the_first_item(
    client: LvngClient, wrong: dict[str, Any], kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        client.knowledge.ingest_many(**{"items": [], **wrong})


def keys(server: ScriptedServer) -> list[str]:
    return [str(seen.header("idempotency-key")) for seen in server.requests]


def test_the_same_run_again_has_the_same_keys(connect: Connect, serve: Serve) -> None:
    server = serve(accept)
    client = connect(server)
    for items in (notes(4), reversed(list(notes(5)))):  # later: another order, and one more
        list(client.knowledge.ingest_many(items, concurrency=1, resume_key="nightly é\n"))
    first, again = keys(server)[:4], keys(server)[4:]
    assert len(set(first)) == 4
    assert again[:0:-1] == first
    assert again[0] not in first


def test_another_run_has_other_keys(connect: Connect, serve: Serve) -> None:
    server = serve(accept)
    client = connect(server)
    same: list[IngestItem] = [{"content": "twice"}] * 2
    for name in ("a", "b", None, None):
        list(client.knowledge.ingest_many(same, concurrency=1, resume_key=name))
    named, unnamed = keys(server)[:4], keys(server)[4:]
    assert named[0] == named[1] != named[2] == named[3]
    assert len(set(unnamed)) == 4


def test_a_resumed_run_ingests_nothing_twice(client: LvngClient) -> None:
    def run(count: int) -> list[str]:
        results = client.knowledge.ingest_many(notes(count), resume_key="import-7")
        return [result.response["data"]["id"] for result in results if result.response]

    interrupted = run(4)
    assert run(6)[:4] == interrupted
    jobs = client.knowledge.iter_jobs()
    assert len([job for job in jobs if str(job["title"]).startswith("n")]) == 6
