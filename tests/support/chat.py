"""Read chats of a sandbox: the events of a stream, the messages of a conversation."""

from __future__ import annotations

import json
from typing import Any

from .examples import CONVERSATION_ID
from .sandbox import Api

CHAT = "/api/v2/chat"


def events(api: Api, body: dict[str, Any]) -> list[tuple[str, Any]]:
    """The events of a streamed answer."""
    with api.http.stream("POST", f"{CHAT}/stream", json=body) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        blocks = response.read().decode().strip().split("\n\n")
    return [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in (block.split("\n") for block in blocks)
    ]


def said(api: Api) -> list[Any]:
    found: list[Any] = api.get(f"/api/v2/conversations/{CONVERSATION_ID}/messages")["data"]
    return found
