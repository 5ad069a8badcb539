"""Functions that return the key: asked once for all calls at a time, and once more after a 401."""

from __future__ import annotations

import asyncio
import pickle
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import anyio
import pytest

from lvng_core import (
    APITimeoutError,
    AsyncClient,
    AuthenticationError,
    CallNext,
    Client,
    ConfigurationError,
    Flow,
    LvngError,
    Request,
    TokenProvider,
)
from support.clock import FakeClock
from support.samples import GET, POST_BYTES
from support.scripted_server import Exchange, ScriptedServer, Serve, answer
from support.sync_async import Connect, plain

REFUSED = {"error": "The token has expired", "code": "TOKEN_EXPIRED"}
MANY = 30


def accepting(*tokens: str) -> Callable[[Exchange], None]:
    """Accepts these tokens and no other."""

    def step(exchange: Exchange) -> None:
        known = exchange.seen.header("authorization") in {f"Bearer {token}" for token in tokens}
        answer(200, {"ok": True})(exchange) if known else answer(401, REFUSED)(exchange)

    return step


class Tokens:
    """A function that returns one token after another, and counts."""

    def __init__(self, *tokens: str, seconds: float = 0.0) -> None:
        self.tokens, self.seconds, self.asked = list(tokens), seconds, 0
        self._lock = threading.Lock()

    def __call__(self) -> str:
        with self._lock:
            self.asked += 1
            token = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        time.sleep(self.seconds)
        return token

    async def later(self) -> str:
        self.asked += 1
        token = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        await anyio.sleep(self.seconds)
        return token


def sent(server: ScriptedServer) -> list[str | None]:
    return [seen.header("authorization") for seen in server.requests]


def test_a_function_is_asked_for_every_call(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    tokens = Tokens("first-token", "second-token")
    client = connect(server, api_key=tokens)
    assert tokens.asked == 0
    client.call(GET, {"id": "1"})
    client.call(GET, {"id": "1"})
    assert sent(server) == ["Bearer first-token", "Bearer second-token"]
    assert "by function" in repr(client)


def test_a_call_that_needs_no_key_asks_for_none(connect: Connect, serve: Serve) -> None:
    server, tokens = serve(answer(200, {})), Tokens("token")
    connect(server, api_key=tokens).call(replace(GET, security=()), {"id": "1"})
    assert (tokens.asked, sent(server)) == (0, [None])


def test_a_refused_token_is_replaced_once(connect: Connect, serve: Serve) -> None:
    server, tokens = serve(accepting("new-token")), Tokens("old-token", "new-token")
    before: list[LvngError | None] = []

    def watch(request: Request, call_next: CallNext[Flow]) -> Flow:
        before.append(request.previous_error)
        return (yield from call_next(request))

    client = connect(server, api_key=tokens, max_retries=0, middleware=watch)
    assert client.call(GET, {"id": "1"}) == {"ok": True}
    assert tokens.asked == 2
    assert sent(server) == ["Bearer old-token", "Bearer new-token"]
    assert server.last.header("x-lvng-attempt") == "2/2"
    assert [type(error) for error in before] == [type(None), AuthenticationError]


def test_a_token_that_is_refused_again_is_an_error(connect: Connect, serve: Serve) -> None:
    server, tokens = serve(answer(401, REFUSED)), Tokens("a-token", "b-token", "c-token")
    with pytest.raises(AuthenticationError) as caught:
        connect(server, api_key=tokens).call(GET, {"id": "1"})
    assert (tokens.asked, len(server.requests), caught.value.attempts) == (2, 2, 2)


def test_a_refused_static_key_is_not_retried(connect: Connect, serve: Serve) -> None:
    server = serve(answer(401, REFUSED))
    with pytest.raises(AuthenticationError):
        connect(server).call(GET, {"id": "1"})
    assert len(server.requests) == 1


def test_retries_and_a_new_token_do_not_count_against_each_other(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(
        answer(503, {}), answer(401, REFUSED), answer(503, {}), answer(200, {"ok": True})
    )
    client = connect(server, api_key=Tokens("old-token", "new-token"), max_retries=2)
    assert client.call(GET, {"id": "1"}) == {"ok": True}
    assert sent(server) == ["Bearer old-token"] * 2 + ["Bearer new-token"] * 2


def test_a_refused_token_is_not_replaced_for_an_unseekable_body(
    connect: Connect, serve: Serve
) -> None:
    server, tokens = serve(answer(401, REFUSED)), Tokens("old-token", "new-token")
    client = connect(server, api_key=tokens)
    with pytest.raises(AuthenticationError):
        client.call(POST_BYTES, {"body": Unseekable(b"x" * 10)})
    assert (tokens.asked, len(server.requests)) == (1, 1)


class Unseekable:
    """A file that can be read once."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, size: int = -1, /) -> bytes:
        content, self.content = self.content, b""
        return content


def test_threads_share_one_request_for_a_token(serve: Serve) -> None:
    server, tokens = serve(answer(200, {})), Tokens("token", seconds=0.2)
    with Client(tokens, base_url=server.url) as client, ThreadPoolExecutor(MANY) as threads:
        gate = threading.Barrier(MANY)

        def call(_: int) -> None:
            gate.wait(10)
            client.call(GET, {"id": "1"})

        list(threads.map(call, range(MANY)))
    assert (tokens.asked, len(server.requests)) == (1, MANY)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_share_one_request_for_a_token(serve: Serve, backend: str) -> None:
    server, tokens = serve(answer(200, {})), Tokens("token", seconds=0.05)

    async def main() -> None:
        async with (
            AsyncClient(tokens.later, base_url=server.url) as client,
            anyio.create_task_group() as group,
        ):
            for _ in range(MANY):
                group.start_soon(client.call, GET, {"id": "1"})

    anyio.run(main, backend=backend)
    assert (tokens.asked, len(server.requests)) == (1, MANY)


def all_refused_first(count: int) -> Callable[[Exchange], None]:
    """Answers 401 to the old token once that many requests have brought it."""
    gate = threading.Barrier(count)

    def step(exchange: Exchange) -> None:
        if exchange.seen.header("authorization") == "Bearer old-token":
            gate.wait(10)
        accepting("new-token")(exchange)

    return step


def test_threads_share_the_token_that_follows_a_refused_one(serve: Serve) -> None:
    server, tokens = serve(all_refused_first(MANY)), Tokens("old-token", "new-token", seconds=0.2)
    with Client(tokens, base_url=server.url) as client, ThreadPoolExecutor(MANY) as threads:
        list(threads.map(lambda _: client.call(GET, {"id": "1"}), range(MANY)))
    assert (tokens.asked, len(server.requests)) == (2, 2 * MANY)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_share_the_token_that_follows_a_refused_one(serve: Serve, backend: str) -> None:
    # Without a wait in the function: calls that see their 401 later take the newer token.
    server, tokens = serve(all_refused_first(MANY)), Tokens("old-token", "new-token", seconds=0.01)

    async def main() -> None:
        async with (
            AsyncClient(tokens.later, base_url=server.url) as client,
            anyio.create_task_group() as group,
        ):
            for _ in range(MANY):
                group.start_soon(client.call, GET, {"id": "1"})

    anyio.run(main, backend=backend)
    assert (tokens.asked, len(server.requests)) == (2, 2 * MANY)


def test_all_waiting_calls_get_the_error_of_the_function(serve: Serve) -> None:
    server = serve(answer(200, {}))
    asked = []

    def broken() -> str:
        asked.append(1)
        time.sleep(0.2)
        raise ZeroDivisionError

    def call(client: Client) -> type[BaseException]:
        try:
            client.call(GET, {"id": "1"})
        except ZeroDivisionError as error:
            return type(error)
        raise AssertionError

    with Client(broken, base_url=server.url) as client, ThreadPoolExecutor(5) as threads:
        assert list(threads.map(call, [client] * 5)) == [ZeroDivisionError] * 5
    assert len(asked) == 1
    assert server.requests == []


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_call_that_is_cancelled_leaves_the_request_to_another(serve: Serve, backend: str) -> None:
    server = serve(answer(200, {"ok": True}))
    asked: list[int] = []

    async def slow() -> str:
        asked.append(1)
        await anyio.sleep(30 if len(asked) == 1 else 0)
        return "token"

    async def main() -> None:
        results: list[Any] = []
        async with AsyncClient(slow, base_url=server.url) as client:

            async def call() -> None:
                results.append(await client.call(GET, {"id": "1"}))

            async with anyio.create_task_group() as group, anyio.create_task_group() as first:
                first.start_soon(call)
                await anyio.wait_all_tasks_blocked()
                group.start_soon(call)
                await anyio.wait_all_tasks_blocked()
                first.cancel_scope.cancel()
            assert results == [{"ok": True}]

    anyio.run(main, backend=backend)
    assert len(asked) == 2


def test_a_deadline_ends_the_wait_for_a_token(serve: Serve) -> None:
    server = serve(answer(200, {}))

    async def main() -> None:
        async with AsyncClient(
            lambda: asyncio.sleep(30, "token"), base_url=server.url, deadline=0.05
        ) as client:
            with pytest.raises(APITimeoutError, match=r"deadline of 0\.05 s"):
                await client.call(GET, {"id": "1"})

    asyncio.run(main())
    assert server.requests == []


def test_a_deadline_ends_the_wait_for_the_request_of_another_thread(serve: Serve) -> None:
    server, ask, release = serve(answer(200, {})), threading.Event(), threading.Event()

    def slow() -> str:
        ask.set()
        assert release.wait(10)
        return "token"

    with Client(slow, base_url=server.url) as client, ThreadPoolExecutor(1) as threads:
        first = threads.submit(client.call, GET, {"id": "1"})
        assert ask.wait(10)
        with pytest.raises(APITimeoutError, match=r"deadline of 0\.05 s"):
            client.with_options(deadline=0.05).call(GET, {"id": "1"})
        release.set()
        assert first.result(10) == {}


def test_event_loops_in_several_threads_do_not_wait_for_each_other(serve: Serve) -> None:
    server, tokens = serve(answer(200, {})), Tokens("token", seconds=0.05)
    client = AsyncClient(tokens.later, base_url=server.url)

    async def call() -> None:
        await client.call(GET, {"id": "1"})
        await client.aclose()

    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(asyncio.run, call()) for _ in range(3)]:
            done.result(10)
    assert 1 <= tokens.asked <= 3


def test_a_token_function_that_calls_its_own_client_is_refused(
    connect: Connect, serve: Serve
) -> None:
    clients: list[Any] = []
    blocking = isinstance(plain(connect(serve(answer(200, {})))), Client)

    def circular() -> Any:
        return clients[0].call(GET, {"id": "1"})

    server = serve(answer(200, {}))
    client = connect(server, api_key=circular)
    clients.append(plain(client))
    with pytest.raises(ConfigurationError, match="needs the same token"):
        client.call(GET, {"id": "1"})
    assert blocking == isinstance(clients[0], Client)
    assert server.requests == []


def test_the_sync_client_takes_no_async_function(serve: Serve) -> None:
    server = serve(answer(200, {}))
    with (
        Client(Tokens("token").later, base_url=server.url) as client,
        pytest.raises(ConfigurationError, match="needs a sync function"),
    ):
        client.call(GET, {"id": "1"})


@pytest.mark.parametrize("value", ["", "a b", None, 5, b"key"])
def test_an_invalid_token_is_refused(connect: Connect, serve: Serve, value: Any) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(ConfigurationError, match="the token that the function for bearer returns"):
        connect(server, api_key=lambda: value).call(GET, {"id": "1"})
    assert server.requests == []


class Provider(TokenProvider):
    """Returns its tokens one after another, each until it is refused."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.clients: list[object] = []

    def sync_token(self, client: Client) -> str:
        self.clients.append(client)
        return self.tokens[0]

    async def async_token(self, client: AsyncClient) -> str:
        self.clients.append(client)
        return self.tokens[0]

    def invalidate(self, token: str) -> None:
        if self.tokens[0] == token:
            del self.tokens[0]

    def __repr__(self) -> str:
        return "<Provider>"


def test_a_provider_receives_the_refused_token(connect: Connect, serve: Serve) -> None:
    server, provider = serve(accepting("new-token")), Provider("old-token", "new-token", "never")
    client = connect(server, api_key=provider)
    for _ in range(2):
        assert client.call(GET, {"id": "1"}) == {"ok": True}
    assert provider.tokens == ["new-token", "never"]
    assert provider.clients == [plain(client)] * 3
    assert repr(client).endswith("key <Provider>>")


def test_a_provider_receives_the_refused_token_of_a_call_that_is_not_repeated(
    connect: Connect, serve: Serve
) -> None:
    server, provider = serve(accepting("new-token")), Provider("old-token", "new-token")
    client = connect(server, api_key=provider)
    with pytest.raises(AuthenticationError):
        client.call(POST_BYTES, {"body": Unseekable(b"x" * 10)})
    assert client.call(POST_BYTES, {"body": Unseekable(b"x" * 10)}) == {"ok": True}
    assert len(server.requests) == 2


def test_no_error_shows_a_token(connect: Connect, serve: Serve) -> None:
    token = "secret-token-of-a-function-0123456789"
    server = serve(answer(401, {"error": f"Unknown token {token}"}))
    with pytest.raises(LvngError) as caught:
        connect(server, api_key=lambda: token).call(GET, {"id": "1"})
    assert token not in f"{caught.value!r}{caught.value.body}"
    assert token.encode() not in pickle.dumps(caught.value)
