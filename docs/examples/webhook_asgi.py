"""Receive webhooks in an ASGI application, for FastAPI, Starlette, Django or plain uvicorn.

pip install lvng uvicorn; set LVNG_WEBHOOK_SECRET; uvicorn webhook_asgi:app
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

import uvicorn

from lvng import AsyncLvngClient, webhooks

received: asyncio.Queue[webhooks.WebhookEvent] = asyncio.Queue()


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Accept deliveries; respond at once and leave the work to another task."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    headers = dict(scope["headers"])
    signature = headers.get(webhooks.SIGNATURE_HEADER.lower().encode(), b"").decode("latin-1")
    try:
        received.put_nowait(webhooks.parse(body, signature, tolerance=24 * 3600))
        status = 204
    except webhooks.WebhookVerificationError:
        status = 400
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def handle(event: webhooks.WebhookEvent) -> None:
    """Do the work; type checkers infer the type of `data` from the name of the event."""
    if event["event"] == "message.created":
        print("message:", event["data"]["content"])
    elif event["event"] == "knowledge.indexed":
        print("indexed:", event["data"]["title"], event["data"]["chunksIndexed"] > 0)


async def main() -> None:
    """Start the application on a free port, register it, and cause two events."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="warning"))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with AsyncLvngClient() as client:
        created = await client.developer.create_webhook(
            url=f"http://127.0.0.1:{port}/", events=["message.created", "knowledge.indexed"]
        )
        os.environ[webhooks.SECRET_VARIABLE] = created["data"]["secret"] or ""

        workspace = (await client.workspaces.list())["workspaces"][0]
        channel = (await client.channels.list(workspace_id=workspace["id"]))["channels"][0]
        await client.messages.create(channel_id=channel["id"], content="Who is listening?")
        handle(await asyncio.wait_for(received.get(), 10))
        await client.knowledge.ingest(content="Heat pumps work in the cold.", title="Heat pumps")
        handle(await asyncio.wait_for(received.get(), 10))
        await client.developer.delete_webhook(created["data"]["id"])
    server.should_exit = True
    await running


if __name__ == "__main__":
    asyncio.run(main())
