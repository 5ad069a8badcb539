"""Options: each is checked when it is set, and the error names it and the value."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from lvng_core import (
    UNSET,
    AsyncClient,
    Client,
    ConfigurationError,
    RequestOptions,
    RetryPolicy,
    ServerError,
)
from lvng_core._hosts import is_loopback
from lvng_core._options import read_base_url
from support.backends import not_over
from support.clock import FakeClock
from support.samples import FIND, GET, KEY
from support.scripted_server import Serve, answer
from support.sync_async import Colour, Connect

Anything: Any = object()

BAD_CLIENT_OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"timeout": 0}, "timeout must be a number above 0, got 0"),
    ({"timeout": -1}, "timeout must be a number above 0, got -1"),
    ({"timeout": "30"}, "timeout must be a number above 0, got '30'"),
    ({"timeout": None}, "timeout must be a number above 0, got None"),
    ({"timeout": True}, "timeout must be a number above 0, got True"),
    ({"timeout": float("nan")}, "timeout must be a number above 0, got nan"),
    ({"timeout": float("inf")}, "timeout must be a number above 0, got inf"),
    ({"deadline": 0}, "deadline must be a number above 0, got 0"),
    ({"deadline": "1"}, "deadline must be a number above 0, got '1'"),
    ({"max_retries": -1}, "max_retries must be a whole number of at least 0, got -1"),
    ({"max_retries": 1.5}, "max_retries must be a whole number of at least 0, got 1.5"),
    ({"max_retries": True}, "max_retries must be a whole number of at least 0, got True"),
    ({"max_retries": None}, "max_retries must be a whole number of at least 0, got None"),
    ({"timeout": 10**400}, "timeout must be a number above 0, got 1000"),
    ({"retry_base_delay": -0.1}, "retry_base_delay must be a number of at least 0, got -0.1"),
    ({"retry_base_delay": "fast"}, "retry_base_delay must be a number of at least 0, got 'fast'"),
    ({"retry": 3}, "retry must be a RetryPolicy, got 3"),
    ({"retry": RetryPolicy(), "max_retries": 1}, "set max_retries and base_delay there"),
    ({"default_headers": "X-A: b"}, "default_headers must map header names to strings, got str"),
    ({"default_headers": [("X-A", "b")]}, "default_headers must map header names to strings"),
    ({"default_headers": {"X A": "b"}}, "default_headers: 'X A' is not a valid header name"),
    ({"default_headers": {"": "b"}}, "default_headers: '' is not a valid header name"),
    ({"default_headers": {"X-A": 5}}, "the value of 'X-A' must be a string, got int"),
    ({"default_headers": {"Authorization": "Bearer x"}}, "cannot contain Authorization"),
    ({"default_headers": {"authorization": "Bearer x"}}, "cannot contain Authorization"),
    ({"default_headers": {"idempotency-key": "x"}}, "Idempotency-Key; it differs for every call"),
    ({"base_url": "api.lvng.ai"}, "must begin with https:// and name a host, got 'api.lvng.ai'"),
    ({"base_url": "ftp://api.lvng.ai"}, "must begin with https:// and name a host"),
    ({"base_url": "https://"}, "must begin with https:// and name a host, got 'https://'"),
    ({"base_url": ""}, "must begin with https:// and name a host, got ''"),
    ({"base_url": 5}, "base_url must be a string, got 5"),
    ({"base_url": "https://a.b:99999"}, "base_url is not a URL: 'https://a.b:99999'"),
    ({"base_url": "https://[::1"}, "base_url is not a URL: 'https://[::1'"),
    (
        {"base_url": "https://a.b?x=1"},
        "cannot have a query, a fragment or spaces, got 'https://a.b?…'",
    ),
    (
        {"base_url": "https://a.b#x"},
        "cannot have a query, a fragment or spaces, got 'https://a.b#…'",
    ),
    ({"base_url": "https://a.b/c d"}, "cannot have a query, a fragment or spaces"),
    ({"base_url": "https://a.b/\x07"}, "cannot have a query, a fragment or spaces"),
    ({"base_url": "https://us:pass@a.b:99999"}, "base_url is not a URL: 'https://…@a.b:99999'"),
    (
        {"base_url": "https://256.1.1.1"},
        "an invalid host name: '256.1.1.1' (it is not an IPv4 address)",
    ),
    ({"base_url": "https://ﬃ.example"}, "invalid host name: 'ﬃ.example'"),
    ({"base_url": "http://api.lvng.ai"}, "'http://api.lvng.ai' would send the key unencrypted"),
    ({"http_client": 3}, "http_client must be an httpx"),
    ({"transport": 3}, "transport must be an httpx"),
    ({"limits": 3}, "limits must be an httpx.Limits, got int"),
    ({"api_key": 5}, "api_key must be a string, got int"),
    ({"api_key": ""}, "api_key is empty"),
    ({"api_key": " \n"}, "api_key is empty"),
]


@pytest.mark.parametrize("cls", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("options", "text"), BAD_CLIENT_OPTIONS, ids=[text for _, text in BAD_CLIENT_OPTIONS]
)
def test_a_bad_option_is_refused_at_construction_and_named(
    cls: type, options: dict[str, Any], text: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        cls(**{"api_key": KEY, **options})
    assert text in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("secret", ["user:hunter2@", "hunter2@", ":hunter2@"])
def test_a_password_in_the_base_url_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(
        ConfigurationError, match="cannot contain a user name or password"
    ) as caught:
        Client(KEY, base_url=f"https://{secret}api.lvng.ai")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"timeout": 0}, "timeout must be a number above 0, got 0"),
        ({"deadline": -2}, "deadline must be a number above 0, got -2"),
        ({"max_retries": "3"}, "max_retries must be a whole number of at least 0, got '3'"),
        ({"idempotency_key": 7}, "idempotency_key must be a string, got 7"),
        ({"idempotency_key": " "}, "idempotency_key is empty"),
        ({"idempotency_key": "a\nb"}, "idempotency_key"),
        ({"headers": {"X-A": "a\r\nX-B: c"}}, "headers: the value of 'X-A'"),
        ({"headers": 1}, "headers must map header names to strings, got int"),
        ({"extra_query": [1]}, "extra_query must be a mapping, got [1]"),
        ({"extra_body": "x"}, "extra_body must be a mapping, got 'x'"),
        *(
            ({name: value}, f"{name} must be a whole number of bytes of at least 1, got {value}")
            for name in ("max_response_size", "max_event_size")
            for value in (0, 1.5, True)
        ),
    ],
)
def test_a_bad_option_of_a_call_is_refused_when_it_is_made(
    options: dict[str, Any], text: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        RequestOptions(**options)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"max_retries": -1}, "max_retries must be a whole number of at least 0, got -1"),
        ({"base_delay": -1}, "base_delay must be a number of at least 0, got -1"),
        ({"backoff_factor": 0.5}, "backoff_factor must be a number of at least 1, got 0.5"),
        ({"max_delay": "x"}, "max_delay must be a number of at least 0, got 'x'"),
        ({"jitter": float("nan")}, "jitter must be a number of at least 0, got nan"),
        ({"max_retry_after": None}, "max_retry_after must be a number of at least 0, got None"),
        ({"retry_statuses": 429}, "retry_statuses must be a set of HTTP statuses, got 429"),
        ({"retry_statuses": {"429"}}, "retry_statuses must be a set of HTTP statuses, got {'429'}"),
        (
            {"retry_statuses_if_idempotent": None},
            "retry_statuses_if_idempotent must be a set of HTTP statuses",
        ),
    ],
)
def test_a_bad_retry_policy_is_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        RetryPolicy(**options)
    assert text in str(caught.value)


def test_the_least_value_of_an_option_is_taken() -> None:
    options = RequestOptions(max_retries=0, max_response_size=1, max_event_size=1)
    policy = RetryPolicy(
        max_retries=0, base_delay=0, backoff_factor=1, max_delay=0, jitter=0, max_retry_after=0
    )
    assert (options.max_response_size, options.max_event_size) == (1, 1)
    assert (options.max_retries, policy.max_retries, policy.base_delay) == (0, 0, 0)


def test_options_of_a_wrong_type_are_refused_by_the_call(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    wrong: Any = {"timeout": 3}
    with pytest.raises(ConfigurationError, match="options must be a RequestOptions, got"):
        connect(server).call(GET, {"id": "1"}, wrong)
    assert not server.requests


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"timeout": -1}, "timeout must be a number above 0, got -1"),
        ({"deadline": "x"}, "deadline must be a number above 0, got 'x'"),
        ({"max_retries": -1}, "max_retries must be a whole number of at least 0, got -1"),
        ({"retry": "x"}, "retry must be a RetryPolicy, got 'x'"),
        ({"retry": "x", "max_retries": 1}, "retry must be a RetryPolicy, got 'x'"),
        ({"default_headers": {"a b": "c"}}, "default_headers: 'a b' is not a valid header name"),
        ({"default_headers": {"Authorization": "c"}}, "cannot contain Authorization"),
    ],
)
def test_with_options_checks_them_too(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Client(KEY).with_options(**options)
    assert text in str(caught.value)


def test_the_defaults_are_those_of_the_documentation() -> None:
    settings = Client(KEY)._settings
    assert settings.base_url == "https://api.lvng.ai"
    assert settings.timeout == 30.0
    assert settings.deadline is None
    assert settings.retry.max_retries == 3
    assert settings.retry.base_delay == 0.2
    assert settings.retry.backoff_factor == 3.0
    assert settings.default_headers == {}


def test_the_key_and_the_address_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, connect: Connect, serve: Serve
) -> None:
    server = serve(answer(200, {}))
    monkeypatch.setenv("LVNG_API_KEY", f"  {KEY}\n")
    monkeypatch.setenv("LVNG_BASE_URL", f"{server.url}/")
    connect(server, api_key=None, base_url=None).call(GET, {"id": "1"})
    assert server.last.header("authorization") == f"Bearer {KEY}"
    assert server.last.target == "/api/v2/things/1"


def test_arguments_win_over_environment_variables(
    monkeypatch: pytest.MonkeyPatch, connect: Connect, serve: Serve
) -> None:
    server = serve(answer(200, {}))
    monkeypatch.setenv("LVNG_API_KEY", "another")
    monkeypatch.setenv("LVNG_BASE_URL", "https://elsewhere.example")
    connect(server).call(GET, {"id": "1"})
    assert server.last.header("authorization") == f"Bearer {KEY}"


def test_no_key_at_all_says_how_to_give_one() -> None:
    with pytest.raises(ConfigurationError, match=r"pass api_key=\.\.\. or set LVNG_API_KEY"):
        Client()


@pytest.mark.parametrize(
    ("variable", "value", "text"),
    [
        ("LVNG_API_KEY", "", "the environment variable LVNG_API_KEY is empty"),
        ("LVNG_API_KEY", "a b", "the environment variable LVNG_API_KEY contains a character"),
        ("LVNG_BASE_URL", "nonsense", "the environment variable LVNG_BASE_URL must begin with"),
        ("LVNG_BASE_URL", "http://a.b", "the environment variable LVNG_BASE_URL 'http://a.b'"),
    ],
)
def test_a_bad_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, text: str
) -> None:
    monkeypatch.setenv("LVNG_API_KEY", KEY)
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        Client()
    assert text in str(caught.value)


def test_an_empty_address_in_the_environment_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LVNG_BASE_URL", "")
    assert read_base_url(None, allow_http=False) == "https://api.lvng.ai"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://api.lvng.ai", "https://api.lvng.ai"),
        ("https://api.lvng.ai/", "https://api.lvng.ai"),
        (" https://staging.api.lvng.ai/base// ", "https://staging.api.lvng.ai/base"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://app.localhost", "http://app.localhost"),
    ],
)
def test_an_address_is_kept_without_its_last_slash(given: str, kept: str) -> None:
    assert read_base_url(given, allow_http=False) == kept


def test_plain_http_is_accepted_with_allow_http() -> None:
    assert read_base_url("http://lvng.intern", allow_http=True) == "http://lvng.intern"


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False),
        ("notlocalhost", False),
        ("10.0.0.1", False),
        ("2130706433", False),
    ],
)
def test_loopback_is_this_machine_alone(host: str, here: bool) -> None:
    assert is_loopback(host) is here


@pytest.mark.parametrize(
    "host",
    [
        "☃.net",
        "a..b",
        f"{'a' * 64}.example",
        ".".join(["a" * 60] * 5),
        "xn--a.example",
        "xn--.example",
    ],
)
@pytest.mark.parametrize("cls", [Client, AsyncClient])
def test_a_host_that_cannot_exist_is_refused_at_construction(cls: Any, host: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url has an invalid host name"):
        cls(KEY, base_url=f"https://{host}/api")


@pytest.mark.parametrize(
    "host",
    ["straße.example", "xn--strae-oqa.example", "例え.jp", "a.b.", "127.0.0.1", "[::1]", "a_b.c"],
)
def test_a_host_that_can_exist_is_taken(host: str) -> None:
    assert Client(KEY, base_url=f"https://{host}/api")._settings.base_url == f"https://{host}/api"


def test_the_options_of_a_call_win_over_those_of_the_client(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(answer(503))
    client = connect(server, max_retries=1, default_headers={"X-App": "a", "X-Kept": "k"})
    with pytest.raises(ServerError):
        client.call(GET, {"id": "1"}, RequestOptions(max_retries=2, headers={"x-app": "b"}))
    assert len(server.requests) == 3
    assert server.last.header("x-app") == "b"
    assert server.last.header("x-kept") == "k"


def test_no_retries_can_be_asked_for(connect: Connect, serve: Serve) -> None:
    server = serve(answer(503))
    with pytest.raises(ServerError) as caught:
        connect(server, max_retries=0).call(GET, {"id": "1"})
    assert len(server.requests) == caught.value.attempts == 1


def test_extra_query_adds_and_replaces(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    options = RequestOptions(extra_query={"limit": 9, "new": ["a", "b"], "flag": True})
    connect(server).call(FIND, {"text": "x", "limit": 5}, options)
    assert server.last.target == "/api/v2/things?text=x&limit=9&new=a&new=b&flag=true"


def test_with_options_leaves_the_client_as_it_is(connect: Connect, serve: Serve) -> None:
    server = serve(answer(503))
    client = connect(server, default_headers={"X-App": "a"}, deadline=50.0)
    view = client.with_options(
        timeout=1.0, max_retries=0, deadline=None, default_headers={"x-app": "b", "X-New": "n"}
    )
    with pytest.raises(ServerError):
        view.call(GET, {"id": "1"})
    assert (server.last.header("x-app"), server.last.header("x-new")) == ("b", "n")
    assert len(server.requests) == 1
    with pytest.raises(ServerError):
        client.call(GET, {"id": "1"})
    assert (server.last.header("x-app"), server.last.header("x-new")) == ("a", None)
    assert len(server.requests) == 1 + 4


def test_a_retry_policy_holds_everything_about_retries(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(answer(418))
    policy = RetryPolicy(max_retries=2, base_delay=1.0, backoff_factor=2.0, retry_statuses={418})
    with pytest.raises(Exception, match="418"):
        connect(server, retry=policy).call(GET, {"id": "1"})
    assert clock.waits == [1.0, 2.0]


def test_with_options_takes_a_policy_and_unset_keeps_the_deadline() -> None:
    client = Client(KEY, deadline=5.0)
    assert client.with_options()._settings.deadline == 5.0
    assert client.with_options(deadline=UNSET)._settings.deadline == 5.0
    assert client.with_options(deadline=None)._settings.deadline is None
    policy = RetryPolicy(max_retries=7)
    assert client.with_options(retry=policy)._settings.retry is policy
    assert client.with_options(retry=policy, max_retries=1)._settings.retry.max_retries == 1


def test_a_users_own_httpx_client_excludes_transport_and_limits(colour: Colour) -> None:
    own: Any = httpx.Client() if colour.name == "sync" else httpx.AsyncClient()
    try:
        with pytest.raises(ConfigurationError, match="belong to the http_client"):
            colour.client(api_key=KEY, http_client=own, limits=httpx.Limits())
    finally:
        colour.wrap(own).close()


@not_over("aiohttp", "aiohttp is async only")
def test_sync_and_async_httpx_clients_cannot_be_mixed_up() -> None:
    wrong: Any = httpx.AsyncClient()
    with pytest.raises(ConfigurationError, match="must be an httpx Client, got AsyncClient"):
        Client(KEY, http_client=wrong)
    other: Any = httpx.Client()
    with other, pytest.raises(ConfigurationError, match="must be an httpx AsyncClient, got Client"):
        AsyncClient(KEY, http_client=other)
    mock: Any = httpx.AsyncHTTPTransport()
    with pytest.raises(ConfigurationError, match="got AsyncHTTPTransport"):
        Client(KEY, transport=mock)


def test_a_very_long_timeout_is_accepted(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {"ok": True}))
    assert connect(server, timeout=1e30, deadline=1e30).call(GET, {"id": "1"}) == {"ok": True}
