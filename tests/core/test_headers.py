"""Headers: what goes out with every request, and that none can be smuggled in."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lvng_core import (
    Client,
    ConfigurationError,
    File,
    InvalidArgumentError,
    RequestOptions,
    __version__,
)
from support.backends import http
from support.clock import FakeClock
from support.samples import CREATE, FIND, GET, KEY, UPLOAD
from support.scripted_server import Serve, answer
from support.sync_async import Connect

NASTY = [
    "a\r\nX-Evil: 1",
    "a\nX-Evil: 1",
    "a\rb",
    "a\0b",
    "a\x0bb",
    "a\x7f",
    "é",
    "\u2028",
    "\ud800",
]


def test_every_request_has_authorization_accept_and_user_agent(
    connect: Connect, serve: Serve
) -> None:
    server = serve(answer(200, {}))
    connect(server).call(GET, {"id": "1"})
    seen = server.last
    assert seen.header("authorization") == f"Bearer {KEY}"
    assert seen.header("accept") == "application/json"
    agent = (
        rf"lvng-python/{re.escape(__version__)} python/3\.\d+\.\d+ {http().__name__}/\d+\.\d+\.\d+"
    )
    assert re.fullmatch(agent, seen.header("user-agent") or "")
    assert seen.header("host") == f"127.0.0.1:{server.port}"
    assert seen.header("content-type") is None
    assert seen.header("idempotency-key") is None
    assert seen.header("x-lvng-attempt") is None


@pytest.mark.parametrize("value", NASTY, ids=ascii)
@pytest.mark.parametrize("name", ["X-Custom", "x-api-key"])
def test_a_header_value_cannot_end_its_line(value: str, name: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        Client(KEY, default_headers={name: value})
    assert value not in str(caught.value)
    with pytest.raises(ConfigurationError, match=name):
        RequestOptions(headers={name: value})


@pytest.mark.parametrize(
    "name", ["X-A\r\nX-Evil", "X A", "X:A", "", "é", "X-A\0", "(x)", "X-A "], ids=ascii
)
def test_an_invalid_header_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a valid header name"):
        Client(KEY, default_headers={name: "v"})


@pytest.mark.parametrize("value", NASTY, ids=ascii)
def test_an_argument_in_a_header_cannot_end_its_line(
    connect: Connect, serve: Serve, value: str, clock: FakeClock
) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(InvalidArgumentError, match="workspace_id"):
        connect(server).call(FIND, {"workspace_id": value})
    assert not server.requests
    assert not clock.waits


@pytest.mark.parametrize("value", NASTY, ids=ascii)
def test_a_content_type_cannot_end_its_line(connect: Connect, serve: Serve, value: str) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(InvalidArgumentError, match="content_type"):
        connect(server).call(UPLOAD, {"file": File(b"x", content_type=value)})
    assert not server.requests


def test_headers_of_the_same_name_in_any_case_are_one(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    defaults = {"user-agent": "mine", "ACCEPT": "text/x", "x-workspace-id": "default", "x-b": "1"}
    client = connect(server, default_headers=defaults)
    options = RequestOptions(headers={"X-B": "2", "content-type": "application/x-json"})
    client.call(FIND, {"workspace_id": "mine"}, options)
    seen = server.last
    assert seen.header("user-agent") == "mine"
    assert seen.header("accept") == "text/x"
    assert seen.header("x-workspace-id") == "mine"
    assert seen.header("x-b") == "2"
    client.call(CREATE, {"name": "a"}, options)
    assert server.last.header("content-type") == "application/x-json"


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding"])
def test_framing_headers_of_the_caller_are_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is set by the SDK"):
        RequestOptions(headers={name: "3"})


def test_unusual_but_valid_headers_are_sent(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(answer(200, {}))
    options = RequestOptions(headers={"Upgrade": "x", "X-A": "a\tb "})
    connect(server).call(CREATE, {"name": "a"}, options)
    assert server.last.header("x-a") == "a\tb"


def test_a_retry_has_an_attempt_header(connect: Connect, serve: Serve) -> None:
    server = serve(answer(503), answer(503), answer(200, {}))
    connect(server).call(GET, {"id": "1"})
    assert [seen.header("x-lvng-attempt") for seen in server.requests] == [None, "2/4", "3/4"]


def test_a_value_that_is_not_text_is_refused() -> None:
    wrong: Any = {"X-A": b"bytes"}
    with pytest.raises(ConfigurationError, match="'X-A' must be a string, got bytes"):
        Client(KEY, default_headers=wrong)
