"""Redirections: the same server may send a GET elsewhere on itself; nothing ever goes to another."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from lvng_core import LvngError
from lvng_core._flow import _server
from support.clock import FakeClock
from support.samples import CREATE, GET, KEY, UPDATE
from support.scripted_server import Serve, answer, redirect
from support.sync_async import Colour, Connect

STATUSES = [301, 302, 303, 307, 308]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_request_leaves_for_another_server(
    connect: Connect, serve: Serve, method: str, status: int
) -> None:
    other = serve(answer(200, {}))
    server = serve(redirect(status, f"{other.url}/api/v2/things?secret={KEY}"))
    client = connect(server, default_headers={"X-Api-Key": KEY})
    with pytest.raises(LvngError, match="never to another server") as caught:
        client.request(method, "/x", json={"secret": 1})
    assert not other.requests
    assert not other.connections
    assert len(server.requests) == caught.value.attempts == 1
    assert caught.value.status_code == status
    assert f"redirects to '{other.url}'" in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_get_follows_the_same_server(
    connect: Connect, serve: Serve, method: str, status: int
) -> None:
    server = serve(redirect(status, "/moved?a=1"), answer(200, {"ok": True}))
    connect(server, base_url=f"{server.url}/base").request(method, "/x", query={"b": 2})
    assert [seen.target for seen in server.requests] == ["/base/x?b=2", "/moved?a=1"]
    assert {seen.method for seen in server.requests} == {method}
    assert server.last.header("authorization") == f"Bearer {KEY}"
    assert server.last.header("x-lvng-attempt") is None


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("{origin}/whole", "/whole"),
        ("//{host}/no-scheme", "/no-scheme"),
        ("/root", "/root"),
        ("beside", "/api/v2/things/beside"),
        ("?q=1", "/api/v2/things/1?q=1"),
        ("/a/../b", "/b"),
        ("/a b", "/a%20b"),
        ("/a#fragment", "/a"),
        ("{upper}/case", "/case"),
    ],
)
def test_a_location_may_have_any_form(
    connect: Connect, serve: Serve, location: str, target: str
) -> None:
    server = serve()
    host = f"localhost:{server.port}"
    names = {"origin": f"http://{host}", "host": host, "upper": f"HTTP://LOCALHOST:{server.port}"}
    server.script = [redirect(302, location.format(**names)), answer(200, {"ok": True})]
    client = connect(f"http://{host}")
    assert client.call(GET, {"id": "1"}) == {"ok": True}
    assert server.last.target == target


@pytest.mark.parametrize(
    "location",
    [
        "https://127.0.0.1:{port}/",
        "http://127.0.0.1:1/",
        "http://127.0.0.1/",
        "http://localhost:{port}/",
        "//evil.example/",
        "http://evil.example:{port}/",
        "http://127.0.0.1:{port}@evil.example/",
        "http://user@127.0.0.1:{port}/",
        "http://user:hunter2@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}\\@evil.example/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:{port}.evil.example/",
        "http://[::1/",
        "ftp://127.0.0.1:{port}/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http:///x",
    ],
)
def test_a_location_that_is_not_this_server_is_not_followed(
    connect: Connect, serve: Serve, location: str
) -> None:
    server = serve()
    server.script = [redirect(302, location.format(port=server.port)), answer(200, {})]
    if location == "http:///x":  # names no host, so it is this one
        assert connect(server).call(GET, {"id": "1"}) == {}
        return
    with pytest.raises(LvngError, match="redirects to") as caught:
        connect(server).call(GET, {"id": "1"})
    assert len(server.requests) == 1
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("status", STATUSES)
def test_a_write_is_not_redirected_at_all(connect: Connect, serve: Serve, status: int) -> None:
    server = serve(redirect(status, "/elsewhere"))
    for call in (CREATE, UPDATE):
        with pytest.raises(LvngError, match="Only GETs follow redirects"):
            connect(server).call(call, {"name": "a"} | ({"id": "1"} if call is UPDATE else {}))
    assert len(server.requests) == 2


def test_a_circle_ends_after_three_steps(connect: Connect, serve: Serve, clock: FakeClock) -> None:
    server = serve(redirect(302, "/api/v2/things/1"))
    with pytest.raises(LvngError, match="at most 3 times") as caught:
        connect(server).call(GET, {"id": "1"})
    assert len(server.requests) == 4
    assert caught.value.status_code == 302
    assert clock.waits == []


def test_a_redirected_request_is_retried(connect: Connect, serve: Serve) -> None:
    server = serve(redirect(307, "/moved"), answer(503), answer(200, {"ok": True}))
    assert connect(server).call(GET, {"id": "1"}) == {"ok": True}
    assert [seen.target for seen in server.requests[1:]] == ["/moved", "/moved"]
    assert server.last.header("x-lvng-attempt") == "2/4"


@pytest.mark.parametrize("status", [300, 304, 305])
def test_a_redirect_without_a_location_is_an_error(
    connect: Connect, serve: Serve, status: int
) -> None:
    server = serve(answer(status))
    with pytest.raises(LvngError) as caught:
        connect(server).call(GET, {"id": "1"})
    assert caught.value.status_code == status
    assert len(server.requests) == 1


def test_an_httpx_client_of_ones_own_follows_no_more_than_ours(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    other = serve(answer(200, {}))
    server = serve(redirect(302, f"{other.url}/x"))
    kind: Any = httpx.Client if colour.name == "sync" else httpx.AsyncClient
    own = kind(follow_redirects=True, auth=("user", "password"))
    with pytest.raises(LvngError, match="redirects to"):
        connect(server, http_client=own).call(GET, {"id": "1"})
    colour.wrap(own).close()
    assert not other.requests
    assert server.last.all("authorization") == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://api.lvng.ai/a", "https://API.lvng.ai:443/b", True),
        ("http://localhost/a", "http://localhost:80/b", True),
        ("https://api.lvng.ai/a", "http://api.lvng.ai/a", False),
        ("https://api.lvng.ai/a", "https://api.lvng.ai:8443/a", False),
        ("https://api.lvng.ai/a", "https://api.lvng.ai.evil.example/a", False),
    ],
)
def test_a_server_is_scheme_host_and_port(one: str, other: str, same: bool) -> None:
    assert (_server(one) == _server(other)) is same
