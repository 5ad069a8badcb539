"""Receive webhooks: verify the signature of a delivery and parse its event."""

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
"""Name of the header with the signature of a delivery."""


class WebhookEvent(TypedDict):
    """The body of a delivery.

    Attributes:
        event: name such as `message.created` or `workflow.completed`; more may be added.
        timestamp: time of the event in ISO 8601.
        data: payload of the event.
    """

    event: str
    timestamp: str
    data: dict[str, Any]


class WebhookVerificationError(LvngError):
    """The signature of a delivery is missing or wrong, or its body is not an event. Do not process it."""


def sign(body: bytes, secret: str) -> str:
    """Sign a body, for tests of your own receiver.

    Args:
        body: the raw body.
        secret: the endpoint's secret.

    Returns:
        The HMAC-SHA256 of the body, as lower-case hexadecimal digits.

    Raises:
        InvalidArgumentError: `body` is not bytes, or `secret` is empty.
    """
    import hashlib
    import hmac

    return hmac.new(_secret(secret), _body(body), hashlib.sha256).hexdigest()


def verify(body: bytes, signature: str | None, secret: str) -> bool:
    """Check the signature of a delivery, in constant time.

    Args:
        body: the raw body as received; JSON that was parsed and serialized again does not match.
        signature: value of the `X-LVNG-Signature` header; None if it is missing.
        secret: the endpoint's secret.

    Returns:
        Whether the signature matches.

    Raises:
        InvalidArgumentError: `body` is not bytes, or `secret` is empty.

    Source: documented.
    """
    expected = sign(body, secret).encode()
    given = signature if isinstance(signature, str) else ""
    import hmac

    return hmac.compare_digest(expected, given.strip().encode("utf-8", "replace"))


def parse(body: bytes, signature: str | None, secret: str) -> WebhookEvent:
    """Check the signature of a delivery and parse its event.

    Args:
        body: the raw body as received.
        signature: value of the `X-LVNG-Signature` header; None if it is missing.
        secret: the endpoint's secret.

    Returns:
        A dict with `event`, `timestamp` (ISO 8601) and `data`.

    Raises:
        WebhookVerificationError: the signature does not match, or the body is not an event.
        InvalidArgumentError: `body` is not bytes, or `secret` is empty.
    """
    if not verify(body, signature, secret):
        raise WebhookVerificationError(
            f"The signature does not match. Pass the raw body, the value of {SIGNATURE_HEADER} and the "
            "secret of this endpoint."
        )
    try:
        event = json.loads(_body(body))
    except (ValueError, RecursionError) as error:
        raise WebhookVerificationError(
            "The signature matches, but the body is not JSON."
        ) from error
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise WebhookVerificationError(
            "The signature matches, but the body has no `event`.", body=event
        )
    return event  # type: ignore[return-value]  # a TypedDict describes the wire; it is not validated


def _body(body: object) -> bytes:
    if not isinstance(body, (bytes, bytearray, memoryview)):
        raise InvalidArgumentError(
            f"body must be the raw bytes of the request, got {type(body).__name__}."
        )
    return bytes(body)


def _secret(secret: object) -> bytes:
    if not isinstance(secret, str) or not secret:
        raise InvalidArgumentError("secret must be the endpoint's secret, a non-empty string.")
    return secret.encode()
