"""The cache: what has not changed is not sent again, and nobody sees what is not theirs."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from lvng_core import (
    CallNext,
    ConfigurationError,
    DecodeError,
    Flow,
    NotFoundError,
    Operation,
    Request,
    RequestOptions,
    ResponseCache,
    ServerError,
)
from lvng_sandbox import Sandbox
from support.samples import CREATE, DOWNLOAD, FIND, GET
from support.scripted_server import Exchange, Serve, answer
from support.sync_async import Connect

CONTACTS: Operation[dict[str, Any]] = Operation("contacts.list", "GET", "/api/v2/contacts")


def tagged(exchange: Exchange) -> None:
    """Answers with what was asked for, and 304 to those who have it."""
    target = exchange.seen.target
    tag = f'"{target}"'
    if exchange.seen.header("if-none-match") == tag:
        answer(304, b"", {"ETag": tag, "X-Request-Id": "req_304"})(exchange)
    else:
        answer(200, {"target": target}, {"ETag": tag, "X-Request-Id": "req_200"})(exchange)


def asked(server: Any) -> list[bool]:
    """Whether each request asked for a change."""
    return [bool(seen.all("if-none-match")) for seen in server.requests]


def test_an_unchanged_response_is_revalidated_by_its_etag(connect: Connect) -> None:
    statuses: list[int] = []

    def watch(request: Request, call_next: CallNext[Flow]) -> Flow:
        response = yield from call_next(request)
        statuses.append(response.status_code)
        return response

    with Sandbox() as sandbox:
        client = connect(
            sandbox.base_url, api_key=sandbox.api_key, middleware=[ResponseCache(), watch]
        )
        first = client.call(CONTACTS, {})
        assert client.call(CONTACTS, {}) == first
        client.request("POST", "/api/v2/contacts", json={"name": "New"})
        assert client.call(CONTACTS, {}) != first
    assert statuses == [200, 304, 201, 200]


def test_the_answer_to_304_is_the_kept_response_with_new_headers(
    connect: Connect, serve: Serve
) -> None:
    server = serve(tagged)
    client = connect(server, middleware=ResponseCache())
    for identifier in ("req_200", "req_304"):
        response = client.request("GET", "/api/v2/things")
        assert response.status_code == 200
        assert response.json() == {"target": "/api/v2/things"}
        assert response.headers["x-request-id"] == identifier
        assert response.headers["content-type"] == "application/json"
    assert asked(server) == [False, True]


def test_a_packed_response_is_kept_unpacked(connect: Connect, serve: Serve) -> None:
    import gzip

    packed = answer(
        200,
        gzip.compress(b'{"ok": true}'),
        {"ETag": '"1"', "Content-Encoding": "gzip", "Content-Type": "application/json"},
    )
    client = connect(serve(packed, answer(304, b"", {"ETag": '"1"'})), middleware=ResponseCache())
    assert client.call(GET, {"id": "1"}) == client.call(GET, {"id": "1"}) == {"ok": True}


def test_another_url_header_or_key_has_a_response_of_its_own(
    connect: Connect, serve: Serve
) -> None:
    server, cache = serve(tagged), ResponseCache()
    client = connect(server, middleware=cache)
    client.call(FIND, {"text": "a", "workspace_id": "one"})
    client.call(FIND, {"text": "b", "workspace_id": "one"})
    client.call(FIND, {"text": "a", "workspace_id": "two"})
    connect(server, middleware=cache, api_key="another-key").call(
        FIND, {"text": "a", "workspace_id": "one"}
    )
    own = RequestOptions(headers={"Authorization": "Bearer a-third-key"})
    client.call(FIND, {"text": "a", "workspace_id": "one"}, own)
    assert asked(server) == [False] * 5
    client.call(FIND, {"text": "a", "workspace_id": "one"})
    assert asked(server)[5:] == [True]


def test_only_gets_that_are_read_whole_are_kept(connect: Connect, serve: Serve) -> None:
    server = serve(tagged)
    client = connect(server, middleware=ResponseCache())
    for _ in range(2):
        client.call(CREATE, {"name": "x"})
        client.download(DOWNLOAD, {"id": "1"}).read()
    assert asked(server) == [False] * 4


def test_a_condition_of_the_callers_own_is_left_alone(connect: Connect, serve: Serve) -> None:
    server = serve(tagged)
    client = connect(server, middleware=ResponseCache())
    client.request("GET", "/api/v2/things")
    own = RequestOptions(headers={"If-None-Match": '"mine"'})
    client.request("GET", "/api/v2/things", options=own)
    assert server.last.header("if-none-match") == '"mine"'


@pytest.mark.parametrize(
    "headers",
    [{}, {"ETag": '"1"', "Cache-Control": "private, no-store"}, {"ETag": '"1"', "Vary": "*"}],
    ids=["no-tag", "no-store", "vary"],
)
def test_uncacheable_responses_are_not_cached(
    connect: Connect, serve: Serve, headers: dict[str, str]
) -> None:
    server = serve(answer(200, {}, headers))
    client = connect(server, middleware=ResponseCache())
    for _ in range(2):
        client.call(GET, {"id": "1"})
    assert asked(server) == [False, False]


def test_a_garbled_response_is_not_kept(connect: Connect, serve: Serve) -> None:
    garbled = answer(200, b'{"a": ', {"ETag": '"1"', "Content-Type": "application/json"})
    server = serve(garbled, tagged)
    client = connect(server, middleware=ResponseCache())
    with pytest.raises(DecodeError):
        client.call(GET, {"id": "1"})
    assert client.call(GET, {"id": "1"}) == {"target": "/api/v2/things/1"}
    assert asked(server) == [False, False]


def test_a_truncated_compressed_response_is_not_kept(connect: Connect, serve: Serve) -> None:
    cut = answer(200, b"\x1f\x8b\x08", {"ETag": '"1"', "Content-Encoding": "gzip"})
    server = serve(cut, tagged)
    client = connect(server, middleware=ResponseCache())
    with pytest.raises(DecodeError):
        client.call(GET, {"id": "1"})
    client.call(GET, {"id": "1"})
    assert asked(server) == [False, False]


def test_a_500_keeps_a_cached_response_and_a_404_removes_it(connect: Connect, serve: Serve) -> None:
    server = serve(tagged, answer(500, {}), tagged, answer(404, {}), tagged)
    client = connect(server, middleware=ResponseCache(), max_retries=0)
    client.call(GET, {"id": "1"})
    with pytest.raises(ServerError):
        client.call(GET, {"id": "1"})
    client.call(GET, {"id": "1"})
    with pytest.raises(NotFoundError):
        client.call(GET, {"id": "1"})
    client.call(GET, {"id": "1"})
    assert asked(server) == [False, True, True, True, False]


@pytest.mark.parametrize("bounds", [{"max_entries": 2}, {"max_size": 2 * 1100}], ids=str)
def test_the_cache_is_bounded_and_evicts_the_least_recently_used(
    connect: Connect, serve: Serve, bounds: dict[str, int]
) -> None:
    server, cache = serve(tagged), ResponseCache(**bounds)
    client = connect(server, middleware=cache)
    for identifier in "1213":
        client.call(GET, {"id": identifier})
    assert "<ResponseCache of 2 responses" in repr(cache)
    for identifier in "12":
        client.call(GET, {"id": identifier})
    assert asked(server) == [False, False, True, False, True, False]
    cache.clear()
    assert repr(cache) == "<ResponseCache of 0 responses, 0 bytes>"


def test_a_response_above_the_bound_is_not_kept(connect: Connect, serve: Serve) -> None:
    cache = ResponseCache(max_size=100)
    connect(serve(tagged), middleware=cache).call(GET, {"id": "1"})
    assert repr(cache) == "<ResponseCache of 0 responses, 0 bytes>"


def test_a_pickled_cache_is_empty(connect: Connect, serve: Serve) -> None:
    cache = ResponseCache(max_entries=7)
    connect(serve(tagged), middleware=cache).call(GET, {"id": "1"})
    again = pickle.loads(pickle.dumps(cache))
    assert (again._max_entries, len(again._kept), len(cache._kept)) == (7, 0, 1)


@pytest.mark.parametrize("options", [{"max_entries": 0}, {"max_size": 1.5}], ids=str)
def test_invalid_bounds_are_refused(options: Any) -> None:
    (name,) = options
    with pytest.raises(ConfigurationError, match=f"{name} must be a whole number of at least 1"):
        ResponseCache(**options)
