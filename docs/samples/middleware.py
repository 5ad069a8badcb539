"""Middleware around every attempt: watch it, change it, or answer in place of the server."""

import asyncio
from collections.abc import Awaitable
from time import perf_counter
from typing import TypeVar

from lvng import AsyncLvngClient, CallNext, Flow, LvngClient, Request, Response

T = TypeVar("T")


# A generator serves both clients.
def timed(request: Request, call_next: CallNext[Flow]) -> Flow:
    started = perf_counter()
    response = yield from call_next(request)
    print(request.operation, response.status_code, f"{perf_counter() - started:.3f} s")
    return response


# A plain function that only changes the request serves both, too.
def stamped(request: Request, call_next: CallNext[T]) -> T:
    request.headers["X-Team"] = "research"
    return call_next(request)


# An async function is for the async client, and may await anything.
async def answered(request: Request, call_next: CallNext[Awaitable[Response]]) -> Response:
    if request.operation == "models.list":
        return Response(json={"data": []})
    return await call_next(request)


async def main() -> None:
    async with AsyncLvngClient(middleware=[timed, answered]) as client:
        print("models:", (await client.models.list())["data"])


with LvngClient(middleware=[timed, stamped]) as client:
    client.workflows.list(limit=5)

asyncio.run(main())
