"""Who is measured: a line in `CLIENTS` each. This file runs in environments that hold one SDK alone.

A client says how a list of about two kilobytes is fetched, blocking and in async code, and how a stream is read. A further
backend of this SDK is one more line.
"""
# pyright: reportMissingImports=false

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # not in the environments of the others
    from lvng import CallNext, Flow, Request

Call = Callable[[], object]
AsyncCall = Callable[[], Awaitable[object]]
Sync = Callable[[str], AbstractContextManager[Call]]
Async = Callable[[str], AbstractAsyncContextManager[AsyncCall]]
Stream = Callable[[str], AbstractContextManager[Callable[[], int]]]

CONNECTIONS = 100
PATIENCE = 60.0
MESSAGE = "Walk me through the numbers"


@dataclass(frozen=True)
class Client:
    """One of those who are measured.

    Attributes:
        needs: what pip installs into an environment of its own; nothing for what the environment of the bench has.
        sync: a client of a server as a function that makes one blocking call.
        in_async: the same in async code.
        stream: a client of a server as a function that reads a stream to its end, and says how many events it had.
        ready: the module without which there is nothing to measure.
    """

    sync: Sync | None = None
    in_async: Async | None = None
    stream: Stream | None = None
    needs: tuple[str, ...] = ()
    ready: str | None = None


@contextmanager
def httpx_sync(url: str) -> Iterator[Call]:
    import httpx

    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    with httpx.Client(limits=limits, timeout=PATIENCE) as client:
        yield lambda: client.get(f"{url}/api/v2/workflows", params={"limit": 20}).json()


@asynccontextmanager
async def httpx_async(url: str) -> AsyncIterator[AsyncCall]:
    import httpx

    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    async with httpx.AsyncClient(limits=limits, timeout=PATIENCE) as client:

        async def call() -> object:
            answer = await client.get(f"{url}/api/v2/workflows", params={"limit": 20})
            return answer.json()

        yield call


@contextmanager
def httpx_stream(url: str) -> Iterator[Callable[[], int]]:
    """Lines and JSON, and nothing else of what a stream of events may hold."""
    import httpx

    with httpx.Client(timeout=PATIENCE) as client:

        def read() -> int:
            count = 0
            with client.stream(
                "POST", f"{url}/api/v2/chat/stream", json={"message": MESSAGE}
            ) as answer:
                for line in answer.iter_lines():
                    if line.startswith("data: "):
                        json.loads(line[6:])
                        count += 1
            return count

        yield read


def watch(request: Request, call_next: CallNext[Flow]) -> Flow:
    """The least that middleware does: it sees each attempt and its response."""
    return (yield from call_next(request))


@contextmanager
def lvng_sync(url: str) -> Iterator[Call]:
    from lvng import LvngClient

    with LvngClient("k", base_url=url, timeout=PATIENCE, middleware=watch) as client:
        yield lambda: client.workflows.list(limit=20)


@asynccontextmanager
async def lvng_async(url: str, **options: Any) -> AsyncIterator[AsyncCall]:
    from lvng import AsyncLvngClient

    async with AsyncLvngClient(
        "k", base_url=url, timeout=PATIENCE, middleware=watch, **options
    ) as client:
        yield lambda: client.workflows.list(limit=20)


def lvng_aiohttp(url: str) -> AbstractAsyncContextManager[AsyncCall]:
    return lvng_async(url, backend="aiohttp")


@contextmanager
def lvng_stream(url: str) -> Iterator[Callable[[], int]]:
    from lvng import LvngClient

    with LvngClient("k", base_url=url, timeout=PATIENCE) as client:
        yield lambda: sum(1 for _ in client.stream_chat(message=MESSAGE))


@contextmanager
def openai_sync(url: str) -> Iterator[Call]:
    import openai

    with openai.OpenAI(api_key="k", base_url=url, timeout=PATIENCE) as client:
        yield client.models.list


@asynccontextmanager
async def openai_async(url: str) -> AsyncIterator[AsyncCall]:
    import openai

    async with openai.AsyncOpenAI(api_key="k", base_url=url, timeout=PATIENCE) as client:

        async def call() -> object:
            return await client.models.list()

        yield call


@contextmanager
def anthropic_sync(url: str) -> Iterator[Call]:
    import anthropic

    with anthropic.Anthropic(api_key="k", base_url=url, timeout=PATIENCE) as client:
        yield client.models.list


@asynccontextmanager
async def anthropic_async(url: str) -> AsyncIterator[AsyncCall]:
    import anthropic

    async with anthropic.AsyncAnthropic(api_key="k", base_url=url, timeout=PATIENCE) as client:

        async def call() -> object:
            return await client.models.list()

        yield call


@contextmanager
def stripe_sync(url: str) -> Iterator[Call]:
    import stripe

    yield stripe.StripeClient("sk_test_k", base_addresses={"api": url}).v1.products.list


@asynccontextmanager
async def stripe_async(url: str) -> AsyncIterator[AsyncCall]:
    import stripe

    client = stripe.StripeClient(
        "sk_test_k", base_addresses={"api": url}, http_client=stripe.HTTPXClient()
    )
    yield client.v1.products.list_async


@contextmanager
def langgraph_sync(url: str) -> Iterator[Call]:
    import langgraph_sdk

    with langgraph_sdk.get_sync_client(url=url, api_key=None, timeout=PATIENCE) as client:
        yield client.assistants.search


@asynccontextmanager
async def langgraph_async(url: str) -> AsyncIterator[AsyncCall]:
    import langgraph_sdk

    async with langgraph_sdk.get_client(url=url, api_key=None, timeout=PATIENCE) as client:
        yield client.assistants.search


@contextmanager
def langgraph_stream(url: str) -> Iterator[Callable[[], int]]:
    import langgraph_sdk

    with langgraph_sdk.get_sync_client(url=url, api_key=None, timeout=PATIENCE) as client:
        yield lambda: sum(1 for _ in client.runs.stream(None, "agent", input={"message": MESSAGE}))


HTTPX = "httpx"
LVNG = "lvng"
AIOHTTP = "lvng[aiohttp]"

CLIENTS = {
    HTTPX: Client(httpx_sync, httpx_async, httpx_stream),
    LVNG: Client(lvng_sync, lvng_async, lvng_stream),
    AIOHTTP: Client(in_async=lvng_aiohttp, ready="aiohttp"),
    "openai": Client(openai_sync, openai_async, needs=("openai",)),
    "anthropic": Client(anthropic_sync, anthropic_async, needs=("anthropic",)),
    "stripe": Client(stripe_sync, stripe_async, needs=("stripe", "httpx")),
    "langgraph-sdk": Client(
        langgraph_sync, langgraph_async, langgraph_stream, needs=("langgraph-sdk",)
    ),
}
