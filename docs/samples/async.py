"""Ask a question and list workflows with the async client."""

import asyncio
import os

from lvng import AsyncLvngClient


async def main() -> None:
    async with AsyncLvngClient(api_key=os.environ["LVNG_API_KEY"]) as client:
        answer = await client.chat.send(
            message="Summarize the latest sales report",
            platform="api",
        )
        print(answer["reply"])

        page = await client.workflows.list(limit=20)
        for workflow in page.get("data", []):
            print(workflow["id"], workflow["name"])


asyncio.run(main())
