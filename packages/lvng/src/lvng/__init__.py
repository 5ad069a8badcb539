"""The Python SDK for the LVNG API: sync and async clients over every operation.

from lvng import LvngClient

with LvngClient() as client:  # reads LVNG_API_KEY
    print(client.chat.send(message="Summarize the latest sales report")["reply"])
"""

from lvng_core import (
    UNSET,
    APIConnectionError,
    APITimeoutError,
    AuthenticationError,
    ClientClosedError,
    ConfigurationError,
    ConflictError,
    DecodeError,
    File,
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

__version__ = "1.0.0"

__all__ = [
    "UNSET",
    "APIConnectionError",
    "APITimeoutError",
    "AsyncLvngClient",
    "AuthenticationError",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "DecodeError",
    "File",
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
