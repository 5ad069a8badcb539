"""Webhooks on the receiving side: is it from LVNG, and what does it say."""

from __future__ import annotations

import json
from typing import Any, TypedDict

from ._errors import InvalidArgumentError, LvngError

__all__ = [
    "SIGNATURE_HEADER",
    "WebhookEvent",
    "WebhookVerificationError",
    "parse",
    "sign",
    "verify",
]

SIGNATURE_HEADER = "X-LVNG-Signature"
"""The header that carries the signature of a delivery."""


class WebhookEvent(TypedDict):
    """The body of a delivery.

    `event` is a name such as `message.created` or `workflow.completed`; the list is open.
    """

    event: str
    timestamp: str
    data: dict[str, Any]


class WebhookVerificationError(LvngError):
    """A delivery whose signature is missing or wrong, or whose body is no event. Do not act on it."""


def sign(body: bytes, secret: str) -> str:
    """The signature of a body: lower-case hex HMAC-SHA256, for tests of one's own receiver."""
    import hashlib
    import hmac

    return hmac.new(_secret(secret), _body(body), hashlib.sha256).hexdigest()


def verify(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether a delivery is genuine. Takes the same time whatever the signature is.

    Args:
        body: the raw body as it arrived; parsed and written again, it would no longer match.
        signature: the value of the `X-LVNG-Signature` header; None where it is missing.
        secret: the endpoint's secret.

    Returns:
        True when the signature is the body's under this secret.

    Raises:
        InvalidArgumentError: `body` is not bytes, or `secret` is empty.

    Source: documented (docs/api/developer).
    """
    expected = sign(body, secret).encode()
    given = signature if isinstance(signature, str) else ""
    import hmac

    return hmac.compare_digest(expected, given.strip().encode("utf-8", "replace"))


def parse(body: bytes, signature: str | None, secret: str) -> WebhookEvent:
    """The event of a genuine delivery.

    Args:
        body: the raw body as it arrived.
        signature: the value of the `X-LVNG-Signature` header.
        secret: the endpoint's secret.

    Returns:
        A dict with `event`, `timestamp` (ISO 8601) and `data`.

    Raises:
        WebhookVerificationError: the signature does not match, or the body is no event.
        InvalidArgumentError: `body` is not bytes, or `secret` is empty.
    """
    if not verify(body, signature, secret):
        raise WebhookVerificationError(
            f"The signature does not match. Check that the secret is this endpoint's and that the body "
            f"is the raw one, with the value of {SIGNATURE_HEADER}."
        )
    try:
        event = json.loads(_body(body))
    except (ValueError, RecursionError) as error:
        raise WebhookVerificationError("The body is signed, but it is no JSON.") from error
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise WebhookVerificationError("The body is signed, but it holds no `event`.", body=event)
    return event  # type: ignore[return-value]  # a TypedDict describes the wire; it is not validated


def _body(body: object) -> bytes:
    if not isinstance(body, (bytes, bytearray, memoryview)):
        raise InvalidArgumentError(
            f"body must be the raw bytes of the request, got {type(body).__name__}."
        )
    return bytes(body)


def _secret(secret: object) -> bytes:
    if not isinstance(secret, str) or not secret:
        raise InvalidArgumentError("secret must be the endpoint's secret, a string; got none.")
    return secret.encode()
