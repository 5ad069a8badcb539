"""Webhook endpoints of a sandbox, and their deliveries."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from .examples import CHANNEL_ID
from .sandbox import HOOKS, Api
from .timing import eventually

EVENTS = "/api/v2/developer/events"


def register(api: Api, url: str, *events: str) -> Any:
    body = {"url": url, "events": [*events] or ["message.created"]}
    return api.post(HOOKS, body, status=201)["data"]


def post(api: Api, content: str = "Hello") -> Any:
    body = {"channel_id": CHANNEL_ID, "content": content}
    return api.post("/api/v2/messages", body, status=201)["data"]


def latest(api: Api, hook: Any) -> Any:
    """The latest delivery to an endpoint."""
    return api.get(f"{HOOKS}/{hook['id']}/deliveries")["data"][0]


def settled(api: Api, hook: Any, *states: str) -> Any:
    """Wait until the latest delivery is in one of these states; default: delivered or failed."""
    wanted = states or ("delivered", "failed")
    return eventually(lambda: (one := latest(api, hook))["status"] in wanted and one)


def wait_for_attempt(api: Api, hook: Any, attempt: int) -> None:
    eventually(lambda: latest(api, hook)["attempt"] == attempt)


def is_signed(seen: Any, secret: str) -> bool:
    expected = hmac.new(secret.encode(), seen.body, hashlib.sha256).hexdigest()
    return bool(seen.header("X-LVNG-Signature") == expected)
