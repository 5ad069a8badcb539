"""A team of agents: several agents answer the same question in parallel, each in its role.

pip install lvng; set LVNG_API_KEY
"""

from __future__ import annotations

import asyncio

from lvng import AsyncLvngClient

ROLES = {
    "Analyst": "You look at the numbers.",
    "Sceptic": "You look for risks.",
    "Editor": "You summarise in one sentence.",
}
QUESTION = "What does the latest sales report say?"


async def ask(client: AsyncLvngClient, role: str, prompt: str) -> str:
    # The agent is deleted after the block, also after an error.
    async with client.agents.temporary(name=role, system_prompt=prompt) as agent:
        reply = await client.agents.message(agent["id"], message=QUESTION)
        return reply["data"]["content"]


async def main() -> None:
    async with AsyncLvngClient() as client:
        async with asyncio.TaskGroup() as team:
            tasks = {
                role: team.create_task(ask(client, role, text)) for role, text in ROLES.items()
            }
        for role, task in tasks.items():
            print(f"--- {role}\n{task.result()}")


if __name__ == "__main__":
    asyncio.run(main())
