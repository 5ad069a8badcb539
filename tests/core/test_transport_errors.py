"""What goes wrong below HTTP: each failure is our error, and says where it happened and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from lvng_core import (
    APIConnectionError,
    APITimeoutError,
    ConfigurationError,
    LvngError,
    RequestOptions,
)
from support.backends import http, not_over
from support.clock import FakeClock
from support.samples import CHAT, CREATE, GET
from support.scripted_server import (
    Serve,
    answer,
    chunks,
    closed_port,
    full_backlog,
    head,
    raw,
    stall,
)
from support.sync_async import Connect, open_connections, stream_of, usable_connections
from support.tls import CERTIFICATE, over_tls

ONCE = RequestOptions(max_retries=0)
NO_KEY = RequestOptions(idempotency_key=None)


def error_of(call: Callable[[], Any]) -> LvngError:
    with pytest.raises(LvngError) as caught:
        call()
    return caught.value


def test_a_refused_connection_is_a_connection_error(connect: Connect) -> None:
    port = closed_port()
    error = error_of(lambda: connect(f"http://127.0.0.1:{port}").call(GET, {"id": "1"}, ONCE))
    assert type(error) is APIConnectionError
    assert f"Cannot connect to http://127.0.0.1:{port}: " in error.message
    assert error.message.endswith("Check base_url and the network.")
    assert (error.status_code, error.body, error.attempts) == (None, None, 1)
    assert isinstance(error.__cause__, http().ConnectError)


@pytest.mark.usefixtures("real_clock")
def test_a_connection_that_is_not_accepted_times_out(connect: Connect) -> None:
    with full_backlog() as port:
        client = connect(f"http://127.0.0.1:{port}", timeout=0.1)
        error = error_of(lambda: client.call(GET, {"id": "1"}, ONCE))
    assert type(error) is APITimeoutError
    assert "did not accept a connection within 0.1 s" in error.message


@pytest.mark.usefixtures("real_clock")
def test_waiting_for_a_busy_pool_times_out(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(b"data: {}\n\n", then="stall", final=False))
    client = connect(server, limits=httpx.Limits(max_connections=1), timeout=0.5)
    stream = stream_of(client, CHAT, {"message": "hi"})
    events: Any = iter(stream)
    next(events)
    error = error_of(lambda: client.call(GET, {"id": "1"}, ONCE))
    events.close()
    assert type(error) is APITimeoutError
    assert (
        error.message
        == "No free connection within 0.5 s. Raise limits= or make fewer concurrent calls."
    )
    assert len(server.requests) == 1


ODD: dict[str, bytes] = {
    "ssh": b"SSH-2.0-OpenSSH_9.7\r\n",
    "binary": bytes(range(256)),
    "empty line": b"\r\n\r\n",
    "status of letters": b"HTTP/1.1 abc OK\r\n\r\n",
    "status of two digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "http/3": b"HTTP/3.0 200 OK\r\n\r\n",
    "http/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "header without a colon": b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
    "header with nul": b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
    "two lengths": head(200, [("Content-Length", "2"), ("Content-Length", "3")]) + b"{}",
    "length of letters": head(200, {"Content-Length": "many"}) + b"{}",
    "negative length": head(200, {"Content-Length": "-1"}) + b"{}",
    "odd coding": head(200, {"Transfer-Encoding": "rot13"}) + b"{}",
    "odd chunk": head(200, {"Transfer-Encoding": "chunked"}) + b"xyz\r\n{}\r\n0\r\n\r\n",
    "half a chunk": head(200, {"Transfer-Encoding": "chunked"}) + b"9\r\n{}",
    "endless head": b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000,
    "half a body": head(200, {"Content-Length": "9"}) + b"{}",
    "switching protocols": b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
}


def of(cases: dict[str, bytes], name: str, reason: str) -> list[Any]:
    """The cases; the one of the name cannot hold over aiohttp."""
    return [
        pytest.param(case, id=key, marks=[not_over("aiohttp", reason)] if key == name else [])
        for key, case in cases.items()
    ]


@pytest.mark.parametrize("answered", of(ODD, "odd coding", "aiohttp reads it to its end"))
def test_a_response_that_is_not_http_is_a_connection_error(
    connect: Connect, serve: Serve, answered: bytes
) -> None:
    server = serve(raw(answered))
    client = connect(server)
    error = error_of(lambda: client.call(GET, {"id": "1"}, ONCE))
    assert error.attempts == len(server.requests) == 1
    assert open_connections(client) == 0


@pytest.mark.parametrize("name", ["ssh", "half a body", "odd chunk"])
def test_a_broken_answer_says_so(connect: Connect, serve: Serve, name: str) -> None:
    server = serve(raw(ODD[name]))
    error = error_of(lambda: connect(server).call(GET, {"id": "1"}, ONCE))
    assert type(error) is APIConnectionError
    assert (
        f"http://127.0.0.1:{server.port} closed the connection or did not respond with HTTP: "
        in error.message
    )
    assert error.message.endswith("Check that base_url is the address of the API.")


TOLERATED: dict[str, bytes] = {
    "early hints": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + head(200) + b"{}",
    "no length": head(200) + b"{}",
    "http/1.0": b"HTTP/1.0 200 OK\r\n\r\n{}",
    "no reason": b"HTTP/1.1 200\r\n\r\n{}",
    "too much": head(200, {"Content-Length": "2"}) + b"{}{}",
    "trailers": head(200, {"Transfer-Encoding": "chunked"}) + b"2\r\n{}\r\n0\r\nX: y\r\n\r\n",
    "chunk extension": head(200, {"Transfer-Encoding": "chunked"}) + b"2;a=b\r\n{}\r\n0\r\n\r\n",
    "latin-1 header": head(200, {"X": "\xe9", "Content-Length": "2"}) + b"{}",
}


@pytest.mark.parametrize("answered", of(TOLERATED, "too much", "aiohttp takes it for broken"))
def test_unusual_but_valid_responses_are_read(
    connect: Connect, serve: Serve, answered: bytes
) -> None:
    assert connect(serve(raw(answered))).call(GET, {"id": "1"}, ONCE) == {}


def test_tls_to_a_plain_port_is_a_connection_error(connect: Connect, serve: Serve) -> None:
    server = serve(greet=raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    error = error_of(
        lambda: connect(f"https://127.0.0.1:{server.port}").call(GET, {"id": "1"}, ONCE)
    )
    assert type(error) is APIConnectionError
    assert f"Cannot connect to https://127.0.0.1:{server.port}: " in error.message


def test_plain_http_to_a_tls_port_is_a_connection_error(connect: Connect, serve: Serve) -> None:
    server = serve(greet=over_tls(answer(200, {})))
    error = error_of(
        lambda: connect(f"http://127.0.0.1:{server.port}").call(GET, {"id": "1"}, ONCE)
    )
    assert type(error) is APIConnectionError


def test_an_unknown_certificate_is_refused_and_not_tried_again(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(greet=over_tls(answer(200, {})))
    error = error_of(lambda: connect(f"https://localhost:{server.port}").call(GET, {"id": "1"}))
    assert type(error) is APIConnectionError
    assert "CERTIFICATE_VERIFY_FAILED" in error.message
    assert (error.attempts, clock.waits) == (1, [])


def test_a_certificate_of_ones_own_is_trusted_for_its_name(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server = serve(greet=over_tls(answer(200, {"ok": True})))
    client = connect(f"https://localhost:{server.port}", deadline=20.0)
    assert client.call(GET, {"id": "1"}, ONCE) == {"ok": True}
    other = connect(f"https://127.0.0.1:{server.port}")
    assert "CERTIFICATE_VERIFY_FAILED" in error_of(lambda: other.call(GET, {"id": "1"})).message


def test_a_connection_that_the_server_has_ended_is_not_used_again(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(raw(head(200, {"Content-Length": "2"}) + b"{}"), answer(200, {"ok": True}))
    client = connect(server)
    assert client.call(CREATE, {"name": "a"}, NO_KEY) == {}
    while usable_connections(client):
        pass
    assert client.call(CREATE, {"name": "a"}, NO_KEY) == {"ok": True}
    assert (server.connections, len(server.requests), clock.waits) == (2, 2, [])


def test_calls_in_a_row_use_one_connection(connect: Connect, serve: Serve) -> None:
    server = serve(answer(404), answer(503), answer(200, {"ok": True}))
    client = connect(server)
    error_of(lambda: client.call(GET, {"id": "1"}))
    for _ in range(3):
        client.call(CREATE, {"name": "a"})
    assert (server.connections, len(server.requests)) == (1, 5)


@pytest.mark.usefixtures("real_clock")
def test_a_connection_with_a_missing_response_is_not_reused(connect: Connect, serve: Serve) -> None:
    server = serve(stall, answer(200, {"ok": True}))
    client = connect(server, timeout=0.5)
    error_of(lambda: client.call(GET, {"id": "1"}, ONCE))
    assert client.call(GET, {"id": "1"}, RequestOptions(timeout=9.0)) == {"ok": True}
    assert server.connections == 2


@pytest.mark.parametrize("content", [None, "no certificate"], ids=["missing", "nonsense"])
def test_certificates_that_cannot_be_read_are_named(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "certificates.pem"
    if content:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    error = error_of(lambda: connect("https://127.0.0.1:1").call(GET, {"id": "1"}))
    assert type(error) is ConfigurationError
    assert "certificates cannot be used" in error.message
    assert error.message.endswith("Check SSL_CERT_FILE and SSL_CERT_DIR.")
