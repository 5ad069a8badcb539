"""Read events from an HTTP response of your own."""

import asyncio
import os

import httpx

from lvng import SSEEvent, aiterate_sse, iterate_sse

URL = f"{os.environ['LVNG_BASE_URL']}/api/v2/chat/stream"
HEADERS = {"Authorization": f"Bearer {os.environ['LVNG_API_KEY']}"}
BODY = {"message": "Walk me through the Q4 numbers"}


def show(event: SSEEvent) -> None:
    print(f"{event.event:<12}{event.raw[:60]}")


with httpx.stream("POST", URL, headers=HEADERS, json=BODY) as response:
    for event in iterate_sse(response):
        show(event)


async def main() -> None:
    async with (
        httpx.AsyncClient() as http,
        http.stream("POST", URL, headers=HEADERS, json=BODY) as response,
    ):
        async for event in aiterate_sse(response):
            show(event)


asyncio.run(main())
