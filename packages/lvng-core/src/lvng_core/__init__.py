"""The core of the LVNG SDK: clients, retries, errors, server-sent events, paging, webhooks.

Domain packages such as `lvng_chat` build on it; `lvng` brings them all together.
"""

from typing import TYPE_CHECKING

from ._lazy_names import lazy_names
from ._version import __version__

if TYPE_CHECKING:
    from . import drift, helpers, webhooks
    from ._api import API, SecurityScheme
    from ._async.client import AsyncClient
    from ._async.download import AsyncDownload
    from ._async.json_stream import AsyncJSONStream
    from ._async.sse import aiterate_sse
    from ._async.stream import AsyncEventStream
    from ._bulk import MapResult
    from ._connection_options import TCPKeepalive
    from ._credentials import TokenProvider
    from ._detailed import Detailed, RateLimit
    from ._errors import (
        APIConnectionError,
        APITimeoutError,
        AuthenticationError,
        ClientClosedError,
        ConfigurationError,
        ConflictError,
        DecodeError,
        InvalidArgumentError,
        LvngError,
        NotFoundError,
        PermissionDeniedError,
        RateLimitError,
        ServerError,
        StreamError,
        StreamIncompleteError,
        ValidationError,
        WaitTimeoutError,
    )
    from ._exchange import Request, Response
    from ._middleware import AsyncMiddleware, CallNext, Flow, Middleware
    from ._operation import FieldEncoding, Operation, Paging, Param
    from ._options import RequestOptions
    from ._rate_limiter import RateLimiter
    from ._resource import AsyncResource, Resource
    from ._response_cache import ResponseCache
    from ._retry import RetryPolicy
    from ._scope import CallScope
    from ._sse import SSEDecoder, SSEEvent
    from ._sync.client import Client
    from ._sync.download import Download
    from ._sync.json_stream import JSONStream
    from ._sync.sse import iterate_sse
    from ._sync.stream import EventStream
    from ._unset import UNSET, Unset
    from ._uploads import File, FileInput
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".": ["drift", "helpers", "webhooks"],
            "._api": ["API", "SecurityScheme"],
            "._async.client": ["AsyncClient"],
            "._async.download": ["AsyncDownload"],
            "._async.json_stream": ["AsyncJSONStream"],
            "._async.sse": ["aiterate_sse"],
            "._async.stream": ["AsyncEventStream"],
            "._bulk": ["MapResult"],
            "._connection_options": ["TCPKeepalive"],
            "._credentials": ["TokenProvider"],
            "._detailed": ["Detailed", "RateLimit"],
            "._errors": [
                "APIConnectionError",
                "APITimeoutError",
                "AuthenticationError",
                "ClientClosedError",
                "ConfigurationError",
                "ConflictError",
                "DecodeError",
                "InvalidArgumentError",
                "LvngError",
                "NotFoundError",
                "PermissionDeniedError",
                "RateLimitError",
                "ServerError",
                "StreamError",
                "StreamIncompleteError",
                "ValidationError",
                "WaitTimeoutError",
            ],
            "._exchange": ["Request", "Response"],
            "._middleware": ["AsyncMiddleware", "CallNext", "Flow", "Middleware"],
            "._operation": ["FieldEncoding", "Operation", "Paging", "Param"],
            "._options": ["RequestOptions"],
            "._rate_limiter": ["RateLimiter"],
            "._response_cache": ["ResponseCache"],
            "._resource": ["AsyncResource", "Resource"],
            "._retry": ["RetryPolicy"],
            "._scope": ["CallScope"],
            "._sse": ["SSEDecoder", "SSEEvent"],
            "._sync.client": ["Client"],
            "._sync.download": ["Download"],
            "._sync.json_stream": ["JSONStream"],
            "._sync.sse": ["iterate_sse"],
            "._sync.stream": ["EventStream"],
            "._unset": ["UNSET", "Unset"],
            "._uploads": ["File", "FileInput"],
        },
    )

__all__ = [
    "API",
    "UNSET",
    "APIConnectionError",
    "APITimeoutError",
    "AsyncClient",
    "AsyncDownload",
    "AsyncEventStream",
    "AsyncJSONStream",
    "AsyncMiddleware",
    "AsyncResource",
    "AuthenticationError",
    "CallNext",
    "CallScope",
    "Client",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "DecodeError",
    "Detailed",
    "Download",
    "EventStream",
    "FieldEncoding",
    "File",
    "FileInput",
    "Flow",
    "InvalidArgumentError",
    "JSONStream",
    "LvngError",
    "MapResult",
    "Middleware",
    "NotFoundError",
    "Operation",
    "Paging",
    "Param",
    "PermissionDeniedError",
    "RateLimit",
    "RateLimitError",
    "RateLimiter",
    "Request",
    "RequestOptions",
    "Resource",
    "Response",
    "ResponseCache",
    "RetryPolicy",
    "SSEDecoder",
    "SSEEvent",
    "SecurityScheme",
    "ServerError",
    "StreamError",
    "StreamIncompleteError",
    "TCPKeepalive",
    "TokenProvider",
    "Unset",
    "ValidationError",
    "WaitTimeoutError",
    "__version__",
    "aiterate_sse",
    "drift",
    "helpers",
    "iterate_sse",
    "webhooks",
]
