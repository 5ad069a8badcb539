"""Path parameters over the wire: eighteen ways to leave a path, none of which does."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from lvng_core import InvalidArgumentError, LvngError
from support.samples import GET, SEND_BYTES
from support.scripted_server import Serve, answer
from support.sync_async import Connect

NASTY = [
    "../admin",
    "..",
    ".",
    "",
    "%2e%2e",
    "%2E%2E%2Fadmin",
    "..%2fadmin",
    "a/b",
    "a//b",
    "/etc/passwd",
    "//evil.example/x",
    "http://evil.example/",
    "a?b=c",
    "a#b",
    "a;b=c",
    "a\\..\\b",
    "a\r\nHost: evil.example",
    "a\0b",
]


@pytest.mark.parametrize("value", NASTY)
def test_a_path_parameter_stays_in_its_segment_or_is_refused(
    connect: Connect, serve: Serve, value: str
) -> None:
    server = serve(answer(200, {"ok": True}))
    try:
        connect(server, base_url=f"{server.url}/base").call(GET, {"id": value})
    except InvalidArgumentError as error:
        assert "id" in str(error)  # noqa: PT017 - either is right
        assert not server.requests
        return
    target = server.last.target
    prefix = "/base/api/v2/things/"
    assert target.startswith(prefix)
    assert not set(target.removeprefix(prefix)) & set("/?#;\\")
    assert unquote(target.removeprefix(prefix)) == value
    assert len(server.last.all("host")) == 1


def test_slashes_in_a_path_parameter_are_escaped(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    connect(server).call(SEND_BYTES, {"id": "a/../b", "body": b""})
    assert server.last.target == "/api/v2/things/a%2F..%2Fb/content"


@pytest.mark.parametrize(
    "path",
    [
        "api/v2",
        "",
        "//evil.example/x",
        "http://evil.example",
        "/a/../b",
        "/a/..",
        "/./a",
        "/a/%2e%2E/b",
        "/a/.%2e/b",
        "/a/%2e%2e%2Fb",
        "/a/..%5Cb",
        "/a/..\\b",
        "/a?b=c",
        "/a#b",
        "/a\r\nb",
        "/a\0",
        "/\ud800",
        None,
        5,
    ],
)
def test_a_path_of_ones_own_stays_below_the_base_url(
    connect: Connect, serve: Serve, path: str
) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(InvalidArgumentError, match=r"path (must be|cannot contain)"):
        connect(server).request("GET", path)
    assert not server.requests


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/a b", "/a%20b"),
        ("/a%20b", "/a%20b"),
        ("/a%2Fb", "/a%2Fb"),
        ("/ü", "/%C3%BC"),
        ("/a;b=1,c:d@e", "/a;b=1,c:d@e"),
        ("/a\\b", "/a%5Cb"),
        ("/a/...", "/a/..."),
    ],
)
def test_a_path_of_ones_own_goes_as_it_is(
    connect: Connect, serve: Serve, path: str, target: str
) -> None:
    server = serve(answer(200, {}))
    connect(server).request("get", path)
    assert (server.last.method, server.last.target) == ("GET", target)


@pytest.mark.parametrize("method", ["", "GET /x", "G\r\nET", "get!", "GÉT", None, 5])
def test_an_invalid_http_method_is_refused(connect: Connect, serve: Serve, method: str) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(InvalidArgumentError, match="method must be an HTTP method, got"):
        connect(server).request(method, "/a")
    assert not server.requests


def test_a_query_that_is_too_long_is_refused(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(InvalidArgumentError, match=r"URL of 7.... characters"):
        connect(server).request("GET", "/a", query={"q": "x" * 70_000})
    with pytest.raises(LvngError):
        connect(server).call(GET, {"id": "x" * 70_000})
    assert not server.requests
