"""Whole programs, for what is measured from the start of a process: no more is imported than a user's own would."""

from __future__ import annotations

IMPORTS = {
    "httpx": "import httpx",
    "lvng": "from lvng import LvngClient",
    "openai": "from openai import OpenAI",
    "anthropic": "from anthropic import Anthropic",
    "stripe": "from stripe import StripeClient",
    "langgraph-sdk": "from langgraph_sdk import get_sync_client",
}

FIRST_CALLS = {
    "httpx": """
import httpx
with httpx.Client() as client:
    client.get(URL + "/api/v2/workflows", params={"limit": 20}).json()
""",
    "lvng": """
from lvng import LvngClient
with LvngClient("k", base_url=URL) as client:
    client.workflows.list(limit=20)
""",
    "openai": """
from openai import OpenAI
OpenAI(api_key="k", base_url=URL).models.list()
""",
    "anthropic": """
from anthropic import Anthropic
Anthropic(api_key="k", base_url=URL).models.list()
""",
    "stripe": """
from stripe import StripeClient
StripeClient("sk_test_k", base_addresses={"api": URL}).v1.products.list()
""",
    "langgraph-sdk": """
from langgraph_sdk import get_sync_client
get_sync_client(url=URL, api_key=None).assistants.search()
""",
}

ASYNC_FIRST_CALLS = {
    "httpx": """
import asyncio, httpx
async def main():
    async with httpx.AsyncClient() as client:
        (await client.get(URL + "/api/v2/workflows", params={"limit": 20})).json()
asyncio.run(main())
""",
    "lvng": """
import asyncio
from lvng import AsyncLvngClient
async def main():
    async with AsyncLvngClient("k", base_url=URL) as client:
        await client.workflows.list(limit=20)
asyncio.run(main())
""",
    "openai": """
import asyncio
from openai import AsyncOpenAI
async def main():
    async with AsyncOpenAI(api_key="k", base_url=URL) as client:
        await client.models.list()
asyncio.run(main())
""",
    "anthropic": """
import asyncio
from anthropic import AsyncAnthropic
async def main():
    async with AsyncAnthropic(api_key="k", base_url=URL) as client:
        await client.models.list()
asyncio.run(main())
""",
    "langgraph-sdk": """
import asyncio
from langgraph_sdk import get_client
async def main():
    async with get_client(url=URL, api_key=None) as client:
        await client.assistants.search()
asyncio.run(main())
""",
}

TAGS = """
from lvng import LvngClient
client = LvngClient("k", base_url="http://127.0.0.1:1")
for name in NAMES:
    getattr(client, name)
"""
