"""Sending a logged request again."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import quote

import httpx

from ..http.request_log import Entry
from ..platform.platform import Platform

_LEFT_OUT = {
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "host",
    "idempotency-key",
    "proxy-authorization",
    "transfer-encoding",
    "x-api-key",
}
"""Headers of the connection or the account, and those with which a request would not be processed again."""
_READ_TIMEOUT = 10.0
"""Maximum time to read the response, in seconds; a stream may be endless."""


async def replay(platform: Platform, entry: Entry) -> None:
    """Send a request again, with a JWT of the same account. The result is logged."""
    headers = {name: value for name, value in entry.headers.items() if name not in _LEFT_OUT}
    caller = platform.accounts.by_id(entry.account) if entry.account else None
    if caller is not None:
        headers["authorization"] = f"Bearer {platform.sessions.issue(caller)}"
    with contextlib.suppress(
        httpx.TransportError, TimeoutError
    ):  # a fault may break the connection
        async with (
            asyncio.timeout(_READ_TIMEOUT),
            httpx.AsyncClient(
                base_url=platform.base_url, trust_env=False, timeout=_READ_TIMEOUT
            ) as client,
        ):
            await client.request(
                entry.method,
                quote(entry.path),
                params=httpx.QueryParams(tuple(entry.query)),
                headers=headers,
                content=entry.content,
            )
