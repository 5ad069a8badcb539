"""Receive webhooks, with a type for every known event: `lvng_account.webhooks`."""

from typing import TYPE_CHECKING

from lvng_core._lazy_names import lazy_names

if TYPE_CHECKING:
    from lvng_account.webhooks import (
        SECRET_VARIABLE,
        SIGNATURE_HEADER,
        WebhookEvent,
        WebhookVerificationError,
        parse,
        sign,
        verify,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "lvng_account.webhooks": [
                "SECRET_VARIABLE",
                "SIGNATURE_HEADER",
                "WebhookEvent",
                "WebhookVerificationError",
                "parse",
                "sign",
                "verify",
            ]
        },
    )

__all__ = [
    "SECRET_VARIABLE",
    "SIGNATURE_HEADER",
    "WebhookEvent",
    "WebhookVerificationError",
    "parse",
    "sign",
    "verify",
]
