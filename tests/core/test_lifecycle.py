"""The life of a client: opened on first use, shared by views and threads, closed once and for good."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from lvng_core import (
    AsyncClient,
    Client,
    ClientClosedError,
    LvngError,
    RequestOptions,
    ServerError,
)
from support.clock import FakeClock
from support.samples import CHAT, CREATE, DOWNLOAD, GET, KEY, UPLOAD
from support.scripted_server import Serve, answer, echo
from support.sync_async import Colour, Connect, plain, stream_of

USES: dict[str, Callable[[Any], Any]] = {
    "call": lambda client: client.call(GET, {"id": "1"}),
    "request": lambda client: client.request("GET", "/x"),
    "stream": lambda client: list(stream_of(client, CHAT, {"message": "hi"})),
    "download": lambda client: client.download(DOWNLOAD, {"id": "1"}).read(),
}


def wrapped(colour: Colour, client: Any) -> Any:
    """A client that another one made, with the surface of the blocking one."""
    return client if hasattr(client, "target") else colour.wrap(client)


def own_client(colour: Colour, **options: Any) -> Any:
    return httpx.Client(**options) if colour.name == "sync" else httpx.AsyncClient(**options)


def test_nothing_is_connected_before_the_first_call(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    client = connect(server)
    assert server.connections == 0
    client.call(GET, {"id": "1"})
    client.call(GET, {"id": "1"})
    assert server.connections == 1


def test_a_with_block_closes_the_connections(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(ZeroDivisionError), connect(server) as client:  # noqa: PT012 - a block it is
        client.call(GET, {"id": "1"})
        assert server.open_connections == 1
        raise ZeroDivisionError
    server.wait_for_connections(0)


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
def test_a_closed_client_says_so(connect: Connect, serve: Serve, use: Callable[[Any], Any]) -> None:
    server = serve(answer(200, {}))
    client = connect(server)
    client.call(GET, {"id": "1"})
    client.close()
    client.close()
    with pytest.raises(ClientClosedError, match="This client is closed"):
        use(client)
    assert len(server.requests) == 1
    server.wait_for_connections(0)


def test_a_closed_client_keeps_no_file_open(
    connect: Connect, colour: Colour, tmp_path: Path
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")
    client = connect("https://api.lvng.ai")
    view = wrapped(colour, client.with_options(timeout=1.0))
    view.close()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(ClientClosedError):
            view.call(UPLOAD, {"file": path})
        gc.collect()
    assert not [warning for warning in caught if "unclosed file" in str(warning.message)]


def test_derived_clients_share_connections_and_close_independently(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    server = serve(answer(200, {}))
    client = connect(server)
    view = wrapped(colour, client.with_options(timeout=1.0))
    with wrapped(colour, view.with_options(max_retries=0)) as second:
        for user in (client, view, second):
            user.call(GET, {"id": "1"})
    assert server.connections == 1
    with pytest.raises(ClientClosedError):
        second.call(GET, {"id": "1"})
    with pytest.raises(ClientClosedError):
        wrapped(colour, second.with_options()).call(GET, {"id": "1"})
    view.call(GET, {"id": "1"})
    client.close()
    with pytest.raises(ClientClosedError):
        view.call(GET, {"id": "1"})


def test_a_call_that_waits_ends_when_the_client_is_closed(
    connect: Connect, serve: Serve, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(answer(503))
    client = connect(server)

    async def aclose(_seconds: float) -> None:
        await plain(client).aclose()

    monkeypatch.setattr(clock, "sync_sleep", lambda _seconds: client.close())
    monkeypatch.setattr(clock, "async_sleep", aclose)
    with pytest.raises(ClientClosedError, match="while this call was under way"):
        client.call(GET, {"id": "1"})
    assert len(server.requests) == 1


def test_a_client_that_is_closed_while_its_library_loads_opens_nothing(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(answer(200, {}))
    client = connect(server)
    connections = plain(client)._connections

    def load(_backend: str, _package: str) -> None:
        connections.closed = True

    module = type(connections).__module__
    monkeypatch.setattr(f"{module}.is_loaded", lambda _backend, _package: False)
    monkeypatch.setattr(f"{module}.load", load)
    with pytest.raises(ClientClosedError):
        client.call(GET, {"id": "1"})
    assert server.connections == 0


def test_an_httpx_client_of_ones_own_is_used_and_left_open(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    server = serve(answer(200, {}))
    own = own_client(colour, headers={"X-Theirs": "1", "User-Agent": "theirs"})
    client = connect(server, http_client=own)
    client.call(GET, {"id": "1"})
    assert (server.last.header("user-agent") or "").startswith("lvng-python/")
    assert server.last.header("authorization") == f"Bearer {KEY}"
    client.close()
    assert not own.is_closed
    colour.wrap(own).close()
    with pytest.raises(ClientClosedError):
        connect(server, http_client=own).call(GET, {"id": "1"})


def test_a_transport_of_ones_own_is_used(colour: Colour, connect: Connect) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"path": request.url.path})

    client = connect("https://api.lvng.ai", transport=httpx.MockTransport(handle))
    answered: Any = client.call(GET, {"id": "1"}, RequestOptions(deadline=5.0))
    assert answered == {"path": "/api/v2/things/1"}


@pytest.mark.parametrize("name", ["http_client", "transport"])
def test_a_client_with_an_own_http_client_or_transport_cannot_be_pickled(
    connect: Connect, colour: Colour, name: str
) -> None:
    mock = httpx.MockTransport(lambda _: httpx.Response(200))
    own = own_client(colour) if name == "http_client" else mock
    client = plain(connect("https://api.lvng.ai", **{name: own}))
    with pytest.raises(TypeError, match="cannot be pickled; make it where it is used"):
        pickle.dumps(client)
    if name == "http_client":
        colour.wrap(own).close()


@pytest.mark.parametrize("duplicate", [lambda c: pickle.loads(pickle.dumps(c)), copy.copy])
def test_a_pickled_client_is_the_same_with_connections_of_its_own(
    connect: Connect, serve: Serve, colour: Colour, duplicate: Any
) -> None:
    server = serve(answer(503))
    limits = httpx.Limits(max_connections=3)
    client = connect(server, max_retries=1, default_headers={"X-App": "a"}, limits=limits)
    with pytest.raises(ServerError):
        client.call(GET, {"id": "1"})
    original = plain(client)
    for source in (original, original.with_options(timeout=5.0)):
        twin = colour.wrap(duplicate(source))
        assert plain(twin)._settings == source._settings
        assert plain(twin)._connections.portable().limits == limits
        before = server.connections
        with pytest.raises(ServerError) as caught:
            twin.call(GET, {"id": "1"})
        assert caught.value.attempts == 2
        assert server.last.header("x-app") == "a"
        assert server.connections == before + 1
        twin.close()


def test_an_unclosed_client_warns_once(connect: Connect, serve: Serve, colour: Colour) -> None:
    server = serve(answer(200, {}, {"Connection": "close"}))
    used = colour.client(api_key=KEY, base_url=server.url)
    used.call(GET, {"id": "1"})
    view = plain(used).with_options(timeout=1.0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del used
        gc.collect()
        del view
        gc.collect()
    texts = [str(warning.message) for warning in caught]
    name = "Client" if colour.name == "sync" else "AsyncClient"
    assert texts == [f"{name} was not closed; use it in a with block or close it."]
    assert caught[0].category is ResourceWarning


def test_unused_closed_and_borrowed_clients_do_not_warn(serve: Serve, colour: Colour) -> None:
    server = serve(answer(200, {}, {"Connection": "close"}))
    options = {"api_key": KEY, "base_url": server.url}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        unused = colour.client(**options)
        closed = colour.client(**options)
        closed.call(GET, {"id": "1"})
        closed.close()
        own = own_client(colour)
        theirs = colour.client(http_client=own, **options)
        theirs.call(GET, {"id": "1"})
        colour.wrap(own).close()
        with pytest.raises(LvngError):
            colour.client(**{**options, "timeout": -1})
        del unused, closed, theirs
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_connections_of_another_process_are_forgotten(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    client = connect(serve(answer(200, {})))
    theirs = own_client(colour)
    pool = plain(client)._connections
    pool._senders[0, None] = theirs
    client.call(GET, {"id": "1"})
    assert theirs not in pool._senders.values()
    colour.wrap(theirs).close()


def test_sixty_four_threads_share_a_client(serve: Serve) -> None:
    server = serve(echo)
    answers: dict[str, Any] = {}
    begin = threading.Barrier(64)

    def work(name: str) -> None:
        begin.wait()
        for number in range(3):
            made = client.call(CREATE, {"name": f"{name}-{number}"})
            answers[f"{name}-{number}"] = made["data"]

    with Client(KEY, base_url=server.url) as client:
        threads = [threading.Thread(target=work, args=(str(number),)) for number in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(client._connections._senders) == 1
    assert answers == {name: f'{{"name":"{name}"}}' for name in answers}
    assert (
        len(answers) == 64 * 3 == len({seen.header("idempotency-key") for seen in server.requests})
    )
    assert server.connections <= 64
    server.wait_for_connections(0)


def test_sixty_four_tasks_share_a_client(serve: Serve) -> None:
    server = serve(echo)

    async def main() -> list[Any]:
        async with AsyncClient(KEY, base_url=server.url) as client:
            calls = [client.call(CREATE, {"name": str(number)}) for number in range(64)]
            return list(await asyncio.gather(*calls))

    answers = asyncio.run(main())
    assert [made["data"] for made in answers] == [f'{{"name":"{n}"}}' for n in range(64)]
    server.wait_for_connections(0)


WAYS: dict[str, Callable[[Any], Any]] = {
    "with_options": lambda client: client.with_options(timeout=1.0),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda client: pickle.loads(pickle.dumps(client)),
}


class TenantClient(Client):
    """A client with something of its own."""

    def __init__(self, *args: Any, tenant: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tenant = tenant
        self.seen = [tenant]


class AsyncTenantClient(AsyncClient):
    """The same for async code."""

    def __init__(self, *args: Any, tenant: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tenant = tenant
        self.seen = [tenant]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("cls", [TenantClient, AsyncTenantClient])
def test_a_subclass_keeps_its_attributes(cls: Any, way: Callable[[Any], Any]) -> None:
    client = cls(KEY, base_url="https://api.lvng.ai", tenant="acme")
    other = way(client)
    assert type(other) is cls
    assert (other.tenant, other.seen) == ("acme", ["acme"])
    assert other._connections is client._connections or other._connections.closed is False


class Helper:
    """What a subclass makes for its callers: an object that knows the client."""

    def __init__(self, client: Any) -> None:
        self._client = client


class HelpfulClient(Client):
    """A client with such an object, and with an attribute in a slot."""

    __slots__ = ("region",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper, self.region = Helper(self), "eu"


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_attributes_that_know_the_client_or_are_slots_are_kept(way: Callable[[Any], Any]) -> None:
    other = way(HelpfulClient(KEY, base_url="https://api.lvng.ai"))
    assert isinstance(other.helper, Helper)
    assert other.region == "eu"


def test_a_client_that_could_not_be_made_has_a_repr() -> None:
    client = object.__new__(Client)
    assert repr(client) == "<Client>"


def test_framing_headers_of_ones_own_client_are_not_sent(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    server = serve(answer(200, {}))
    own = own_client(colour, headers={"Content-Length": "3", "X-Theirs": "1"})
    connect(server, http_client=own).request("POST", "/a", json={"k": 1})
    assert server.last.all("content-length") == ["7"]
    assert server.last.header("x-theirs") == "1"
    colour.wrap(own).close()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_the_resources_of_a_derived_client_are_its_own(way: Callable[[Any], Any]) -> None:
    from lvng import LvngClient

    client = LvngClient(KEY)
    before = client.workflows
    other = way(client)
    assert other.workflows is not before
    assert other.workflows._client is other
    assert client.workflows is before
