"""Receive webhooks, with a type for every known event.

from lvng import webhooks

event = webhooks.parse(body, headers["X-LVNG-Signature"])  # LVNG_WEBHOOK_SECRET
if event["event"] == "message.created":
    print(event["data"]["content"])  # `event` is a MessageCreatedEvent
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from lvng_core import webhooks as core
from lvng_core._lazy_names import lazy_names
from lvng_core.webhooks import (
    SECRET_VARIABLE,
    SIGNATURE_HEADER,
    WebhookVerificationError,
    sign,
    verify,
)

from . import types

if TYPE_CHECKING:
    from .types import WebhookEvent
else:
    __getattr__, __dir__ = lazy_names(__name__, {"..types": ["WebhookEvent"]})

__all__ = [
    "SECRET_VARIABLE",
    "SIGNATURE_HEADER",
    "WebhookEvent",
    "WebhookVerificationError",
    "parse",
    "sign",
    "verify",
]


def parse(
    body: bytes,
    signature: str | None,
    secret: str | Sequence[str] | None = None,
    *,
    tolerance: float | None = None,
) -> types.WebhookEvent:
    """Check the signature of a delivery and parse its event.

    Args:
        body: the raw body as received.
        signature: value of the `X-LVNG-Signature` header; None if it is missing.
        secret: the endpoint's secret, or several while it is rotated; default: the environment variable
            LVNG_WEBHOOK_SECRET, in which several are separated by commas.
        tolerance: maximum difference in seconds between the event's `timestamp` and now, against replayed deliveries.
            It must be longer than the delay of a late delivery. Default: no limit.

    Returns:
        A dict with `event`, `timestamp` (ISO 8601) and `data`. Type checkers infer the type of `data` from the name
        of the event. More events may be added: ignore unknown ones.

    Raises:
        WebhookVerificationError: the signature does not match, the body is not an event, or its `timestamp`
            is not within `tolerance`.
        InvalidArgumentError: `body` is not bytes, or there is no secret.
    """
    try:
        event = core.parse(body, signature, secret, tolerance=tolerance)
    finally:
        del secret  # tools print the local variables of a traceback
    return cast("types.WebhookEvent", event)
