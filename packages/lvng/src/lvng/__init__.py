"""The Python SDK for the LVNG API: sync and async clients over every operation.

from lvng import LvngClient

with LvngClient() as client:  # reads LVNG_API_KEY
    print(client.chat.send(message="Summarize the latest sales report")["reply"])
"""

from typing import TYPE_CHECKING

from lvng_core._lazy_names import lazy_names

if TYPE_CHECKING:
    from lvng_core import (
        UNSET,
        APIConnectionError,
        APITimeoutError,
        AsyncDownload,
        AsyncEventStream,
        AuthenticationError,
        ClientClosedError,
        ConfigurationError,
        ConflictError,
        DecodeError,
        Download,
        EventStream,
        File,
        FileInput,
        Hooks,
        InvalidArgumentError,
        LvngError,
        NotFoundError,
        PermissionDeniedError,
        RateLimitError,
        RequestEvent,
        RequestOptions,
        ResponseEvent,
        RetryEvent,
        RetryPolicy,
        ServerError,
        SSEDecoder,
        SSEEvent,
        StreamError,
        StreamIncompleteError,
        ValidationError,
        WaitTimeoutError,
        aiterate_sse,
        iterate_sse,
        webhooks,
    )

    from ._generated.clients import AsyncLvngClient, LvngClient
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "lvng_core": [
                "APIConnectionError",
                "APITimeoutError",
                "AsyncDownload",
                "AsyncEventStream",
                "AuthenticationError",
                "ClientClosedError",
                "ConfigurationError",
                "ConflictError",
                "DecodeError",
                "Download",
                "EventStream",
                "File",
                "FileInput",
                "Hooks",
                "InvalidArgumentError",
                "LvngError",
                "NotFoundError",
                "PermissionDeniedError",
                "RateLimitError",
                "RequestEvent",
                "RequestOptions",
                "ResponseEvent",
                "RetryEvent",
                "RetryPolicy",
                "SSEDecoder",
                "SSEEvent",
                "ServerError",
                "StreamError",
                "StreamIncompleteError",
                "UNSET",
                "ValidationError",
                "WaitTimeoutError",
                "aiterate_sse",
                "iterate_sse",
                "webhooks",
            ],
            "._generated.clients": ["AsyncLvngClient", "LvngClient"],
        },
    )

__version__ = "1.0.0"

__all__ = [
    "UNSET",
    "APIConnectionError",
    "APITimeoutError",
    "AsyncDownload",
    "AsyncEventStream",
    "AsyncLvngClient",
    "AuthenticationError",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "DecodeError",
    "Download",
    "EventStream",
    "File",
    "FileInput",
    "Hooks",
    "InvalidArgumentError",
    "LvngClient",
    "LvngError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestEvent",
    "RequestOptions",
    "ResponseEvent",
    "RetryEvent",
    "RetryPolicy",
    "SSEDecoder",
    "SSEEvent",
    "ServerError",
    "StreamError",
    "StreamIncompleteError",
    "ValidationError",
    "WaitTimeoutError",
    "__version__",
    "aiterate_sse",
    "iterate_sse",
    "webhooks",
]
