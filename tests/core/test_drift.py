"""Successes of another shape than inferred: the call succeeds, and `lvng.drift` says what differed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from lvng_core import DecodeError, Operation, Paging, StreamError, StreamIncompleteError, drift
from lvng_core._paging import Paginator
from support.events import WORDS, delta
from support.samples import BY_CURSOR, BY_OFFSET, BY_PAGE, CHAT, GET
from support.scripted_server import Serve, Step, answer, chunks
from support.sync_async import Connect, stream_of

INFERRED = replace(GET, inferred=True)
MANY: Operation[Any] = replace(GET, response_type="array", inferred=True)
EVENTS = {"Content-Type": "text/event-stream"}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No operation has drifted yet."""
    drift._counts.clear()
    yield
    drift._counts.clear()


@pytest.fixture
def found() -> Iterator[list[drift.Drift]]:
    """What listeners are told."""
    heard: list[drift.Drift] = []
    stop = drift.listen(heard.append)
    yield heard
    stop()


SHAPES: dict[str, tuple[Step, Any, str]] = {
    "204": (answer(204), {}, "an empty body"),
    "empty": (answer(200), {}, "an empty body"),
    "blank": (answer(200, b" \r\n"), {}, "an empty body"),
    "null": (answer(200, None), None, "null"),
    "list": (answer(200, [{"id": "1"}]), [{"id": "1"}], "a JSON array"),
    "string": (answer(200, b'"done"'), "done", "a string"),
    "true": (answer(200, b"true"), True, "a boolean"),
    "number": (answer(200, b"7"), 7, "a number"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_success_of_another_shape_is_returned_as_it_is(
    name: str, connect: Connect, serve: Serve, found: list[drift.Drift]
) -> None:
    step, value, received = SHAPES[name]
    assert connect(serve(step)).call(INFERRED, {"id": "1"}) == value
    (one,) = found
    assert (one.operation, one.received) == ("things.get", received)
    assert one.expected == "a JSON object"


def test_an_object_in_place_of_a_list_is_returned_and_nothing_is_an_empty_list(
    connect: Connect, serve: Serve, found: list[drift.Drift]
) -> None:
    client = connect(serve(answer(200, {"data": []}), answer(204)))
    assert client.call(MANY, {"id": "1"}) == {"data": []}
    assert client.call(MANY, {"id": "1"}) == []
    assert [one.received for one in found] == ["a JSON object", "an empty body"]


@pytest.mark.parametrize("name", SHAPES)
def test_a_documented_shape_is_still_demanded(name: str, connect: Connect, serve: Serve) -> None:
    with pytest.raises(DecodeError, match=r"a JSON object, as things\.get returns"):
        connect(serve(SHAPES[name][0])).call(GET, {"id": "1"})
    assert not drift.counts()


@pytest.mark.parametrize("body", ["<html>login</html>", b"ok", b"{", b'{"a":}'])
def test_a_body_that_is_not_json_is_a_decode_error(
    body: Any, connect: Connect, serve: Serve
) -> None:
    with pytest.raises(DecodeError, match=r"as things\.get returns"):
        connect(serve(answer(200, body))).call(INFERRED, {"id": "1"})
    assert not drift.counts()


def test_the_expected_shape_is_not_reported(
    connect: Connect, serve: Serve, found: list[drift.Drift]
) -> None:
    assert connect(serve(answer(200, {"new": 1}))).call(INFERRED, {"id": "1"}) == {"new": 1}
    assert not found


def test_the_log_says_it_once_for_an_operation_and_where_to_report_it(
    connect: Connect, serve: Serve, found: list[drift.Drift], caplog: pytest.LogCaptureFixture
) -> None:
    client = connect(serve(answer(200, ["secret"], {"X-Request-Id": "req_1"}), answer(204)))
    with caplog.at_level(logging.WARNING, "lvng.drift"):
        client.call(INFERRED, {"id": "1"})
        client.call(INFERRED, {"id": "1"})
    (record,) = caplog.records
    assert record.getMessage() == (
        "things.get returned a JSON array, expected a JSON object. The call succeeded. LVNG does not "
        f"document this response, so please report it: {drift.REPORT_TO}"
    )
    assert drift.counts() == {"things.get": 2}
    assert [(one.count, one.request_id) for one in found] == [(1, "req_1"), (2, None)]


def test_an_exception_of_a_listener_is_logged_until_it_is_stopped(
    connect: Connect, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: drift.Drift) -> None:
        raise RuntimeError("in the listener")

    stop = drift.listen(fail)
    client = connect(serve(answer(204), answer(204)))
    assert client.call(INFERRED, {"id": "1"}) == {}
    stop()
    stop()
    assert client.call(INFERRED, {"id": "1"}) == {}
    assert [record.exc_text is None for record in caplog.records] == [True, False]


# Lists


def pages(paging: Paging[Any]) -> Paging[Any]:
    return replace(paging, operation=replace(paging.operation, inferred=True))


@pytest.mark.parametrize("paging", [BY_OFFSET, BY_PAGE, BY_CURSOR], ids=lambda one: one.style)
@pytest.mark.parametrize(
    ("page", "items"),
    [
        ([1, 2], [1, 2]),
        ({"success": True, "things": [1, 2]}, [1, 2]),
        ({"data": {"data": [1, 2], "total": 2}}, [1, 2]),
        ({"data": {"items": [1, 2]}}, [1, 2]),
        ({"data": None, "warnings": ["w"]}, []),
        ([], []),
        (None, []),
        (b"", []),
    ],
    ids=["bare", "envelope", "nested", "renamed", "null", "none", "null-page", "empty"],
)
def test_iter_walks_a_list_of_another_shape(
    paging: Paging[Any], page: Any, items: list[int], connect: Connect, serve: Serve
) -> None:
    client = connect(serve(*[answer(200, page)] * 2))
    assert list(islice(client.paginate(pages(paging), {}), 99)) == items
    assert drift.counts() == {paging.operation.id: 2 if items and paging.style != "cursor" else 1}


@pytest.mark.parametrize(
    ("page", "noted"),
    [
        ({"data": [1]}, []),
        ({}, []),
        ({"things": [1]}, [("things.list_offset", "a list under 'data'", "a list elsewhere")]),
    ],
    ids=["expected", "empty", "elsewhere"],
)
def test_a_list_in_another_place_of_a_page_is_noted(
    page: dict[str, Any], noted: list[Any], found: list[drift.Drift]
) -> None:
    Paginator(pages(BY_OFFSET), {}).items(page)
    assert [(one.operation, one.expected, one.received) for one in found] == noted


def test_a_page_that_comes_twice_is_an_error_where_the_list_has_pages(
    connect: Connect, serve: Serve
) -> None:
    server = serve(*[answer(200, {"data": [1], "pagination": {"hasMore": True}})] * 2)
    with pytest.raises(DecodeError, match="returned the same page twice"):
        list(islice(connect(server).paginate(pages(BY_OFFSET), {}), 99))


def test_iter_walks_bare_lists_from_page_to_page(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, [1, 2]), answer(200, [3, 4]), answer(200, [5]))
    assert list(islice(connect(server).paginate(pages(BY_OFFSET), {"limit": 2}), 99)) == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert [seen.target.partition("?")[2] for seen in server.requests] == [
        "limit=2",
        "limit=2&offset=2",
        "limit=2&offset=4",
    ]


@pytest.mark.parametrize("page", [{"a": [1], "b": [2]}, {"success": True}, {"data": "x"}, "x", 5])
def test_iter_raises_for_a_page_without_a_list(page: Any, connect: Connect, serve: Serve) -> None:
    step = (
        answer(200, page)
        if isinstance(page, dict)
        else answer(200, repr(page).replace("'", '"').encode())
    )
    with pytest.raises(DecodeError, match="the response has no list under 'data'"):
        list(islice(connect(serve(step)).paginate(pages(BY_OFFSET), {}), 99))


# Streams


def test_a_stream_that_ends_without_the_inferred_event_has_ended(
    connect: Connect, serve: Serve, found: list[drift.Drift]
) -> None:
    server = serve(*[chunks(*map(delta, WORDS), headers=EVENTS)] * 2)
    stream = stream_of(connect(server), replace(CHAT, inferred=True), {"message": "hi"})
    assert len(list(stream)) == len(WORDS)
    (one,) = found
    assert one.expected == "a stream that ends with done or error"
    with pytest.raises(StreamIncompleteError):
        list(stream_of(connect(server), CHAT, {"message": "hi"}))


def test_a_stream_that_breaks_is_still_an_error(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(delta("a"), final=False, then="close"))
    with pytest.raises(StreamError):
        list(stream_of(connect(server), replace(CHAT, inferred=True), {"message": "hi"}))
    assert not drift.counts()


@pytest.mark.parametrize("kind", ["", "text/plain; charset=utf-8", "application/octet-stream"])
def test_the_events_of_an_inferred_stream_may_lack_their_content_type(
    kind: str, connect: Connect, serve: Serve
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    body = b"".join(map(delta, WORDS)) + b"event: done\ndata: {}\n\n"
    server = serve(*[answer(200, body, headers)] * 2)
    stream = stream_of(connect(server), replace(CHAT, inferred=True), {"message": "hi"})
    assert len(list(stream)) == len(WORDS) + 1
    with pytest.raises(DecodeError):
        list(stream_of(connect(server), CHAT, {"message": "hi"}))
