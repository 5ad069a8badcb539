"""Relay a streamed answer to browsers: FastAPI in front of `stream_chat`, one client for all requests.

pip install lvng fastapi uvicorn; set LVNG_API_KEY; uvicorn fastapi_relay:app
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from lvng import AsyncLvngClient


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncLvngClient() as client:
        app.state.lvng = client
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/ask")
async def ask(question: str) -> StreamingResponse:
    return StreamingResponse(relay(question), media_type="text/event-stream")


async def relay(question: str) -> AsyncIterator[str]:
    # If a browser disconnects, this generator ends and releases the connection to LVNG.
    async with app.state.lvng.stream_chat(message=question) as stream:
        async for event in stream:
            yield f"event: {event.event}\ndata: {event.raw}\n\n"


async def main() -> None:
    """Start the relay on a free port and ask it one question, as a browser would."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}/ask"
    async with (
        httpx.AsyncClient() as browser,
        browser.stream("GET", url, params={"question": "Q4 numbers"}) as response,
    ):
        async for line in response.aiter_lines():
            if line:
                print(line)
    server.should_exit = True
    await running


if __name__ == "__main__":
    asyncio.run(main())
