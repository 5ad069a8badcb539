"""From page to page, in the three styles of the API."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from lvng_core import DecodeError, Paging, RequestOptions, ServerError
from lvng_core._paging import items_of, next_arguments
from support.clock import FakeClock
from support.samples import BY_CURSOR, BY_OFFSET, BY_PAGE
from support.scripted_server import Exchange, ScriptedServer, Serve, answer
from support.sync_async import Connect

TEN = list(range(10))


def page(items: list[Any], **said: Any) -> dict[str, Any]:
    return {"data": items, "pagination": said}


@pytest.mark.parametrize(
    "answer", [{}, {"data": None}, {"data": {}}, {"items": []}, [1], "data", None], ids=str
)
def test_a_page_without_its_list_is_a_decode_error(answer: Any) -> None:
    with pytest.raises(
        DecodeError, match=r"things\.list_offset: the response has no list under 'data'"
    ) as info:
        items_of(BY_OFFSET, answer)
    assert info.value.body == answer


def test_the_list_may_have_a_name_of_its_own() -> None:
    paging: Paging[Any] = Paging(BY_OFFSET.operation, "offset", items="channels")
    assert items_of(paging, {"channels": [1], "data": [2]}) == [1]


NEXT: dict[str, tuple[Paging[Any], dict[str, Any], dict[str, Any], dict[str, Any] | None]] = {
    "offset-more": (BY_OFFSET, {}, page(TEN, hasMore=True), {"offset": 10}),
    "offset-from": (BY_OFFSET, {"offset": 5}, page(TEN, hasMore=True), {"offset": 15}),
    "offset-none": (BY_OFFSET, {"offset": None}, page(TEN, hasMore=True), {"offset": 10}),
    "offset-no-more": (BY_OFFSET, {}, page(TEN, hasMore=False, total=99), None),
    "offset-snake-case": (BY_OFFSET, {}, page(TEN, has_more=False), None),
    "offset-total": (BY_OFFSET, {"offset": 80}, page(TEN, total=91), {"offset": 90}),
    "offset-total-from-the-start": (BY_OFFSET, {}, page(TEN, total=11), {"offset": 10}),
    "offset-total-reached": (BY_OFFSET, {"offset": 80}, page(TEN, total=90), None),
    "offset-odd-words": (
        BY_OFFSET,
        {"limit": 10},
        page(TEN, hasMore="no", total="9"),
        {"offset": 10},
    ),
    "offset-full-page": (BY_OFFSET, {"limit": 10}, {"data": TEN}, {"offset": 10}),
    "offset-short-page": (BY_OFFSET, {"limit": 11}, {"data": TEN}, None),
    "offset-smaller-limit": (BY_OFFSET, {"limit": 99}, page(TEN, limit=10), {"offset": 10}),
    "offset-nothing-said": (BY_OFFSET, {}, {"data": TEN}, {"offset": 10}),
    "offset-pagination-null": (BY_OFFSET, {}, {"data": TEN, "pagination": None}, {"offset": 10}),
    "offset-empty": (BY_OFFSET, {}, page([], hasMore=True), None),
    "page-more": (BY_PAGE, {}, page(TEN, hasMore=True), {"page": 2}),
    "page-from": (BY_PAGE, {"page": 4}, page(TEN, hasMore=True), {"page": 5}),
    "page-no-more": (BY_PAGE, {"page": 4}, page(TEN, hasMore=False), None),
    "page-total": (BY_PAGE, {"page": 2}, page(TEN, total=21, page_size=10), {"page": 3}),
    "page-total-reached": (BY_PAGE, {"page": 2}, page(TEN, total=20, page_size=10), None),
    "page-last-is-short": (BY_PAGE, {"page": 3}, page([1], total=21, page_size=10), None),
    "page-smaller-size": (BY_PAGE, {"page_size": 99}, page(TEN, total=15), {"page": 2}),
    "page-odd-size": (BY_PAGE, {}, page(TEN, total=15, page_size="10"), {"page": 2}),
    "page-full": (BY_PAGE, {"page_size": 10}, {"data": TEN}, {"page": 2}),
    "page-short": (BY_PAGE, {"page_size": 11}, {"data": TEN}, None),
    "page-empty": (BY_PAGE, {"page": 3}, {"data": []}, None),
    "cursor": (BY_CURSOR, {}, {"data": TEN, "nextCursor": "c2"}, {"cursor": "c2"}),
    "cursor-after": (
        BY_CURSOR,
        {"cursor": "c1"},
        {"data": [1], "nextCursor": "c2"},
        {"cursor": "c2"},
    ),
    "cursor-of-an-empty-page": (BY_CURSOR, {}, {"data": [], "nextCursor": "c2"}, {"cursor": "c2"}),
    "cursor-null": (BY_CURSOR, {}, {"data": TEN, "nextCursor": None}, None),
    "cursor-missing": (BY_CURSOR, {}, {"data": TEN}, None),
    "cursor-empty": (BY_CURSOR, {}, {"data": TEN, "nextCursor": ""}, None),
    "cursor-for-offset": (
        BY_CURSOR,
        {"offset": 5},
        {"data": TEN, "nextCursor": "c2"},
        {"offset": None, "cursor": "c2"},
    ),
}


@pytest.mark.parametrize(("paging", "arguments", "answer", "following"), NEXT.values(), ids=NEXT)
def test_the_arguments_of_the_next_page(
    paging: Paging[Any],
    arguments: dict[str, Any],
    answer: dict[str, Any],
    following: dict[str, Any] | None,
) -> None:
    before = dict(arguments)
    expected = None if following is None else {**arguments, **following}
    assert next_arguments(paging, arguments, answer) == expected
    assert arguments == before


@pytest.mark.parametrize(
    ("arguments", "cursors"),
    [({}, ["c1", "c1"]), ({"cursor": "c1"}, ["c1"]), ({}, ["c1", "c2", "c3", "c1"])],
    ids=["standing", "from-the-start", "circle"],
)
def test_cursors_that_lead_in_a_circle_end_in_an_error(
    connect: Connect, serve: Serve, arguments: dict[str, Any], cursors: list[str]
) -> None:
    pages = [{"data": [number], "nextCursor": cursor} for number, cursor in enumerate(cursors)]
    server = serve(*(answer(200, one) for one in pages))
    entries: list[Any] = []
    with pytest.raises(DecodeError, match=r"returned the same cursor twice \('c1'\)") as info:
        entries += islice(connect(server).paginate(BY_CURSOR, arguments), 99)
    assert info.value.body == pages[-1]
    assert len(server.requests) == len(cursors)


def test_all_entries_come_before_the_error_of_a_circle(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {"data": [1, 2], "nextCursor": "c1"}))
    entries = iter(connect(server).paginate(BY_CURSOR, {}))
    assert [next(entries) for _ in range(4)] == [1, 2, 1, 2]
    with pytest.raises(DecodeError):
        next(entries)


def test_a_cursor_that_is_no_string_is_an_error() -> None:
    answer = {"data": TEN, "nextCursor": ["c1"]}
    with pytest.raises(DecodeError, match=r"is not a string \(\['c1'\]\)") as info:
        next_arguments(BY_CURSOR, {}, answer)
    assert info.value.body == answer


@pytest.mark.parametrize("paging", [BY_OFFSET, BY_PAGE], ids=["offset", "page"])
@pytest.mark.parametrize(
    "said",
    [{}, *({"pagination": one} for one in ({}, {"hasMore": True}, {"total": 99}))],
    ids=["no-pagination", "nothing", "more", "total"],
)
def test_a_server_that_gives_the_same_page_for_ever_is_an_error(
    connect: Connect, serve: Serve, paging: Paging[Any], said: dict[str, Any]
) -> None:
    same = {"data": [{"id": "a"}, {"id": "b"}], **said}
    server = serve(answer(200, same))
    entries = iter(connect(server).paginate(paging, {}))
    assert [next(entries)["id"] for _ in range(2)] == ["a", "b"]
    with pytest.raises(DecodeError, match="returned the same page twice; it ignores") as info:
        next(entries)
    assert info.value.body == same
    assert len(server.requests) == 2


def paged(exchange: Exchange) -> None:
    """A server with 25 entries, ten a page unless asked otherwise, in all three styles."""
    query = dict(parse_qsl(urlsplit(exchange.seen.target).query))
    size = int(query.get("limit") or query.get("page_size") or 10)
    start = int(query.get("offset") or query.get("cursor", "c0")[1:])
    start += size * (int(query.get("page", 1)) - 1)
    entries = list(range(25))[start : start + size]
    more = start + size < 25
    body = {
        "data": entries,
        "pagination": {"hasMore": more},
        "nextCursor": f"c{start + size}" if more else None,
    }
    answer(200, body)(exchange)


def targets(server: ScriptedServer) -> list[str]:
    return [seen.target.removeprefix("/api/v2/list") for seen in server.requests]


@pytest.mark.parametrize(
    ("paging", "arguments", "entries", "asked"),
    [
        (BY_OFFSET, {}, range(25), ["", "?offset=10", "?offset=20"]),
        (BY_OFFSET, {"limit": 20}, range(25), ["?limit=20", "?limit=20&offset=20"]),
        (BY_OFFSET, {"offset": 20}, range(20, 25), ["?offset=20"]),
        (BY_PAGE, {}, range(25), ["", "?page=2", "?page=3"]),
        (BY_PAGE, {"page_size": 20}, range(25), ["?page_size=20", "?page=2&page_size=20"]),
        (BY_PAGE, {"page": 3}, range(20, 25), ["?page=3"]),
        (BY_CURSOR, {}, range(25), ["", "?cursor=c10", "?cursor=c20"]),
        (BY_CURSOR, {"limit": 20}, range(25), ["?limit=20", "?limit=20&cursor=c20"]),
        (BY_CURSOR, {"cursor": "c20"}, range(20, 25), ["?cursor=c20"]),
    ],
    ids=lambda value: (
        "" if isinstance(value, list | range) else getattr(value, "style", str(value))
    ),
)
def test_all_entries_come_page_by_page(
    connect: Connect,
    serve: Serve,
    paging: Paging[Any],
    arguments: dict[str, Any],
    entries: range,
    asked: list[str],
) -> None:
    server = serve(paged)
    assert list(connect(server).paginate(paging, arguments)) == list(entries)
    assert [sorted(target[1:].split("&")) for target in targets(server)] == [
        sorted(target[1:].split("&")) for target in asked
    ]
    assert server.connections == 1


def test_a_page_is_fetched_when_it_is_needed(connect: Connect, serve: Serve) -> None:
    server = serve(paged)
    entries: Iterator[Any] = iter(connect(server).paginate(BY_OFFSET, {}))
    counts = []
    for _ in range(11):
        next(entries)
        counts.append(len(server.requests))
    assert counts == [1] * 10 + [2]


def test_each_page_is_a_call_with_its_own_retries(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    first = answer(200, page([1], hasMore=True))
    busy = answer(503, {"error": "busy"})
    server = serve(first, busy, answer(200, page([2], hasMore=True)), busy)
    options = RequestOptions(max_retries=1, headers={"X-Trace": "t1"})
    entries = iter(connect(server).paginate(BY_OFFSET, {}, options))
    assert [next(entries), next(entries)] == [1, 2]
    with pytest.raises(ServerError, match="busy"):
        next(entries)
    assert len(clock.waits) == 2
    assert {request.header("x-trace") for request in server.requests} == {"t1"}


def test_a_later_page_without_its_list_is_an_error(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, page([1], hasMore=True)), answer(200, {"data": "none"}))
    entries = iter(connect(server).paginate(BY_OFFSET, {}))
    assert next(entries) == 1
    with pytest.raises(DecodeError, match="no list under 'data'"):
        next(entries)
