"""Proxies of the environment: used for what they are for, with the same deadlines and errors."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from lvng_core import APIConnectionError, APITimeoutError, ConfigurationError, RequestOptions
from support.samples import GET, KEY
from support.scripted_server import Exchange, Serve, answer, closed_port, drip, head, stall
from support.sync_async import Connect
from support.timing import takes
from support.tls import CERTIFICATE, over_tls

ONCE = RequestOptions(max_retries=0)
BEHIND = "http://lvng.example:81"


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_plain_http_goes_through_the_proxy(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    proxy = serve(answer(200, {"ok": True}))
    monkeypatch.setenv(variable, proxy.url)
    assert connect(BEHIND, allow_http=True).call(GET, {"id": "1"}) == {"ok": True}
    assert proxy.last.target == f"{BEHIND}/api/v2/things/1"
    assert proxy.last.header("host") == "lvng.example:81"


def test_proxy_credentials_are_sent_to_the_proxy_and_in_no_error(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(answer(407))
    monkeypatch.setenv("HTTP_PROXY", f"http://user:hunter2@127.0.0.1:{proxy.port}")
    with pytest.raises(Exception, match="407") as caught:
        connect(BEHIND, allow_http=True).call(GET, {"id": "1"})
    assert "hunter2" not in str(caught.value)
    basic = base64.b64encode(b"user:hunter2").decode()
    assert proxy.last.header("proxy-authorization") == f"Basic {basic}"


@pytest.mark.parametrize("value", ["127.0.0.1", "*"])
def test_a_host_may_need_no_proxy(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    server = serve(answer(200, {"ok": True}))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", value)
    assert connect(server).call(GET, {"id": "1"}) == {"ok": True}


def test_https_goes_through_a_tunnel_that_the_proxy_cannot_look_into(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = over_tls(answer(200, {"ok": True}))

    def tunnel(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        inside(exchange)

    proxy = serve(tunnel)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    client = connect("https://localhost:444", deadline=20.0)
    assert client.call(GET, {"id": "1"}) == {"ok": True}
    assert (proxy.last.method, proxy.last.target) == ("CONNECT", "localhost:444")
    assert KEY.encode() not in proxy.last.head


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_tunnel_that_is_refused_is_an_error_of_the_proxy(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", serve(answer(status)).url)
    with pytest.raises(
        APIConnectionError, match="The proxy failed to connect to https://localhost"
    ):
        connect("https://localhost").call(GET, {"id": "1"}, ONCE)


def test_a_proxy_that_is_away_is_a_connection_that_fails(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(APIConnectionError, match="Cannot connect"):
        connect(BEHIND, allow_http=True).call(GET, {"id": "1"}, ONCE)


@pytest.mark.usefixtures("real_clock")
@pytest.mark.parametrize("step", [stall, drip(head(200, {"X": "y" * 200}))], ids=["stall", "drip"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_deadline_is_kept_behind_a_proxy(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch, scheme: str, step: Any
) -> None:
    monkeypatch.setenv(f"{scheme}_proxy", serve(step).url)
    client = connect(f"{scheme}://lvng.example:1", allow_http=True)
    with takes(0.2), pytest.raises(APITimeoutError, match=r"deadline of 0\.2 s"):
        client.call(GET, {"id": "1"}, RequestOptions(deadline=0.2))


@pytest.mark.parametrize(
    "value", ["ftp://127.0.0.1", "socks5://127.0.0.1:1", "http://user:hunter2#@127.0.0.1:1", "://"]
)
def test_a_proxy_that_cannot_be_one_is_named_by_its_variable(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", value)
    with pytest.raises(ConfigurationError, match="HTTP_PROXY") as caught:
        connect(BEHIND, allow_http=True).call(GET, {"id": "1"})
    assert "hunter2" not in str(caught.value)
