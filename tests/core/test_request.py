"""`client.request()`, the way to what the SDK does not know: any method, path and body, the same rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lvng_core import InvalidArgumentError, NotFoundError, RequestOptions, ValidationError
from support.clock import FakeClock
from support.samples import KEY
from support.scripted_server import Serve, answer, redirect
from support.sync_async import Connect


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_any_method_may_be_used(connect: Connect, serve: Serve, method: str) -> None:
    server = serve(answer(200, {"ok": True}))
    response = connect(server).request(method.lower(), "/api/v2/new")
    assert (server.last.method, server.last.target) == (method, "/api/v2/new")
    assert response.status_code == 200
    assert server.last.header("authorization") == f"Bearer {KEY}"
    assert (server.last.header("idempotency-key") is not None) == (method == "POST")
    assert (server.last.body, server.last.header("content-type")) == (b"", None)


def test_the_response_is_an_httpx_response_already_read(connect: Connect, serve: Serve) -> None:
    server = serve(answer(201, b"\x00binary", {"Content-Type": "x/y", "X-A": "b"}))
    response = connect(server).request("GET", "/x")
    assert (response.content, response.headers["x-a"]) == (b"\x00binary", "b")
    assert response.is_closed


@pytest.mark.parametrize("value", [None, [1], {"a": None}, "text", 5, True, {}], ids=repr)
def test_json_may_be_anything(connect: Connect, serve: Serve, value: Any) -> None:
    server = serve(answer(200))
    connect(server).request("POST", "/x", json=value)
    assert json.loads(server.last.body) == value
    assert server.last.header("content-type") == "application/json"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_content_goes_as_it_is(connect: Connect, serve: Serve, kind: Any) -> None:
    server = serve(answer(503), answer(200))
    connect(server).request("POST", "/x", content=kind(b"\x00\x01"))
    assert [seen.body for seen in server.requests] == [b"\x00\x01"] * 2
    assert server.last.header("content-type") == "application/octet-stream"
    options = RequestOptions(headers={"content-type": "text/csv"})
    connect(server).request("POST", "/x", content=kind(b"a,b"), options=options)
    assert server.last.header("content-type") == "text/csv"


def test_files_make_a_form_with_the_fields_of_json(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    server = serve(answer(200))
    path = tmp_path / "a.txt"
    path.write_bytes(b"from disk")
    client = connect(server, default_headers={"Content-Type": "application/json"})
    client.request("POST", "/x", json={"n": 1, "on": True}, files={"a": path, "b": [b"1", b"2"]})
    assert (server.last.header("content-type") or "").startswith("multipart/form-data; boundary=")
    for piece in (b'name="n"\r\n\r\n1\r\n', b'name="on"\r\n\r\ntrue\r\n', b"from disk", b"a.txt"):
        assert piece in server.last.body
    assert server.last.body.count(b'name="b"') == 2


def test_a_form_without_files_has_its_fields(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200))
    connect(server).request("POST", "/x", json={"a": 1}, files={})
    assert server.last.body == b"a=1"
    assert server.last.header("content-type") == "application/x-www-form-urlencoded"


def test_a_query_is_encoded_and_joined_with_that_of_the_options(
    connect: Connect, serve: Serve
) -> None:
    server = serve(answer(200))
    options = RequestOptions(extra_query={"a": 2, "c": ["x", "y"]})
    connect(server).request("GET", "/x", query={"a": 1, "b&": "=?", "n": None}, options=options)
    assert server.last.target == "/x?b%26=%3D%3F&n=null&a=2&c=x&c=y"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"json": {}, "content": b""}, "content cannot be combined with json or files"),
        ({"files": {}, "content": b""}, "content cannot be combined with json or files"),
        ({"content": "text"}, "content must be bytes, got str. Encode text"),
        ({"content": 5}, "content must be bytes, got int"),
        ({"content": iter([b"a"])}, "content must be bytes, got list_iterator"),
        ({"query": "a=b"}, "query must map names to values, got 'a=b'"),
        ({"query": [("a", "b")]}, "query must map names to values"),
        ({"query": {5: "a"}}, "query must map names to values, got {5: 'a'}"),
        ({"query": {"\ud800": "a"}}, "contains a character that cannot be encoded"),
        ({"query": {"a": {}}}, "a cannot be sent in a query"),
        ({"files": [b"a"]}, "files must map names to values"),
        ({"files": {5: b"a"}}, "files must map names to values"),
        ({"files": {"a": 5}}, "a must be a path, bytes, a file object"),
        ({"files": {"a": b""}, "json": [1]}, "json, with files, must map names to values"),
        ({"json": {1j}}, "cannot be sent as JSON"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value,
)
def test_invalid_arguments_are_refused_before_anything_is_sent(
    connect: Connect, serve: Serve, arguments: dict[str, Any], text: str
) -> None:
    server = serve(answer(200))
    with pytest.raises(InvalidArgumentError) as caught:
        connect(server).request("POST", "/x", **arguments)
    assert text in str(caught.value)
    assert not server.requests


def test_an_extra_query_of_the_options_is_checked_too(connect: Connect) -> None:
    wrong: Any = {5: "a"}
    with pytest.raises(InvalidArgumentError, match="name of a query parameter must be a string"):
        connect("https://api.lvng.ai").request(
            "GET", "/", options=RequestOptions(extra_query=wrong)
        )


def test_errors_redirects_and_retries_are_those_of_every_call(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(redirect(302, "/y"), answer(503), answer(404, {"error": "Gone."}))
    with pytest.raises(NotFoundError, match="Gone") as caught:
        connect(server).request("GET", "/x")
    assert caught.value.identifier is None
    assert caught.value.attempts == 2
    assert clock.waits == [0.2]
    with pytest.raises(ValidationError, match="Bad"):
        connect(serve(answer(400, {"error": "Bad"}))).request("POST", "/x", json={})


def test_the_base_url_is_kept_before_every_path(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200))
    connect(server, base_url=f"{server.url}/base/").request("GET", "/")
    assert server.last.target == "/base/"
