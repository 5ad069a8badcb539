"""Send webhook deliveries: a signed POST and its result."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import httpx

from ..network import host_of, is_local

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
    """The error; None if the receiver accepted the delivery."""
    milliseconds: float


def is_receiver(url: str, hosts: Set[str]) -> bool:
    """Whether the sandbox may send to a URL: on this machine, or on one of these hosts."""
    return is_local(url) or host_of(url) in hosts


async def post(
    url: str, secret: str, payload: Mapping[str, Any], hosts: Set[str] = frozenset()
) -> DeliveryResult:
    """Send a payload to a receiver. Errors are part of the result.

    Args:
        url: address of the receiver.
        secret: signs the payload.
        payload: the payload.
        hosts: other allowed hosts.
    """
    started = time.perf_counter()
    status: int | None = None
    body: str | None = None
    error: str | None = None
    if is_receiver(url, hosts):
        try:
            async with asyncio.timeout(
                TIMEOUT
            ):  # httpx's timeouts apply to single reads and writes only
                status, body = await _send(url, secret, payload)
            if not 200 <= status < 300:  # success
                error = f"The receiver responded with {status}"
        except TimeoutError:
            error = f"Timed out after {TIMEOUT:g} seconds"
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            error = str(problem) or type(problem).__name__
    else:
        error = (
            "The sandbox sends to receivers on this machine, and to hosts given by --webhook-host"
        )
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
