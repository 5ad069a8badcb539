"""Print an answer as it arrives, with the async client."""

import asyncio
import os

from lvng import AsyncLvngClient


async def main() -> None:
    async with AsyncLvngClient(api_key=os.environ["LVNG_API_KEY"]) as client:
        async for event in client.stream_chat(message="Walk me through the Q4 numbers"):
            if event.event == "text_delta":
                print((event.data or {}).get("delta", ""), end="", flush=True)
            elif event.event == "done":
                print("\n[done]")
                break


asyncio.run(main())
