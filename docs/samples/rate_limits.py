"""Pace many calls, so that the server refuses none of them."""

import asyncio

from lvng import AsyncLvngClient, RateLimiter


async def main() -> None:
    async with AsyncLvngClient(middleware=RateLimiter()) as client:
        pages = await asyncio.gather(*(client.contacts.list(limit=1) for _ in range(20)))
        print(len(pages), "calls, none above the limit of 100 a minute")


asyncio.run(main())
