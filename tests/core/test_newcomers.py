"""Mistakes of the first hour: each error says what to do."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lvng_core import (
    APIConnectionError,
    AsyncClient,
    AsyncResource,
    Client,
    ConfigurationError,
    LvngError,
    RequestOptions,
    Resource,
    ValidationError,
)
from support.samples import CHAT, DOWNLOAD, GET, KEY
from support.scripted_server import Serve, answer, closed_port
from support.sync_async import Connect, stream_of

CLIENTS = [Client, AsyncClient]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("key", "advice"),
    [
        (f"Bearer {KEY}", "begins with 'Bearer', which the SDK adds itself. Pass the key alone"),
        (f"bearer {KEY}", "begins with 'bearer', which the SDK adds itself. Pass the key alone"),
        (f"Authorization: Bearer {KEY}", "begins with 'Authorization:', which the SDK adds"),
        (f'"{KEY}"', "begins or ends with a quotation mark, which is not part of a key. Remove it"),
        (f"'{KEY}'", "begins or ends with a quotation mark"),
        (f"“{KEY}”", "begins or ends with a quotation mark"),
        (f"{KEY}'", "begins or ends with a quotation mark"),
        (f"lvng\n{KEY}", "contains a character that is not valid in a key (a space, a line break"),
    ],
)
def test_a_key_with_a_prefix_or_quotes_is_explained(
    client: Any, key: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        client(key)
    assert str(caught.value).startswith(f"api_key {advice}")
    assert KEY not in str(caught.value)
    monkeypatch.setenv("LVNG_API_KEY", key)
    with pytest.raises(ConfigurationError) as caught:
        client()
    assert str(caught.value).startswith(f"the environment variable LVNG_API_KEY {advice}")
    assert KEY not in str(caught.value)


def test_a_line_break_after_the_key_is_no_part_of_it(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    connect(server, api_key=f"{KEY}\r\n").call(GET, {"id": "1"})
    assert server.last.header("authorization") == f"Bearer {KEY}"


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://api.lvng.ai/api/v2", "https://api.lvng.ai"),
        ("https://api.lvng.ai/api/v2/", "https://api.lvng.ai"),
        ("https://gateway.example/lvng/api/v2", "https://gateway.example/lvng"),
    ],
)
def test_a_base_url_with_the_path_of_the_api_is_explained(
    client: Any, url: str, right: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        client(KEY, base_url=url)
    assert str(caught.value) == (
        f"base_url cannot end with '/api/v2', with which every path begins. Use {right!r}."
    )


@pytest.mark.parametrize("client", CLIENTS)
def test_a_base_url_may_have_another_path(client: Any) -> None:
    assert "https://gateway.example/api" in repr(
        client(KEY, base_url="https://gateway.example/api")
    )


def test_the_error_of_a_dead_proxy_names_the_proxy_and_its_variable(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter2@127.0.0.1:{(port := closed_port())}")
    with pytest.raises(APIConnectionError) as caught:
        connect("https://api.lvng.example", max_retries=0).call(GET, {"id": "1"})
    message = str(caught.value)
    assert message.startswith(
        f"Cannot connect to https://api.lvng.example: the proxy http://127.0.0.1:{port}, set "
        "by HTTPS_PROXY, does not respond: "
    )
    assert "add the host to NO_PROXY if it needs no proxy" in message
    assert "hunter2" not in message


def test_the_error_of_a_dead_server_does_not_mention_a_proxy(connect: Connect) -> None:
    with pytest.raises(APIConnectionError) as caught:
        connect(f"http://127.0.0.1:{closed_port()}", max_retries=0).call(GET, {"id": "1"})
    assert "proxy" not in str(caught.value).lower()


def test_a_socks_proxy_says_what_it_needs(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    with pytest.raises(ConfigurationError) as caught:
        connect("https://api.lvng.example").call(GET, {"id": "1"})
    message = str(caught.value)
    assert "The environment variable ALL_PROXY names a SOCKS proxy" in message
    if os.environ.get("LVNG_TEST_BACKEND") != "aiohttp":
        assert 'pip install "httpx[socks]"' in message
    assert "hosts in NO_PROXY are reached without a proxy" in message


DETAILS = [
    {"field": "name", "message": "is required"},
    {"field": "steps.0.type", "message": "is not one of tool, agent"},
]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "Invalid request",
            "Invalid request: name: is required; steps.0.type: is not one of tool, agent",
        ),
        (
            "name: is required; steps.0.type: is not one of tool, agent",
            "name: is required; steps.0.type: is not one of tool, agent",
        ),
        (
            "name: is required",
            "name: is required: steps.0.type: is not one of tool, agent",
        ),
    ],
)
def test_details_are_not_shown_twice(connect: Connect, serve: Serve, said: str, shown: str) -> None:
    body = {"error": {"code": "VALIDATION_ERROR", "message": said, "details": DETAILS}}
    with pytest.raises(ValidationError) as caught:
        connect(serve(answer(400, body))).call(GET, {"id": "1"})
    assert caught.value.message == shown
    assert caught.value.details == DETAILS
    assert isinstance(caught.value, LvngError)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ("token", "Pass the key or token as api_key."),
        ("password", "Pass api_key=PasswordLogin(email, password)."),
        (
            "proxy",
            "Set HTTPS_PROXY, or pass an http_client of your own, such as httpx.Client(proxy",
        ),
        ("proxies", "Set HTTPS_PROXY, or pass an http_client of your own"),
        ("verify", "Pass an http_client of your own, such as httpx.Client(verify=...)."),
        ("headers", "Pass default_headers."),
        ("retries", "Pass max_retries, or retry=RetryPolicy(...)."),
        ("url", "Pass base_url."),
        ("time_out", "Did you mean 'timeout'?"),
        ("api_keys", "Did you mean 'api_key'?"),
        ("colour", "Its options are api_key, base_url, timeout,"),
    ],
)
def test_an_unknown_option_of_a_client_is_explained(client: Any, option: str, advice: str) -> None:
    with pytest.raises(TypeError) as caught:
        client(KEY, **{option: "value-of-the-option"})
    assert str(caught.value).startswith(f"{client.__name__}() has no option {option!r}. {advice}")
    assert "value-of-the-option" not in str(caught.value)


@pytest.mark.parametrize("client", CLIENTS)
def test_an_unknown_option_of_with_options_is_explained(client: Any) -> None:
    made = client(KEY)
    with pytest.raises(TypeError) as caught:
        made.with_options(headers={})
    assert str(caught.value) == (
        f"{client.__name__}.with_options() has no option 'headers'. Pass default_headers."
    )
    assert made.with_options(timeout=1.0)._settings.timeout == 1.0


@pytest.mark.parametrize("client", CLIENTS)
def test_the_signature_of_a_client_is_the_real_one(client: Any) -> None:
    parameters = inspect.signature(client).parameters
    assert list(parameters)[:3] == ["api_key", "base_url", "timeout"]
    assert "kwargs" not in parameters


def test_awaiting_a_stream_says_how_to_read_it(serve: Serve) -> None:
    server = serve(answer(200, {}))

    async def main() -> None:
        async with AsyncClient(KEY, base_url=server.url) as client:
            handles: list[tuple[Any, str, str]] = [
                (
                    stream_of(client, CHAT, {"message": "hi"}),
                    "An AsyncTextStream",
                    "Iterate over it with `async for`",
                ),
                (
                    client.download(DOWNLOAD, {"id": "1"}),
                    "An AsyncDownload",
                    "Call save() or read()",
                ),
            ]
            for handle, name, advice in handles:
                with pytest.raises(TypeError) as caught:
                    await handle
                assert str(caught.value) == f"{name} is read, not awaited. {advice}."
                if hasattr(handle, "aclose"):
                    await handle.aclose()
                else:
                    await handle.read()

    asyncio.run(main())
    assert len(server.requests) == 1


@pytest.mark.parametrize("kind", ["stream", "download"])
def test_an_unread_stream_or_download_warns(connect: Connect, serve: Serve, kind: str) -> None:
    server = serve(answer(200, {}))
    client = connect(server)
    names = {"stream": "TextStream", "download": "Download"}

    def forget() -> None:
        if kind == "stream":
            stream_of(client, CHAT, {"message": "hi"})
        else:
            client.download(DOWNLOAD, {"id": "1"})
        gc.collect()

    with pytest.warns(RuntimeWarning, match=rf"{names[kind]} was never read, so its request was"):
        forget()
    assert server.requests == []


def test_a_closed_or_read_stream_does_not_warn(connect: Connect, serve: Serve) -> None:
    client = connect(serve(answer(200, "data: {}\n\n", {"Content-Type": "text/event-stream"})))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with stream_of(client, CHAT, {"message": "hi"}):
            pass
        stream_of(client, CHAT, {"message": "hi"}).close()
        client.download(DOWNLOAD, {"id": "1"}).read()
        gc.collect()


@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ("time_out", "Did you mean 'timeout'?"),
        ("extra_headers", "Pass headers."),
        ("retries", "Pass max_retries."),
        ("retry", "Pass it to the client, or to client.with_options()."),
        ("proxy", "Pass it to the client."),
        ("colour", "Its options are timeout, deadline, max_retries, max_response_size,"),
    ],
)
def test_an_unknown_request_option_is_explained(option: str, advice: str) -> None:
    known: Any = RequestOptions
    with pytest.raises(TypeError) as caught:
        known(**{option: "value-of-the-option"})
    assert str(caught.value).startswith(f"RequestOptions() has no option {option!r}. {advice}")
    assert "value-of-the-option" not in str(caught.value)


SETTING = "Settings of a single call are its options: pass options=RequestOptions({}=...)."


class Things(Resource):
    def send(
        self, *, message: str, user_id: str = "", options: RequestOptions | None = None
    ) -> None:
        raise AssertionError


class AsyncThings(AsyncResource):
    async def send(
        self, *, message: str, user_id: str = "", options: RequestOptions | None = None
    ) -> None:
        raise AssertionError


@pytest.mark.parametrize(
    ("argument", "advice"),
    [
        ("timeout", SETTING.format("timeout")),
        ("max_retries", SETTING.format("max_retries")),
        ("headers", SETTING.format("headers")),
        ("extra_headers", SETTING.format("headers")),
        ("extra_body", SETTING.format("extra_body")),
        ("stream", "Streams have methods of their own, such as client.stream_chat()."),
        ("token", "This belongs to the client: make one with this api_key."),
        ("proxy", "This belongs to the client: make one with http_client=httpx.Client(proxy=...)."),
        ("mesage", "Did you mean 'message'?"),
        ("userId", "Did you mean 'user_id'?"),
        ("colour", "Its arguments are message, user_id, options."),
    ],
)
def test_an_unknown_argument_of_a_method_is_explained(argument: str, advice: str) -> None:
    wrong: Any = {"message": "hi", argument: "value-of-the-argument"}
    message = f"Things.send() has no argument {argument!r}. {advice}"
    with Client(KEY) as client, pytest.raises(TypeError) as caught:
        Things(client).send(**wrong)
    assert str(caught.value) == message

    async def main() -> None:
        async with AsyncClient(KEY) as client:
            await AsyncThings(client).send(**wrong)

    with pytest.raises(TypeError) as caught:
        asyncio.run(main())
    assert str(caught.value) == f"Async{message}"


def test_a_positional_argument_is_explained() -> None:
    with Client(KEY) as client:
        things: Any = Things(client)
        with pytest.raises(TypeError) as caught:
            things.send("hi")
    assert str(caught.value) == "Things.send() takes these arguments by name: message=..."

    async def main() -> None:
        async with AsyncClient(KEY) as client:
            things: Any = AsyncThings(client)
            await things.send("hi", user_id="u")

    with pytest.raises(TypeError) as caught:
        asyncio.run(main())
    assert str(caught.value) == "AsyncThings.send() takes these arguments by name: message=..."


def test_an_unknown_argument_of_a_client_method_is_explained() -> None:
    wrong: Any = {"timeout": 5}
    with Client(KEY) as client, pytest.raises(TypeError) as caught:
        client.request("GET", "/api/v2/workflows", **wrong)
    assert (
        str(caught.value)
        == f"Client.request() has no argument 'timeout'. {SETTING.format('timeout')}"
    )


def test_other_type_errors_of_a_method_are_left_as_they_are() -> None:
    class Inner(Resource):
        def missing(self, *, message: str, options: RequestOptions | None = None) -> None:
            raise AssertionError

        def within(self, options: RequestOptions | None = None) -> None:
            known: Any = dict.fromkeys
            known("ab", timeout=5)

        @contextmanager
        def manages(self, *, name: str) -> Iterator[None]:
            yield

    with Client(KEY) as client:
        inner: Any = Inner(client)
        with pytest.raises(
            TypeError, match=r"manages\(\) has no argument 'nam'. Did you mean 'name'"
        ):
            inner.manages(nam="x")
        with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'message'"):
            inner.missing()
        with pytest.raises(TypeError, match="takes no keyword arguments"):
            inner.within()


@pytest.mark.parametrize("cls", [Things, AsyncThings])
def test_methods_keep_their_signatures(cls: Any) -> None:
    assert list(inspect.signature(cls.send).parameters) == ["self", "message", "user_id", "options"]
    assert inspect.iscoroutinefunction(cls.send) == (cls is AsyncThings)
