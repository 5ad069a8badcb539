"""Receive webhooks: verify the signature of a delivery and parse its event.

`lvng_account.webhooks`, which is `lvng.webhooks`, has the same functions with types for every known event.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from typing_extensions import TypedDict

from ._clock import current_clock
from ._errors import InvalidArgumentError, LvngError
from ._retry import check_seconds

__all__ = [
    "SECRET_VARIABLE",
    "SIGNATURE_HEADER",
    "WebhookEvent",
    "WebhookVerificationError",
    "parse",
    "sign",
    "verify",
]

SIGNATURE_HEADER = "X-LVNG-Signature"
"""Name of the header with the signature of a delivery."""
SECRET_VARIABLE = "LVNG_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
"""Environment variable of the secret; several are separated by commas."""


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
    """A delivery has a missing or wrong signature, is not an event, or is too old.

    Do not process it.
    """


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
    (only,) = _secrets([secret])
    return _signature(_body(body), only)


def verify(body: bytes, signature: str | None, secret: str | Sequence[str] | None = None) -> bool:
    """Check the signature of a delivery, in constant time.

    Args:
        body: the raw body as received; JSON that was parsed and serialized again does not match.
        signature: value of the `X-LVNG-Signature` header; None if it is missing.
        secret: the endpoint's secret, or several while it is rotated; default: the environment variable
            LVNG_WEBHOOK_SECRET, in which several are separated by commas.

    Returns:
        Whether the signature matches.

    Raises:
        InvalidArgumentError: `body` is not bytes, or there is no secret.

    Source: documented.
    """
    import hmac

    content = _body(body)
    given = (signature if isinstance(signature, str) else "").strip().encode("utf-8", "replace")
    matches = [
        hmac.compare_digest(_signature(content, one).encode(), given) for one in _secrets(secret)
    ]
    return any(matches)


def parse(
    body: bytes,
    signature: str | None,
    secret: str | Sequence[str] | None = None,
    *,
    tolerance: float | None = None,
) -> WebhookEvent:
    """Check the signature of a delivery and parse its event.

    Args:
        body: the raw body as received.
        signature: value of the `X-LVNG-Signature` header; None if it is missing.
        secret: the endpoint's secret, or several while it is rotated; default: the environment variable
            LVNG_WEBHOOK_SECRET, in which several are separated by commas.
        tolerance: maximum difference in seconds between the event's `timestamp` and now, against replayed deliveries.
            It must be longer than the delay of a late delivery. Default: no limit.

    Returns:
        A dict with `event`, `timestamp` (ISO 8601) and `data`.

    Raises:
        WebhookVerificationError: the signature does not match, the body is not an event, or its `timestamp`
            is not within `tolerance`.
        InvalidArgumentError: `body` is not bytes, or there is no secret.
    """
    if tolerance is not None:
        check_seconds("tolerance", tolerance, above=True)
    is_genuine = verify(body, signature, secret)
    del secret  # tools print the local variables of a traceback
    if not is_genuine:
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
    if tolerance is not None:
        _check_age(event, tolerance)
    return event  # type: ignore[return-value]  # a TypedDict describes the wire; it is not validated


def _signature(body: bytes, secret: str) -> str:
    import hashlib
    import hmac

    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _check_age(event: dict[str, Any], tolerance: float) -> None:
    """Raise an error for an event whose `timestamp` is too far from now."""
    given = event.get("timestamp")
    try:
        moment = datetime.fromisoformat(str(given))
    except (TypeError, ValueError):
        raise WebhookVerificationError(
            f"The signature matches, but `timestamp` is not a time in ISO 8601: {given!r:.100}.",
            body=event,
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    age = (current_clock().utcnow() - moment).total_seconds()
    if abs(age) > tolerance:
        raise WebhookVerificationError(
            f"The event is from {given}, {abs(age):.0f} s {'ago' if age > 0 else 'from now'}; the tolerance "
            f"is {tolerance:g} s.",
            body=event,
        )


def _body(body: object) -> bytes:
    if not isinstance(body, (bytes, bytearray, memoryview)):
        raise InvalidArgumentError(
            f"body must be the raw bytes of the request, got {type(body).__name__}."
        )
    return bytes(body)


def _secrets(given: object) -> list[str]:
    """The given secrets, else those of the environment."""
    if given is None:
        given = [one.strip() for one in os.environ.get(SECRET_VARIABLE, "").split(",")]
    secrets = [given] if isinstance(given, str) else given
    if (
        not isinstance(secrets, Sequence)
        or not secrets
        or not all(isinstance(one, str) and one for one in secrets)
    ):
        raise InvalidArgumentError(
            "secret must be the endpoint's secret, a non-empty string, or several; without it, set "
            f"{SECRET_VARIABLE}."
        )
    return list(secrets)
