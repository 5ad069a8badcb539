"""What is logged: a line for each retry at DEBUG, nothing louder, and nothing that is secret."""

from __future__ import annotations

import logging

import pytest

from lvng_core import LvngError, RequestOptions
from support.samples import CREATE, GET, KEY
from support.scripted_server import Serve, answer, reset
from support.sync_async import Connect


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "lvng"]


def test_each_retry_is_a_line(
    connect: Connect, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = serve(answer(503), reset, answer(429, {}, {"Retry-After": "7"}), answer(200, {}))
    connect(server).call(CREATE, {"name": "secret-name"})
    assert lines(caplog) == [
        "retry 1 of things.create in 0.20 s: ServerError",
        "retry 2 of things.create in 0.60 s: APIConnectionError",
        "retry 3 of things.create in 7.00 s: RateLimitError",
    ]


def test_a_call_of_ones_own_is_named_by_its_path(
    connect: Connect, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connect(serve(answer(503), answer(200, {}))).request("get", "/a/b", query={"token": KEY})
    assert lines(caplog) == ["retry 1 of GET /a/b in 0.20 s: ServerError"]


def test_calls_without_retries_are_not_logged(
    connect: Connect, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = connect(serve(answer(200, {}), answer(404), answer(503)))
    client.call(GET, {"id": "1"})
    for _ in range(2):
        with pytest.raises(LvngError):
            client.call(GET, {"id": "1"}, RequestOptions(max_retries=0))
    assert lines(caplog) == []


def test_nothing_is_logged_louder_than_debug(
    connect: Connect, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="lvng")
    with pytest.raises(LvngError):
        connect(serve(answer(503))).call(GET, {"id": "1"})
    assert lines(caplog) == []
