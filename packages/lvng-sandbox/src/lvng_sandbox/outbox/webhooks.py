"""Webhook deliveries on the wire: a signed POST and its result."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from ..network import is_local

SIGNATURE = "X-LVNG-Signature"
TIMEOUT = 30.0
_MAX_BODY = 1000
"""Bytes of the response body that are stored."""


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The result of a delivery."""

    status: int | None
    body: str | None
    error: str | None
    """What went wrong; None if the receiver accepted it."""
    milliseconds: float


async def post(url: str, secret: str, payload: Mapping[str, Any]) -> DeliveryResult:
    """Send a payload to a receiver on this machine. Errors are part of the result."""
    started = time.perf_counter()
    status: int | None = None
    body: str | None = None
    error: str | None = None
    if is_local(url):
        try:
            async with asyncio.timeout(
                TIMEOUT
            ):  # httpx's timeouts apply to single reads and writes only
                status, body = await _send(url, secret, payload)
            if not 200 <= status < 300:  # success
                error = f"The receiver answered {status}"
        except TimeoutError:
            error = f"Timed out after {TIMEOUT:g} seconds"
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            error = str(problem) or type(problem).__name__
    else:
        error = "The sandbox sends to receivers on this machine alone"
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    return DeliveryResult(status, body, error, milliseconds)


async def _send(url: str, secret: str, payload: Mapping[str, Any]) -> tuple[int, str]:
    content = json.dumps(payload, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "lvng-sandbox",
        SIGNATURE: sign(content, secret),
    }
    # A receiver on this machine may have a self-signed certificate.
    client = httpx.AsyncClient(verify=False, trust_env=False, timeout=TIMEOUT)  # noqa: S501
    async with client, client.stream("POST", url, content=content, headers=headers) as response:
        answer = bytearray()
        async for piece in response.aiter_bytes():
            answer += piece
            if len(answer) >= _MAX_BODY:
                break
        return response.status_code, answer[:_MAX_BODY].decode("utf-8", "replace")


def sign(content: bytes, secret: str) -> str:
    """The signature of a body: lower-case hex HMAC-SHA256."""
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
